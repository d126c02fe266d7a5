"""What a message says about the person's circumstances."""


def circumstances_in(text: str) -> dict[str, object]:
    """Circumstance code -> value; only what is said."""
    return {}
