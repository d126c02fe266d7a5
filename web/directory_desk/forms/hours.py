"""Opening hours: a week of boxes for the service and for each place that has its own, and dates that are different.

What a week of boxes cannot show (a monthly group, hours of one season, a third time in a day) stays as it is, in
words, until somebody takes it away.
"""

from typing import Any

from starlette.datastructures import FormData

from directory.records.parts import get
from directory.records.saying import choices, schedule_line
from foundation.languages import translate
from web.directory_desk.forms.listed import new_id
from web.directory_desk.forms.reading import PartForm, Read, Values, by_id, key_of, rows, text
from web.typed import read_day, read_time

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
TIMES = 2  # in one day
SIMPLE = frozenset({"id", "freq", "interval", "byday", "opens_at", "closes_at", "service_id", "attending_type"})
EXCEPTIONS = "front_door.exceptions"
EXCEPTION = ("id", "from", "to", "opens", "closes", "reason")
TICKS = ("term_time", "by_appointment")
EVENING, SMALL_HOURS = "16:00", "06:00"
type Week = dict[str, list[tuple[str, str]]]
type Schedule = dict[str, Any]


# ---------------------------------------------------------------- a document's week
def is_simple(schedule: Schedule) -> bool:
    """Whether a week of boxes can show it."""
    filled = {key for key, value in schedule.items() if value not in (None, "", [])}
    weekly = str(schedule.get("freq") or "WEEKLY") == "WEEKLY" and str(schedule.get("interval") or 1) == "1"
    times = read_time(str(schedule.get("opens_at") or "")) and read_time(str(schedule.get("closes_at") or ""))
    return filled <= SIMPLE and weekly and bool(times) and bool(_days(schedule)) and set(_days(schedule)) <= set(DAYS)


def _days(schedule: Schedule) -> list[str]:
    return [day.strip().upper() for day in str(schedule.get("byday") or "").split(",") if day.strip()]


def split(schedules: list[Schedule]) -> tuple[Week, list[Schedule]]:
    """The week that boxes can show, and the schedules that stay as they are."""
    week: Week = {day: [] for day in DAYS}
    others = []
    for schedule in schedules:
        if is_simple(schedule) and all(len(week[day]) < TIMES for day in _days(schedule)):
            span = (read_time(str(schedule["opens_at"])) or "", read_time(str(schedule["closes_at"])) or "")
            for day in _days(schedule):
                week[day].append(span)
        else:
            others.append(schedule)
    return {day: sorted(spans) for day, spans in week.items()}, others


def schedules_of(week: Week) -> list[Schedule]:
    """A schedule for each pair of times, with the days on which they hold."""
    days: dict[tuple[str, str], list[str]] = {}
    for day in DAYS:
        for span in week[day]:
            days.setdefault(span, []).append(day)
    return [
        {"id": new_id(), "freq": "WEEKLY", "byday": ",".join(on), "opens_at": opens, "closes_at": closes}
        for (opens, closes), on in days.items()
    ]


# ---------------------------------------------------------------- the form
def _shown(document: dict[str, Any]) -> Values:
    groups = []
    for number, (name, schedules) in enumerate(_groups(document)):
        week, others = split(schedules)
        boxes = {day: [*week[day], *[("", "")] * (TIMES - len(week[day]))] for day in DAYS}
        groups.append(_group(number, name, boxes, others))
    exceptions = [_exception(one, number) for number, one in enumerate(get(document, EXCEPTIONS) or [])]
    return {
        "groups": groups,
        "rows": [row for row in exceptions if _dated(row)],
        "days": choices("days"),
        "holidays": {"": translate("We do not say"), **choices("bank_holidays")},
        "bank_holidays": str(get(document, "front_door.bank_holidays") or ""),
        **{name: bool(get(document, f"front_door.{name}")) for name in TICKS},
    }


def _groups(document: dict[str, Any]) -> list[tuple[str, list[Schedule]]]:
    """The service's own hours, and those of each place that has some."""
    places = [place for place in document.get("service_at_locations") or [] if place.get("schedules")]
    named = [(str((place.get("location") or {}).get("name") or ""), list(place["schedules"])) for place in places]
    return [("", list(document.get("schedules") or [])), *named]


def _dated(row: dict[str, Any]) -> bool:
    """Whether boxes for dates can show it; what they cannot show stays as it is."""
    return read_day(row["from"]) is not None and read_day(row["to"]) is not None


def _group(number: int, name: str, boxes: Week, others: list[Schedule]) -> Values:
    kept = [{"id": key_of(one, n), "line": schedule_line(one)} for n, one in enumerate(others)]
    return {"number": number, "name": name, "boxes": boxes, "others": kept}


def _exception(one: dict[str, Any], number: int) -> dict[str, Any]:
    first, last = one.get("from") or one.get("date") or "", one.get("to") or one.get("date") or ""
    times = {"opens": str(one.get("opens_at") or "")[:5], "closes": str(one.get("closes_at") or "")[:5]}
    told = {"from": str(first)[:10], "to": str(last)[:10], **times, "reason": str(one.get("reason") or "")}
    return {"id": key_of(one, number), **told}


def _read(form: FormData, document: dict[str, Any]) -> Read:
    read = Read(_shown({}) | {"groups": [], "bank_holidays": text(form, "bank_holidays")})
    kept = []
    for number, (name, schedules) in enumerate(_groups(document)):
        week, others = split(schedules)
        typed, boxes = _read_week(form, number, read.problems)
        stay = [one for n, one in enumerate(others) if f"{number}-{key_of(one, n)}" not in form.getlist("away")]
        read.values["groups"].append(_group(number, name, boxes, others))
        # Untouched hours keep their ids and the way they were written.
        same = typed == week and stay == others
        kept.append(schedules if same else [*schedules_of(typed), *stay])
    read.changes["schedules"] = kept[0]
    if len(kept) > 1:
        read.changes["service_at_locations"] = _at_places(document, kept[1:])
    read.changes[EXCEPTIONS] = _read_exceptions(form, document, read)
    _read_rest(form, document, read)
    return read


def _read_rest(form: FormData, document: dict[str, Any], read: Read) -> None:
    said = read.values["bank_holidays"]
    read.changes["front_door.bank_holidays"] = said if said in choices("bank_holidays") else None
    for name in TICKS:
        read.values[name] = bool(form.get(name))
        before = get(document, f"front_door.{name}")  # terms may be those of a council that is named
        read.changes[f"front_door.{name}"] = (before or True) if read.values[name] else None


def _read_week(form: FormData, number: int, problems: dict[str, str]) -> tuple[Week, Week]:
    """The times as they were understood, and the boxes as they were typed."""
    week: Week = {day: [] for day in DAYS}
    boxes: Week = {}
    for day in DAYS:
        names = [f"{number}-{day}-{at}" for at in range(TIMES)]
        boxes[day] = [(text(form, f"opens-{name}"), text(form, f"closes-{name}")) for name in names]
        for name, (opens, closes) in zip(names, boxes[day], strict=True):
            if not opens and not closes:
                continue
            span = (read_time(opens) or "", read_time(closes) or "")
            if problem := _problem_of(*span):
                problems[f"opens-{name}"] = problem
            week[day].append(span)
        week[day].sort()
    return week, boxes


def _problem_of(opens: str, closes: str) -> str:
    if not opens or not closes:
        return translate("Write when it opens and when it closes, such as 9am and 5pm, or 09:00 and 17:00.")
    over_night = opens >= EVENING and closes <= SMALL_HOURS
    if closes <= opens and not over_night and (opens, closes) != ("00:00", "00:00"):
        return translate("It closes before it opens. Write 5pm or 17:00 for the afternoon.")
    return ""


def _at_places(document: dict[str, Any], kept: list[list[Schedule]]) -> list[dict[str, Any]]:
    left = iter(kept)
    return [
        {**place, "schedules": next(left)} if place.get("schedules") else place
        for place in document.get("service_at_locations") or []
    ]


def _read_exceptions(form: FormData, document: dict[str, Any], read: Read) -> list[dict[str, Any]]:
    before, typed = by_id(get(document, EXCEPTIONS)), rows(form, EXCEPTION)
    read.values["rows"] = typed
    found = [one for one in before.values() if not _dated(_exception(one, 0))]
    for number, row in enumerate(typed):
        old = before.get(row["id"])
        if old is not None and _exception(old, 0) | {"id": row["id"]} == row:
            found.append(old)
            continue
        first, last = read_day(row["from"]), read_day(row["to"] or row["from"])
        if first is None or last is None or last < first:
            read.problems[f"from-{number}"] = translate("Write the dates, such as 25/12/2026, the first one first.")
            continue
        told = {"from": first.isoformat(), "to": last.isoformat(), "reason": row["reason"]}
        told = {key: value for key, value in told.items() if value}
        if not row["opens"] and not row["closes"]:
            found.append({**told, "closed": True})
            continue
        opens, closes = read_time(row["opens"]) or "", read_time(row["closes"]) or ""
        if problem := _problem_of(opens, closes):
            read.problems[f"opens-{number}"] = problem
            continue
        found.append({**told, "closed": False, "opens_at": opens, "closes_at": closes})
    return found


hours = PartForm(_shown, _read)
