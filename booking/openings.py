"""What can be booked, as plain values, and the code that stands for it in a form or a link."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any, Self

from booking.errors import OpeningNotReadable
from foundation.clock import CELL_MINUTES, cell_of, instant_of

MAX_LEGS = 8
_SETS = ("room_features", "skills", "follows")


@dataclass(frozen=True, kw_only=True)
class LegRequest:
    """One agency that must see the person, for `minutes`.

    `after`: a leg with a lower number comes first where times are equal, and always where the order is fixed.
    `skills`: what its adviser has to have, all of them. `follows`: agencies whose leg must be over before it begins.
    """

    agency: str
    service_id: str
    minutes: int
    after: int = 0
    room_features: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    follows: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """As it is kept in the database."""
        return asdict(self) | {name: sorted(getattr(self, name)) for name in _SETS}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """What `as_json` made."""
        sets = {name: frozenset(document.get(name, ())) for name in _SETS}
        return cls(**{**document, **sets})

    @property
    def cells(self) -> int:
        """How many cells of 15 minutes it takes, rounded up; at least one."""
        return max(1, -(-self.minutes // CELL_MINUTES))


@dataclass(frozen=True, kw_only=True)
class OpeningLeg:
    """One agency's part of an opening or a visit. Instants are aware UTC.

    By phone where `room` is empty. `interpreter` is the id of the interpreter, if one is booked for it.
    """

    agency: str
    service_id: str
    start: datetime
    finish: datetime
    adviser: str
    room: str
    room_label: str = ""
    interpreter: str = ""

    @property
    def by_phone(self) -> bool:
        """Whether the person is rung instead of seen."""
        return not self.room

    @property
    def resources(self) -> tuple[str, ...]:
        """Who and what is taken by it, besides the resident."""
        named = {"adviser": (self.adviser, self.interpreter), "room": (self.room,)}
        return tuple(f"{kind}:{name}" for kind, names in named.items() for name in names if name)

    @cached_property
    def cells(self) -> range:
        """The cells that this leg takes from its adviser and its room."""
        return range(cell_of(self.start), cell_of(self.finish))


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A joint time: every leg on one day, one after the other or all at once. `waiting_minutes` lie between legs."""

    legs: tuple[OpeningLeg, ...]

    @cached_property
    def id(self) -> str:
        """A stable code that holds the whole opening; `read_opening_code` reads it back."""
        return "~".join(
            f"{leg.agency}.{leg.service_id}.{leg.cells.start}.{len(leg.cells)}.{leg.adviser}.{leg.room}"
            + (f".{leg.interpreter}" if leg.interpreter else "")
            for leg in self.legs
        )

    @property
    def start(self) -> datetime:
        """When the first agency sees the person."""
        return self.legs[0].start

    @property
    def finish(self) -> datetime:
        """When the last agency is done."""
        return max(leg.finish for leg in self.legs)

    @property
    def waiting_minutes(self) -> int:
        """Minutes between legs, all together."""
        whole = cell_of(self.finish) - cell_of(self.start)
        return CELL_MINUTES * (whole - len({cell for leg in self.legs for cell in leg.cells}))

    def claims(self, resident: str) -> list[tuple[str, int]]:
        """Every (resource, cell) that it takes, sorted. The resident is taken from start to finish."""
        taken = {(f"resident:{resident}", cell) for cell in range(cell_of(self.start), cell_of(self.finish))}
        for leg in self.legs:
            taken |= {(resource, cell) for resource in leg.resources for cell in leg.cells}
        return sorted(taken)


@dataclass(frozen=True, kw_only=True)
class OpeningsResult:
    """Up to `limit` clearly different openings, or the agency that stands in the way (None: nobody alone does)."""

    openings: tuple[Opening, ...]
    blocked_by: str | None
    blockers: tuple["Blocker", ...] = ()


@dataclass(frozen=True, kw_only=True)
class Blocker:
    """What stood in the way of any opening, or of an earlier one, and in plain words why.

    `kind`: agency, room, interpreter, rule, resident. `name`: the agency, the feature, the language, the wish.
    """

    kind: str
    name: str
    text: str


def read_opening_code(code: str, room_labels: Mapping[str, str] | None = None) -> Opening:
    """The opening that `code` stands for. Raises OpeningNotReadable; whether it is free is not its question."""
    labels = room_labels or {}
    legs = [_read_leg(part, labels) for part in code.split("~")]
    if len(legs) > MAX_LEGS or not _in_order(legs):
        raise OpeningNotReadable("That time is not one of ours. Please choose a time from the list.")
    return Opening(legs=tuple(legs))


def _in_order(legs: Sequence[OpeningLeg]) -> bool:
    together = len({leg.start for leg in legs}) == 1
    follows = together or all(earlier.finish <= later.start for earlier, later in pairwise(legs))
    return follows and (legs[-1].finish - legs[0].start).total_seconds() <= 24 * 3600


def _read_leg(part: str, labels: Mapping[str, str]) -> OpeningLeg:
    try:
        agency, service_id, first, cells, adviser, room, *rest = part.split(".")
        (interpreter,) = rest or ("",)
        start, length = int(first), int(cells)
        if not (0 < length <= 96 and 0 < start < 2**27):
            raise ValueError(part)
    except ValueError as error:
        raise OpeningNotReadable("That time is not one of ours. Please choose a time from the list.") from error
    return OpeningLeg(
        agency=agency,
        service_id=service_id,
        start=instant_of(start),
        finish=instant_of(start + length),
        adviser=adviser,
        room=room,
        room_label=labels.get(room, ""),
        interpreter=interpreter,
    )
