"""Writing the visit that a hold becomes."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from booking.hub import Hub
from booking.visits import statements as sql
from booking.visits import store
from booking.visits.model import Visit
from booking.visits.prepared import Given
from booking.visits.wanted import Rota, Wanted
from foundation.references import new_reference


@dataclass(frozen=True)
class Draft:
    """All of a visit that can be worked out before anybody waits; `visit` is None where the rota has no such time."""

    question: Given
    rota: list[tuple[Any, ...]]  # what it answered
    visit: Visit | None
    writes: tuple[Given, ...] = ()  # the visit first

    def holds_in(self, db: sa.Connection) -> bool:
        """Whether the rota is as it was."""
        return self.question.rows(db) == self.rota


def draft_visit(db: sa.Connection, hold_id: str, wanted: Wanted, *, now: datetime) -> Draft:
    """What a hold on `wanted` would become."""
    question = sql.THE_ROTA.given(db, **wanted.question)
    found = question.rows(db)
    rota = Rota.of(found)
    if not rota.has(wanted):
        return Draft(question, found, None)
    opening, hub = rota.labelled(wanted.opening), _hub(found, rota.people[wanted.opening.legs[0].adviser].hub)
    made = Visit(
        reference=new_reference(), resident=wanted.resident, state=store.BOOKED, version=1, start=opening.start,
        finish=opening.finish, legs=opening.legs, host=hub.host, hub=hub, wishes=wanted.wishes, asked=wanted.asked,
    )  # fmt: skip
    return Draft(question, found, made, _writes(db, made, holder=hold_id, now=now))


def make_visit(
    db: sa.Connection, hold_id: str, wanted: Wanted, *, now: datetime, draft: Draft | None = None
) -> Visit | None:
    """The visit of a hold whose row we have just taken. None, and nothing written, when the rota lost its time."""
    # Looked at again: an edit of the rota that ended just before the hold was written did not see the hold.
    if draft is None or not draft.holds_in(db):
        draft = draft_visit(db, hold_id, wanted, now=now)
    while draft.visit is not None and not draft.writes[0].count(db):
        draft = draft_visit(db, hold_id, wanted, now=now)  # its reference is taken: another one
    for write in draft.writes[1:]:
        write.run(db)
    return draft.visit


def _hub(found: list[tuple[Any, ...]], name: str) -> Hub:
    return Hub(json.loads(next(has for kind, each, *_, has, _, _ in found if (kind, each) == ("hub", name))))


def _writes(db: sa.Connection, made: Visit, *, holder: str, now: datetime) -> tuple[Given, ...]:
    """The visit (no row where its reference is taken), its legs, and its claims booked."""
    values = {
        "reference": made.reference, "hold": holder, "resident": made.resident, "hub": made.hub.id, "host": made.host,
        "state": made.state, "version": made.version, "start": made.start, "finish": made.finish, "booked_at": now,
        "changed_at": now, "wishes": made.wishes.as_json(), "asked": [each.as_json() for each in made.asked],
    }  # fmt: skip
    if db.dialect.name == "postgresql":
        legs = [
            {"number": number, **{name: getattr(each, name) for name in sql.PLANNED}}
            | {"start": each.start.isoformat(), "finish": each.finish.isoformat()}
            for number, each in enumerate(made.legs, 1)
        ]
        return (sql.VISIT_WITH_LEGS.given(db, **values, legs=legs),)
    return (
        sql.NEW_VISIT.given(db, **values),
        sql.BOOK_CLAIMS.given(db, holder=holder),
        store.new_legs(db, made.reference, made.legs),
    )
