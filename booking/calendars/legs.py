"""Booked legs as an adviser's calendar and a partner's system read them: when, where and who, and nothing of why."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from booking.hub import Hub
from booking.tables import adviser, hub, leg, visit


@dataclass(frozen=True, kw_only=True)
class BookedLeg:
    """One leg with what its visit says of it. `state` is the leg's, `visit_state` the visit's; see booking.tables."""

    reference: str
    number: int
    agency: str
    start: datetime
    finish: datetime
    adviser: str
    adviser_label: str
    room_label: str
    by_phone: bool
    state: str
    visit_state: str
    version: int
    booked_at: datetime
    changed_at: datetime
    arrived_at: datetime | None
    hub: Hub

    @property
    def cancelled(self) -> bool:
        """Whether its visit is cancelled."""
        return self.visit_state == "cancelled"


def count_legs(db: sa.Connection, *where: sa.ColumnElement[bool]) -> int:
    """How many legs `where` picks."""
    known = sa.join(leg, visit, visit.c.reference == leg.c.visit)
    return db.scalar(sa.select(sa.func.count()).select_from(known).where(*where)) or 0


def booked_legs(db: sa.Connection, *where: sa.ColumnElement[bool], most: int | None = None) -> list[BookedLeg]:
    """The legs that `where` picks (of the tables leg and visit), soonest first; the first `most` of them."""
    known = sa.join(leg, visit, visit.c.reference == leg.c.visit).join(hub, hub.c.id == visit.c.hub)
    query = (
        sa.select(
            visit.c.reference, leg.c.number, leg.c.agency, leg.c.start, leg.c.finish, leg.c.adviser, leg.c.room_label,
            leg.c.state, visit.c.state.label("visit_state"), visit.c.version, visit.c.booked_at, visit.c.changed_at,
            visit.c.arrived_at, (leg.c.room == "").label("by_phone"), hub.c.details,
            sa.func.coalesce(adviser.c.label, "").label("adviser_label"),
        )
        .select_from(known.outerjoin(adviser, adviser.c.id == leg.c.adviser))
        .where(*where)
        .order_by(leg.c.start, visit.c.reference, leg.c.number)
        .limit(most)
    )  # fmt: skip
    names = [name for name in BookedLeg.__dataclass_fields__ if name not in ("hub", "by_phone")]
    return [
        BookedLeg(
            **{name: row._mapping[name] for name in names}, by_phone=bool(row.by_phone), hub=Hub(row.details)
        )
        for row in db.execute(query)
    ]  # fmt: skip
