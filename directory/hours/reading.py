"""Open Referral schedules as patterns of opening, dated exceptions, or something that only a person can read.

Times are the clock on the wall: feeds that write `09:00Z` all year round mean nine o'clock in summer too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.rrule import DAILY, MONTHLY, YEARLY, weekday

from directory.hours.rules import EARLIEST, FREQUENCIES, MOST_COUNTED, Rule

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY = 24 * 60
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NAME = re.compile(r"(MON|TUES?|WED(NES)?|THU(RS)?|FRI|SAT(UR)?|SUN)(DAYS?)?")
_TIME = re.compile(r"(\d{1,2}):?(\d{2})(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?")
# What stands for the clock in this country; another zone means that the record was not made for here.
_OURS = ("", "Z", "0", "1", "0.0", "1.0", "+00:00", "+01:00", "GMT", "BST", "UTC", "EUROPE/LONDON")
_YES = (True, "true", "True", "yes", "1")
_LONGEST = 200  # letters of a list of days
Span = tuple[int, int]  # minutes after midnight; the end may lie in the next day


@dataclass(frozen=True)
class Pattern:
    """Opening hours that repeat: `span` on the days of `rule`, told for the days from `valid_from` to `valid_to`."""

    rule: Rule
    span: Span
    valid_from: date | None = None
    valid_to: date | None = None

    def told_for(self, day: date) -> bool:
        """Whether the record speaks of this day at all."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)


@dataclass(frozen=True)
class Dated:
    """Hours of particular days, instead of the usual ones. No `spans`: closed; None: somebody has to be asked."""

    first: date
    last: date
    spans: tuple[Span, ...] | None
    reason: str = ""


class _Unreadable(Exception):
    """Within this module: a part of a schedule that says nothing to a program."""


def read_schedule(schedule: dict[str, Any]) -> Pattern | Dated | None:
    """A pattern, a dated exception, or None for what is told in words or is broken."""
    try:
        if schedule.get("closed") in _YES or _is_dated(schedule):
            return _dated(schedule, ("valid_from", "start_date", "dtstart"), ("valid_to", "end_date", "until"))
        span = _span(schedule)
        return Pattern(_rule(schedule), span, *(_date(schedule.get(key)) for key in ("valid_from", "valid_to")))
    except (_Unreadable, ValueError, OverflowError, TypeError, AttributeError):
        return None


def read_exceptions(entries: Iterable[Any]) -> list[Dated]:
    """Our `front_door.exceptions` and the `holiday_schedules` of older feeds.

    Each has a `date`, or `from` and `to` (`start_date`, `end_date`), and is `closed` or opens and closes at times.
    What has days and no hours that can be read makes those days uncertain.
    """
    found = []
    for entry in entries:
        try:
            found.append(_dated(entry, ("date", "from", "start_date"), ("date", "to", "end_date")))
        except (_Unreadable, ValueError, TypeError, AttributeError):
            continue  # it names no day
    return found


def minutes(text: Any, *, closing: bool = False) -> int:
    """Minutes after midnight of `09:00`, `9:00:00`, `0900`, `09:00Z`, `24:00`. Raises ValueError."""
    match = _TIME.fullmatch(str(text).strip())
    if match is None or (match[5] or "").replace(":", "") not in ("", "Z", "+0000", "+0100", "-0000"):
        raise ValueError(f"{text!r} is no time of day")
    found = int(match[1]) * 60 + int(match[2])
    if int(match[2]) > 59 or found > DAY or (found == DAY and not closing):
        raise ValueError(f"{text!r} is no time of day")
    return DAY if closing and found == DAY - 1 else found  # 23:59 is how forms write midnight


def _span(schedule: dict[str, Any]) -> Span:
    zone = str(schedule.get("timezone") or "").strip().upper()
    if zone not in _OURS or not schedule.get("opens_at") or not schedule.get("closes_at"):
        raise _Unreadable
    opens, closes = minutes(schedule["opens_at"]), minutes(schedule["closes_at"], closing=True)
    if opens == closes:
        if opens:  # nine to nine may be a day, a mistake, or nothing
            raise _Unreadable
        return (0, DAY)
    return (opens, closes if closes > opens else closes + DAY)


def _is_dated(schedule: dict[str, Any]) -> bool:
    """Hours for named days without any repetition: other than usual, as older feeds have them."""
    repeats = any(schedule.get(key) for key in ("freq", "byday", "bymonthday", "byyearday", "byweekno", "count"))
    named = schedule.get("dtstart") or (schedule.get("valid_from") and schedule.get("valid_to"))
    return bool(named) and not repeats and bool(schedule.get("opens_at"))


def _dated(entry: dict[str, Any], firsts: tuple[str, ...], lasts: tuple[str, ...]) -> Dated:
    first = next((_date(entry[key]) for key in firsts if entry.get(key)), None)
    last = next((_date(entry[key]) for key in lasts if entry.get(key)), None) or first
    if first is None or last is None or last < first:
        raise _Unreadable
    reason = str(entry.get("reason") or entry.get("description") or entry.get("notes") or "")
    if entry.get("closed") in _YES:
        return Dated(first, last, (), reason)
    try:
        return Dated(first, last, (_span(entry),), reason)
    except (_Unreadable, ValueError):
        return Dated(first, last, None, reason)


def _rule(schedule: dict[str, Any]) -> Rule:
    weekdays = _weekdays(schedule.get("byday"))
    numbered = any(day.n for day in weekdays)
    word = str(schedule.get("freq") or ("MONTHLY" if numbered else "WEEKLY" if weekdays else "")).strip().upper()
    interval, count = _whole(schedule.get("interval"), 1), _whole(schedule.get("count"), 0)
    start, until = _date(schedule.get("dtstart")), _date(schedule.get("until"))
    if word not in FREQUENCIES or not 1 <= interval <= 400 or (interval > 1 and not start):
        raise _Unreadable  # without a first day, every other week may be this one or the next
    if count and (start is None or start < EARLIEST or not 0 < count <= MOST_COUNTED):
        raise _Unreadable
    rule = Rule(
        FREQUENCIES[word], interval, weekdays, _numbers(schedule.get("bymonthday"), 31),
        _numbers(schedule.get("byyearday"), 366), _numbers(schedule.get("byweekno"), 53),
        _week_start(schedule.get("wkst")), start, until, count or None,
    )  # fmt: skip
    _check(rule)
    return rule


def _check(rule: Rule) -> None:
    """Refuse what has no clear meaning, and what could be counted without end."""
    chosen = [part for part in (rule.weekdays, rule.days_of_month, rule.days_of_year, rule.weeks) if part]
    most = {MONTHLY: 5, YEARLY: 53}.get(rule.frequency, 0)
    if any(abs(day.n or 0) > most for day in rule.weekdays):
        raise _Unreadable  # "every week on the second Monday" means something, but nobody knows what
    if rule.frequency != DAILY and not chosen and not rule.start:
        raise _Unreadable
    if rule.count and len(chosen) > 1:
        raise _Unreadable  # two choices may never meet


def _weekdays(told: Any) -> tuple[weekday, ...]:
    parts = [part.strip().upper() for part in str(told or "").split(",") if part.strip()]
    if len(str(told or "")) > _LONGEST:
        raise _Unreadable
    return tuple(_weekday(part) for part in parts)


def _weekday(part: str) -> weekday:
    match = _DAY.fullmatch(part)
    if match is None and not _NAME.fullmatch(part):
        raise _Unreadable
    number, day = (int(match[1] or 0), match[2]) if match else (0, part[:2])
    if not -53 <= number <= 53:
        raise _Unreadable
    return weekday(DAYS.index(day), number or None)


def _numbers(told: Any, most: int) -> tuple[int, ...]:
    if len(str(told or "")) > _LONGEST:
        raise _Unreadable
    found = tuple(int(part) for part in str(told or "").split(",") if part.strip())
    if any(number == 0 or abs(number) > most for number in found):
        raise _Unreadable
    return found


def _week_start(told: Any) -> int:
    day = str(told or "MO").strip().upper()
    return DAYS.index(day) if day in DAYS else 0


def _whole(told: Any, otherwise: int) -> int:
    if told in (None, ""):
        return otherwise
    number = float(told)
    if number != int(number):
        raise _Unreadable
    return int(number)


def _date(told: Any) -> date | None:
    return date.fromisoformat(str(told)[:10]) if told else None
