"""Freed time goes to those who wait: first come, first offered, held for them, and passed on when it runs out."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from booking.errors import OpeningsNotPossible, OpeningTaken
from booking.finding.finding import find_openings
from booking.openings import Opening, OpeningsResult
from booking.rotas.holidays import earliest_start, is_working_day
from booking.tables import hold, waiting
from booking.visits import store
from booking.visits.holding import hold_in
from booking.visits.statements import EXPIRED, RELEASED
from booking.waiting.list import GONE, OFFERED, WAITS, Offer, Waiting, offer_of, pass_on, waiting_of
from booking.waiting.patience import kept_until, may_be_told
from foundation.clock import to_london
from foundation.database import Database

log = logging.getLogger("frontdoor.waiting")
DAYS = 28  # how far ahead freed time is looked for
MOST_OFFERS = 5  # after these a person rings instead
LONGEST = timedelta(days=90)
TRIES = 12  # openings that are looked at for one person, best first

# Called in the transaction that makes the offer or takes somebody off the list, so that what is told of has happened.
type TellOffer = Callable[[sa.Connection, Offer], None]
type TellGone = Callable[[sa.Connection, Waiting], None]


def offer_freed(
    database: Database, *, now: datetime, tell: TellOffer | None = None, gone: TellGone | None = None
) -> list[Offer]:
    """Offer each opening that there is now to the first who waits for it. Safe to run at any time, by several.

    What ran out is passed on first. People are told of offers from 9am to 5pm on working days only. Who took none of
    MOST_OFFERS, or waited LONGEST, leaves the list, and `gone` tells somebody who rings them.
    """
    _pass_on_what_ran_out(database, now=now)
    _let_go(database, now=now, gone=gone)
    if not may_be_told(now, works=_works):
        return []
    made = []
    nothing: set[str] = set()  # questions that had no answer: who comes later and asks the same gets none either
    for place in _in_turn(database, now=now):
        asked = f"{place.hub} {place.legs} {place.wishes}"
        if asked in nothing:
            continue
        found = _openings_for(database, place, now=now)
        theirs = place.declined or any(blocker.kind == "resident" for blocker in found.blockers)
        if not found.openings and not theirs:
            nothing.add(asked)
        fresh = (each for each in found.openings if each.start.isoformat() not in place.declined)
        offer = next((kept for each in fresh if (kept := _offer(database, place, each, now=now, tell=tell))), None)
        if offer is not None:
            made.append(offer)
    return made


def _works(at: datetime) -> bool:
    return is_working_day(to_london(at).date())


def _in_turn(database: Database, *, now: datetime) -> Iterator[Waiting]:
    """Those who wait, longest first; without those who are choosing a time just now, as that would be let go."""
    choosing = sa.exists().where(hold.c.resident == waiting.c.resident, hold.c.state == store.HELD, hold.c.until > now)
    query = sa.select(waiting).where(waiting.c.state == WAITS, ~choosing).order_by(waiting.c.since, waiting.c.id)
    with database.reading() as db:
        rows = db.execute(query).all()
    yield from map(waiting_of, rows)


def _openings_for(database: Database, place: Waiting, *, now: datetime) -> OpeningsResult:
    try:
        return find_openings(
            database, place.legs, resident=place.resident, from_day=to_london(now).date(), days=DAYS, now=now,
            wishes=place.wishes, hub=place.hub, limit=TRIES,
        )  # fmt: skip
    except OpeningsNotPossible as error:  # an agency that has left the hub must not stop the others
        log.warning("somebody waits for what is not offered any more: %s", error)
        return OpeningsResult(openings=(), blocked_by=None)


def _offer(
    database: Database, place: Waiting, opening: Opening, *, now: datetime, tell: TellOffer | None
) -> Offer | None:
    """Keep `opening` for the one who waits. None when another process was first, with the person or with the time."""
    until = kept_until(opening.start, now=now, works=_works, earliest=earliest_start)
    if until is None:
        return None
    free = (waiting.c.id == place.id) & (waiting.c.state == WAITS) & (waiting.c.offers == place.offers)
    taken = sa.update(waiting).where(free).values(state=OFFERED, until=until, offers=place.offers + 1)
    try:
        with database.writing() as db:
            if db.execute(taken).rowcount != 1:
                return None
            kept = hold_in(
                db, opening, resident=place.resident, until=until, now=now, wishes=place.wishes, asked=place.legs
            )
            done = sa.update(waiting).where(waiting.c.id == place.id).values(hold=kept.id).returning(waiting)
            offer = offer_of(db.execute(done).one(), store.labelled(db, opening.id))
            if tell is not None:
                tell(db, offer)
            return offer
    except OpeningTaken:
        return None


def _pass_on_what_ran_out(database: Database, *, now: datetime) -> None:
    """Offers that nobody answered, or whose hold is gone in another way, go back: the person waits on."""
    query = (
        sa.select(waiting.c.id, waiting.c.declined, hold.c.opening)
        .join(hold, hold.c.id == waiting.c.hold)
        .where(waiting.c.state == OFFERED)
        .where((waiting.c.until <= now) | hold.c.state.in_((RELEASED, EXPIRED)))
        .order_by(waiting.c.id)
        .with_for_update(of=waiting)
    )
    with database.writing() as db:
        for row in db.execute(query).all():
            pass_on(db, row.id, row.declined, row.opening)


def _let_go(database: Database, *, now: datetime, gone: TellGone | None) -> None:
    tired = (waiting.c.offers >= MOST_OFFERS) | (waiting.c.since <= now - LONGEST)
    off = sa.update(waiting).where(waiting.c.state == WAITS, tired).values(state=GONE, ended_at=now)
    with database.writing() as db:
        for row in db.execute(off.returning(waiting)).all():
            if gone is not None:
                gone(db, waiting_of(row))
