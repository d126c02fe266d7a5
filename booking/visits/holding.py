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
from booking.visits.making import make_visit
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
    if database.one_writer:
        with database.reading() as db:
            holds.lose_early(db, wanted, now=now)
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

    HoldExpired also where the rota lost its time meanwhile: the hold has then ended.
    """
    with database.writing() as db:
        found = sql.CONFIRM_HOLD.rows(db, holder=hold_id, of=resident, now=now)
        if found:
            made = make_visit(db, hold_id, _kept(found[0], resident), now=now)
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
