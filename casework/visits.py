"""A booked visit after the conversation: who may open its page, change it, cancel it."""

import hmac
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from booking.finding.finding import find_openings
from booking.openings import Opening
from booking.progress import progress
from booking.progress.progress import Step
from booking.visits.changing import cancel_visit, change_visit
from booking.visits.model import Tell, Visit, load_visit, read_opening
from casework import tables as t
from casework.cases import Case, _from, note
from casework.telling import tell_changed
from casework.ways import NOBODY, Ways
from foundation.clock import to_london
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.references import NotAReference, read_reference

DAYS = 28
ARRIVED, RESIDENT = "arrived", "Resident"


class VisitLocked(FrontDoorError):
    """The reference and the proof do not belong together; which of them is wrong is not said."""


def case_of_visit(database: Database, reference: str) -> Case | None:
    """The case that booked this visit."""
    with database.reading() as db:
        row = db.execute(sa.select(t.case_file).where(t.case_file.c.visit_reference == reference)).one_or_none()
    return None if row is None else _from(row)


def unlock_visit(database: Database, reference: str, proof: str) -> str:
    """The visit's reference, when `proof` is the first name or the phone's last three digits that were given.

    Raises VisitLocked.
    """
    refused = VisitLocked("Those two do not match. Check your reference, and the name or number that you gave us.")
    try:
        case = case_of_visit(database, read_reference(reference))
    except NotAReference as error:
        raise refused from error
    if case is None or case.visit_reference is None:
        raise refused
    digits = "".join(c for c in case.contact.get("phone", "") if c.isdigit())[-3:]
    name = case.contact.get("name", "").split(" ")[0].casefold()
    given = proof.strip().casefold()
    if not any(known and hmac.compare_digest(given.encode(), known.encode()) for known in (digits, name)):
        raise refused
    return case.visit_reference


def other_openings(database: Database, visit: Visit, *, now: datetime) -> tuple[Opening, ...]:
    """Up to three other times at which all the agencies of this visit can see the person as they asked for it."""
    found = find_openings(
        database, visit.requests, resident=visit.resident, from_day=to_london(now).date(), days=DAYS, now=now, limit=4,
        instead_of=visit.reference, wishes=visit.wishes, hub=visit.hub.id,
    )  # fmt: skip
    return tuple(opening for opening in found.openings if opening.start != visit.start)[:3]


def move_visit(database: Database, reference: str, opening_id: str, *, now: datetime, ways: Ways = NOBODY) -> Visit:
    """Move a visit to an opening that was offered for it, and tell its case.

    Raises OpeningTaken, OpeningNotReadable, VisitOver; the visit then stays as it was.
    """
    before = load_visit(database, reference)
    opening = read_opening(database, opening_id)
    if sorted(leg.service_id for leg in opening.legs) != sorted(leg.service_id for leg in before.legs):
        raise VisitLocked("That time is for another visit. Please choose a time from the list.")
    tell = _telling("moved", "The resident moved the visit", before=before, now=now, ways=ways)
    return change_visit(database, reference, opening, now=now, tell=tell)


def end_visit(database: Database, reference: str, *, now: datetime, ways: Ways = NOBODY) -> Visit:
    """Cancel a visit and tell its case. Raises VisitOver."""
    tell = _telling("cancelled", "The resident cancelled the visit", now=now, ways=ways)
    return cancel_visit(database, reference, now=now, tell=tell)


def _telling(
    kind: Literal["moved", "cancelled"], text: str, *, now: datetime, ways: Ways, before: Visit | None = None
) -> Tell:
    """Tell everyone concerned, and the case, in the transaction of the change."""
    told = tell_changed(kind, ways=ways, now=now, before=before)

    def tell(db: sa.Connection, visit: Visit) -> None:
        told(db, visit)
        note_on_case(db, visit.reference, who=RESIDENT, kind="visit", text=text, now=now)

    return tell


def arrive(database: Database, reference: str, *, now: datetime) -> bool:
    """The person is here: known, and told to their case, once on the visit's day and on no other.

    Whether this was the first that we heard of it. Raises VisitNotFound.
    """

    def tell(db: sa.Connection, step: Step) -> None:
        note_on_case(db, step.visit.reference, who=RESIDENT, kind=ARRIVED, text="Arrived at the hub", now=now)

    return progress.arrive(database, reference, now=now, tell=tell)


def note_on_case(db: sa.Connection, reference: str, *, who: str, kind: str, text: str, now: datetime) -> None:
    """Add a line to the case that booked this visit, if one did."""
    case = db.scalar(sa.select(t.case_file.c.reference).where(t.case_file.c.visit_reference == reference))
    if case is not None:
        note(db, case, who=who, kind=kind, text=text, now=now)
