"""The right service for this person, here, and why: services, eligibility, areas, matching; Open Referral in and out."""
