"""The board of one day at the hub: who comes when, and how far each visit is. First names and references only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from booking.tables import adviser, leg, visit
from casework import tables as t
from casework.hub_desk.errors import VisitUnknown
from foundation.clock import LONDON
from foundation.database import Database

BOOKED, CANCELLED = "booked", "cancelled"
PLANNED, BEGUN, DONE, MISSED = "planned", "begun", "done", "missed"


@dataclass(frozen=True, kw_only=True)
class BoardLeg:
    """One leg on the board. `adviser`, `room` and `interpreter` are labels; by phone where `room` is empty.

    `state`: planned, begun, done or missed. Instants are aware UTC.
    """

    number: int
    agency: str
    service_id: str
    start: datetime
    finish: datetime
    adviser_id: str
    adviser: str
    room: str
    interpreter: str
    state: str
    begun_at: datetime | None
    done_at: datetime | None
    handed_over: str


@dataclass(frozen=True, kw_only=True)
class BoardVisit:
    """One visit on the board. `name` is the first name that was given, or empty."""

    reference: str
    name: str
    state: str
    version: int
    start: datetime
    finish: datetime
    arrived_at: datetime | None
    case: str | None
    legs: tuple[BoardLeg, ...]

    @property
    def stage(self) -> str:
        """Where it stands: cancelled, expected, here, missed or over."""
        states = {each.state for each in self.legs}
        if self.state == CANCELLED:
            return CANCELLED
        if states <= {DONE, MISSED}:
            return "over" if DONE in states else MISSED
        return "here" if self.arrived_at or states & {BEGUN, DONE} else "expected"

    @property
    def next_leg(self) -> BoardLeg | None:
        """The leg that is going on, or comes next."""
        return next((each for each in self.legs if each.state in (PLANNED, BEGUN)), None)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The instants at which a London day begins and the next one does."""
    return datetime.combine(day, time(), LONDON), datetime.combine(day + timedelta(days=1), time(), LONDON)


def board(database: Database, hub_id: str, day: date) -> list[BoardVisit]:
    """The visits of one London day at a hub, the earliest first; cancelled ones among them."""
    first, end = day_bounds(day)
    with database.reading() as db:
        return visits_where(db, (visit.c.hub == hub_id) & (visit.c.start >= first) & (visit.c.start < end))


def visit_on_board(database: Database, reference: str) -> BoardVisit:
    """One visit as the board has it. Raises VisitUnknown."""
    with database.reading() as db:
        found = visits_where(db, visit.c.reference == reference)
    if not found:
        raise VisitUnknown("We have no visit with that reference. Check it and try again.")
    return found[0]


def visits_of(database: Database, references: Iterable[str]) -> dict[str, BoardVisit]:
    """These visits by reference; one that is not there is left out."""
    with database.reading() as db:
        return {each.reference: each for each in visits_where(db, visit.c.reference.in_(list(references)))}


def visits_where(db: sa.Connection, where: sa.ColumnElement[bool]) -> list[BoardVisit]:
    """The visits that `where` picks, with their legs and first names."""
    columns = [visit.c[name] for name in ("reference", "state", "version", "start", "finish", "arrived_at")]
    case = t.case_file.c
    query = (
        sa.select(*columns, case.reference.label("case"), case.contact)
        .outerjoin(t.case_file, case.visit_reference == visit.c.reference)
        .where(where)
        .order_by(visit.c.start, visit.c.reference)
    )
    rows = db.execute(query).all()
    legs = _legs_of(db, [row.reference for row in rows])
    return [_visit(row, legs.get(row.reference, [])) for row in rows]


def _visit(row: Any, legs: list[BoardLeg]) -> BoardVisit:
    contact = row.contact or {}
    return BoardVisit(
        reference=row.reference,
        name=str(contact.get("name") or "").split(" ")[0],
        state=row.state,
        version=row.version,
        start=row.start,
        finish=row.finish,
        arrived_at=row.arrived_at,
        case=row.case,
        legs=tuple(legs),
    )


def _legs_of(db: sa.Connection, references: Iterable[str]) -> dict[str, list[BoardLeg]]:
    person, third = adviser.alias("person"), adviser.alias("third")
    query = (
        sa.select(leg, person.c.label.label("person"), third.c.label.label("third"))
        .outerjoin(person, person.c.id == leg.c.adviser)
        .outerjoin(third, third.c.id == leg.c.interpreter)
        .where(leg.c.visit.in_(list(references)))
        .order_by(leg.c.visit, leg.c.number)
    )
    found: dict[str, list[BoardLeg]] = {}
    for row in db.execute(query):
        found.setdefault(row.visit, []).append(
            BoardLeg(
                number=row.number,
                agency=row.agency,
                service_id=row.service_id,
                start=row.start,
                finish=row.finish,
                adviser_id=row.adviser,
                adviser=row.person or row.adviser,
                room=row.room_label or row.room,
                interpreter=row.third or row.interpreter,
                state=row.state,
                begun_at=row.begun_at,
                done_at=row.done_at,
                handed_over=row.handed_over,
            )
        )
    return found
