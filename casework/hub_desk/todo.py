"""Visits that cannot be as they are booked, and for which a person has to find something: what is left to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from booking.progress.states import PLANNED
from booking.rotas.keeping import ROLL_DAYS
from booking.tables import leg, room, room_closure, shift, visit
from booking.visits.statements import BOOKED
from casework.disruptions import to_ring
from casework.hub_desk.board import BoardVisit, visits_of
from foundation.clock import cell_of
from foundation.database import Database

KNOWN_FOR = timedelta(days=ROLL_DAYS - 1)  # beyond these days the rota is not rolled out yet
ADVISER, INTERPRETER, ROOM = "adviser", "interpreter", "room"


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """What leg `number` of a visit has no ground for: its adviser, interpreter or room is not there then."""

    number: int
    what: str


@dataclass(frozen=True, kw_only=True)
class ToDo:
    """A visit to find another time for. `since`: when a disruption left it to a person; `note`: what was said of it."""

    visit: BoardVisit
    lacking: tuple[Lacking, ...]
    since: datetime | None = None
    note: str = ""


def to_do(database: Database, hub_id: str, *, now: datetime) -> list[ToDo]:
    """What is left, the next visit first: what disruptions left to a person, and what lost its ground by the rota."""
    ring = {each.reference: each for each in to_ring(database, now=now, hub=hub_id)}
    with database.reading() as db:
        lacking = _lacking(db, hub_id, now)
    visits = visits_of(database, {*ring, *lacking})
    found = []
    for reference, each in visits.items():
        told = ring.get(reference)
        found.append(
            ToDo(
                visit=each,
                lacking=tuple(lacking.get(reference, ())),
                since=told.since if told else None,
                note=told.note if told else "",
            )
        )
    return sorted(found, key=lambda one: (one.visit.start, one.visit.reference))


def _lacking(db: sa.Connection, hub_id: str, now: datetime) -> dict[str, list[Lacking]]:
    """What each visit lacks, by reference; only visits that lack something."""
    ahead = (leg.c.start > now) & (leg.c.start < now + KNOWN_FOR)
    rows = db.execute(
        sa.select(leg)
        .join(visit, visit.c.reference == leg.c.visit)
        .where(visit.c.state == BOOKED, visit.c.hub == hub_id, leg.c.state == PLANNED, ahead)
        .order_by(leg.c.visit, leg.c.number)
    ).all()
    ground = _Ground(db, hub_id, cell_of(now), cell_of(now + KNOWN_FOR))
    found: dict[str, list[Lacking]] = {}
    for row in rows:
        what = ground.lacks(row)
        if what:
            found.setdefault(row.visit, []).append(Lacking(number=row.number, what=what))
    return found


class _Ground:
    """Who is there, and which rooms are open, between two cells."""

    def __init__(self, db: sa.Connection, hub_id: str, first: int, end: int) -> None:
        self._shifts = _ranges(db.execute(sa.select(shift).where(shift.c.first_cell < end, shift.c.end_cell > first)))
        between = (room_closure.c.first_cell < end) & (room_closure.c.end_cell > first)
        self._closed = _ranges(db.execute(sa.select(room_closure).where(between)))
        self._open = set(db.scalars(sa.select(room.c.id).where(room.c.hub == hub_id, room.c.open)))

    def lacks(self, row: Any) -> str:
        """What a leg has no ground for, or nothing."""
        cells = range(cell_of(row.start), cell_of(row.finish))
        if not self._there(row.adviser, cells):
            return ADVISER
        if row.interpreter and not self._there(row.interpreter, cells):
            return INTERPRETER
        shut = any(each.start < cells.stop and cells.start < each.stop for each in self._closed.get(row.room, ()))
        return ROOM if row.room and (shut or row.room not in self._open) else ""

    def _there(self, name: str, cells: range) -> bool:
        return any(each.start <= cells.start and cells.stop <= each.stop for each in self._shifts.get(name, ()))


def _ranges(rows: Any) -> Mapping[str, list[range]]:
    found: dict[str, list[range]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(range(row.first_cell, row.end_cell))
    return found
