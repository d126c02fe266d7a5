"""What people call needs and agencies."""

from pathlib import Path

from foundation.languages import ENGLISH, speaking
from foundation.words import Words

_words = Words(Path(__file__).with_name("words.yml"))


def need_label(code: str) -> str:
    """A need in plain words: `rent_arrears` is "Rent you owe"."""
    return _words(f"needs.{code}")


def agency_label(agency: str) -> str:
    """An agency as every page calls it; its code with spaces when the place has no name for it."""
    key = f"agencies.{agency}"
    return _words(key) if _words.has(key) else agency.replace("_", " ").capitalize()


def hours_word(key: str, **values: str) -> str:
    """A fixed phrase about opening hours."""
    return _words(f"hours.{key}", **values)


def card_word(key: str, **values: str) -> str:
    """A fixed phrase on a service's card."""
    return _words(f"cards.{key}", **values)


def area_word(key: str, **values: str) -> str:
    """A fixed phrase about postcodes."""
    return _words(f"areas.{key}", **values)


def suiting_word(key: str) -> str:
    """A fixed phrase about language and access at a service."""
    return _words(f"suiting.{key}")


def freshness_word(tier: str) -> str:
    """What to tell a person about facts that are not fresh."""
    return _words(f"freshness.{tier}")


def match_word(key: str, **values: str) -> str:
    """A fixed phrase about why a service is for somebody, or is not."""
    return _words(f"matching.{key}", **values)


def reason_word(key: str, **values: str) -> str:
    """The same in English, for what joins the reasons that a service gives itself: those are English everywhere.

    Some are kept with the service that was read, for whoever asks next, in any language.
    """
    with speaking(ENGLISH):
        return match_word(key, **values)


def travel_word(key: str, **values: str) -> str:
    """A fixed phrase about getting there."""
    return _words(f"travel.{key}", **values)
