"""The directory for other programs: a read-only Open Referral UK 3.0 API at /oruk/v3."""
