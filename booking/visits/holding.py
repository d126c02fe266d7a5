"""Keeping an opening for somebody, and making it a visit.

Locks are taken in one order everywhere (a visit's row, hold rows by id, then claims sorted), so that two writers wait
for each other and never in a ring. `hold` is who owns claims, before and after the visit is confirmed.
"""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from booking.errors import HoldExpired, HoldNotFound, OpeningNotReadable, OpeningTaken
from booking.openings import Opening
from booking.tables import visit
from booking.visits import store
from booking.visits.model import Hold, Tell, Visit, told, visit_of
from foundation.database import Database
from foundation.references import new_reference

HOLD_MINUTES = 10
MAX_ID = 64


def hold_opening(
    database: Database, opening: Opening, *, resident: str, now: datetime, minutes: int = HOLD_MINUTES
) -> Hold:
    """Keep `opening` for `resident` for `minutes`. What the resident held before is let go.

    Raises OpeningTaken: somebody was first, or the rota has no such time; then nothing at all has changed.
    """
    if not 0 < len(resident) <= MAX_ID:
        raise OpeningNotReadable("We do not know who this time is for.")
    with database.writing() as db:
        return hold_in(db, opening, resident=resident, until=now + timedelta(minutes=minutes), now=now)


def hold_in(db: sa.Connection, opening: Opening, *, resident: str, until: datetime, now: datetime) -> Hold:
    """The same in the caller's transaction, which must end with the error if there is one. Raises OpeningTaken."""
    kept = Hold(id=secrets.token_urlsafe(16), until=until, opening=opening)
    cells = opening.claims(resident)
    clear_way(db, opening, cells, resident=resident, now=now)
    store.add_hold(db, kept.id, opening, resident=resident, until=until)
    store.add_claims(db, cells, holder=kept.id, state=store.HELD, until=until)
    return kept


def release_holds(database: Database, *, resident: str) -> None:
    """Let go of whatever `resident` holds and has not confirmed."""
    with database.writing() as db:
        store.release_holds_of(db, resident)


def clear_way(
    db: sa.Connection, opening: Opening, cells: list[tuple[str, int]], *, resident: str, now: datetime
) -> None:
    """Free the cells of `opening` of what may go. Raises OpeningTaken when it was never on offer."""
    if opening.start < now or not store.clear_the_way(db, opening, cells, resident=resident, now=now):
        raise OpeningTaken("That time is no longer on offer. Please choose another one.")


def confirm_visit(database: Database, hold_id: str, *, resident: str, now: datetime, tell: Tell | None = None) -> Visit:
    """Make a hold a visit. Confirming twice gives the same visit, told of once. Raises HoldExpired, HoldNotFound."""
    with database.writing() as db:
        code = store.confirm_hold(db, hold_id, resident=resident, now=now)
        if code is not None:
            made = _write_visit(db, hold_id, store.labelled(db, code), resident=resident, now=now)
            return told(db, made, tell)
        if not store.is_hold_of(db, hold_id, resident):
            raise HoldNotFound("We cannot find the time that you were choosing. Please choose a time again.")
        booked = store.visit_row(db, visit.c.hold == hold_id)
        if booked is None:
            raise HoldExpired("We kept that time for you, but the time to confirm ran out. Please choose again.")
        return visit_of(db, booked)


def _write_visit(db: sa.Connection, hold_id: str, opening: Opening, *, resident: str, now: datetime) -> Visit:
    hub = store.the_hub(db)
    values = {
        "reference": new_reference(), "hold": hold_id, "resident": resident, "hub": hub.id, "host": hub.host,
        "state": store.BOOKED, "version": 1, "start": opening.start, "finish": opening.finish, "booked_at": now,
        "changed_at": now,
    }  # fmt: skip
    while not store.add_visit(db, values):
        values["reference"] = new_reference()
    reference = str(values["reference"])
    store.write_legs(db, reference, opening)
    return Visit(
        reference=reference, resident=resident, state=store.BOOKED, version=1, start=opening.start,
        finish=opening.finish, legs=opening.legs, host=hub.host, hub=hub,
    )  # fmt: skip
