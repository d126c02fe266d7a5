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
from booking.openings import LegRequest, Opening, read_opening_code
from booking.tables import visit
from booking.visits import holds, store
from booking.visits import statements as sql
from booking.visits.making import draft_visit, make_visit
from booking.visits.model import Hold, Tell, Visit, told, visit_of
from booking.visits.wanted import NO_WISHES, Wanted
from booking.wishes import Wishes
from foundation.database import Database

HOLD_MINUTES = 10
MAX_ID = 64


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
    kept, ready = _new(wanted, until=now + timedelta(minutes=minutes)), None
    if database.one_writer:
        with database.reading() as db:
            if holds.is_clear(db, wanted, now=now):
                ready = holds.new_hold(db, kept.id, wanted, until=kept.until)
    with database.writing() as db:
        if ready is None or not holds.add_new(db, ready):
            _keep(db, kept, wanted, now=now, waits_for_disk=False)
    return kept


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
    kept = _new(wanted, until=until)
    _keep(db, kept, wanted, now=now, waits_for_disk=True)
    return kept


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


def _new(wanted: Wanted, *, until: datetime) -> Hold:
    name = secrets.token_urlsafe(16)
    return Hold(id=name, until=until, opening=wanted.opening, wishes=wanted.wishes, asked=wanted.asked)


def _keep(db: sa.Connection, kept: Hold, wanted: Wanted, *, now: datetime, waits_for_disk: bool) -> None:
    holds.make_way(db, wanted, now=now, waits_for_disk=waits_for_disk)
    holds.add_hold(db, kept.id, wanted, until=kept.until)


def confirm_visit(database: Database, hold_id: str, *, resident: str, now: datetime, tell: Tell | None = None) -> Visit:
    """Make a hold a visit. Confirming twice gives the same visit, told of once. Raises HoldExpired, HoldNotFound.

    HoldExpired also where the rota lost its time meanwhile: the hold has then ended.
    """
    wanted, draft = None, None
    if database.one_writer:
        with database.reading() as db:
            found = sql.OPEN_HOLD.rows(db, holder=hold_id, of=resident, now=now)
            if found:
                wanted = _kept(found[0], resident)
                draft = draft_visit(db, hold_id, wanted, now=now)
    with database.writing() as db:
        found = sql.CONFIRM_HOLD.rows(db, holder=hold_id, of=resident, now=now)
        if found:
            made = make_visit(db, hold_id, wanted or _kept(found[0], resident), now=now, draft=draft)
            if made is not None:
                return told(db, made, tell)
            holds.void(db, hold_id)
        elif not holds.is_hold_of(db, hold_id, resident):
            raise HoldNotFound("We cannot find the time that you were choosing. Please choose a time again.")
        elif (booked := store.visit_row(db, visit.c.hold == hold_id)) is not None:
            return visit_of(db, booked)
    raise HoldExpired("We kept that time for you, but the time to confirm ran out. Please choose again.")


def _kept(row: tuple[Any, ...], resident: str) -> Wanted:
    """What a hold is on."""
    opening, wishes, asked = row
    return Wanted(
        opening=read_opening_code(opening), resident=resident, wishes=Wishes.from_json(json.loads(wishes)),
        asked=tuple(map(LegRequest.from_json, json.loads(asked))),
    )  # fmt: skip
