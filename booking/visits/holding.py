"""Keeping an opening for somebody, and making it a visit.

`hold` is who owns claims, before and after the visit is confirmed. What is in the way of nobody is worked out before
the transaction, because on SQLite one writer's time is everybody's; the order of locks is that of `holds`.
"""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from booking.errors import HoldExpired, HoldNotFound, OpeningNotReadable
from booking.hub import Hub
from booking.openings import LegRequest, Opening, read_opening_code
from booking.tables import visit
from booking.visits import holds, store
from booking.visits import statements as sql
from booking.visits.model import Hold, Tell, Visit, told, visit_of
from booking.visits.wanted import NO_WISHES, Rota, Wanted
from booking.wishes import Wishes
from foundation.database import Database
from foundation.references import new_reference

HOLD_MINUTES = 10
MAX_ID = 64
_EXPIRED = "We kept that time for you, but the time to confirm ran out. Please choose again."


def hold_opening(
    database: Database,
    opening: Opening,
    *,
    resident: str,
    now: datetime,
    minutes: int = HOLD_MINUTES,
    wishes: Wishes = NO_WISHES,
    asked: Sequence[LegRequest] = (),
) -> Hold:
    """Keep `opening` for `resident` for `minutes`. What the resident held before is let go.

    `wishes` and `asked` (the legs that were searched for) stay with the hold and the visit; advisers, rooms and
    interpreters are checked against them. Raises OpeningTaken: somebody was first, or the rota has no such time; then
    nothing at all has changed. Raises OpeningNotReadable without a resident.
    """
    wanted = _wanted(opening, resident=resident, wishes=wishes, asked=asked)
    with database.writing() as db:
        return _hold(db, wanted, until=now + timedelta(minutes=minutes), now=now, waits_for_disk=False)


def hold_in(
    db: sa.Connection,
    opening: Opening,
    *,
    resident: str,
    until: datetime,
    now: datetime,
    wishes: Wishes = NO_WISHES,
    asked: Sequence[LegRequest] = (),
) -> Hold:
    """The same in the caller's transaction, which must end with the error if there is one. Raises OpeningTaken."""
    wanted = _wanted(opening, resident=resident, wishes=wishes, asked=asked)
    return _hold(db, wanted, until=until, now=now, waits_for_disk=True)


def release_holds(database: Database, *, resident: str) -> None:
    """Let go of whatever `resident` holds and has not confirmed."""
    with database.writing() as db:
        holds.release_holds_of(db, resident)


def _wanted(opening: Opening, *, resident: str, wishes: Wishes, asked: Sequence[LegRequest]) -> Wanted:
    if not 0 < len(resident) <= MAX_ID:
        raise OpeningNotReadable("We do not know who this time is for.")
    wanted = Wanted(opening=opening, resident=resident, wishes=wishes, asked=tuple(asked))
    _ = wanted.question
    return wanted


def _hold(db: sa.Connection, wanted: Wanted, *, until: datetime, now: datetime, waits_for_disk: bool) -> Hold:
    kept = Hold(
        id=secrets.token_urlsafe(16), until=until, opening=wanted.opening, wishes=wanted.wishes, asked=wanted.asked
    )
    holds.make_way(db, wanted, now=now, waits_for_disk=waits_for_disk)
    holds.add_hold(db, kept.id, wanted, until=until)
    return kept


def confirm_visit(database: Database, hold_id: str, *, resident: str, now: datetime, tell: Tell | None = None) -> Visit:
    """Make a hold a visit. Confirming twice gives the same visit, told of once. Raises HoldExpired, HoldNotFound.

    HoldExpired also where the rota lost its time meanwhile: the hold is then as it was.
    """
    reference = new_reference()
    with database.writing() as db:
        row = sql.CONFIRM_HOLD.run(db, holder=hold_id, of=resident, now=now).first()
        if row is not None:
            return told(db, _make_visit(db, hold_id, row, resident=resident, now=now, reference=reference), tell)
        if not holds.is_hold_of(db, hold_id, resident):
            raise HoldNotFound("We cannot find the time that you were choosing. Please choose a time again.")
        booked = store.visit_row(db, visit.c.hold == hold_id)
        if booked is None:
            raise HoldExpired(_EXPIRED)
        return visit_of(db, booked)


def _make_visit(
    db: sa.Connection, hold_id: str, row: sa.Row[Any], *, resident: str, now: datetime, reference: str
) -> Visit:
    """The visit of a hold whose row we have just taken."""
    wishes, asked = json.loads(row.wishes), json.loads(row.asked)
    wanted = Wanted(
        opening=read_opening_code(row.opening), resident=resident, wishes=Wishes.from_json(wishes),
        asked=tuple(map(LegRequest.from_json, asked)),
    )  # fmt: skip
    opening, hub = _as_the_rota_has_it(db, wanted)
    values = {
        "reference": reference, "hold": hold_id, "resident": resident, "hub": hub.id, "host": hub.host,
        "state": store.BOOKED, "version": 1, "start": opening.start, "finish": opening.finish, "booked_at": now,
        "changed_at": now, "wishes": wishes, "asked": asked, "arrived_at": None,
    }  # fmt: skip
    sql.BOOK_CLAIMS.run(db, holder=hold_id)
    while not store.add_visit(db, values):
        values["reference"] = new_reference()
    store.write_legs(db, str(values["reference"]), opening.legs)
    return Visit(
        reference=str(values["reference"]), resident=resident, state=store.BOOKED, version=1, start=opening.start,
        finish=opening.finish, legs=opening.legs, host=hub.host, hub=hub, wishes=wanted.wishes, asked=wanted.asked,
    )  # fmt: skip


def _as_the_rota_has_it(db: sa.Connection, wanted: Wanted) -> tuple[Opening, Hub]:
    """Looked at again: an edit of the rota that ended just before the hold was written did not see the hold."""
    asked = {name: wanted.question[name] for name in ("low", "high", "people", "rooms")}
    found = sql.THE_ROTA.run(db, **asked).all()
    rota = Rota.of(found)
    if not rota.has(wanted):
        raise HoldExpired(_EXPIRED)
    hub_of = rota.people[wanted.opening.legs[0].adviser].hub
    details = next(row.has for row in found if row.kind == "hub" and row.name == hub_of)
    return rota.labelled(wanted.opening), Hub(json.loads(details))
