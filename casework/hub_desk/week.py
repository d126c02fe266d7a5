"""A week at the hub: who works when, what is booked, and what time is free, for each adviser and each room."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from booking.tables import adviser, claim, hub_session, leg, room, shift, visit
from casework.hub_desk.board import BOOKED, day_bounds
from foundation.clock import CELL_MINUTES, cell_of, instant_of
from foundation.database import Database

DAYS = 7


@dataclass(frozen=True, kw_only=True)
class Span:
    """From `start` until before `finish` (aware UTC); `label` says what it is, where that is asked."""

    start: datetime
    finish: datetime
    label: str = ""

    @property
    def minutes(self) -> int:
        """How long it is."""
        return int((self.finish - self.start) / timedelta(minutes=1))


@dataclass(frozen=True, kw_only=True)
class DayOf:
    """One person or room on one day. `legs` are booked; `kept` is held for somebody who is choosing."""

    day: date
    here: tuple[Span, ...]
    legs: tuple[Span, ...]
    kept: tuple[Span, ...]
    free: tuple[Span, ...]

    @property
    def free_minutes(self) -> int:
        """Minutes that can still be booked."""
        return sum(span.minutes for span in self.free)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One person (`agency` is theirs) or one room (`agency` is empty) over the days."""

    id: str
    label: str
    agency: str
    open: bool
    days: tuple[DayOf, ...]


@dataclass(frozen=True, kw_only=True)
class Week:
    """What the page of a week shows. `sessions`: those of each day."""

    days: tuple[date, ...]
    sessions: tuple[tuple[Span, ...], ...]
    people: tuple[Line, ...]
    rooms: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What the database says between two cells, each under its resource."""

    taken: dict[str, set[int]]
    kept: dict[str, set[int]]
    shifts: dict[str, set[int]]
    legs: dict[str, list[Span]]


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def week(database: Database, hub_id: str, first: date, *, now: datetime, days: int = DAYS) -> Week:
    """`days` days from `first`, the advisers by agency and then the rooms. A free time that is past is not free."""
    wanted = tuple(first + timedelta(days=number) for number in range(days))
    low, high = cell_of(day_bounds(wanted[0])[0]), cell_of(day_bounds(wanted[-1])[1])
    with database.reading() as db:
        found = _find(db, hub_id, low, high, now=now)
        sessions = _sessions(db, hub_id, low, high)
        where = (adviser.c.hub == hub_id) & (adviser.c.active | adviser.c.id.in_(found.shifts))
        people = db.execute(sa.select(adviser).where(where).order_by(adviser.c.agency, adviser.c.label)).all()
        rooms = db.execute(sa.select(room).where(room.c.hub == hub_id).order_by(room.c.label, room.c.id)).all()
    return Week(
        days=wanted,
        sessions=tuple(tuple(s for s in sessions if _on(s, day)) for day in wanted),
        people=tuple(
            _line(row, f"adviser:{row.id}", found, wanted, now=now, here=found.shifts.get(row.id, set()))
            for row in people
        ),
        rooms=tuple(_line(row, f"room:{row.id}", found, wanted, now=now, here=set()) for row in rooms),
    )


def _line(
    row: sa.Row[Any], resource: str, found: _Found, days: Sequence[date], *, now: datetime, here: set[int]
) -> Line:
    first_free = -(-int(now.timestamp()) // (CELL_MINUTES * 60))
    free = {cell for cell in here - found.taken.get(resource, set()) if cell >= first_free}
    made = []
    for day in days:
        low, high = (cell_of(bound) for bound in day_bounds(day))
        made.append(
            DayOf(
                day=day,
                here=_spans(here, low, high),
                legs=tuple(each for each in found.legs.get(resource, []) if _on(each, day)),
                kept=_spans(found.kept.get(resource, set()), low, high),
                free=_spans(free, low, high),
            )
        )
    names = row._mapping
    is_open = bool(names["active"] if "active" in names else names["open"])
    return Line(id=row.id, label=row.label, agency=str(names.get("agency") or ""), open=is_open, days=tuple(made))


def _find(db: sa.Connection, hub_id: str, low: int, high: int, *, now: datetime) -> _Found:
    taken: dict[str, set[int]] = {}
    kept: dict[str, set[int]] = {}
    ours = sa.union_all(
        sa.select(sa.literal("adviser:").concat(adviser.c.id)).where(adviser.c.hub == hub_id),
        sa.select(sa.literal("room:").concat(room.c.id)).where(room.c.hub == hub_id),
    )
    live = (claim.c.state == BOOKED) | (claim.c.until > now)
    asked = sa.select(claim.c.resource, claim.c.cell, claim.c.state)
    for row in db.execute(asked.where(claim.c.resource.in_(ours), claim.c.cell.between(low, high - 1), live)):
        taken.setdefault(row.resource, set()).add(row.cell)
        if row.state != BOOKED:
            kept.setdefault(row.resource, set()).add(row.cell)
    shifts: dict[str, set[int]] = {}
    for row in db.execute(sa.select(shift).where((shift.c.first_cell < high) & (shift.c.end_cell > low))):
        shifts.setdefault(row.adviser, set()).update(range(max(low, row.first_cell), min(high, row.end_cell)))
    return _Found(taken=taken, kept=kept, shifts=shifts, legs=_legs(db, low, high))


def _legs(db: sa.Connection, low: int, high: int) -> dict[str, list[Span]]:
    """The booked legs of each person and room, in order; the label is the visit's reference."""
    found: dict[str, list[Span]] = {}
    query = (
        sa.select(leg)
        .join(visit, visit.c.reference == leg.c.visit)
        .where((visit.c.state == BOOKED) & (leg.c.start >= instant_of(low)) & (leg.c.start < instant_of(high)))
        .order_by(leg.c.start, leg.c.visit)
    )
    for row in db.execute(query):
        span = Span(start=row.start, finish=row.finish, label=row.visit)
        names = (f"adviser:{row.adviser}", f"adviser:{row.interpreter}", f"room:{row.room}")
        for name in names:
            found.setdefault(name, []).append(span)
    return found


def _sessions(db: sa.Connection, hub_id: str, low: int, high: int) -> list[Span]:
    s = hub_session.c
    where = (s.hub == hub_id) & (s.first_cell < high) & (s.end_cell > low)
    rows = db.execute(sa.select(hub_session).where(where).order_by(s.first_cell))
    return [Span(start=instant_of(r.first_cell), finish=instant_of(r.end_cell), label=r.label) for r in rows]


def _on(span: Span, day: date) -> bool:
    first, end = day_bounds(day)
    return first <= span.start < end


def _spans(cells: Iterable[int], low: int, high: int) -> tuple[Span, ...]:
    """Cells that follow each other, joined, between `low` and before `high`."""
    inside = sorted(cell for cell in cells if low <= cell < high)
    runs = (list(run) for _, run in groupby(enumerate(inside), key=lambda pair: pair[1] - pair[0]))
    return tuple(Span(start=instant_of(run[0][1]), finish=instant_of(run[-1][1] + 1)) for run in runs)
