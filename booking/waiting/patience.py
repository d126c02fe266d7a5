"""How long a freed opening is kept for somebody who waits: a day of working time, and never past the lead time."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from foundation.clock import LONDON, to_london

OFFERED_FROM, OFFERED_UNTIL = time(9), time(17)
LEAST = timedelta(hours=1)  # a shorter offer would ask nobody, it would only wake them

type Works = Callable[[datetime], bool]
type Earliest = Callable[[datetime], datetime]


def may_be_told(now: datetime, *, works: Works) -> bool:
    """Whether people are told of offers now: from 9am to 5pm in London on working days."""
    return works(now) and OFFERED_FROM <= to_london(now).time() < OFFERED_UNTIL


def kept_until(start: datetime, *, now: datetime, works: Works, earliest: Earliest) -> datetime | None:
    """Until when an opening that begins at `start` is kept; None where that leaves less than an hour to answer.

    That is this time on the next working day, but never so long that nobody else could have it.
    `works` tells whether an instant's day is a working day; `earliest` is the earliest start that may be offered at
    an instant, and never falls as time goes by.
    """
    until = min(_next_working_day(now, works), _last_instant(start, now=now, earliest=earliest))
    return until if until - now >= LEAST else None


def _next_working_day(now: datetime, works: Works) -> datetime:
    wall = to_london(now)
    while True:
        wall = datetime.combine(wall.date() + timedelta(days=1), wall.time(), LONDON)
        if works(wall):
            return wall.astimezone(now.tzinfo)


def _last_instant(start: datetime, *, now: datetime, earliest: Earliest) -> datetime:
    """The last whole minute, from `now` on, at which `start` may still be offered."""
    low, high = 0, max(int((start - now) / timedelta(minutes=1)), 0)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if earliest(now + timedelta(minutes=middle)) <= start else (low, middle - 1)
    return now + timedelta(minutes=low)
