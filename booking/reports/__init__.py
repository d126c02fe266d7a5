"""What a hub manager is told: the chance of a joint visit, how it was, and what more common hours would bring."""
