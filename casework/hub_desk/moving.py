"""A manager moves or cancels a visit: with a reason, which the case keeps, and everyone concerned is told."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from booking.errors import VisitNotFound
from booking.finding.finding import find_openings
from booking.openings import LegRequest, Opening, OpeningsResult
from booking.visits.changing import cancel_visit, reseat_visit
from booking.visits.model import Tell, Visit, load_visit, read_opening
from casework import tables as t
from casework.cases import note
from casework.hub_desk.board import BEGUN, DONE, visit_on_board
from casework.hub_desk.errors import NotOffered, VisitUnknown
from casework.staff import Staff
from casework.telling import tell_changed
from casework.ways import Ways
from foundation.database import Database

DAYS, CHOICES = 28, 8
HUB = "hub"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a manager does with a visit, and why. `version` is the visit's as they saw it."""

    reference: str
    reason: str
    version: int


def times_for(database: Database, reference: str, *, from_day: date, now: datetime) -> OpeningsResult:
    """Other times for what is left of a visit, the best first, as its person asked for it. Raises VisitUnknown."""
    try:
        visit = load_visit(database, reference)
    except VisitNotFound as error:
        raise VisitUnknown(str(error)) from error
    return find_openings(
        database, _left(database, visit), resident=visit.resident, from_day=from_day, days=DAYS, now=now,
        limit=CHOICES, instead_of=reference, wishes=visit.wishes, hub=visit.hub.id, why_not_sooner=True,
    )  # fmt: skip


def _left(database: Database, visit: Visit) -> tuple[LegRequest, ...]:
    """The legs that have not begun: what is done stays done."""
    states = {each.number: each.state for each in visit_on_board(database, visit.reference).legs}
    return tuple(each for number, each in enumerate(visit.requests, 1) if states[number] not in (BEGUN, DONE))


def move(database: Database, who: Staff, asked: Asked, code: str, *, now: datetime, ways: Ways) -> Visit:
    """Move what is left of a visit to the opening of `code`.

    Raises VisitUnknown, NotOffered (another visit's opening), and what `reseat_visit` and `read_opening` raise.
    """
    try:
        before = load_visit(database, asked.reference)
    except VisitNotFound as error:
        raise VisitUnknown(str(error)) from error
    opening = read_opening(database, code)
    if _services(opening) != sorted(each.service_id for each in _left(database, before)):
        raise NotOffered("That time is for another visit. Choose a time from the list.")
    said = tell_changed("moved", ways=ways, now=now, before=before)
    tell = _noted(said, who, f"Moved by the hub: {asked.reason}", now)
    return reseat_visit(database, asked.reference, opening, now=now, tell=tell, version=asked.version)


def _services(opening: Opening) -> list[str]:
    return sorted(each.service_id for each in opening.legs)


def cancel(database: Database, who: Staff, asked: Asked, *, now: datetime, ways: Ways) -> Visit:
    """Cancel a visit that has not begun. Raises VisitUnknown, VisitOver, VisitChanged."""
    tell = _noted(tell_changed("cancelled", ways=ways, now=now), who, f"Cancelled by the hub: {asked.reason}", now)
    try:
        return cancel_visit(database, asked.reference, now=now, tell=tell, version=asked.version)
    except VisitNotFound as error:
        raise VisitUnknown(str(error)) from error


def _noted(said: Tell, who: Staff, text: str, now: datetime) -> Tell:
    """Tell, and keep a line on the case, in the transaction that changes the visit."""

    def tell(db: sa.Connection, visit: Visit) -> None:
        said(db, visit)
        case = t.case_file.c
        found = db.execute(sa.select(case.reference).where(case.visit_reference == visit.reference)).scalar()
        if found is not None:
            note(db, found, who=who.name, kind=HUB, text=text, now=now)

    return tell
