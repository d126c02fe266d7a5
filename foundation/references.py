"""References that people read out, write down and type: no I, L, O, 0 or 1."""

import secrets

from foundation.errors import FrontDoorError

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 6


class NotAReference(FrontDoorError):
    """The text cannot be one of our references."""


def new_reference() -> str:
    """A new random reference, such as `7K4M2P` (31**6, about 890 million)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def show_reference(reference: str) -> str:
    """`7K4M2P` as people see it: `7K4 M2P`."""
    return f"{reference[:3]} {reference[3:]}"


def read_reference(text: str) -> str:
    """A typed reference, forgiving of case, spaces and hyphens. Raises NotAReference."""
    candidate = "".join(text.upper().split()).replace("-", "")
    if len(candidate) != LENGTH or any(letter not in ALPHABET for letter in candidate):
        raise NotAReference("That reference is not right. It has 6 letters and numbers, such as 7K4 M2P.")
    return candidate
