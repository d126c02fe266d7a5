"""Cases, consent, referrals, named contacts, and the steps from a resident's words to a visit or a person."""
