"""How a leg goes: planned, then begun, then done; or planned, then missed. Each step back within a few minutes.

Plain values: `now` is aware UTC, and what may not be is an error whose text people may read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from booking.openings import OpeningLeg
from foundation.clock import CELL_SECONDS, to_london
from foundation.errors import FrontDoorError
from foundation.languages import marked

PLANNED, BEGUN, DONE, MISSED = "planned", "begun", "done", "missed"
OPEN = (PLANNED, BEGUN)
MISSED_AFTER = timedelta(minutes=10)
UNDO_WITHIN = timedelta(minutes=5)


class LegNotFound(FrontDoorError):
    """The visit has no leg with that number."""


class StepNotPossible(FrontDoorError):
    """The leg, or the visit, is not where this step begins. Nothing was changed."""


class TooSoon(StepNotPossible):
    """A leg is not missed before its person had some minutes to come."""


class UndoTooLate(StepNotPossible):
    """The minutes for taking a step back are over, or its time is somebody else's now."""


@dataclass(frozen=True, kw_only=True)
class Leg:
    """A leg of a visit and how far it is. `number` counts from 1; instants are aware UTC.

    `done_at`: when it was finished, or said to be missed. `handed_over`: one line from the leg before.
    """

    number: int
    planned: OpeningLeg
    state: str = PLANNED
    begun_at: datetime | None = None
    done_at: datetime | None = None
    handed_over: str = ""

    @property
    def open(self) -> bool:
        """Whether it is still to come, or going on."""
        return self.state in OPEN

    @property
    def early_minutes(self) -> int:
        """How many minutes before its planned end it was done; 0 when it was not."""
        if self.state != DONE or self.done_at is None:
            return 0
        return max(0, int((self.planned.finish - self.done_at) / timedelta(minutes=1)))

    def begun(self, now: datetime) -> Self:
        """It begins now. Raises StepNotPossible."""
        self._must_be(PLANNED)
        return replace(self, state=BEGUN, begun_at=now)

    def done(self, now: datetime) -> Self:
        """It is over. Raises StepNotPossible."""
        self._must_be(BEGUN)
        return replace(self, state=DONE, done_at=now)

    def missed(self, now: datetime) -> Self:
        """The person did not come to it. Raises StepNotPossible, TooSoon."""
        self._must_be(PLANNED)
        if now < self.planned.start + MISSED_AFTER:
            raise TooSoon(marked("Please wait 10 minutes after the start. They may still come."))
        return replace(self, state=MISSED, done_at=now)

    def undone(self, now: datetime) -> Self:
        """One step back from the last one, pressed by mistake. Raises StepNotPossible, UndoTooLate."""
        pressed = self.begun_at if self.state == BEGUN else self.done_at
        if pressed is None:
            raise StepNotPossible(marked("There is nothing to take back."))
        if not pressed <= now <= pressed + UNDO_WITHIN:
            raise UndoTooLate(marked("It is too late to take that back. Please ask the hub manager."))
        if self.state == DONE:
            return replace(self, state=BEGUN, done_at=None)
        return replace(self, state=PLANNED, begun_at=None, done_at=None)

    def _must_be(self, state: str) -> None:
        if self.state != state:
            raise StepNotPossible(_WRONG[state, self.state])


_NOT_YET = marked("That part has not begun yet.")
_IS_DONE = marked("That part is already done.")
_IS_MISSED = marked("That part is marked as missed.")
_WRONG = {
    (PLANNED, BEGUN): marked("That part has already begun."),
    (PLANNED, DONE): _IS_DONE,
    (PLANNED, MISSED): _IS_MISSED,
    (BEGUN, PLANNED): _NOT_YET,
    (BEGUN, DONE): _IS_DONE,
    (BEGUN, MISSED): _IS_MISSED,
}


def leg_of(legs: Iterable[Leg], number: int) -> Leg:
    """The leg with that number. Raises LegNotFound."""
    found = next((leg for leg in legs if leg.number == number), None)
    if found is None:
        raise LegNotFound(marked("This visit has no part with that number."))
    return found


def put_back(legs: Sequence[Leg], changed: Leg) -> tuple[Leg, ...]:
    """The legs with `changed` in its place."""
    return tuple(changed if leg.number == changed.number else leg for leg in legs)


def next_leg(legs: Iterable[Leg]) -> Leg | None:
    """The leg that is planned next."""
    return min((leg for leg in legs if leg.state == PLANNED), key=lambda leg: leg.planned.start, default=None)


def marked_together(legs: Iterable[Leg]) -> list[Leg]:
    """The legs that were marked as missed in one step, the last there was. Raises StepNotPossible: there are none."""
    away = [leg for leg in legs if leg.state == MISSED and leg.done_at is not None]
    last = max((leg.done_at for leg in away if leg.done_at is not None), default=None)
    if last is None:
        raise StepNotPossible(marked("There is nothing to take back."))
    return [leg for leg in away if leg.done_at == last]


def may_begin(legs: Sequence[Leg], leg: Leg, *, now: datetime) -> None:
    """Raises StepNotPossible when it is not the leg's day, or the person sits with somebody else just now.

    Legs that were booked for one and the same time go on at once.
    """
    if to_london(leg.planned.start).date() != to_london(now).date():
        raise StepNotPossible(marked("That visit is not today."))
    elsewhere = [each for each in legs if each.state == BEGUN and each.planned.start != leg.planned.start]
    if elsewhere:
        raise StepNotPossible(marked("They are still with somebody else. Finish that part first."))


def still_needed(legs: Iterable[Leg], *, resident: str, now: datetime) -> set[tuple[str, int]]:
    """The (resource, cell) pairs that the visit needs from the next whole cell on: the rest is for others.

    A leg that is going on needs its adviser and room until its planned end; the resident is taken till the last leg.
    """
    ahead = first_whole_cell(now)
    every = list(legs)
    wanted = [leg for leg in every if leg.open]
    needed: set[tuple[str, int]] = set()
    for leg in wanted:
        first = ahead if leg.state == BEGUN else max(ahead, leg.planned.cells.start)
        needed |= {(name, cell) for name in leg.planned.resources for cell in range(first, leg.planned.cells.stop)}
    if wanted:
        going_on = len(wanted) < len(every) or any(leg.state == BEGUN for leg in wanted)
        begins = ahead if going_on else max(ahead, min(leg.planned.cells.start for leg in wanted))
        over = max(leg.planned.cells.stop for leg in wanted)
        needed |= {(f"resident:{resident}", cell) for cell in range(begins, over)}
    return needed


def first_whole_cell(now: datetime) -> int:
    """The first cell that lies wholly ahead: nobody can book the one that has begun."""
    return -(-int(now.timestamp()) // CELL_SECONDS)
