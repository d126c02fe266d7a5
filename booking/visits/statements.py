"""The statements of holding and confirming, built once: building one anew costs more than the database's own work.

Each is a constant with named parameters, so that SQLAlchemy compiles it once and both databases keep it prepared. Lists
are expanding parameters, so that their length does not make another statement of it.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from booking.tables import adviser, claim, hold, hub, leg, room, shift, visit
from foundation.database import Instant

HELD, RELEASED, EXPIRED, CONFIRMED = "held", "released", "expired", "confirmed"
BOOKED, CANCELLED = "booked", "cancelled"

_NO_TEXT, _NO_CELL = sa.literal_column("''", sa.String), sa.literal_column("0", sa.Integer)
_NOW = sa.bindparam("now", type_=Instant)
# Literals, because the driver would send them anew with every statement.
_HELD, _BOOKED, _CONFIRMED = (sa.literal_column(f"'{state}'", sa.String) for state in (HELD, BOOKED, CONFIRMED))


def _any(name: str) -> sa.BindParameter[list[str]]:
    return sa.bindparam(name, expanding=True)


def _row(kind: str, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(sa.literal_column(f"'{kind}'", sa.String).label("kind"), *columns)


# What stands in the way of an opening, and what it needs, in one question: the holds that its resident has open, the
# holds that ran out over its cells, its rooms that are open, and its advisers' shifts.
STANDING = sa.union_all(
    _row("mine", hold.c.id.label("name"), _NO_TEXT.label("agency"), _NO_CELL.label("first"), _NO_CELL.label("end"))
    .where(hold.c.resident == sa.bindparam("resident"), hold.c.state == _HELD),
    _row("stale", claim.c.hold, _NO_TEXT, _NO_CELL, _NO_CELL)
    .where(claim.c.resource.in_(_any("resources")), claim.c.cell.between(sa.bindparam("low"), sa.bindparam("high")))
    .where(claim.c.state == _HELD, claim.c.until <= _NOW)
    .distinct(),
    _row("room", room.c.id, _NO_TEXT, _NO_CELL, _NO_CELL).where(room.c.id.in_(_any("rooms")), room.c.open),
    _row("shift", shift.c.adviser, adviser.c.agency, shift.c.first_cell, shift.c.end_cell)
    .join_from(shift, adviser)
    .where(shift.c.adviser.in_(_any("advisers")))
    .where(shift.c.first_cell <= sa.bindparam("high"), shift.c.end_cell > sa.bindparam("low")),
)  # fmt: skip

OPEN_HOLDS = (
    sa.select(hold.c.id).where(hold.c.resident == sa.bindparam("of"), hold.c.state == _HELD).order_by(hold.c.id)
)
NEW_HOLD = sa.insert(hold)
NEW_CLAIM = sa.insert(claim)
# PostgreSQL takes all the cells, in their order, in one statement; SQLite has no way there and back to save.
NEW_CLAIMS_POSTGRESQL = sa.text(
    "INSERT INTO claim (resource, cell, hold, state, until) SELECT wanted.*, :holder, :state, :until"
    " FROM unnest(CAST(:names AS varchar[]), CAST(:cells AS integer[])) AS wanted"
).bindparams(sa.bindparam("until", type_=Instant))
NEW_LEG = sa.insert(leg)

# The hold's row is what a confirmation and a takeover compete for: these are conditional, and one of them is true.
_OPEN_HOLD = (hold.c.id == sa.bindparam("holder")) & (hold.c.state == _HELD)
RELEASE_HOLD = sa.update(hold).where(_OPEN_HOLD).values(state=RELEASED)
EXPIRE_HOLD = sa.update(hold).where(_OPEN_HOLD, hold.c.until <= _NOW).values(state=EXPIRED)
CONFIRM_HOLD = (
    sa.update(hold)
    .where(_OPEN_HOLD, hold.c.resident == sa.bindparam("of"), hold.c.until > _NOW)
    .values(state=_CONFIRMED)
    .returning(hold.c.opening)
)
HOLD_EXISTS = sa.select(hold.c.id).where(hold.c.id == sa.bindparam("holder"), hold.c.resident == sa.bindparam("of"))

BOOK_CLAIMS = sa.update(claim).where(claim.c.hold == sa.bindparam("holder")).values(state=_BOOKED, until=sa.null())
DROP_CLAIMS = sa.delete(claim).where(claim.c.hold == sa.bindparam("holder"))
DROP_CLAIM = DROP_CLAIMS.where(claim.c.resource == sa.bindparam("name"), claim.c.cell == sa.bindparam("at"))

THE_HUB = sa.select(hub.c.details).order_by(hub.c.id).limit(1)
LABELS = sa.select(room.c.id, room.c.label)
LABELS_OF = LABELS.where(room.c.id.in_(_any("rooms")))

# A reference that is taken writes nothing, and another one is tried; a hold that has its visit is an error.
NEW_VISIT = {
    name: insert(visit).on_conflict_do_nothing(index_elements=[visit.c.reference]).returning(visit.c.reference)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
