"""Rotas: weekly patterns in Europe/London wall time, leave and bank holidays, expanded to cells of UTC.

Wall time is what repeats: nine o'clock stays nine o'clock when the clocks change, and the cell moves.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays

from booking.errors import RotaNotReadable
from foundation.clock import LONDON, cell_of, to_london

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
COLUMNS = ("adviser", "agency", "label", "kind", "weekdays", "start", "end", "from", "until")
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
DAY_BEGINS, DAY_ENDS = time(9), time(17)
LEAD = timedelta(hours=2)


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """Wall time that repeats weekly on `weekdays` (0 is Monday), from `first` to `last` day, both included."""

    weekdays: tuple[int, ...]
    start: time
    end: time
    first: date | None = None
    last: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the pattern is in force on `day`."""
        in_force = (self.first is None or self.first <= day) and (self.last is None or day <= self.last)
        return in_force and day.weekday() in self.weekdays


@dataclass(frozen=True, kw_only=True)
class RotaLine:
    """One line of a rota file: an adviser `works` a weekly pattern, or is on `leave` on whole days."""

    adviser: str
    agency: str
    label: str
    kind: str
    weekdays: tuple[int, ...]
    start: str
    end: str
    first: str
    last: str

    def as_json(self) -> dict[str, object]:
        """As it is kept in the database."""
        return asdict(self) | {"weekdays": list(self.weekdays)}

    @property
    def pattern(self) -> Pattern:
        """Its days and hours; leave lasts all day."""
        return Pattern(
            weekdays=self.weekdays,
            start=time.fromisoformat(self.start or "00:00"),
            end=time.fromisoformat(self.end or "23:59"),
            first=date.fromisoformat(self.first) if self.first else None,
            last=date.fromisoformat(self.last) if self.last else None,
        )


@cache
def _calendar() -> BankHolidays:
    return BankHolidays(use_cached_holidays=True)  # the copy inside the package: no request leaves the machine


def is_working_day(day: date) -> bool:
    """Monday to Friday, and no bank holiday in England and Wales."""
    return bool(_calendar().is_work_day(day, division=BankHolidays.ENGLAND_AND_WALES))


def earliest_start(now: datetime) -> datetime:
    """The earliest instant that may be offered: two working hours ahead (9am to 5pm on working days).

    So after 3pm it is the next working day.
    """
    wall = to_london(now)
    left = LEAD
    while True:
        begins = datetime.combine(wall.date(), DAY_BEGINS, LONDON)
        ends = datetime.combine(wall.date(), DAY_ENDS, LONDON)
        at = max(wall, begins)
        if is_working_day(wall.date()) and at < ends:
            if at + left < ends:
                return (at + left).astimezone(now.tzinfo)
            left -= ends - at
        wall = datetime.combine(wall.date() + timedelta(days=1), time(), LONDON)


def days_of(first: date, count: int) -> list[date]:
    """`count` days from `first`."""
    return [first + timedelta(days=number) for number in range(count)]


def cells_on(day: date, start: time, end: time) -> range:
    """The whole cells between two wall times of one London day. A part of a cell is not offered."""
    begins = datetime.combine(day, start, LONDON).timestamp()
    return range(int(-(-begins // 900)), cell_of(datetime.combine(day, end, LONDON)))


def expand(pattern: Pattern, days: Iterable[date]) -> Iterator[range]:
    """The cells of `pattern` on each of `days` that is a working day."""
    for day in days:
        if pattern.holds_on(day) and is_working_day(day):
            cells = cells_on(day, pattern.start, pattern.end)
            if cells:
                yield cells


def shifts_of(lines: Iterable[RotaLine], days: Iterable[date]) -> dict[str, list[range]]:
    """Each adviser's shifts on `days`: what the lines say they work, less their leave; no two overlap."""
    every, wanted = list(lines), list(days)
    shifts: dict[str, list[range]] = {}
    for line in every:
        if line.kind == "works":
            away = {
                day for leave in every if leave.kind == "leave" and leave.adviser == line.adviser
                for day in wanted if leave.pattern.holds_on(day)
            }  # fmt: skip
            cells = expand(line.pattern, (day for day in wanted if day not in away))
            shifts.setdefault(line.adviser, []).extend(cells)
    return {adviser: _joined(ranges) for adviser, ranges in shifts.items()}


def _joined(ranges: list[range]) -> list[range]:
    joined: list[range] = []
    for part in sorted(ranges, key=lambda cells: cells.start):
        if joined and part.start <= joined[-1].stop:
            joined[-1] = range(joined[-1].start, max(joined[-1].stop, part.stop))
        else:
            joined.append(part)
    return joined


def read_rota(text: str) -> list[RotaLine]:
    """The lines of a rota file (CSV with a heading). Raises RotaNotReadable, naming the first line that is wrong."""
    reader = csv.DictReader(io.StringIO(text))
    missing = set(COLUMNS) - set(reader.fieldnames or ())
    if missing:
        raise RotaNotReadable(f"The rota has no column {', '.join(sorted(missing))}. It needs: {','.join(COLUMNS)}.")
    lines = []
    for row in reader:
        try:
            lines.append(_read_line({name: (row.get(name) or "").strip() for name in COLUMNS}))
        except ValueError as error:
            raise RotaNotReadable(f"Line {reader.line_num} of the rota is wrong: {error}.") from error
    if not lines:
        raise RotaNotReadable("The rota has no lines.")
    return lines


def read_weekdays(text: str) -> tuple[int, ...]:
    """`Mon Tue` as numbers, Monday being 0; nothing is every day. Raises ValueError."""
    names = text.split()
    unknown = [name for name in names if name not in WEEKDAYS]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not one of {' '.join(WEEKDAYS)}")
    return tuple(WEEKDAYS.index(name) for name in names) or tuple(range(7))


def _read_line(row: dict[str, str]) -> RotaLine:
    if row["kind"] not in ("works", "leave"):
        raise ValueError(f"kind is {row['kind']!r}, it must be works or leave")
    for name in ("adviser", "agency"):
        if not SLUG.fullmatch(row[name]):
            raise ValueError(f"{name} is {row[name]!r}, it must be small letters, numbers, - and _")
    if row["kind"] == "leave" and not (row["from"] and row["until"]):
        raise ValueError("leave needs a first and a last day")
    line = RotaLine(
        adviser=row["adviser"], agency=row["agency"], label=row["label"], kind=row["kind"],
        weekdays=read_weekdays(row["weekdays"]), start=row["start"], end=row["end"],
        first=row["from"], last=row["until"],
    )  # fmt: skip
    pattern = line.pattern  # reads the times and dates
    if row["kind"] == "works" and not (row["start"] and row["end"] and pattern.start < pattern.end):
        raise ValueError("start must be before end")
    return line
