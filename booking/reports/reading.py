"""What happened in some weeks, from the database."""

from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from booking.disruptions.reading import WAITING
from booking.reports.past import Past, PastLeg, PastVisit, Presence, Search, Waited
from booking.tables import (
    INTERPRETERS,
    adviser,
    disrupted_visit,
    disruption,
    hub_session,
    leg,
    room,
    search_outcome,
    shift,
    visit,
    waiting,
)
from booking.visits.statements import BOOKED
from foundation.clock import LONDON, cell_of, to_london


def read_past(db: sa.Connection, hub: str, *, since: date, until: date, now: datetime) -> Past:
    """What happened at `hub` from `since` until `until`, and not after `now`. Visits count by when they began."""
    first = datetime.combine(since, time(), LONDON)
    end = min(datetime.combine(until + timedelta(days=1), time(), LONDON), to_london(now))
    sessions = _sessions(db, hub, cell_of(first), cell_of(end))
    inside = {cell for cells in sessions for cell in cells}
    return Past(
        since=since,
        until=until,
        searches=_searches(db, hub, first, end),
        visits=_visits(db, hub, first, end),
        waiting=_waiting(db, hub, first, end),
        broken=_broken(db, hub, first, end),
        presence=_presence(db, hub, cell_of(first), cell_of(end), inside),
        in_session=inside.__contains__,
    )


def _searches(db: sa.Connection, hub: str, first: datetime, end: datetime) -> tuple[Search, ...]:
    t = search_outcome.c
    rows = db.execute(sa.select(search_outcome).where(t.hub == hub, t.at >= first, t.at < end).order_by(t.id))
    return tuple(
        Search(
            day=to_london(row.at).date(), agencies=tuple(sorted(set(row.agencies))), what=row.what,
            first_day=row.first_day, blocked=(row.blocked_kind, row.blocked_name),
        )
        for row in rows
    )  # fmt: skip


def _visits(db: sa.Connection, hub: str, first: datetime, end: datetime) -> tuple[PastVisit, ...]:
    began = (visit.c.hub == hub) & (visit.c.start >= first) & (visit.c.start < end) & (visit.c.state == BOOKED)
    legs: dict[str, list[PastLeg]] = {}
    columns = [leg.c[name] for name in PastLeg.__dataclass_fields__]
    for row in db.execute(
        sa.select(leg.c.visit, *columns).join(visit).where(began).order_by(leg.c.visit, leg.c.number)
    ):
        legs.setdefault(row.visit, []).append(PastLeg(**{column.name: row._mapping[column.name] for column in columns}))
    asked = sa.func.coalesce(waiting.c.since, visit.c.booked_at).label("asked_at")
    query = sa.select(visit.c.reference, visit.c.start, visit.c.arrived_at, asked).where(began)
    # Somebody from the waiting list asked when they joined it: the hold of their offer became the visit.
    waited = (waiting.c.hold == visit.c.hold) & (waiting.c.state == "booked")
    return tuple(
        PastVisit(
            asked_at=row.asked_at, start=row.start, arrived_at=row.arrived_at, legs=tuple(legs.get(row.reference, ()))
        )
        for row in db.execute(query.outerjoin_from(visit, waiting, waited).order_by(visit.c.start, visit.c.reference))
    )


def _waiting(db: sa.Connection, hub: str, first: datetime, end: datetime) -> tuple[Waited, ...]:
    """Who was on the list in that time, whenever they joined it."""
    here = (waiting.c.since < end) & (waiting.c.ended_at.is_(None) | (waiting.c.ended_at >= first))
    columns = [waiting.c[name] for name in Waited.__dataclass_fields__]
    rows = db.execute(sa.select(*columns).where(waiting.c.hub == hub, here).order_by(waiting.c.since))
    return tuple(Waited(**row._mapping) for row in rows)


def _broken(db: sa.Connection, hub: str, first: datetime, end: datetime) -> tuple[str, ...]:
    t = disrupted_visit.c
    query = sa.select(t.what).join(disruption).where(disruption.c.hub == hub, t.at >= first, t.at < end)
    query = query.where(t.what != WAITING)
    return tuple(db.scalars(query.order_by(t.what)))


def _sessions(db: sa.Connection, hub: str, first: int, end: int) -> list[range]:
    t = hub_session.c
    rows = db.execute(sa.select(t.first_cell, t.end_cell).where(t.hub == hub, t.first_cell < end, t.end_cell > first))
    return [range(max(row.first_cell, first), min(row.end_cell, end)) for row in rows]


def _presence(db: sa.Connection, hub: str, first: int, end: int, inside: set[int]) -> Presence:
    t = shift.c
    here = (adviser.c.hub == hub) & (adviser.c.agency != INTERPRETERS) & (t.first_cell < end) & (t.end_cell > first)
    rows = db.execute(sa.select(t.first_cell, t.end_cell).join_from(shift, adviser).where(here))
    cells = [cell for row in rows for cell in range(max(row.first_cell, first), min(row.end_cell, end))]
    rooms = db.scalar(sa.select(sa.func.count()).select_from(room).where(room.c.hub == hub, room.c.open)) or 0
    open_cells = set(cells)
    return Presence(
        adviser_cells=len(cells),
        adviser_cells_in_sessions=sum(cell in inside for cell in cells),
        room_cells=rooms * len(open_cells),
        room_cells_in_sessions=rooms * len(open_cells & inside),
    )
