"""A disruption is reported once; then each visit that it hits is settled, in order of start, each in one transaction.

Safe to run twice and after a crash in the middle: what was settled is not hit any more, or stands in `disrupted_visit`.
Whoever changes a visit meanwhile is first: its version says so, and it is looked at again as it is now.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from booking.disruptions.planning import BY_HAND, Remedy, remedy_for
from booking.disruptions.reading import (
    HUB,
    WAITING,
    Disruption,
    as_it_is,
    disruption_in,
    disruption_of,
    visits_hit,
)
from booking.disruptions.taking import take_out
from booking.errors import OpeningTaken, VisitChanged, VisitOver
from booking.progress.store import legs_in, take_visit
from booking.tables import adviser, disrupted_visit, disruption, hub, room, visit
from booking.visits.changing import reseat_visit
from booking.visits.model import Tell, Visit, visit_in
from booking.visits.statements import BOOKED
from foundation.clock import CELL_SECONDS, cell_of
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.languages import marked

LONGEST = timedelta(days=366)
LONGEST_NOTE = 200
TRIES = 8

# Makes what is called in the transaction that settles a visit: how it was settled, and the visit as it was before.
type TellOf = Callable[[Literal["reseated", "by_hand"], Visit], Tell]


class DisruptionNotPossible(FrontDoorError):
    """What was reported cannot be. The text says why; nothing was changed."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one visit: `what` is same_time, moved_leg, moved_visit or by_hand (a person rings)."""

    reference: str
    what: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A disruption with what became of every visit that it hit, the earliest first."""

    disruption: Disruption
    visits: tuple[Outcome, ...]

    @property
    def by_hand(self) -> tuple[str, ...]:
        """The references of the visits about which a person has to ring."""
        return tuple(outcome.reference for outcome in self.visits if outcome.what == BY_HAND)


def report(
    database: Database,
    whom: str,
    first: datetime,
    end: datetime,
    *,
    note: str,
    by: str,
    now: datetime,
    hub_id: str | None = None,
    tell: TellOf | None = None,
) -> Settled:
    """`whom` ("adviser:ID", "room:ID" or "hub") is not there from `first` to `end` (aware), as `by` has found.

    Takes it out of the rota and settles every visit that it hits. Reported twice it is one disruption, and what is left
    to settle is settled. Raises DisruptionNotPossible, RotaBusy.
    """
    wanted = _wanted(whom, first, end, note=note, by=by, now=now)
    with database.writing() as db:
        wanted["hub"] = _hub_of(db, whom, hub_id)
        said = "|".join(str(wanted[name]) for name in ("hub", "whom", "first_cell", "end_cell"))
        wanted["id"] = hashlib.sha256(said.encode()).hexdigest()[:32]
        take_out(db, disruption_in(db, wanted["id"]) or disruption_of(wanted), now=now)
        dialect = postgresql if db.dialect.name == "postgresql" else sqlite
        db.execute(dialect.insert(disruption).values(**wanted).on_conflict_do_nothing())
    return settle(database, wanted["id"], now=now, tell=tell)


def settle(database: Database, name: str, *, now: datetime, tell: TellOf | None = None) -> Settled:
    """Go on with a disruption that was reported: every visit that it still hits. Raises DisruptionNotPossible."""
    with database.reading() as db:
        broken = disruption_in(db, name)
    if broken is None:
        raise DisruptionNotPossible(marked("That was never reported."))
    with database.reading() as db:
        hit = visits_hit(db, broken, now=now)
    for reference in hit:
        _settle_visit(database, broken, reference, now=now, tell=tell)
    with database.writing() as db:
        outcomes = _outcomes(db, name)
        if set(visits_hit(db, broken, now=now)) <= {outcome.reference for outcome in outcomes}:
            open_still = (disruption.c.id == name) & disruption.c.settled_at.is_(None)
            db.execute(sa.update(disruption).where(open_still).values(settled_at=now))
            # Somebody was first with these: they have their place.
            d = disrupted_visit.c
            db.execute(sa.delete(disrupted_visit).where(d.disruption == name, d.what == WAITING))
        return Settled(disruption=broken, visits=outcomes)


def unsettled(database: Database, *, until: datetime | None = None) -> list[str]:
    """The disruptions (reported `until` then) whose settling was broken off, the oldest first: `settle` goes on."""
    asked = sa.select(disruption.c.id).where(disruption.c.settled_at.is_(None)).order_by(disruption.c.at)
    if until is not None:
        asked = asked.where(disruption.c.at <= until)
    with database.reading() as db:
        return list(db.scalars(asked))


def _wanted(whom: str, first: datetime, end: datetime, *, note: str, by: str, now: datetime) -> dict[str, Any]:
    """The row, in whole cells: a part of one is gone with the rest."""
    text = " ".join(note.split())
    for wrong, says in (
        (end <= first, marked("It ends before it begins.")),
        (end <= now, marked("That is over. Tell us about what is still to come.")),
        (end - first > LONGEST, marked("That is more than a year. Change the rota instead.")),
        (len(text) > LONGEST_NOTE, marked("Please keep the note to one line of 200 letters.")),
    ):
        if wrong:
            raise DisruptionNotPossible(says)
    last = -(-int(end.timestamp()) // CELL_SECONDS)
    return {"whom": whom, "first_cell": cell_of(first), "end_cell": last, "note": text, "by": by, "at": now}


def _hub_of(db: sa.Connection, whom: str, hub_id: str | None) -> str:
    kind, _, name = whom.partition(":")
    asked = {
        "adviser": sa.select(adviser.c.hub).where(adviser.c.id == name),
        "room": sa.select(room.c.hub).where(room.c.id == name),
        HUB: sa.select(hub.c.id).where(hub.c.id == hub_id if hub_id else sa.true()).order_by(hub.c.id).limit(1),
    }.get(kind)
    found = db.scalar(asked) if asked is not None else None
    if found is None or (hub_id and found != hub_id):
        raise DisruptionNotPossible(marked("We do not know that person or room."))
    return str(found)


def _settle_visit(
    database: Database, broken: Disruption, reference: str, *, now: datetime, tell: TellOf | None
) -> None:
    for _ in range(TRIES):
        with database.reading() as db:
            found, legs = visit_in(db, reference), legs_in(db, reference)
            seen = as_it_is(db, broken, reference, now=now)
        if found.state != BOOKED or not any(seen.hits(leg) for leg in legs):
            return  # somebody was first: it is cancelled, or elsewhere by now
        if _try(database, broken, found, remedy_for(database, found, legs, seen, now=now), now=now, tell=tell):
            return
    # Others are always a little faster: a person settles it.
    _by_hand(database, broken, found, now=now, tell=tell)


def _try(
    database: Database, broken: Disruption, found: Visit, remedy: Remedy, *, now: datetime, tell: TellOf | None
) -> bool:
    """Carry the remedy out. False when somebody was first, so that the visit has to be looked at again."""
    if remedy.opening is None:
        return _by_hand(database, broken, found, now=now, tell=tell)

    def settled(db: sa.Connection, after: Visit) -> None:
        _write(db, broken, found.reference, remedy.what, now=now)
        if tell is not None:
            tell("reseated", found)(db, after)

    try:
        reseat_visit(database, found.reference, remedy.opening, now=now, tell=settled, version=found.version)
    except (VisitChanged, OpeningTaken):
        return False
    except VisitOver:
        return True  # cancelled meanwhile
    return True


def _by_hand(database: Database, broken: Disruption, found: Visit, *, now: datetime, tell: TellOf | None) -> bool:
    """Leave it to a person, who is told once, however often and of whatever it is reported."""
    with database.writing() as db:
        row = take_visit(db, found.reference)
        if row is None or (row.state, row.version) != (BOOKED, found.version):
            return False
        known = _known_by_hand(db, found.reference, since=row.changed_at)
        _write(db, broken, found.reference, BY_HAND, now=now)
        if tell is not None and not known:
            tell("by_hand", found)(db, found)
    return True


def _known_by_hand(db: sa.Connection, reference: str, *, since: datetime) -> bool:
    d = disrupted_visit.c
    told = sa.exists().where(d.visit == reference, d.what == BY_HAND, d.at >= since)
    return bool(db.scalar(sa.select(told)))


def _write(db: sa.Connection, broken: Disruption, reference: str, what: str, *, now: datetime) -> None:
    d = disrupted_visit.c
    mine = (d.disruption == broken.id) & (d.visit == reference)
    again = sa.update(disrupted_visit).where(mine)
    if not db.execute(again.values(what=what, at=now)).rowcount:
        db.execute(sa.insert(disrupted_visit).values(disruption=broken.id, visit=reference, what=what, at=now))


def _outcomes(db: sa.Connection, name: str) -> tuple[Outcome, ...]:
    d = disrupted_visit.c
    asked = (
        sa.select(d.visit, d.what, d.at)
        .outerjoin(visit, visit.c.reference == d.visit)
        .where(d.disruption == name, d.what != WAITING)
        .order_by(visit.c.start, d.visit)
    )
    return tuple(Outcome(reference=row.visit, what=row.what, at=row.at) for row in db.execute(asked))
