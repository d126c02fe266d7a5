"""The words of this room: its texts, the words people reply with, and what is said to what we cannot read."""

import unicodedata
from pathlib import Path

from foundation.languages import ENGLISH, speaking
from foundation.words import Words

words = Words(Path(__file__).with_name("words.yml"))

# How providers call what they bring us (Meta's message types, MIME main types), by the text that answers it.
_ARRIVALS = {
    "audio": "voice",
    "voice": "voice",
    "image": "picture",
    "photo": "picture",
    "document": "picture",
    "application": "picture",
    "mms": "picture",
    "video": "video",
    "sticker": "sticker",
    "reaction": "reaction",
    "location": "location",
    "contacts": "contact",
    "contact": "contact",
    "text": "empty",
    "empty": "empty",
}


def sorry_for(kind: str) -> str:
    """What to say to a message of a `kind` that we cannot read; empty when it needs no answer (a reaction).

    A kind that is not known, such as one that a provider begins tomorrow, gets the text for any kind.
    """
    return words(f"arrivals.{_ARRIVALS.get(kind, 'unsupported')}", person=keyword("talk_to_person"))


def keyword(choice: str) -> str:
    """The word to reply with for a choice that can be made at any time, in the language spoken now."""
    return words(f"keywords.{choice}")


def has_keyword(choice: str) -> bool:
    """Whether there is such a word."""
    return words.has(f"keywords.{choice}")


def meant_keyword(text: str) -> str | None:
    """The choice that a message of one word stands for (`PERSON`, `skip.`), in the language spoken now or in English.

    Capitals, accents and full stops do not matter: people type what is on their keyboard.
    """
    typed = _plain(text)
    with speaking(ENGLISH):
        known = {_plain(word): choice for choice, word in words.get("keywords").items()}
    known |= {_plain(word): choice for choice, word in words.get("keywords").items()}
    return known.get(typed)


def _plain(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    return "".join(letter for letter in spread if letter.isalnum() or letter == " ").strip()
