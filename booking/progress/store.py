"""The SQL of a visit's day. Every function takes an open connection: whose transaction it is, the use case decides."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from booking.openings import OpeningLeg
from booking.progress.states import BEGUN, Leg, StepNotPossible, first_whole_cell
from booking.tables import adviser, claim, leg, visit
from booking.visits import store
from foundation.languages import marked

PLANNED_PARTS = tuple(part.name for part in fields(OpeningLeg))


def legs_in(db: sa.Connection, reference: str) -> tuple[Leg, ...]:
    """The legs of a visit with how far each is, in order."""
    rows = db.execute(sa.select(leg).where(leg.c.visit == reference).order_by(leg.c.number))
    return tuple(_leg(row) for row in rows)


def _leg(row: sa.Row[Any]) -> Leg:
    planned = {name: row._mapping[name] for name in PLANNED_PARTS if name in row._mapping}
    return Leg(
        number=row.number, planned=OpeningLeg(**planned), state=row.state, begun_at=row.begun_at, done_at=row.done_at,
        handed_over=row.handed_over,
    )  # fmt: skip


def take_visit(db: sa.Connection, reference: str) -> sa.Row[Any] | None:
    """The visit's row, kept from other writers until this transaction ends."""
    return db.execute(sa.select(visit).where(visit.c.reference == reference).with_for_update()).first()


def write_leg(db: sa.Connection, reference: str, changed: Leg) -> None:
    """How far `changed` is now."""
    values = {name: getattr(changed, name) for name in ("state", "begun_at", "done_at", "handed_over")}
    db.execute(sa.update(leg).where(leg.c.visit == reference, leg.c.number == changed.number).values(**values))


def next_version(db: sa.Connection, reference: str) -> None:
    """Whoever plans with an older version learns that the visit has gone on."""
    db.execute(sa.update(visit).where(visit.c.reference == reference).values(version=visit.c.version + 1))


def arrived(db: sa.Connection, reference: str, *, since: datetime, now: datetime) -> bool:
    """Write down that the person is here, unless that is known `since` (the morning): of several, one is told True."""
    v = visit.c
    unknown = sa.or_(v.arrived_at.is_(None), v.arrived_at < since)
    here = sa.update(visit).where(v.reference == reference, v.state == store.BOOKED, unknown).values(arrived_at=now)
    return db.execute(here).rowcount == 1


def arrived_at(db: sa.Connection, reference: str) -> datetime | None:
    """When the person said that they are here, if they have."""
    return db.scalar(sa.select(visit.c.arrived_at).where(visit.c.reference == reference))


def not_here(db: sa.Connection, reference: str) -> None:
    """Take an arrival back."""
    db.execute(sa.update(visit).where(visit.c.reference == reference).values(arrived_at=None))


def nobody_else_with(db: sa.Connection, reference: str, people: Iterable[str]) -> None:
    """Raises StepNotPossible when one of `people` (advisers' ids) sits with another person just now.

    Their rows are locked first, in order: two visits cannot begin with the same adviser at the same moment.
    """
    wanted = sorted(filter(None, people))
    locked = sa.select(adviser.c.id).where(adviser.c.id.in_(wanted)).order_by(adviser.c.id)
    db.execute(locked.with_for_update(key_share=True)).all()
    with_another = sa.select(leg.c.number).join(visit, visit.c.reference == leg.c.visit).where(
        leg.c.state == BEGUN,
        leg.c.visit != reference,
        visit.c.state == store.BOOKED,
        sa.or_(leg.c.adviser.in_(wanted), leg.c.interpreter.in_(wanted)),
    )  # fmt: skip
    if db.execute(with_another.limit(1)).first() is not None:
        raise StepNotPossible(marked("They are still with somebody else. Finish that part first."))


def keep_cells(db: sa.Connection, holder: str, needed: set[tuple[str, int]], *, now: datetime) -> None:
    """From the next whole cell on the visit has exactly the cells `needed`. Raises OpeningTaken: one is another's."""
    ahead = first_whole_cell(now)
    where = (claim.c.hold == holder) & (claim.c.cell >= ahead)
    rows = db.execute(sa.select(claim.c.resource, claim.c.cell).where(where))
    has = {(row.resource, row.cell) for row in rows}
    store.add_claims(db, sorted(needed - has), holder=holder, state=store.BOOKED, until=None)
    store.drop_claims(db, holder, sorted(has - needed))
