"""What a person typed, made safe to handle: no control characters, one form of Unicode, a length."""

import unicodedata

MAX_CHARACTERS = 20_000


def clean(text: str) -> str:
    """`text` as NFC without control characters (line ends and tabs stay), cut at MAX_CHARACTERS, ends trimmed."""
    normal = unicodedata.normalize("NFC", text[: MAX_CHARACTERS * 2])
    kept = "".join(
        c for c in normal.replace("\r\n", "\n") if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")
    )
    return kept.strip()[:MAX_CHARACTERS]


def has_words(text: str) -> bool:
    """Whether there is any letter or digit in it: a message of emoji or punctuation alone has none."""
    return any(c.isalnum() for c in text)


def without_commands(text: str) -> str:
    """The text for the dialogue engine: one line, short, and never beginning with its `/` for intents."""
    return " ".join(text.split()).lstrip("/ ")[:400] or "..."
