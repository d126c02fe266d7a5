"""What a manager presses on the day, and what may be pressed now. Each step is noted on the case, with who it was."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from booking.errors import VisitNotFound
from booking.progress import progress
from booking.progress.progress import Step
from booking.progress.states import MISSED_AFTER, UNDO_WITHIN
from casework import tables as t
from casework.cases import note
from casework.handing_over import hand_over
from casework.hub_desk.board import BEGUN, BOOKED, DONE, MISSED, PLANNED, BoardLeg, BoardVisit
from casework.hub_desk.errors import VisitUnknown
from casework.staff import Staff
from directory.labels import agency_label
from foundation.clock import to_london
from foundation.database import Database
from foundation.languages import ENGLISH, speaking

HUB = "hub"  # the kind of line on a case
SAID = {
    "arrived": "Arrived at the hub",
    "not_here": "Is not here after all",
    "no_show": "Did not come",
    "undone": "Taken back",
    "begun": "{agency} began",
    "done": "{agency} finished",
    "missed": "{agency} was missed",
    "handed_over": "Handed over to {agency}",
}


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """What somebody pressed: `do` is a key of OF_VISIT or OF_LEG, `line` what is passed on at a hand-over."""

    do: str
    number: int | None = None
    line: str = ""


def press(database: Database, who: Staff, reference: str, pressed: Pressed, *, now: datetime) -> None:
    """Take one step with a visit. A step that is not known does nothing.

    Raises VisitUnknown, and StepNotPossible whose text says why not.
    """

    def tell(db: sa.Connection, step: Step) -> None:
        _note(db, who, step, now)

    try:
        if pressed.number is None:
            _of_visit(database, reference, pressed.do, now, tell)
        else:
            _of_leg(database, reference, pressed, now, tell)
    except VisitNotFound as error:
        raise VisitUnknown(str(error)) from error


def _of_visit(database: Database, reference: str, do: str, now: datetime, tell: progress.TellStep) -> None:
    if do == "arrived":
        progress.arrive(database, reference, now=now, tell=tell)
    elif do == "not_here":
        progress.not_here(database, reference, now=now, tell=tell)
    elif do == "no_show":
        progress.no_show(database, reference, now=now, tell=tell)
    elif do == "undo":
        progress.undo(database, reference, None, now=now, tell=tell)


def _of_leg(database: Database, reference: str, pressed: Pressed, now: datetime, tell: progress.TellStep) -> None:
    number = pressed.number
    assert number is not None
    if pressed.do == "hand_over":
        hand_over(database, reference, number, line=pressed.line, now=now, tell=tell)
    elif pressed.do == "undo":
        progress.undo(database, reference, number, now=now, tell=tell)
    elif pressed.do in OF_LEG:
        OF_LEG[pressed.do](database, reference, number, now=now, tell=tell)


OF_LEG: dict[str, Callable[..., Step]] = {
    "begin": progress.begin_leg,
    "done": progress.finish_leg,
    "missed": progress.missed,
}


def _note(db: sa.Connection, who: Staff, step: Step, now: datetime) -> None:
    case = t.case_file.c
    found = db.execute(sa.select(case.reference).where(case.visit_reference == step.visit.reference)).scalar()
    if found is None:
        return
    with speaking(ENGLISH):
        agency = agency_label(step.leg.planned.agency) if step.leg else ""
    said = SAID[step.what].format(agency=agency)
    if step.what == "undone" and agency:
        said = f"{said}: {agency}"
    note(db, found, who=who.name, kind=HUB, text=said, now=now)


# ---------------------------------------------------------------- what may be pressed
@dataclass(frozen=True, kw_only=True)
class Offered:
    """The buttons of a visit and of each of its legs (by number), the likeliest first."""

    visit: tuple[str, ...]
    legs: dict[int, tuple[str, ...]]


NOTHING = Offered(visit=(), legs={})


def offered(found: BoardVisit, *, now: datetime) -> Offered:
    """What makes sense to press now; the use case still decides. Nothing on any day but the visit's own."""
    if found.state != BOOKED or to_london(found.start).date() != to_london(now).date():
        return NOTHING
    seen = any(each.state in (BEGUN, DONE) for each in found.legs)
    return Offered(
        visit=_for_visit(found, seen, now), legs={each.number: _for_leg(found, each, now) for each in found.legs}
    )


def _for_visit(found: BoardVisit, seen: bool, now: datetime) -> tuple[str, ...]:
    if found.arrived_at is not None:
        return ("not_here",) if not seen and now <= found.arrived_at + UNDO_WITHIN else ()
    gone = [each.done_at for each in found.legs if each.state == MISSED and each.done_at]
    if len(gone) == len(found.legs):
        return ("undo",) if now <= max(gone) + UNDO_WITHIN else ()
    if seen:
        return ()
    late = any(each.state == PLANNED and now >= each.start + MISSED_AFTER for each in found.legs)
    return ("arrived", "no_show") if late else ("arrived",)


def _for_leg(found: BoardVisit, each: BoardLeg, now: datetime) -> tuple[str, ...]:
    pressed = each.begun_at if each.state == BEGUN else each.done_at
    undo = ("undo",) if pressed is not None and now <= pressed + UNDO_WITHIN else ()
    nobody_came = all(other.state == MISSED for other in found.legs)
    if each.state == PLANNED:
        with_another = any(other.state == BEGUN and other.start != each.start for other in found.legs)
        begin = () if with_another else ("begin",)
        missed = found.arrived_at is not None and now >= each.start + MISSED_AFTER
        return (*begin, "missed") if missed else begin
    follows = any(other.state == PLANNED for other in found.legs)
    hand_over = ("hand_over",) if follows and each.state in (BEGUN, DONE) else ()
    if each.state == BEGUN:
        return ("done", *hand_over, *undo)
    return () if nobody_came else (*hand_over, *undo)
