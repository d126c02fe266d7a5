"""What happened at a hub in some weeks, as plain values: what the counting looks at."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta


class WorkingDays:
    """Counts working days, from `first` to `last`, both included."""

    def __init__(self, first: date, last: date, is_working: Callable[[date], bool]) -> None:
        every = (first + timedelta(days=number) for number in range((last - first).days + 1))
        self.days = [day for day in every if is_working(day)]

    def until(self, asked: date, then: date) -> int:
        """Working days after `asked` until `then`, which counts; 0 on the same day."""
        return max(0, bisect_right(self.days, then) - bisect_right(self.days, asked))


@dataclass(frozen=True, kw_only=True)
class Search:
    """One search for a joint visit and how it ended; days are London's."""

    day: date
    agencies: tuple[str, ...]  # sorted
    what: str
    first_day: date | None  # of the earliest opening that was offered
    blocked: tuple[str, str] = ("", "")  # kind and name


@dataclass(frozen=True, kw_only=True)
class PastLeg:
    """One agency's part of a visit, as planned and as it went. Instants are aware UTC."""

    agency: str
    start: datetime
    finish: datetime
    adviser: str
    room: str
    state: str = "planned"  # planned, begun, done, missed
    done_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PastVisit:
    """A visit that was not cancelled. `asked_at`: when they joined the waiting list, or else when it was booked."""

    asked_at: datetime
    start: datetime
    arrived_at: datetime | None
    legs: tuple[PastLeg, ...]


@dataclass(frozen=True, kw_only=True)
class Waited:
    """Somebody on the joint waiting list. `offers` that were made; `state` as in the table of the waiting list."""

    since: datetime
    state: str
    offers: int
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Presence:
    """Who could be seen and who was, over some time, in cells: adviser time and room time, in and out of sessions."""

    adviser_cells: int
    adviser_cells_in_sessions: int
    room_cells: int
    room_cells_in_sessions: int


@dataclass(frozen=True, kw_only=True)
class Past:
    """All of it, from `since` until `until` (London days, the last included)."""

    since: date
    until: date
    searches: tuple[Search, ...]
    visits: tuple[PastVisit, ...]
    waiting: tuple[Waited, ...]
    broken: tuple[str, ...]  # what became of each visit that something broke
    presence: Presence
    in_session: Callable[[int], bool]  # whether a cell lies in a hub session
