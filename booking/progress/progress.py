"""What people press on the day: each step one transaction, told of in it, and the cells that it frees are given back.

The visit's row is taken first, then the advisers', then the claims: the order of locks of `booking.visits`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from booking.errors import OpeningTaken
from booking.progress import states, store
from booking.progress.arriving import Here, how_it_stands
from booking.progress.states import BEGUN, DONE, Leg, StepNotPossible, UndoTooLate
from booking.visits.model import Visit, not_found, visit_in
from booking.visits.statements import BOOKED
from foundation.clock import LONDON, to_london
from foundation.database import Database
from foundation.languages import marked

LONGEST_LINE = 200


@dataclass(frozen=True, kw_only=True)
class Step:
    """What has just happened: `what` is arrived, not_here, begun, done, missed, no_show, handed_over or undone.

    `leg` is whose step it was, or the leg that something is handed to; None where it is the whole visit.
    """

    what: str
    visit: Visit
    legs: tuple[Leg, ...]
    leg: Leg | None = None

    @property
    def following(self) -> Leg | None:
        """The next leg that has not begun."""
        return states.next_leg(self.legs)


# Called in the transaction of the step, so that what is told of has happened.
type TellStep = Callable[[sa.Connection, Step], None]


def progress_of(database: Database, reference: str) -> tuple[Leg, ...]:
    """The legs of a visit and how far each is, in order; none for a reference that is not ours."""
    with database.reading() as db:
        return store.legs_in(db, reference)


def here(database: Database, reference: str, *, now: datetime) -> Here:
    """How it stands for the person of this visit, who is at the hub. Raises VisitNotFound."""
    with database.reading() as db:
        found = visit_in(db, reference)
        at = store.arrived_at(db, reference)
        return how_it_stands(found, store.legs_in(db, reference), arrived_at=at, now=now)


def arrive(database: Database, reference: str, *, now: datetime, tell: TellStep | None = None) -> bool:
    """The person is here: known once on the visit's day, however many screens are touched, and on no other day.

    Whether this was the first that we heard of it. Raises VisitNotFound.
    """
    with database.writing() as db:
        row, legs = _taken(db, reference)
        if row.state != BOOKED or _day(row.start) != _day(now) or not _note_arrival(db, reference, now):
            return False
        _told(tell, db, Step(what="arrived", visit=visit_in(db, reference), legs=legs))
        return True


def not_here(database: Database, reference: str, *, now: datetime, tell: TellStep | None = None) -> Step:
    """Take an arrival back that was pressed by mistake. Raises VisitNotFound, StepNotPossible, UndoTooLate."""
    with database.writing() as db:
        row, legs = _booked(db, reference)
        if row.arrived_at is None or any(leg.state in (BEGUN, DONE) for leg in legs):
            raise StepNotPossible(marked("There is nothing to take back."))
        if now > row.arrived_at + states.UNDO_WITHIN:
            raise UndoTooLate(marked("It is too late to take that back. Please ask the hub manager."))
        store.not_here(db, reference)
        return _told(tell, db, Step(what="not_here", visit=visit_in(db, reference), legs=legs))


def begin_leg(database: Database, reference: str, number: int, *, now: datetime, tell: TellStep | None = None) -> Step:
    """An agency begins with the person: at its time, late, or sooner where its adviser and room are free.

    Whoever is seen has arrived. Raises VisitNotFound, LegNotFound, StepNotPossible.
    """
    with database.writing() as db:
        row, legs = _booked(db, reference)
        leg = states.leg_of(legs, number)
        changed = leg.begun(now)
        states.may_begin(legs, leg, now=now)
        store.nobody_else_with(db, reference, (leg.planned.adviser, leg.planned.interpreter))
        if not leg.planned.by_phone:
            _note_arrival(db, reference, now)
        try:
            return _kept(db, row, legs, "begun", [changed], now=now, tell=tell)
        except OpeningTaken as error:
            raise StepNotPossible(marked("Their adviser or room is not free yet.")) from error


def finish_leg(database: Database, reference: str, number: int, *, now: datetime, tell: TellStep | None = None) -> Step:
    """An agency is done with the person. Early, the rest of its time is given back, and the next may begin sooner.

    Raises VisitNotFound, LegNotFound, StepNotPossible.
    """
    with database.writing() as db:
        row, legs = _booked(db, reference)
        return _kept(db, row, legs, "done", [states.leg_of(legs, number).done(now)], now=now, tell=tell)


def missed(database: Database, reference: str, number: int, *, now: datetime, tell: TellStep | None = None) -> Step:
    """The person did not come to this leg; the others stay. Time that is still ahead is given back.

    Raises VisitNotFound, LegNotFound, StepNotPossible, TooSoon.
    """
    with database.writing() as db:
        row, legs = _booked(db, reference)
        return _kept(db, row, legs, "missed", [states.leg_of(legs, number).missed(now)], now=now, tell=tell)


def no_show(database: Database, reference: str, *, now: datetime, tell: TellStep | None = None) -> Step:
    """A person at the hub decides that nobody comes to this visit any more; all its time ahead is given back.

    Raises VisitNotFound, StepNotPossible (somebody came), TooSoon.
    """
    with database.writing() as db:
        row, legs = _booked(db, reference)
        here = row.arrived_at is not None and _day(row.arrived_at) == _day(row.start)
        if here or any(leg.state in (BEGUN, DONE) for leg in legs):
            raise StepNotPossible(marked("This person came. Mark only the part that they missed."))
        first = states.next_leg(legs)
        if first is None:
            raise StepNotPossible(marked("Every part of this visit is already marked."))
        first.missed(now)  # the first one says whether it is too soon; the others go with it
        away = [replace(leg, state=states.MISSED, done_at=now) for leg in legs if leg.open]
        return _kept(db, row, legs, "no_show", away, now=now, tell=tell)


def hand_over(
    database: Database, reference: str, number: int, *, line: str, now: datetime, tell: TellStep | None = None
) -> Step:
    """Leg `number` hands the person to the next one, with one `line` of what they agreed to pass on ("": nothing).

    Raises VisitNotFound, LegNotFound, StepNotPossible (not begun, nobody comes next, or the line is too long).
    """
    text = " ".join(line.split())
    if len(text) > LONGEST_LINE:
        raise StepNotPossible(marked("Please keep the note to one line of 200 letters."))
    with database.writing() as db:
        row, legs = _booked(db, reference)
        if states.leg_of(legs, number).state not in (BEGUN, DONE):
            raise StepNotPossible(marked("That part has not begun yet."))
        following = states.next_leg(legs)
        if following is None:
            raise StepNotPossible(marked("Nobody comes next. This was the last part."))
        return _kept(db, row, legs, "handed_over", [replace(following, handed_over=text)], now=now, tell=tell)


def undo(
    database: Database, reference: str, number: int | None, *, now: datetime, tell: TellStep | None = None
) -> Step:
    """Take back the last step of a leg, or a whole no-show (None), within a few minutes of pressing it by mistake.

    Raises VisitNotFound, LegNotFound, StepNotPossible, UndoTooLate (also where its time is somebody else's now).
    """
    with database.writing() as db:
        row, legs = _booked(db, reference)
        wrong = [states.leg_of(legs, number)] if number is not None else states.marked_together(legs)
        back = [leg.undone(now) for leg in wrong]
        people = [name for leg in back if leg.state == BEGUN for name in (leg.planned.adviser, leg.planned.interpreter)]
        store.nobody_else_with(db, reference, people)
        try:
            return _kept(db, row, legs, "undone", back, now=now, tell=tell)
        except OpeningTaken as error:
            raise UndoTooLate(marked("Somebody else has that time now. Please ask the hub manager.")) from error


def _kept(
    db: sa.Connection, row: sa.Row[Any], legs: Sequence[Leg], what: str, changed: Sequence[Leg], *, now: datetime,
    tell: TellStep | None,
) -> Step:  # fmt: skip
    """Write the legs that changed, and have exactly the cells that the visit still needs. Raises OpeningTaken."""
    after = tuple(legs)
    for leg in changed:
        after = states.put_back(after, leg)
        store.write_leg(db, row.reference, leg)
    store.next_version(db, row.reference)
    store.keep_cells(db, row.hold, states.still_needed(after, resident=row.resident, now=now), now=now)
    step = Step(
        what=what, visit=visit_in(db, row.reference), legs=after, leg=changed[0] if len(changed) == 1 else None
    )  # fmt: skip
    return _told(tell, db, step)


def _told(tell: TellStep | None, db: sa.Connection, step: Step) -> Step:
    if tell is not None:
        tell(db, step)
    return step


def _taken(db: sa.Connection, reference: str) -> tuple[sa.Row[Any], tuple[Leg, ...]]:
    row = store.take_visit(db, reference)
    if row is None:
        raise not_found()
    return row, store.legs_in(db, reference)


def _booked(db: sa.Connection, reference: str) -> tuple[sa.Row[Any], tuple[Leg, ...]]:
    row, legs = _taken(db, reference)
    if row.state != BOOKED:
        raise StepNotPossible(marked("That visit was cancelled."))
    return row, legs


def _note_arrival(db: sa.Connection, reference: str, now: datetime) -> bool:
    morning = datetime.combine(_day(now), time(), LONDON)
    return store.arrived(db, reference, since=morning, now=now)


def _day(instant: datetime) -> date:
    return to_london(instant).date()
