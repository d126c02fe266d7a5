"""After a visit to which nobody came: one kind message, in the person's way and hours, once it can't be a mistake."""

import logging
from datetime import datetime, timedelta

import sqlalchemy as sa

from booking.progress.states import MISSED, UNDO_WITHIN
from booking.progress.store import take_visit
from booking.tables import leg
from booking.tables import visit as v
from booking.visits.model import Visit, visit_in
from booking.visits.statements import BOOKED
from casework import tables as t
from casework.outbox import Parcel, put
from casework.safe_times import hours_of, is_safe
from casework.telling import contact_of, when_and_where
from casework.visits import note_on_case
from casework.ways import Ways, language_of, reach
from casework.work import words
from foundation.clock import to_london
from foundation.database import Database
from foundation.languages import speaking

log = logging.getLogger("frontdoor.following_up")
FOR = timedelta(days=2)  # later than that nobody is asked any more
KIND = "missed"


def follow_up(database: Database, *, ways: Ways, now: datetime) -> int:
    """Ask those who could not come whether another time suits; how many were written to. Safe to run at any time.

    Nobody within the minutes in which a press is taken back, nobody who came after all, and nobody twice.
    """
    with database.reading() as db:
        found = db.scalars(sa.select(v.c.reference).where(*_nobody_came(now))).all()
    written = 0
    for reference in found:
        try:
            with database.writing() as db:
                take_visit(db, reference)  # so that two processes do not both write
                written += _write(db, reference, ways=ways, now=now)
        except Exception:  # whatever is wrong with one visit, the others are asked
            log.exception("one person could not be asked whether another time suits; the others go on")
    return written


def _nobody_came(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    legs = leg.c.visit == v.c.reference
    asked = sa.exists().where(t.outbox.c.about == sa.literal("visit:").concat(v.c.reference), t.outbox.c.kind == KIND)
    marked = sa.select(sa.func.max(leg.c.done_at)).where(legs).scalar_subquery()
    return (
        v.c.state == BOOKED,
        v.c.finish > now - FOR,
        ~sa.exists().where(legs, leg.c.state != MISSED),
        marked < now - UNDO_WITHIN,
        ~asked,
    )


def _write(db: sa.Connection, reference: str, *, ways: Ways, now: datetime) -> bool:
    if db.scalar(sa.select(v.c.reference).where(v.c.reference == reference, *_nobody_came(now))) is None:
        return False
    visit, contact = visit_in(db, reference), contact_of(db, reference)
    if _came(db, visit) or contact is None or not is_safe(now, hours_of(contact)):
        return False
    to = reach(db, contact, visit.resident, ways=ways)
    if to is None:
        return False
    language = language_of(db, visit.resident)
    with speaking(language):
        body = ways.body(to.channel, words("texts.missed", **when_and_where(visit)), subject=words("emails.subject"))
    parcel = Parcel(
        about=f"visit:{reference}", kind=KIND, version=visit.version, channel=to.channel, address=to.address,
        body=body, conversation_id=visit.resident, language=language,
    )  # fmt: skip
    put(db, parcel, now=now)
    note_on_case(db, reference, who="Front Door", kind="visit", text="We asked whether another time suits", now=now)
    return True


def _came(db: sa.Connection, visit: Visit) -> bool:
    at = db.scalar(sa.select(v.c.arrived_at).where(v.c.reference == visit.reference))
    return at is not None and to_london(at).date() == to_london(visit.start).date()
