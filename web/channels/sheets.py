"""What one reply says on a small screen, before its size is known: blocks of lines, and the choices in their order."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from web.channels.breaking import GLUE, tidy
from web.channels.said import has_keyword, keyword, words
from web.choices import NUMBERED

ON_THE_PAGE = 0.5
PERSON = ("talk_to_person", "find_person")
# After these the resident says something next, so a message tells how to reach a person.
GOES_ON = ("text", "question", "needs", "openings", "consent")


@dataclass(frozen=True)
class Line:
    """One line. `rank` 0 is always said. Higher ranks are said where there is room, the lowest first.

    ON_THE_PAGE is the rank of what a private link shows as well: it may make a message long, but not two of it.
    """

    text: str
    rank: float = 0


@dataclass(frozen=True)
class Option:
    """A choice: its `number` in the reply's own order, the whole `label`, and a `title` for places too small for it."""

    number: int
    id: str
    label: str
    title: str = ""


type Block = tuple[Line, ...]


@dataclass(frozen=True)
class Sheet:
    """A reply laid out. `numbered` says whether a typed number would be taken for a choice."""

    kind: str
    blocks: tuple[Block, ...]
    options: tuple[Option, ...] = ()
    numbered: bool = False


def lines(*texts: str | None, rank: float = 0) -> Block:
    """A block of the texts that there are."""
    return tuple(Line(text, rank) for text in texts if text)


def sentences(text: str, *, rank: float = 0) -> Block:
    """Somebody's text as a block, its own lines kept."""
    return lines(*(tidy(line) for line in text.splitlines()), rank=rank)


def options_of(reply: dict[str, Any]) -> tuple[Option, ...]:
    """The choices of a reply, each with its number and, where we have one, a short title."""
    return tuple(
        Option(place, choice["id"], tidy(choice["label"]), title_of(choice["id"]))
        for place, choice in enumerate(reply["choices"], start=1)
    )


def title_of(choice: str) -> str:
    """The short name of a choice that is the same everywhere, or nothing."""
    return words(f"titles.{choice}") if "." not in choice and words.has(f"titles.{choice}") else ""


def takes_numbers(reply: dict[str, Any]) -> bool:
    """Whether a typed number means a choice here (as web.choices.meant_choice has it), not an answer such as an age."""
    return bool(reply["choices"]) and (reply["kind"] in NUMBERED or reply["data"].get("kind") in ("choice", "confirm"))


def numbers(sheet: Sheet) -> Block:
    """The choices by number, one a line, where a number means a choice. The number is never left alone."""
    return lines(*(f"{option.number}{GLUE}{option.label}" for option in sheet.options)) if sheet.numbered else ()


def how_to_answer(sheet: Sheet) -> Block:
    """After numbered choices: that a number answers. Where a number is itself an answer: the words to reply with."""
    if sheet.numbered:
        first = sheet.kind == "needs"  # the first numbers that somebody sees
        return lines(words("hints.number"), rank=0 if first else 1)
    return tuple(Line(_in_words(option)) for option in sheet.options)


def person_hint(options: Iterable[Option]) -> Block:
    """How to get a person, unless a choice says so already."""
    if any(option.id in PERSON for option in options):
        return ()
    return (Line(words("hints.person", word=keyword("talk_to_person")), 5),)


def _in_words(option: Option) -> str:
    if option.id in PERSON:
        return words("hints.person", word=keyword("talk_to_person"))
    if option.id == "skip" and has_keyword("skip"):
        return words("hints.skip", word=keyword("skip"))
    return words("hints.label", label=option.label)
