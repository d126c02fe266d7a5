"""An opening that somebody wants, and whether the rota has it: plain values, no SQL."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from booking.openings import LegRequest, Opening, OpeningLeg
from booking.tables import INTERPRETERS
from booking.wishes import Wishes

NO_WISHES = Wishes()
BY_PHONE, IN_PERSON = 2, 1  # the bits of a person's `flags`
RESIDENT = 1  # people in a room besides those who see them


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """An opening for one resident with all that it takes, worked out before anybody waits for the database."""

    opening: Opening
    resident: str
    wishes: Wishes = NO_WISHES
    asked: tuple[LegRequest, ...] = ()

    @cached_property
    def cells(self) -> list[tuple[str, int]]:
        """Every (resource, cell), sorted."""
        return self.opening.claims(self.resident)

    @cached_property
    def question(self) -> dict[str, Any]:
        """What the database is asked about it; see `statements.STANDING`."""
        legs = self.opening.legs
        return {
            "resident": self.resident,
            "resources": sorted({name for name, _ in self.cells}),
            "low": min(cell for _, cell in self.cells),
            "high": max(cell for _, cell in self.cells),
            "people": sorted({name for leg in legs for name in (leg.adviser, leg.interpreter) if name}),
            "rooms": sorted({leg.room for leg in legs if leg.room}),
        }

    def asked_of(self, leg: OpeningLeg) -> LegRequest | None:
        """What was asked for that leg; None when nothing was."""
        return next(
            (each for each in self.asked if (each.agency, each.service_id) == (leg.agency, leg.service_id)), None
        )


@dataclass(frozen=True, slots=True)
class Person:
    """An adviser or interpreter as the rota has them, and when they are at the hub."""

    agency: str
    hub: str
    skills: frozenset[str]
    languages: frozenset[str]
    flags: int
    shifts: list[range] = field(default_factory=list)

    def works(self, cells: range) -> bool:
        """Whether they are there in all of `cells`."""
        return any(cells.start in shift and cells[-1] in shift for shift in self.shifts) or all(
            any(cell in shift for shift in self.shifts) for cell in cells
        )


@dataclass(frozen=True, slots=True)
class Room:
    """A room that is open, and when it is not."""

    label: str
    hub: str
    capacity: int
    features: frozenset[str]
    closed: list[range] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Rota:
    """Whom and what an opening names, as far as there is such a person and such a room."""

    people: Mapping[str, Person]
    rooms: Mapping[str, Room]

    @classmethod
    def of(cls, rows: Iterable[Any]) -> "Rota":
        """From the rows of `statements.STANDING` or `THE_ROTA`."""
        people: dict[str, Person] = {}
        rooms: dict[str, Room] = {}
        closed: dict[str, list[range]] = defaultdict(list)
        for kind, name, about, hub, first, end, has, speaks, flags in rows:
            if kind == "person":
                if name not in people:
                    people[name] = Person(about, hub, _set(has), _set(speaks), flags)
                people[name].shifts.append(range(first, end))
            elif kind == "room":
                rooms[name] = Room(about, hub, first, _set(has), closed[name])
            elif kind == "closed":
                closed[name].append(range(first, end))
        return cls(people=people, rooms=rooms)

    def has(self, wanted: Wanted, *, legs: Sequence[OpeningLeg] | None = None) -> bool:
        """Whether `wanted` (or these of its legs) is something that the rota has, for one person in one place."""
        checked = wanted.opening.legs if legs is None else legs
        return (
            _in_one_place(wanted.opening.legs)
            and all(self._has(leg, wanted) for leg in checked)
            and len({self.people[leg.adviser].hub for leg in checked}) <= 1
        )

    def labelled(self, opening: Opening) -> Opening:
        """The same with its rooms' labels."""
        labels = {name: room.label for name, room in self.rooms.items()}
        return Opening(
            legs=tuple(replace(leg, room_label=labels.get(leg.room, leg.room_label)) for leg in opening.legs)
        )

    def _has(self, leg: OpeningLeg, wanted: Wanted) -> bool:
        asked = wanted.asked_of(leg)
        return (
            self._has_adviser(leg, asked.skills if asked else frozenset())
            and self._is_understood(leg, wanted.wishes.interpreter)
            and (leg.by_phone or self._has_room(leg, wanted, asked.room_features if asked else frozenset()))
        )

    def _has_adviser(self, leg: OpeningLeg, skills: frozenset[str]) -> bool:
        who = self.people.get(leg.adviser)
        way = BY_PHONE if leg.by_phone else IN_PERSON
        return (
            who is not None
            and who.agency == leg.agency
            and bool(who.flags & way)
            and skills <= who.skills
            and who.works(leg.cells)
        )

    def _is_understood(self, leg: OpeningLeg, language: str) -> bool:
        if not leg.interpreter:
            return not language or language in self.people[leg.adviser].languages
        helper = self.people.get(leg.interpreter)
        return (
            helper is not None
            and helper.agency == INTERPRETERS
            and (not language or language in helper.languages)
            and helper.works(leg.cells)
        )

    def _has_room(self, leg: OpeningLeg, wanted: Wanted, features: frozenset[str]) -> bool:
        room = self.rooms.get(leg.room)
        return (
            room is not None
            and features | wanted.wishes.room_features <= room.features
            and room.hub == self.people[leg.adviser].hub
            and not any(closed.start < leg.cells.stop and leg.cells.start < closed.stop for closed in room.closed)
            and self._people_in(leg, wanted.opening) <= room.capacity
        )

    def _people_in(self, leg: OpeningLeg, opening: Opening) -> int:
        """The resident, each adviser in the room with them then, and an interpreter who cannot do it by phone."""
        there = [each for each in opening.legs if each.room == leg.room and each.start == leg.start]
        helpers = {each.interpreter for each in there if each.interpreter}
        in_room = {name for name in helpers if name in self.people and not self.people[name].flags & BY_PHONE}
        return RESIDENT + len({each.adviser for each in there}) + len(in_room)


def _in_one_place(legs: Sequence[OpeningLeg]) -> bool:
    """Nobody is in two rooms at once: legs follow each other, or begin together in one room (or on the phone)."""
    for number, one in enumerate(legs):
        for other in legs[number + 1 :]:
            apart = one.finish <= other.start or other.finish <= one.start
            together = one.start == other.start and len({one.room, other.room} - {""}) <= 1
            if not (apart or together):
                return False
    return True


def _set(text: str) -> frozenset[str]:
    return frozenset(json.loads(text)) if text != "[]" else frozenset()
