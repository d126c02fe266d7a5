"""Holding, confirming, changing and cancelling a visit: each is one transaction, all or nothing.

Locks are taken in one order everywhere (a visit's row, hold rows by id, then claims sorted), so that two writers wait
for each other and never in a ring. `hold` is who owns claims, before and after the visit is confirmed.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from booking import store
from booking.errors import HoldExpired, HoldNotFound, OpeningNotReadable, OpeningTaken, VisitNotFound, VisitOver
from booking.finding import find_openings
from booking.hub import Hub
from booking.loading import load_rota
from booking.openings import LegRequest, Opening, OpeningLeg, OpeningsResult, read_opening_code
from booking.tables import visit
from foundation.database import Database
from foundation.references import new_reference

__all__ = [
    "Hold",
    "LegRequest",
    "Opening",
    "OpeningLeg",
    "OpeningsResult",
    "Visit",
    "cancel_visit",
    "change_visit",
    "confirm_visit",
    "find_openings",
    "hold_opening",
    "load_rota",
    "load_visit",
    "read_opening",
    "release_holds",
]

HOLD_MINUTES = 10
MAX_ID = 64


@dataclass(frozen=True, kw_only=True)
class Hold:
    """An opening that is kept for one person until `until` (aware UTC)."""

    id: str
    until: datetime
    opening: Opening


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A joined-up visit. `version` counts from 1 and grows with every change; `state` is booked or cancelled."""

    reference: str
    resident: str
    state: str
    version: int
    start: datetime
    finish: datetime
    legs: tuple[OpeningLeg, ...]
    host: str
    hub: Hub


# Called in the transaction that books, moves or cancels, so that what is told of has happened.
type Tell = Callable[[sa.Connection, Visit], None]


def read_opening(database: Database, code: str) -> Opening:
    """The opening that the code `code` (an `Opening.id`) stands for. Raises OpeningNotReadable."""
    with database.reading() as db:
        return read_opening_code(code, store.room_labels(db))


def hold_opening(
    database: Database, opening: Opening, *, resident: str, now: datetime, minutes: int = HOLD_MINUTES
) -> Hold:
    """Keep `opening` for `resident` for `minutes`. What the resident held before is let go.

    Raises OpeningTaken: somebody was first, or the rota has no such time; then nothing at all has changed.
    """
    if not 0 < len(resident) <= MAX_ID:
        raise OpeningNotReadable("We do not know who this time is for.")
    kept = Hold(id=secrets.token_urlsafe(16), until=now + timedelta(minutes=minutes), opening=opening)
    cells = opening.claims(resident)
    with database.writing() as db:
        _clear(db, opening, cells, resident=resident, now=now)
        store.add_hold(db, kept.id, opening, resident=resident, until=kept.until)
        store.add_claims(db, cells, holder=kept.id, state=store.HELD, until=kept.until)
    return kept


def release_holds(database: Database, *, resident: str) -> None:
    """Let go of whatever `resident` holds and has not confirmed."""
    with database.writing() as db:
        store.release_holds_of(db, resident)


def _clear(db: sa.Connection, opening: Opening, cells: list[tuple[str, int]], *, resident: str, now: datetime) -> None:
    """Free the cells of `opening` of what may go. Raises OpeningTaken when it was never on offer."""
    if opening.start < now or not store.clear_the_way(db, opening, cells, resident=resident, now=now):
        raise OpeningTaken("That time is no longer on offer. Please choose another one.")


def confirm_visit(database: Database, hold_id: str, *, resident: str, now: datetime, tell: Tell | None = None) -> Visit:
    """Make a hold a visit. Confirming twice gives the same visit, told of once. Raises HoldExpired, HoldNotFound."""
    with database.writing() as db:
        code = store.confirm_hold(db, hold_id, resident=resident, now=now)
        if code is not None:
            made = _write_visit(db, hold_id, store.labelled(db, code), resident=resident, now=now)
            return _told(db, made, tell)
        if not store.is_hold_of(db, hold_id, resident):
            raise HoldNotFound("We cannot find the time that you were choosing. Please choose a time again.")
        booked = store.visit_row(db, visit.c.hold == hold_id)
        if booked is None:
            raise HoldExpired("We kept that time for you, but the time to confirm ran out. Please choose again.")
        return _visit(db, booked)


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


def change_visit(
    database: Database, reference: str, opening: Opening, *, now: datetime, tell: Tell | None = None
) -> Visit:
    """Move a visit to `opening`: claims the new cells and gives back the old ones in one transaction.

    Raises OpeningTaken (the visit stays as it was), VisitNotFound, VisitOver.
    """
    with database.writing() as db:
        row = _next_version(db, reference, now, start=opening.start, finish=opening.finish)
        cells = opening.claims(str(row.resident))
        _clear(db, opening, cells, resident=row.resident, now=now)
        before = store.claims_of(db, row.hold)
        fresh = [cell for cell in cells if cell not in before]
        store.add_claims(db, fresh, holder=row.hold, state=store.BOOKED, until=None)
        store.drop_claims(db, row.hold, sorted(before - set(cells)))
        store.replace_legs(db, reference, store.labelled(db, opening.id))
        return _told(db, _load(db, reference), tell)


def cancel_visit(database: Database, reference: str, *, now: datetime, tell: Tell | None = None) -> Visit:
    """Cancel a visit and give its cells back. A cancelled one stays so. Raises VisitNotFound, VisitOver."""
    with database.writing() as db:
        booked = _load(db, reference)
        if booked.state == store.CANCELLED:
            return booked
        row = _next_version(db, reference, now, state=store.CANCELLED)
        store.drop_claims(db, row.hold)
        return _told(db, _load(db, reference), tell)


def _told(db: sa.Connection, changed: Visit, tell: Tell | None) -> Visit:
    if tell is not None:
        tell(db, changed)
    return changed


def _next_version(db: sa.Connection, reference: str, now: datetime, **values: object) -> sa.Row[tuple[object, ...]]:
    """Take the visit's row, while it is booked and has not begun. Raises VisitNotFound, VisitOver."""
    changeable = (visit.c.reference == reference) & (visit.c.state == store.BOOKED) & (visit.c.start > now)
    changed = sa.update(visit).where(changeable).values(version=visit.c.version + 1, changed_at=now, **values)
    taken = db.execute(changed).rowcount == 1
    row = store.visit_row(db, visit.c.reference == reference)
    if row is None:
        raise _not_found()
    if not taken:
        raise VisitOver("That visit was cancelled or has already begun, so it cannot be changed.")
    return row


def load_visit(database: Database, reference: str) -> Visit:
    """The visit with `reference`. Raises VisitNotFound."""
    with database.reading() as db:
        return _load(db, reference)


def _load(db: sa.Connection, reference: str) -> Visit:
    row = store.visit_row(db, visit.c.reference == reference)
    if row is None:
        raise _not_found()
    return _visit(db, row)


def _not_found() -> VisitNotFound:
    return VisitNotFound("We have no visit with that reference. Please check it and try again.")


def _visit(db: sa.Connection, row: sa.Row[tuple[object, ...]]) -> Visit:
    names = ("reference", "resident", "state", "version", "start", "finish", "host")
    return Visit(
        **{name: row._mapping[name] for name in names},
        legs=store.legs_of(db, row.reference),
        hub=store.hub_by_id(db, row.hub),
    )
