"""The right service for this person, here, and why: services, eligibility, areas; Open Referral in and out."""
