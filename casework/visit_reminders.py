"""Reminders of a visit, two days and two hours before it, to the person's own phone or mailbox and in their hours.

Several processes may run this at once and at any time: `UNIQUE(about, kind, version, channel)` of the outbox lets each
reminder be written once, and a visit at the same time is not reminded of again because something inside it changed.
What is no longer true when a reminder is about to go out is dropped there; see `still_true`.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from booking.tables import visit as v
from booking.visits.model import Visit, visit_in
from casework import tables as t
from casework.answers_by_text import Question, ask
from casework.outbox import Parcel, put
from casework.safe_times import AHEAD, KINDS, Kind, hours_of, is_due
from casework.still_true import REMINDERS, waits_for_a_person
from casework.telling import when_and_where
from casework.ways import Reach, Ways, language_of, reach
from casework.work import words
from foundation.clock import cell_of
from foundation.database import Database
from foundation.languages import speaking

log = logging.getLogger("frontdoor.reminders")
KEEP, CHANGE = "keep", "change"


@dataclass(frozen=True)
class Reminded:
    """What one run did: reminders written, and visits at which something of ours went wrong."""

    written: int
    failed: int


def remind_of_visits(database: Database, *, ways: Ways, now: datetime) -> Reminded:
    """Write every reminder that is due. One that cannot be written is logged and never holds up another."""
    written = failed = 0
    for reference in _coming(database, now):
        try:
            with database.reading() as db:
                due = _due(db, reference, ways=ways, now=now) is not None
            if due:  # looked at again where nobody else can write
                with database.writing() as db:
                    written += _remind(db, reference, ways=ways, now=now)
        except Exception:  # whatever is wrong with one visit, the others are reminded
            log.exception("the reminder of one visit could not be written; the others go on")
            failed += 1
    return Reminded(written, failed)


def about_reminder(visit: Visit) -> str:
    """What a reminder tells of: this visit at this time."""
    return f"{REMINDERS}{visit.reference}:{cell_of(visit.start)}"


def _coming(database: Database, now: datetime) -> Sequence[str]:
    soon = (v.c.state == "booked", v.c.start > now, v.c.start <= now + AHEAD, ~waits_for_a_person())
    query = sa.select(v.c.reference).join(t.case_file, t.case_file.c.visit_reference == v.c.reference)
    with database.reading() as db:
        return list(db.execute(query.where(*soon).order_by(v.c.start, v.c.reference)).scalars())


def _due(db: sa.Connection, reference: str, *, ways: Ways, now: datetime) -> tuple[Visit, Kind, Reach] | None:
    """The visit, which reminder of it is to be written now, and to where; None while there is nothing to write."""
    case = db.execute(sa.select(t.case_file).where(t.case_file.c.visit_reference == reference)).first()
    if case is None:
        return None
    visit, hours = visit_in(db, reference), hours_of(case.contact)
    told_at = _told_at(db, reference, case.reference)
    due = [
        kind
        for kind in KINDS
        if is_due(kind, visit.start, told_at=told_at, hours=hours, now=now) and not _was_sent(db, visit, kind)
    ]
    to = reach(db, case.contact, visit.resident, ways=ways) if visit.state == "booked" and due else None
    return None if to is None else (visit, due[-1], to)


def _remind(db: sa.Connection, reference: str, *, ways: Ways, now: datetime) -> bool:
    due = _due(db, reference, ways=ways, now=now)
    return due is not None and _write(db, *due, ways=ways, now=now)


def _told_at(db: sa.Connection, reference: str, case: str) -> datetime:
    """When they last heard of this visit at its present time, from us or because they did it."""
    e, o = t.case_event.c, t.outbox.c
    booked: datetime = db.execute(sa.select(v.c.booked_at).where(v.c.reference == reference)).scalar_one()
    did = sa.select(sa.func.max(e.at)).where(e.case_reference == case, e.kind == "visit")
    said = sa.select(sa.func.max(o.written_at)).where(o.about == f"visit:{reference}")
    heard: list[datetime | None] = [db.execute(query).scalar() for query in (did, said)]
    return max([booked, *(each for each in heard if each is not None)])


def _was_sent(db: sa.Connection, visit: Visit, kind: Kind) -> bool:
    o = t.outbox.c
    mine = (o.about == about_reminder(visit), o.kind == kind.name, o.state != "dropped")
    return bool(db.execute(sa.select(sa.exists().where(*mine))).scalar_one())


def _write(db: sa.Connection, visit: Visit, kind: Kind, to: Reach, *, ways: Ways, now: datetime) -> bool:
    by_text, language = to.channel != "email", language_of(db, visit.resident)
    with speaking(language):
        told = when_and_where(visit) | {"link": f"{ways.public_url}/visit/{visit.reference}"}
        text = words(f"reminders.{'text' if by_text else 'email'}", **told)
        body = ways.body(to.channel, text, subject=words("emails.subject"))
    parcel = Parcel(
        about=about_reminder(visit), kind=kind.name, version=visit.version, channel=to.channel, address=to.address,
        body=body, conversation_id=visit.resident, language=language,
    )  # fmt: skip
    if not put(db, parcel, now=now):
        return False
    if by_text:
        question = Question(
            channel=to.channel, address=to.address, kind=kind.name, about=parcel.about, version=visit.version,
            choices=(KEEP, CHANGE), until=visit.start,
        )  # fmt: skip
        ask(db, question, now=now)
    return True
