"""The `frontdoor` command: one more front door, for the people who run the place."""
