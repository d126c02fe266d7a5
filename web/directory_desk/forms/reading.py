"""What every form of a record's part needs: typed text, rows of boxes, and what came of reading it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData

from directory.records.parts import Changes
from foundation.plain_text import clean

MOST_ROWS = 40
type Values = dict[str, Any]
type Row = dict[str, str]


@dataclass
class Read:
    """A form as it was read: what was typed, for showing again; the changes it makes; a sentence a box that is wrong.

    `problems` has the id of the box.
    """

    values: Values
    changes: Changes = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PartForm:
    """The form of one part: what it shows of a document, and how it is read back over that document."""

    shown: Callable[[dict[str, Any]], Values]
    read: Callable[[FormData, dict[str, Any]], Read]


def text(form: FormData, name: str, *, longest: int = 2000) -> str:
    """One box, without spaces at its ends."""
    return clean(str(form.get(name) or ""))[:longest]


def text_lines(form: FormData, name: str) -> list[str]:
    """A box with one thing a line."""
    return [line.strip() for line in text(form, name, longest=4000).splitlines() if line.strip()]


def rows(form: FormData, names: Sequence[str]) -> list[Row]:
    """Rows of boxes called NAME-0, NAME-1, ... as they were typed, those without a word left out."""
    found = []
    for number in range(MOST_ROWS):
        row = {name: text(form, f"{name}-{number}", longest=500) for name in names}
        if any(value for name, value in row.items() if name != "id"):
            found.append(row)
    return found


def by_id(things: Sequence[Any] | None) -> dict[str, dict[str, Any]]:
    """What a document holds, each under its id, or its place where it has none."""
    return {key_of(thing, number): thing for number, thing in enumerate(things or []) if isinstance(thing, dict)}


def key_of(thing: dict[str, Any], number: int) -> str:
    """What a row of the form calls the thing that it came from."""
    return str(thing.get("id") or f"#{number}")
