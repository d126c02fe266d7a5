"""For one person: who is eligible, what matches best, the plan, and which question next."""
