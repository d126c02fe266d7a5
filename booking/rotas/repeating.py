"""The days of a repetition (RFC 5545), worked out period by period between two days: never more than there are days.

Why not a library: `dateutil.rrule` looks for the next instance without an end, so a rule that never happens ("30
February", "every seventh day from a Thursday, on Mondays") keeps it busy up to the year 9999: half a minute a line.
The tests hold what is here against it, for rules that do happen.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, islice

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """The parts of an RRULE as numbers, without where it begins and ends. `weekdays`: (which one in a period, day)."""

    frequency: str
    interval: int = 1
    count: int | None = None
    months: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    year_days: frozenset[int] = frozenset()
    weeks: frozenset[int] = frozenset()
    weekdays: frozenset[tuple[int, int]] = frozenset()
    positions: frozenset[int] = frozenset()
    week_start: int = 0

    @classmethod
    def of(cls, parts: Mapping[str, str]) -> "Pattern":
        """From the parts of a rule that was read."""

        def numbers(name: str) -> frozenset[int]:
            return frozenset(int(number) for number in parts[name].split(",")) if name in parts else frozenset()

        days = parts["BYDAY"].split(",") if "BYDAY" in parts else ()
        return cls(
            frequency=parts["FREQ"],
            interval=int(parts.get("INTERVAL", 1)),
            count=int(parts["COUNT"]) if "COUNT" in parts else None,
            months=numbers("BYMONTH"),
            month_days=numbers("BYMONTHDAY"),
            year_days=numbers("BYYEARDAY"),
            weeks=numbers("BYWEEKNO"),
            weekdays=frozenset((int(day[:-2] or 0), WEEKDAYS.index(day[-2:])) for day in days),
            positions=numbers("BYSETPOS"),
            week_start=WEEKDAYS.index(parts.get("WKST", "MO")),
        )

    @property
    def from_first(self) -> bool:
        """Whether its days depend on the first one: every other week, ten times, on the weekday on which it began."""
        chosen = self.frequency == "DAILY" or self.weekdays or self.month_days or self.year_days
        return self.count is not None or self.interval > 1 or not chosen

    def days(self, first: date, low: date, high: date) -> Iterator[date]:
        """The days from `low` to `high`, both included, in order, of what begins on `first`."""
        found = (day for day in self._instances(first, first if self.count else max(first, low), high))
        return (day for day in islice(found, self.count) if low <= day)

    def _instances(self, first: date, low: date, high: date) -> Iterator[date]:
        chosen = self._chooser(first)
        origin = self._period(first)
        for period, days in groupby(_days(self._begin(low), self._end(high)), self._period):
            if (period - origin) % self.interval == 0:
                for day in self._at_positions([day for day in days if chosen(day)]):
                    if first <= day and low <= day <= high:
                        yield day

    def _at_positions(self, days: list[date]) -> list[date]:
        if not self.positions:
            return days
        size = len(days)
        wanted = {place - 1 if place > 0 else size + place for place in self.positions}
        return [day for number, day in enumerate(days) if number in wanted]

    def _period(self, day: date) -> int:
        """The number of the day, week, month or year that `day` is in."""
        if self.frequency == "DAILY":
            return day.toordinal()
        if self.frequency == "WEEKLY":
            return (day.toordinal() - 1 - self.week_start) // 7
        return day.year * 12 + day.month if self.frequency == "MONTHLY" else day.year

    def _begin(self, day: date) -> date:
        """The first day of the period that `day` is in."""
        if self.frequency == "WEEKLY":
            return day - timedelta(days=(day.weekday() - self.week_start) % 7)
        if self.frequency == "MONTHLY":
            return day.replace(day=1)
        return day.replace(month=1, day=1) if self.frequency == "YEARLY" else day

    def _end(self, day: date) -> date:
        """The last day of the period that `day` is in."""
        if self.frequency == "WEEKLY":
            return self._begin(day) + 6 * _DAY
        if self.frequency == "MONTHLY":
            return day.replace(day=_length(day))
        return day.replace(month=12, day=31) if self.frequency == "YEARLY" else day

    def _chooser(self, first: date) -> Callable[[date], bool]:
        """Whether a day is one of those chosen. Without any choice it is the weekday or the date of the first."""
        month_days, months, weekdays = self.month_days, self.months, self.weekdays
        if not (weekdays or month_days or self.year_days or self.weeks):
            if self.frequency == "WEEKLY":
                weekdays = frozenset({(0, first.weekday())})
            elif self.frequency in ("MONTHLY", "YEARLY"):
                month_days = frozenset({first.day})
            if self.frequency == "YEARLY":
                months = months or frozenset({first.month})

        def chosen(day: date) -> bool:
            return (
                (not months or day.month in months)
                and (not month_days or _one_of(month_days, day.day, _length(day)))
                and (not self.year_days or _one_of(self.year_days, _year_day(day), _year_length(day)))
                and (not self.weeks or _one_of(self.weeks, day.isocalendar().week, _weeks(day)))
                and (not weekdays or any(self._is_weekday(day, *each) for each in weekdays))
            )

        return chosen

    def _is_weekday(self, day: date, which: int, weekday: int) -> bool:
        if day.weekday() != weekday:
            return False
        in_year = self.frequency == "YEARLY" and not self.months
        place, length = (_year_day(day), _year_length(day)) if in_year else (day.day, _length(day))
        nth, nth_from_end = (place - 1) // 7 + 1, (length - place) // 7 + 1
        return which in (0, nth, -nth_from_end)


def _days(first: date, last: date) -> Iterable[date]:
    return (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))


def _one_of(wanted: frozenset[int], number: int, most: int) -> bool:
    """Whether number `number` of `most` is wanted, counted from the front or, below nothing, from the end."""
    return number in wanted or number - most - 1 in wanted


def _length(day: date) -> int:
    return 31 if day.month == 12 else (day.replace(month=day.month + 1, day=1) - _DAY).day


def _year_day(day: date) -> int:
    return day.timetuple().tm_yday


def _year_length(day: date) -> int:
    return _year_day(day.replace(month=12, day=31))


def _weeks(day: date) -> int:
    return date(day.isocalendar().year, 12, 28).isocalendar().week
