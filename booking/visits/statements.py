"""The statements of holding, confirming and moving, built once: each way to the database and back is counted.

Where PostgreSQL can write in one statement what SQLite needs several for, it does: SQLite has no way there and back.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from booking.tables import adviser, claim, hold, hub, leg, room, room_closure, shift, visit
from booking.visits.prepared import INTEGERS, TEXTS, Prepared, any_of
from foundation.database import Instant

HELD, RELEASED, EXPIRED, CONFIRMED = "held", "released", "expired", "confirmed"
BOOKED, CANCELLED = "booked", "cancelled"

_NO_TEXT = sa.literal_column("''", sa.String)
_ZERO, _ONE, _TWO = (sa.literal_column(str(number), sa.Integer) for number in range(3))
_NOW, _HOLDER = sa.bindparam("now", type_=Instant), sa.bindparam("holder", type_=sa.String)
_LOW, _HIGH = sa.bindparam("low", type_=sa.Integer), sa.bindparam("high", type_=sa.Integer)
# Literals, because the driver would send them anew with every statement.
_HELD, _RELEASED, _EXPIRED, _BOOKED, _CONFIRMED = (
    sa.literal_column(f"'{state}'", sa.String) for state in (HELD, RELEASED, EXPIRED, BOOKED, CONFIRMED)
)


def _row(kind: str, name: sa.ColumnElement[Any], **columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """One kind of row in a union of many: what a kind has no use for is empty."""
    usual: dict[str, sa.ColumnElement[Any]]
    usual = {"about": _NO_TEXT, "hub": _NO_TEXT, "first": _ZERO, "end": _ZERO, "has": _NO_TEXT, "speaks": _NO_TEXT}
    every = usual | {"flags": _ZERO} | columns
    labelled = [column.label(key) for key, column in every.items()]
    return sa.select(sa.literal_column(f"'{kind}'", sa.String).label("kind"), name.label("name"), *labelled)


def _text(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    return sa.cast(column, sa.Text)


# Whom and what an opening needs, as the rota has it: advisers and interpreters with their shifts, rooms, closures.
_ROTA = (
    _row(
        "person", adviser.c.id, about=adviser.c.agency, hub=adviser.c.hub, first=shift.c.first_cell,
        end=shift.c.end_cell, has=_text(adviser.c.skills), speaks=_text(adviser.c.languages),
        flags=sa.case((adviser.c.by_phone, _TWO), else_=_ZERO) + sa.case((adviser.c.in_person, _ONE), else_=_ZERO),
    )
    .select_from(shift).join(adviser, adviser.c.id == shift.c.adviser)
    .where(any_of(shift.c.adviser, "people"), shift.c.first_cell <= _HIGH, shift.c.end_cell > _LOW, adviser.c.active),
    _row("room", room.c.id, about=room.c.label, hub=room.c.hub, first=room.c.capacity, has=_text(room.c.features))
    .where(any_of(room.c.id, "rooms"), room.c.open),
    _row("closed", room_closure.c.room, first=room_closure.c.first_cell, end=room_closure.c.end_cell)
    .where(any_of(room_closure.c.room, "rooms"), room_closure.c.first_cell <= _HIGH, room_closure.c.end_cell > _LOW),
)  # fmt: skip
# The same with the hub: all that a visit is made of.
THE_ROTA = Prepared(
    sa.union_all(
        *_ROTA,
        _row("hub", hub.c.id, has=_text(hub.c.details)).where(
            hub.c.id.in_(sa.select(adviser.c.hub).where(any_of(adviser.c.id, "people")))
        ),
    )
)


def _standing(*more: sa.Select[Any]) -> sa.CompoundSelect[Any]:
    return sa.union_all(
        _row("mine", hold.c.id).where(hold.c.resident == sa.bindparam("resident"), hold.c.state == _HELD),
        # `flags` is 1 where the hold ran out.
        _row(
            "claim", claim.c.hold, about=claim.c.resource, first=claim.c.cell,
            flags=sa.case((sa.and_(claim.c.state == _HELD, claim.c.until <= _NOW), _ONE), else_=_ZERO),
        ).where(any_of(claim.c.resource, "resources"), claim.c.cell.between(_LOW, _HIGH)),
        *_ROTA,
        *more,
    )  # fmt: skip


# What stands in the way of an opening, and what it needs, in one question. A hold that a crash of the server loses is
# only asked for again, so PostgreSQL need not wait for the disk at its end (`ends` off); a visit always does.
_ENDS = _row("ends", sa.func.set_config("synchronous_commit", sa.bindparam("ends"), sa.true()))
STANDING = Prepared(sqlite=_standing(), postgresql=_standing(_ENDS))

OPEN_HOLDS = (
    sa.select(hold.c.id).where(hold.c.resident == sa.bindparam("of"), hold.c.state == _HELD).order_by(hold.c.id)
)
_WANTED = {
    "sqlite": "SELECT json_extract(value, '$[0]') AS resource, json_extract(value, '$[1]') AS cell"
    " FROM json_each(:cells)",
    "postgresql": "SELECT * FROM unnest(:names, :numbers) AS wanted (resource, cell)",
}
_CELLS = {
    "sqlite": (sa.bindparam("cells", type_=sa.JSON),),
    "postgresql": (sa.bindparam("names", type_=TEXTS), sa.bindparam("numbers", type_=INTEGERS)),
}


def _claims(name: str, *, before: str = "") -> sa.TextClause:
    text = f"{before}INSERT INTO claim (resource, cell, hold, state, until) "
    text += f"SELECT wanted.resource, wanted.cell, :holder, :state, :until FROM ({_WANTED[name]}) AS wanted"  # noqa: S608
    return sa.text(text).bindparams(*_CELLS[name], sa.bindparam("until", type_=Instant))


# All cells in their order in one statement: the key (resource, cell) refuses all of them when one is somebody else's.
NEW_CLAIMS = Prepared(sqlite=_claims("sqlite"), postgresql=_claims("postgresql"))
_NEW_HOLD = {column.name: sa.bindparam(column.name, type_=column.type) for column in hold.c}
NEW_HOLD = Prepared(
    sqlite=sa.insert(hold).from_select(
        list(_NEW_HOLD),
        sa.select(*_NEW_HOLD.values()).where(
            ~sa.exists().where(hold.c.resident == sa.bindparam("resident"), hold.c.state == _HELD)
        ),
    )
)
_WITH_HOLD = (
    "WITH made AS (INSERT INTO hold (id, resident, opening, state, until, wishes, asked)"
    " VALUES (:holder, :resident, :opening, :state, :until, :wishes, :asked)) "
)
HOLD_AND_CLAIMS = Prepared(
    postgresql=_claims("postgresql", before=_WITH_HOLD).bindparams(
        sa.bindparam("wishes", type_=sa.JSON), sa.bindparam("asked", type_=sa.JSON)
    )
)

# The hold's row is what a confirmation and a takeover compete for: these are conditional, and one of them is true.
_OPEN_HOLD = (hold.c.id == _HOLDER) & (hold.c.state == _HELD)
RELEASE_HOLD = Prepared(sa.update(hold).where(_OPEN_HOLD).values(state=_RELEASED))
EXPIRE_HOLD = Prepared(sa.update(hold).where(_OPEN_HOLD, hold.c.until <= _NOW).values(state=_EXPIRED))
VOID_HOLD = Prepared(sa.update(hold).where(hold.c.id == _HOLDER).values(state=_EXPIRED))
BREAK_HOLD = Prepared(sa.update(hold).where(_OPEN_HOLD).values(state=_EXPIRED))
_TO_CONFIRM = _OPEN_HOLD & (hold.c.resident == sa.bindparam("of")) & (hold.c.until > _NOW)
_KEPT = hold.c.opening, _text(hold.c.wishes).label("wishes"), _text(hold.c.asked).label("asked")
OPEN_HOLD = Prepared(sa.select(*_KEPT).where(_TO_CONFIRM))
CONFIRM_HOLD = Prepared(sa.update(hold).where(_TO_CONFIRM).values(state=_CONFIRMED).returning(*_KEPT))
HOLD_EXISTS = sa.select(hold.c.id).where(hold.c.id == _HOLDER, hold.c.resident == sa.bindparam("of"))

BOOK_CLAIMS = Prepared(sa.update(claim).where(claim.c.hold == _HOLDER).values(state=_BOOKED, until=sa.null()))
DROP_CLAIMS = Prepared(sa.delete(claim).where(claim.c.hold == _HOLDER))
DROP_CLAIM = (
    sa.delete(claim)
    .where(claim.c.hold == _HOLDER)
    .where(claim.c.resource == sa.bindparam("name"), claim.c.cell == sa.bindparam("at"))
)

THE_HUB = sa.select(hub.c.details).order_by(hub.c.id).limit(1)
LABELS = sa.select(room.c.id, room.c.label)

PLANNED = ("agency", "service_id", "start", "finish", "adviser", "room", "room_label", "interpreter")
_PLANNED_LEG = {name: sa.bindparam(name, type_=leg.c[name].type) for name in ("visit", "number", *PLANNED)}
NEW_LEG = Prepared(sa.insert(leg).values(_PLANNED_LEG))
_NEW = (
    "reference", "hold", "resident", "hub", "host", "state", "version", "wishes", "asked", "start", "finish",
    "booked_at", "changed_at",
)  # fmt: skip
_VALUES = {name: sa.bindparam(name, type_=visit.c[name].type) for name in _NEW}
# A reference that is taken writes nothing, and another one is tried; a hold that has its visit is an error.
NEW_VISIT = Prepared(
    sqlite=sqlite.insert(visit).values(_VALUES).on_conflict_do_nothing(index_elements=[visit.c.reference])
)
_LEG = {
    "number": "integer", "agency": "text", "service_id": "text", "start": "timestamptz", "finish": "timestamptz",
    "adviser": "text", "room": "text", "room_label": "text", "interpreter": "text",
}  # fmt: skip
_LEG_COLUMNS = ", ".join(_LEG)
VISIT_WITH_LEGS = Prepared(
    postgresql=sa.text(
        f"WITH made AS (INSERT INTO visit ({', '.join(_NEW)}) VALUES ({', '.join(f':{name}' for name in _NEW)})"  # noqa: S608
        " ON CONFLICT (reference) DO NOTHING RETURNING reference),"
        " booked AS (UPDATE claim SET state = 'booked', until = NULL WHERE hold = :hold),"
        f" seated AS (INSERT INTO leg (visit, {_LEG_COLUMNS}) SELECT made.reference, given.* FROM made,"
        f" json_to_recordset(:legs) AS given ({', '.join(f'{name} {kind}' for name, kind in _LEG.items())}))"
        " SELECT reference FROM made"
    ).bindparams(*_VALUES.values(), sa.bindparam("legs", type_=sa.JSON))
)
