"""What a rota is made of: people, and rules in London wall time of when they are there."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any, Self

from booking.errors import RuleWrong
from foundation.languages import marked
from foundation.telling import Told

WORKS, LEAVE, EXTRA, SESSION, CLOSED = KINDS = ("works", "leave", "extra", "session", "closed")
HUB = "hub"
PLACE, IMPORTED, DESK = "place", "imported", "desk"


@dataclass(frozen=True, kw_only=True)
class Person:
    """An adviser of an agency, or an interpreter (of the agency INTERPRETERS). `languages`: ISO 639-1, beside English.

    `in_person`, `by_phone`: how they can be there; an adviser may do both.
    """

    id: str
    agency: str
    label: str
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    by_phone: bool = False
    in_person: bool = True
    active: bool = True

    @property
    def whom(self) -> str:
        """As a rule names them."""
        return f"adviser:{self.id}"

    def as_json(self) -> dict[str, Any]:
        """As it is kept in the log of changes, and in the columns of `adviser`."""
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule: `works`, `leave` or `extra` for `adviser:ID`, `session` for the hub, `closed` for it or a `room:ID`.

    From `first_day` to `last_day`, both included (None: no end on that side), from `start` to `end`, "HH:MM" in London
    ("" is all day; `end` may be 24:00), on the days that `rrule` (RFC 5545, whole days, "" is every day) gives, less
    `except_days`. Two rules are equal when they say the same, whoever wrote them and when.
    """

    kind: str
    whom: str
    id: str = ""
    hub: str = ""
    first_day: date | None = None
    last_day: date | None = None
    start: str = ""
    end: str = ""
    rrule: str = ""
    except_days: tuple[date, ...] = ()
    note: str = ""
    source: str = field(default=DESK, compare=False)
    changed_by: str = field(default="", compare=False)
    changed_at: datetime | None = field(default=None, compare=False)

    @property
    def adviser(self) -> str:
        """The id of the person it is for, or nothing."""
        kind, _, name = self.whom.partition(":")
        return name if kind == "adviser" else ""

    @property
    def room(self) -> str:
        """The id of the room it is for, or nothing."""
        kind, _, name = self.whom.partition(":")
        return name if kind == "room" else ""

    @property
    def all_day(self) -> bool:
        """Whether it has no hours."""
        return not self.start

    @property
    def span(self) -> tuple[int, int]:
        """Minutes after midnight, on the clock: from and to. Raises ValueError for what is no time."""
        return (0, 24 * 60) if self.all_day else (minutes_of(self.start), minutes_of(self.end))

    def in_force(self, day: date) -> bool:
        """Whether `day` is between its first and last day, and not excepted."""
        begun = self.first_day is None or self.first_day <= day
        return begun and (self.last_day is None or day <= self.last_day) and day not in self.except_days

    def as_json(self) -> dict[str, Any]:
        """What it says, for the log of changes and for its id."""
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self) if each.compare}

    def with_id(self) -> Self:
        """The same with an id made of what it says, so that reading a file again makes the same rules."""
        said = repr(sorted((self.as_json() | {"id": ""}).items()))
        return replace(self, id=hashlib.sha256(said.encode()).hexdigest()[:32])


@dataclass(frozen=True, kw_only=True)
class Rotas:
    """A whole rota. `places`: where in a file each of `rules` stands, such as "line 3"; empty if it is from no file."""

    people: tuple[Person, ...]
    rules: tuple[Rule, ...]
    places: tuple[Told, ...] = field(default=(), compare=False)

    def place_of(self, number: int) -> Told:
        """Where rule `number` stands, or what it is."""
        return self.places[number] if self.places else named(self.rules[number], self.people)


# By whether it has hours, and a first day.
_NAMED = {
    (False, False): marked("the rule “{label}: {kind}”"),
    (True, False): marked("the rule “{label}: {kind} {start} to {end}”"),
    (False, True): marked("the rule “{label}: {kind} from {day}”"),
    (True, True): marked("the rule “{label}: {kind} {start} to {end} from {day}”"),
}


def named(rule: Rule, people: Iterable[Person] = ()) -> Told:
    """A rule in a few words, for a message about it."""
    known = (person.label for person in people if person.whom == rule.whom)
    label = next(known, rule.whom.partition(":")[2] or Told("hub"))
    told = {"label": label, "kind": rule.kind, "start": rule.start, "end": rule.end, "day": rule.first_day}
    return Told(_NAMED[bool(rule.start), bool(rule.first_day)], told)


def minutes_of(text: str) -> int:
    """Minutes after midnight of "09:00" (and "24:00"). Raises ValueError."""
    hours, colon, minutes = text.partition(":")
    well_made = colon and hours.isdecimal() and minutes.isdecimal() and len(hours) == len(minutes) == 2
    if not text.isascii() or not well_made or int(minutes) > 59 or int(hours) * 60 + int(minutes) > 24 * 60:
        raise RuleWrong("“{text}” is no time of day such as 09:30", text=text)
    return int(hours) * 60 + int(minutes)


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset | tuple):
        return sorted(_plain(one) for one in value)
    return value.isoformat() if isinstance(value, date) else value
