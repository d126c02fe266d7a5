"""Writing the visit that a hold becomes."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from booking.hub import Hub
from booking.visits import statements as sql
from booking.visits import store
from booking.visits.model import Visit
from booking.visits.wanted import Rota, Wanted
from foundation.references import new_reference


def make_visit(db: sa.Connection, hold_id: str, wanted: Wanted, *, now: datetime) -> Visit | None:
    """The visit of a hold whose row we have just taken. None, and nothing written, when the rota lost its time."""
    # Looked at again: an edit of the rota that ended just before the hold was written did not see the hold.
    found = sql.THE_ROTA.rows(db, **wanted.question)
    rota = Rota.of(found)
    if not rota.has(wanted):
        return None
    opening, hub = rota.labelled(wanted.opening), _hub(found, rota.people[wanted.opening.legs[0].adviser].hub)
    made = Visit(
        reference=new_reference(), resident=wanted.resident, state=store.BOOKED, version=1, start=opening.start,
        finish=opening.finish, legs=opening.legs, host=hub.host, hub=hub, wishes=wanted.wishes, asked=wanted.asked,
    )  # fmt: skip
    while not _write(db, made, holder=hold_id, now=now):
        made = replace(made, reference=new_reference())
    return made


def _hub(found: list[tuple[Any, ...]], name: str) -> Hub:
    return Hub(json.loads(next(has for kind, each, *_, has, _, _ in found if (kind, each) == ("hub", name))))


def _write(db: sa.Connection, made: Visit, *, holder: str, now: datetime) -> bool:
    """The visit, its legs, and its claims booked. False, and no visit written, when its reference is taken."""
    values = {
        "reference": made.reference, "hold": holder, "resident": made.resident, "hub": made.hub.id, "host": made.host,
        "state": made.state, "version": made.version, "start": made.start, "finish": made.finish, "booked_at": now,
        "changed_at": now, "wishes": made.wishes.as_json(), "asked": [each.as_json() for each in made.asked],
    }  # fmt: skip
    if db.dialect.name == "postgresql":
        legs = [
            {"number": number, **{name: getattr(each, name) for name in store.PLANNED}}
            | {"start": each.start.isoformat(), "finish": each.finish.isoformat()}
            for number, each in enumerate(made.legs, 1)
        ]
        return bool(sql.VISIT_WITH_LEGS.rows(db, **values, legs=legs))
    if not sql.NEW_VISIT.rows(db, **values):
        return False
    sql.BOOK_CLAIMS.count(db, holder=holder)
    store.write_legs(db, made.reference, made.legs)
    return True
