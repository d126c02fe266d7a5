"""A rule of the rota in plain words: "Every second week on Tuesday and Thursday, 10am to 3pm, until 3 March 2027"."""

from collections.abc import Mapping, Sequence
from datetime import date, time

from babel.dates import get_day_names

from booking.rotas.rules import CLOSED, EXTRA, LEAVE, SESSION, WORKS, Rule
from foundation.languages import marked, spoken, translate
from foundation.plain_times import clock_of
from web.formatting import listed
from web.times import short_date

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # as an RRULE writes them
KIND_WORDS = {
    WORKS: marked("Works"),
    LEAVE: marked("Away"),
    EXTRA: marked("Extra hours"),
    SESSION: marked("Hub session"),
    CLOSED: marked("Closed"),
}
IN_A_ROW = 3
ORDINALS = {
    "1": marked("the first {day} of the month"),
    "2": marked("the second {day} of the month"),
    "3": marked("the third {day} of the month"),
    "4": marked("the fourth {day} of the month"),
    "-1": marked("the last {day} of the month"),
}


def parts_of(rrule: str) -> dict[str, str]:
    """An RRULE's parts by name."""
    return dict(part.split("=", 1) for part in rrule.split(";") if "=" in part)


def weekday_names() -> dict[str, str]:
    """MO to SU, each with its name in the language spoken now."""
    names: Mapping[int, str] = get_day_names("wide", locale=spoken())
    return {code: str(names[number]) for number, code in enumerate(WEEKDAYS)}


def weekly_of(rrule: str) -> tuple[int, list[str]] | None:
    """Every how many weeks and on which weekdays, when that is all that the rule says."""
    parts = parts_of(rrule)
    days = parts.get("BYDAY", "").split(",")
    if parts.get("FREQ") != "WEEKLY" or set(parts) - {"FREQ", "INTERVAL", "BYDAY"} or set(days) - set(WEEKDAYS):
        return None
    return int(parts.get("INTERVAL", "1")), days


def rule_words(rule: Rule) -> str:
    """When a rule holds: days, hours and dates."""
    return ", ".join(part for part in (days_words(rule), hours_words(rule), dates_words(rule)) if part)


def days_words(rule: Rule) -> str:
    """On which days it repeats; the raw rule where we have no words for it."""
    if not rule.rrule:
        one_day = rule.first_day is not None and rule.first_day == rule.last_day
        return "" if one_day else translate("Every day")
    weekly = weekly_of(rule.rrule)
    if weekly is not None:
        return _weekly_words(*weekly)
    return _monthly_words(rule.rrule) or translate("By the rule {rule}").format(rule=rule.rrule)


def _weekly_words(weeks: int, days: Sequence[str]) -> str:
    names = weekday_names()
    on = _joined([names[day] for day in WEEKDAYS if day in days])
    if weeks == 1:
        return translate("Every week on {days}").format(days=on)
    if weeks == 2:
        return translate("Every second week on {days}").format(days=on)
    return translate("Every {number} weeks on {days}").format(number=weeks, days=on)


def _joined(days: Sequence[str]) -> str:
    """Days in a row as "Monday to Friday", others listed."""
    week = list(weekday_names().values())
    first = week.index(days[0])
    if len(days) >= IN_A_ROW and list(days) == week[first : first + len(days)]:
        return translate("{first} to {last}").format(first=days[0], last=days[-1])
    return listed(days)


def _monthly_words(rrule: str) -> str:
    parts = parts_of(rrule)
    if set(parts) != {"FREQ", "BYDAY"} or parts["FREQ"] != "MONTHLY":
        return ""
    names, said = weekday_names(), []
    for day in parts["BYDAY"].split(","):
        pattern = ORDINALS.get(day[:-2].removeprefix("+"))
        if pattern is None:
            return ""
        said.append(translate(pattern).format(day=names[day[-2:]]))
    return translate("On {days}").format(days=listed(said))


def hours_words(rule: Rule) -> str:
    """Its hours, or that it is all day."""
    if rule.all_day:
        return translate("all day")
    return translate("{start} to {end}").format(start=wall(rule.start), end=wall(rule.end))


def wall(text: str) -> str:
    """A wall time ("09:30") as people say it; "24:00" is midnight."""
    return translate("midnight") if text == "24:00" else clock_of(time.fromisoformat(text))


def dates_words(rule: Rule) -> str:
    """From when to when it is in force."""
    first, last = rule.first_day, rule.last_day
    said = _dates(first, last)
    if rule.except_days:
        without = translate("but not on {days}").format(days=listed(map(short_date, rule.except_days)))
        said = ", ".join(filter(None, (said, without)))
    return said


def _dates(first: date | None, last: date | None) -> str:
    if first and first == last:
        return translate("on {day}").format(day=short_date(first))
    if first and last:
        return translate("from {first} to {last}").format(first=short_date(first), last=short_date(last))
    if first:
        return translate("from {first}").format(first=short_date(first))
    return translate("until {last}").format(last=short_date(last)) if last else ""
