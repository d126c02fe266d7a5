"""Holding, confirming, changing, cancelling and re-seating a visit: each one transaction, all or nothing."""
