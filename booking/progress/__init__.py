"""What happens on the day: arriving, each leg begun and done, handed over or missed, and taken back if mistaken."""
