"""What a change breaks: legs that were covered before it and are not after. Plain values in and out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from booking.changes.change import Standing
from booking.hub import Room
from booking.openings import OpeningLeg
from booking.rotas.expanding import closures_of, shifts_of
from booking.rotas.rules import Person
from booking.tables import INTERPRETERS
from foundation.clock import to_london

ADVISER, INTERPRETER, ROOM = "adviser", "interpreter", "room"


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A leg that somebody counts on: of a visit (`reference`) or a hold (`hold`). `wishes`: as the visit has them."""

    leg: OpeningLeg
    number: int
    resident: str
    reference: str = ""
    hold: str = ""
    until: datetime | None = None
    wishes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class BrokenLeg:
    """A leg of a booked visit, or of a hold, that a change takes the ground from. Instants are aware UTC.

    `why`: the adviser is not there any more, or the interpreter, or the room. A hold has no `reference`, but its id in
    `hold` and its end in `until`.
    """

    reference: str
    number: int
    agency: str
    start: datetime
    finish: datetime
    adviser: str
    room: str
    resident: str
    why: str
    hold: str = ""
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Impact:
    """What a change breaks, or broke. Visits stay booked until they are re-seated; holds of a change that is made end.

    In the order of time; a visit or a hold is there once for each leg that is broken.
    """

    visits: tuple[BrokenLeg, ...] = ()
    holds: tuple[BrokenLeg, ...] = ()

    @property
    def references(self) -> tuple[str, ...]:
        """The visits, each once, the earliest first."""
        return tuple(dict.fromkeys(leg.reference for leg in self.visits))


def broken(planned: Sequence[Planned], before: Standing, after: Standing, *, nation: str) -> list[BrokenLeg]:
    """The legs of `planned` that stood on the rota before a change and do not after it, the earliest first."""
    days = sorted({to_london(each.leg.start).date() for each in planned})
    if not days:
        return []
    was, will_be = Ground(before, days, nation), Ground(after, days, nation)
    found = []
    for each in sorted(planned, key=lambda one: (one.leg.start, one.reference, one.hold, one.number)):
        why = will_be.lacks(each)
        if why and not was.lacks(each):
            leg = each.leg
            found.append(
                BrokenLeg(
                    reference=each.reference, number=each.number, agency=leg.agency, start=leg.start,
                    finish=leg.finish, adviser=leg.adviser, room=leg.room, resident=each.resident, why=why,
                    hold=each.hold, until=each.until,
                )
            )  # fmt: skip
    return found


class Ground:
    """What a hub's rules give on some days: who is there, and which rooms are open."""

    def __init__(self, standing: Standing, days: Sequence[date], nation: str) -> None:
        self.people: Mapping[str, Person] = {person.id: person for person in standing.people if person.active}
        self.rooms: Mapping[str, Room] = {room.id: room for room in standing.rooms if room.open}
        self.shifts = shifts_of(standing.at_work(), days, nation=nation)
        self.closures = closures_of(standing.rules, days)

    def lacks(self, planned: Planned) -> str:
        """What `planned` has no ground for: the adviser, the interpreter, the room; or nothing."""
        leg, wishes = planned.leg, planned.wishes
        if not self._is_there(leg.adviser, leg, leg.agency):
            return ADVISER
        if leg.interpreter and not self._interprets(leg, str(wishes.get("interpreter", ""))):
            return INTERPRETER
        if leg.room and not self._suits(leg, wishes.get("room_features", ())):
            return ROOM
        return ""

    def _is_there(self, name: str, leg: OpeningLeg, agency: str) -> bool:
        person = self.people.get(name)
        if person is None or person.agency != agency or not (person.by_phone if leg.by_phone else person.in_person):
            return False
        return self._works(name, leg)

    def _interprets(self, leg: OpeningLeg, language: str) -> bool:
        person = self.people.get(leg.interpreter)
        speaks = person is not None and (not language or language in person.languages)
        return speaks and person is not None and person.agency == INTERPRETERS and self._works(leg.interpreter, leg)

    def _works(self, name: str, leg: OpeningLeg) -> bool:
        cells = leg.cells
        return any(shift.start <= cells.start and cells.stop <= shift.stop for shift in self.shifts.get(name, ()))

    def _suits(self, leg: OpeningLeg, features: Iterable[str]) -> bool:
        room, cells = self.rooms.get(leg.room), leg.cells
        if room is None or not set(features) <= set(room.features):
            return False
        return all(shut.stop <= cells.start or cells.stop <= shut.start for shut in self.closures.get(leg.room, ()))
