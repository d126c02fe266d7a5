"""Something at the hub breaks: its visits are settled, everyone concerned is told once, and cases keep a line of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa

from booking.disruptions import settling
from booking.disruptions.planning import BY_HAND
from booking.disruptions.reseating import reseat_lost
from booking.disruptions.settling import Settled, TellOf
from booking.tables import disrupted_visit, disruption, visit
from booking.visits.model import Tell, Visit
from booking.visits.statements import BOOKED
from casework import tables as t
from casework.cases import note
from casework.promise import promise_by
from casework.telling import tell_changed
from casework.ways import NOBODY, Ways
from foundation.database import Database

AT_IT = timedelta(minutes=1)
DISRUPTION = "disruption"  # the kind of line on a case


@dataclass(frozen=True, kw_only=True)
class Broken:
    """What a manager reports: `whom` is "adviser:ID", "room:ID" or "hub"; instants are aware."""

    whom: str
    first: datetime
    end: datetime
    note: str = ""
    hub: str | None = None


@dataclass(frozen=True, kw_only=True)
class ToRing:
    """A visit that broke and for which nothing fits: a person rings. `note` is what was said of what broke."""

    reference: str
    start: datetime
    note: str
    since: datetime
    case: str | None
    named_contact: str | None


def report_disruption(database: Database, broken: Broken, *, by: str, now: datetime, ways: Ways = NOBODY) -> Settled:
    """Take what broke out of the rota and settle every visit that it hits; `by` is who says so.

    Reported twice it is one disruption, and nobody is told twice. Raises DisruptionNotPossible, RotaBusy.
    """
    return settling.report(
        database, broken.whom, broken.first, broken.end, note=broken.note, by=by, now=now, hub_id=broken.hub,
        tell=_teller(ways, now),
    )  # fmt: skip


def reseat_broken(
    database: Database, hub: str, references: Collection[str], *, by: str, now: datetime, ways: Ways = NOBODY
) -> Settled:
    """Find another place for those of these visits that a change of the rota broke; `by` is who says so.

    Told and noted as of what breaks. Raises DisruptionNotPossible where none of them needs a place.
    """
    return reseat_lost(database, hub, references, by=by, now=now, tell=_teller(ways, now))


def go_on(database: Database, *, now: datetime, ways: Ways = NOBODY) -> int:
    """Settle what a crash has left in the middle; how many disruptions there were. Safe to run at any time.

    What was reported in the last minute is left to whoever reported it, who is at it.
    """
    left = settling.unsettled(database, until=now - AT_IT)
    for name in left:
        settling.settle(database, name, now=now, tell=_teller(ways, now))
    return len(left)


def to_ring(database: Database, *, now: datetime, hub: str | None = None) -> list[ToRing]:
    """The visits that somebody has to ring about, the next one first: broken, and not changed since."""
    d, case = disrupted_visit.c, t.case_file.c
    asked = (
        sa.select(visit.c.reference, visit.c.start, case.reference.label("case"), case.named_contact)
        .add_columns(sa.func.min(d.at).label("since"), sa.func.max(disruption.c.note).label("note"))
        .join(disrupted_visit, d.visit == visit.c.reference)
        .join(disruption, disruption.c.id == d.disruption)
        .outerjoin(t.case_file, case.visit_reference == visit.c.reference)
        .where(d.what == BY_HAND, visit.c.state == BOOKED, visit.c.changed_at <= d.at, visit.c.finish > now)
        .group_by(visit.c.reference, visit.c.start, case.reference, case.named_contact)
        .order_by(visit.c.start, visit.c.reference)
    )
    if hub is not None:
        asked = asked.where(visit.c.hub == hub)
    with database.reading() as db:
        return [ToRing(**row._asdict()) for row in db.execute(asked)]


def _teller(ways: Ways, now: datetime) -> TellOf:
    def of(kind: Literal["reseated", "by_hand"], before: Visit) -> Tell:
        told = tell_changed(kind, ways=ways, now=now, before=before)

        def tell(db: sa.Connection, after: Visit) -> None:
            told(db, after)
            _note(db, before, after, by_hand=kind == "by_hand", now=now)

        return tell

    return of


def _note(db: sa.Connection, before: Visit, after: Visit, *, by_hand: bool, now: datetime) -> None:
    """A line on the case; where a person has to ring, its named contact promises anew to be in touch."""
    c = t.case_file.c
    case = db.execute(sa.select(c.reference, c.named_contact).where(c.visit_reference == after.reference)).first()
    if case is None:
        return
    said = "The visit cannot be as planned, and nothing else fits. Please ring." if by_hand else _said(before, after)
    note(db, case.reference, who="Front Door", kind=DISRUPTION, text=said, now=now)
    if by_hand and case.named_contact is not None:
        soon = promise_by(now, urgent=True)
        mine = t.case_file.update().where(c.reference == case.reference)
        db.execute(mine.values(promise_by=soon, promise_kept_at=None))


def _said(before: Visit, after: Visit) -> str:
    if [leg.start for leg in before.legs] == [leg.start for leg in after.legs]:
        return "Somebody or a room was not there. The visit stays at its time with another one."
    if before.start.date() == after.start.date():
        return "Somebody or a room was not there. A part of the visit has another time on the same day."
    return "Somebody or a room was not there. The visit is on another day."
