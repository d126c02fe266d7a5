"""Opening hours in words, from Open Referral schedules. What is not known is "ring first", never "closed"."""

from datetime import time
from typing import Any

from babel.dates import get_day_names
from babel.lists import format_list

from directory.labels import hours_word
from foundation.languages import ENGLISH, spoken, translate
from foundation.plain_times import clock_of

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def in_words(schedules: list[dict[str, Any]]) -> str:
    """`Monday to Friday, 9am to 5pm; Saturday, 10am to 1pm`, from weekly schedules."""
    by_hours: dict[tuple[str, str], set[int]] = {}
    for schedule in schedules:
        opens, closes = schedule.get("opens_at"), schedule.get("closes_at")
        days = {DAYS.index(day) for day in _days(schedule) if day in DAYS}
        if opens and closes and days and _weekly(schedule):
            by_hours.setdefault((str(opens), str(closes)), set()).update(days)
    if not by_hours:
        return hours_word("unknown")
    if any(days == set(range(7)) and _whole_day(*hours) for hours, days in by_hours.items()):
        return hours_word("always")
    parts = sorted((min(days), _run(sorted(days)), hours) for hours, days in by_hours.items())
    return "; ".join(f"{days}, {_span(opens, closes)}" for _, days, (opens, closes) in parts)


def _weekly(schedule: dict[str, Any]) -> bool:
    """Whether it says what happens every week; a monthly group is not "Tuesday"."""
    return str(schedule.get("freq") or "WEEKLY") == "WEEKLY" and int(schedule.get("interval") or 1) == 1


def _days(schedule: dict[str, Any]) -> list[str]:
    return [day.strip()[-2:].upper() for day in str(schedule.get("byday") or "").split(",") if day.strip()]


def _whole_day(opens: str, closes: str) -> bool:
    return opens.startswith("00:00") and closes.startswith(("23:59", "24:00", "00:00"))


def _run(days: list[int]) -> str:
    if len(days) == 7:
        return hours_word("every_day")
    names = [get_day_names("wide", locale=spoken())[day] for day in days]
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return hours_word("run", first=names[0], last=names[-1])
    return format_list(names, locale="en_GB" if spoken() == ENGLISH else spoken())


def _span(opens: str, closes: str) -> str:
    return translate("{start} to {finish}").format(start=_clock(opens), finish=_clock(closes))


def _clock(text: str) -> str:
    at = time.fromisoformat(text.rstrip("Z")[:5] if not text.startswith("24") else "00:00")
    return hours_word("midnight") if (at.hour, at.minute) == (0, 0) else clock_of(at)
