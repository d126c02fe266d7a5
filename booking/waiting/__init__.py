"""When no joint opening fits: what there is instead, the waiting list, and a record of which it was."""
