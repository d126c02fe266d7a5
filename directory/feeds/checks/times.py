"""Dates, times, days of the week and how often: what a schedule may say."""

import re
from collections.abc import Iterator
from datetime import date, time
from typing import Any

from foundation.telling import Told

OFTEN = ("WEEKLY", "MONTHLY")
_DAY = re.compile(r"[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU)")
_PERIODS = (("valid_from", "valid_to"), ("dtstart", "until"))


def problems(document: dict[str, Any], today: date | None) -> Iterator[Told]:
    """With `today`, a check that is dated ahead is a mistake too: it would stay fresh for ever."""
    yield from _assured(document.get("assured_date"), today)
    for schedule in schedules_of(document):
        yield from _schedule(schedule)
    for cost in document.get("cost_options") or []:
        yield from _period(cost, "valid_from", "valid_to")


def schedules_of(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every schedule in the record: the service's, its places', and theirs where the service is given there."""
    yield from document.get("schedules") or []
    for at in document.get("service_at_locations") or []:
        yield from at.get("schedules") or []
        yield from (at.get("location") or {}).get("schedules") or []


def _assured(told: Any, today: date | None) -> Iterator[Told]:
    if not told:
        return
    if not _is_date(told):
        yield Told("The assured date {date} is not a date such as 2026-11-22.", {"date": repr(told)})
    elif today and (date.fromisoformat(str(told)[:10]) - today).days > 1:  # a day is left for other time zones
        yield Told("The assured date {date} has not come yet.", {"date": repr(told)})


def _schedule(schedule: dict[str, Any]) -> Iterator[Told]:
    for key in ("opens_at", "closes_at"):
        if schedule.get(key) and not _is_time(schedule[key]):
            yield Told("The time {time} is not a time such as 09:30.", {"time": repr(schedule[key])})
    for first, last in _PERIODS:
        yield from _period(schedule, first, last)
    if schedule.get("freq") and schedule["freq"] not in OFTEN:
        often = {"often": repr(schedule["freq"]), "choices": ", ".join(OFTEN)}
        yield Told("A schedule repeats {often}; use one of: {choices}.", often)
    yield from _days(schedule.get("byday"))
    for number in str(schedule.get("bymonthday") or "").split(","):
        if number.strip() and not _is_day_of_month(number.strip()):
            yield Told("The day of the month {day} is not a number from 1 to 31.", {"day": repr(number.strip())})


def _days(told: Any) -> Iterator[Told]:
    for day in str(told or "").split(","):
        if day.strip() and not _DAY.fullmatch(day.strip()):
            yield Told(
                "The day {day} is not one of MO, TU, WE, TH, FR, SA, SU (byday has them with commas).",
                {"day": repr(day.strip())},
            )


def _period(part: dict[str, Any], first: str, last: str) -> Iterator[Told]:
    for key in (first, last):
        if part.get(key) and not _is_date(part[key]):
            yield Told(
                "{key} is {date}, which is not a date such as 2026-11-22.", {"key": key, "date": repr(part[key])}
            )
            return
    if part.get(first) and part.get(last) and str(part[first])[:10] > str(part[last])[:10]:
        told = {"first": first, "begin": part[first], "last": last, "end": part[last]}
        yield Told("{first} ({begin}) is after {last} ({end}).", told)


def _is_date(value: Any) -> bool:
    text = str(value)
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return len(text) == 10 or text[10] in "T "


def _is_time(value: Any) -> bool:
    try:
        time.fromisoformat(str(value).rstrip("Z").replace("24:00", "00:00", 1))
    except ValueError:
        return False
    return True


def _is_day_of_month(text: str) -> bool:
    return text.lstrip("+-").isdecimal() and 1 <= int(text.lstrip("+-")) <= 31
