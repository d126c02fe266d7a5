"""How often a schedule repeats, by iCalendar's rules (RFC 5545), expanded to dates a window at a time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from dateutil.relativedelta import relativedelta
from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule, weekday

Frequency = Literal[0, 1, 2, 3, 4, 5, 6]
FREQUENCIES: dict[str, Frequency] = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY, "YEARLY": YEARLY}
# A count has to be counted from its beginning. What began before, or goes on for longer, is beyond any timetable.
EARLIEST, MOST_COUNTED = date(1990, 1, 1), 5000
SPAN_DAYS = 800  # the widest window: nobody plans farther ahead


@dataclass(frozen=True)
class Rule:
    """A repetition in whole days of wall time. `start` and `until` are its first and last possible day."""

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[weekday, ...] = ()
    days_of_month: tuple[int, ...] = ()
    days_of_year: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    week_start: int = 0
    start: date | None = None
    until: date | None = None
    count: int | None = None

    @property
    def weekly(self) -> bool:
        """Whether it says what happens in every week alike, by days of the week."""
        by_day = bool(self.weekdays) and not self.days_of_month
        return by_day and (self.frequency, self.interval, self.count) == (WEEKLY, 1, None)

    def dates(self, first: date, last: date) -> set[date]:
        """The days from `first` to `last`, both included, on which it holds: at most two years of them."""
        last = min(last, first + timedelta(days=SPAN_DAYS), self.until or last)
        if last < first:
            return set()
        found = rrule(
            self.frequency,
            dtstart=_midnight(self._anchor(first)),
            interval=self.interval,
            wkst=self.week_start,
            count=self.count,
            until=None if self.count else _midnight(last),  # a library that takes one of them
            bymonth=self._month(),
            bymonthday=self._days_of_month() or None,
            byyearday=self.days_of_year or None,
            byweekno=self.weeks or None,
            byweekday=self._weekdays() or None,
        )
        begins = max(first, self.start or first)
        return {day.date() for day in found if begins <= day.date() <= last}

    def _chosen(self) -> bool:
        return bool(self.weekdays or self.days_of_month or self.days_of_year or self.weeks)

    def _weekdays(self) -> tuple[weekday, ...]:
        """Without any choice of days, the weekday of the first time repeats."""
        if self.frequency == WEEKLY and not self._chosen() and self.start:
            return (weekday(self.start.weekday()),)
        return self.weekdays

    def _days_of_month(self) -> tuple[int, ...]:
        if self.frequency in (MONTHLY, YEARLY) and not self._chosen() and self.start:
            return (self.start.day,)
        return self.days_of_month

    def _month(self) -> int | None:
        return self.start.month if self.frequency == YEARLY and not self._chosen() and self.start else None

    def _anchor(self, first: date) -> date:
        """A day near `first` from which the rule can be counted on: whole intervals after its start."""
        if self.count and self.start:
            return self.start
        start = self.start or first - timedelta(days=7)
        if self.frequency == DAILY:
            return start + timedelta(days=_whole((first - start).days, self.interval))
        if self.frequency == WEEKLY:
            return start + timedelta(weeks=_whole((first - start).days // 7, self.interval))
        months = self.interval * (12 if self.frequency == YEARLY else 1)
        begins = start.replace(day=1, month=1 if self.frequency == YEARLY else start.month)
        return begins + relativedelta(months=_whole(_months(begins, first), months))


def _whole(distance: int, step: int) -> int:
    return max(0, distance // step * step)


def _months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 (whole days of wall time; instants come later)
