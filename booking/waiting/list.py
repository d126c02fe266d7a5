"""The joint waiting list: who waits for which agencies, what is kept for whom, and taking it or passing it on.

Locks are taken as in `booking.visits`, with a row of the list after the hold that is kept for it, or before any hold.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from booking.errors import HoldExpired, HoldNotFound, OfferOver
from booking.openings import LegRequest, Opening, read_opening_code
from booking.tables import WAITS as ON_THE_LIST
from booking.tables import hold, waiting
from booking.visits import store
from booking.visits.holding import confirm_visit
from booking.visits.model import Tell, Visit, told
from booking.wishes import Wishes
from foundation.database import Database

WAITS, OFFERED, BOOKED, LEFT, GONE = "waiting", "offered", "booked", "left", "gone"
OVER = "We kept that time for you, but the time to answer ran out. You are still on the list."
NO_WISHES = Wishes()


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Somebody on the list. `declined` are the starts of what they were offered and did not take."""

    id: str
    resident: str
    hub: str
    legs: tuple[LegRequest, ...]
    wishes: Wishes
    state: str
    since: datetime
    offers: int
    declined: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An opening that is kept for one of those who wait, until `until`. `number` counts the offers to them."""

    waiting: str
    resident: str
    number: int
    opening: Opening
    hold: str
    until: datetime


def join(
    database: Database, legs: Sequence[LegRequest], *, resident: str, now: datetime, wishes: Wishes = NO_WISHES
) -> Waiting:
    """Put `resident` on the list, at its end. Who is on it already keeps the place, with what is asked for now."""
    wanted = {"legs": [leg.as_json() for leg in legs], "wishes": wishes.as_json()}
    with database.writing() as db:
        dialect = postgresql if db.dialect.name == "postgresql" else sqlite
        new = dialect.insert(waiting).values(
            id=secrets.token_hex(12), resident=resident, hub=store.the_hub(db).id, state=WAITS, since=now, **wanted
        )
        db.execute(new.on_conflict_do_update(index_elements=["resident"], index_where=ON_THE_LIST, set_=wanted))
        return waiting_of(db.execute(sa.select(waiting).where(waiting.c.resident == resident, _here())).one())


def place_of(database: Database, resident: str) -> Waiting | None:
    """The place that `resident` has on the list now, if any."""
    with database.reading() as db:
        row = db.execute(sa.select(waiting).where(waiting.c.resident == resident, _here())).one_or_none()
    return None if row is None else waiting_of(row)


def offer_to(database: Database, resident: str, *, now: datetime) -> Offer | None:
    """What is kept for `resident` and can still be taken."""
    query = (
        sa.select(waiting, hold.c.opening)
        .join(hold, hold.c.id == waiting.c.hold)
        .where(waiting.c.resident == resident, waiting.c.state == OFFERED, waiting.c.until > now)
        .where(hold.c.state == store.HELD)
    )
    with database.reading() as db:
        row = db.execute(query).one_or_none()
        return None if row is None else offer_of(row, store.labelled(db, row.opening))


def offer_of(row: sa.Row[Any], opening: Opening) -> Offer:
    """The offer that a row of the list stands for."""
    return Offer(
        waiting=row.id, resident=row.resident, number=row.offers, opening=opening, hold=row.hold, until=row.until
    )


def accept(database: Database, offer: Offer, *, now: datetime, tell: Tell | None = None) -> Visit:
    """Make what is kept a visit, by the conditional update that confirms any hold. Twice gives the same visit.

    Raises OfferOver when it ran out, or was passed on; then the place on the list is as it was.
    """

    def leave_list(db: sa.Connection, booked: Visit) -> None:
        mine = (waiting.c.id == offer.waiting) & (waiting.c.hold == offer.hold) & _here()
        done = db.execute(sa.update(waiting).where(mine).values(state=BOOKED, ended_at=now))
        if done.rowcount != 1:  # they were offered another one meanwhile: with this one they would have two
            raise OfferOver(OVER)
        told(db, booked, tell)

    try:
        return confirm_visit(database, offer.hold, resident=offer.resident, now=now, tell=leave_list)
    except (HoldExpired, HoldNotFound) as error:
        raise OfferOver(OVER) from error


def decline(database: Database, offer: Offer) -> None:
    """Give back what is kept, and stay on the list; the same time is not offered again. Raises OfferOver."""
    with database.writing() as db:
        if not store.release_hold(db, offer.hold):
            raise OfferOver(OVER)
        mine = (waiting.c.id == offer.waiting) & (waiting.c.hold == offer.hold) & (waiting.c.state == OFFERED)
        row = db.execute(sa.select(waiting.c.declined).where(mine).with_for_update()).one_or_none()
        if row is not None:
            pass_on(db, offer.waiting, row.declined, offer.opening.id)


def pass_on(db: sa.Connection, number: str, declined: Sequence[str], code: str) -> None:
    """The place `number` waits on, and is not offered again what begins when the opening of `code` does."""
    start = read_opening_code(code).start.isoformat()
    done = {"state": WAITS, "until": None, "declined": sorted({*declined, start})}
    db.execute(sa.update(waiting).where(waiting.c.id == number).values(**done))


def leave(database: Database, resident: str, *, now: datetime) -> bool:
    """Take `resident` off the list, and give back what is kept for them. Whether they were on it."""
    with database.writing() as db:
        kept = db.execute(sa.select(waiting.c.hold).where(waiting.c.resident == resident, _here())).scalar_one_or_none()
        if kept is not None:
            store.release_hold(db, kept)
        gone = sa.update(waiting).where(waiting.c.resident == resident, _here())
        return db.execute(gone.values(state=LEFT, ended_at=now)).rowcount == 1


def forget(db: sa.Connection, resident: str) -> None:
    """Delete every place that `resident` ever had; what is kept for them is given back."""
    mine = waiting.c.resident == resident
    for kept in db.execute(sa.select(waiting.c.hold).where(mine, waiting.c.hold.is_not(None)).order_by(waiting.c.hold)):
        store.release_hold(db, kept.hold)
    db.execute(sa.delete(waiting).where(mine))


def forget_ended(db: sa.Connection, *, before: datetime) -> None:
    """Delete the places that ended before then."""
    db.execute(sa.delete(waiting).where(waiting.c.ended_at < before))


def _here() -> sa.ColumnElement[bool]:
    return waiting.c.state.in_((WAITS, OFFERED))


def waiting_of(row: sa.Row[Any]) -> Waiting:
    """A place on the list from its row."""
    return Waiting(
        id=row.id, resident=row.resident, hub=row.hub, state=row.state, since=row.since, offers=row.offers,
        legs=tuple(map(LegRequest.from_json, row.legs)), wishes=Wishes.from_json(row.wishes),
        declined=tuple(row.declined),
    )  # fmt: skip
