"""A part of a record in plain lines, in the language spoken now: for the desk's pages, history and conflicts."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from babel.dates import format_date

from directory.hours import in_words
from directory.labels import need_label
from directory.records.parts import NOT_SHOWN, OTHER, PARTS, get, part_of, paths_of
from foundation.languages import spoken
from foundation.words import Words, WordsMissing

_words = Words(Path(__file__).with_name("words.yml"))
type Record = dict[str, Any]
NUMBERED = re.compile(r"\+?(-?\d)(MO|TU|WE|TH|FR|SA|SU)")
SPAN_KEYS = (("from", "start_date"), ("to", "end_date"))


def part_label(code: str) -> str:
    """A part by its name: `who_for` is "Who it is for"."""
    return _words(f"parts.{code}")


def empty_label(code: str) -> str:
    """What it means that a part has nothing in it."""
    return _words(f"empty.{code}") if _words.has(f"empty.{code}") else _words("empty.any")


def choices(kind: str) -> dict[str, str]:
    """What can be chosen for `status`, `access`, `capacity`, `strength` or `days`: codes with their labels."""
    found: dict[str, str] = _words.get(kind)
    return found


def lines(document: Record, code: str) -> list[str]:
    """One part in lines; none when there is nothing. What has a shape that we do not know is shown as it stands."""
    if code == OTHER:
        return _other(document)
    try:
        return [line for line in SAY[code](document) if line]
    except (AttributeError, KeyError, TypeError, ValueError, WordsMissing):
        return [f"{get(document, path)}" for path in PARTS[code] if get(document, path)]


def _label(kind: str, value: Any) -> str:
    known = choices(kind)
    return known.get(str(value), str(value)) if value not in (None, "") else ""


def _about(document: Record) -> Iterator[str]:
    for key in ("name", "description", "url", "email"):
        yield str(document.get(key) or "")


def _status(document: Record) -> Iterator[str]:
    yield _label("status", document.get("status"))


def _phones(document: Record) -> Iterator[str]:
    for phone in document.get("phones") or []:
        yield ", ".join(str(phone[key]) for key in ("number", "description") if phone.get(key))


def _places(document: Record) -> Iterator[str]:
    if get(document, "front_door.confidential_address"):
        yield _words("said.confidential")
    for place in document.get("service_at_locations") or []:
        location = place.get("location") or {}
        yield ", ".join(dict.fromkeys(part for part in _place(location) if part))
        yield from (str(entry.get("description") or "") for entry in location.get("accessibility") or [])


def _place(location: Record) -> Iterator[str]:
    yield str(location.get("name") or "")
    for address in (location.get("addresses") or [])[:1]:
        yield from (str(address.get(key) or "") for key in ("address_1", "address_2", "city", "postal_code"))


def _hours(document: Record) -> Iterator[str]:
    for schedule in document.get("schedules") or []:
        yield schedule_line(schedule)
    for place in document.get("service_at_locations") or []:
        name = (place.get("location") or {}).get("name")
        for schedule in place.get("schedules") or []:
            yield ": ".join(filter(None, [name, schedule_line(schedule)]))
    for one in [*(document.get("holiday_schedules") or []), *(get(document, "front_door.exceptions") or [])]:
        yield exception_line(one)
    yield _label("bank_holidays", get(document, "front_door.bank_holidays"))
    for key in ("term_time", "by_appointment"):
        yield _words(f"said.{key}") if get(document, f"front_door.{key}") else ""


def schedule_line(schedule: Record) -> str:
    """One schedule: `Monday to Friday, 9am to 5pm`, or `25 December 2026: closed`, with its dates and notes."""
    dates = " – ".join(
        dict.fromkeys(_day(str(schedule[key])) for key in ("valid_from", "valid_to") if schedule.get(key))
    )
    weekly = str(schedule.get("freq") or "WEEKLY") == "WEEKLY" and int(schedule.get("interval") or 1) == 1
    times = {key: str(schedule.get(at) or "")[:5] for key, at in (("start", "opens_at"), ("finish", "closes_at"))}
    if schedule.get("closed"):
        begin, dates = _words("said.closed", dates=dates), ""
    elif weekly and all(times.values()) and schedule.get("byday"):
        begin = in_words([schedule])
    elif "closed" in schedule and all(times.values()):
        begin, dates = _words("said.hours_on", dates=dates, **times), ""
    elif (when := _monthly(schedule)) and all(times.values()):
        begin = _words("said.monthly", when=when, **times)
    else:
        keys = ("freq", "interval", "byday", "bymonthday", "opens_at", "closes_at")
        begin = ", ".join(str(schedule[key]) for key in keys if schedule.get(key))
    said = [begin, dates, schedule.get("description"), schedule.get("notes"), schedule.get("schedule_link")]
    return ", ".join(str(part) for part in said if part)


def _monthly(schedule: Record) -> str:
    """`the second Wednesday` of a monthly schedule; nothing when it is no such schedule."""
    if (
        str(schedule.get("freq")) != "MONTHLY"
        or str(schedule.get("interval") or 1) != "1"
        or schedule.get("bymonthday")
    ):
        return ""
    found = [NUMBERED.fullmatch(part.strip()) for part in str(schedule.get("byday") or "").split(",")]
    which, days = choices("numbered"), choices("days")
    said = [f"{which[one[1]]} {days[one[2]]}" for one in found if one and one[1] in which]
    return ", ".join(said) if len(said) == len(found) else ""


def exception_line(one: Record) -> str:
    """Days that are different: `25 December 2026 – 28 December 2026: closed, Christmas`."""
    days = [str(one.get(key) or one.get(older) or one.get("date") or "") for key, older in SPAN_KEYS]
    line = schedule_line({"closed": False, **one, "valid_from": days[0], "valid_to": days[1]})
    return ", ".join(filter(None, [line, str(one.get("reason") or "")]))


def _day(text: str) -> str:
    try:
        return format_date(date.fromisoformat(text[:10]), "d MMMM y", locale=spoken())
    except ValueError:
        return text


def _areas(document: Record) -> Iterator[str]:
    areas = document.get("service_areas") or []
    if not areas:
        yield _words("said.whole_country")
    for area in areas:
        extent = str(area.get("extent") or "")
        yield " ".join(filter(None, [str(area.get("name") or ""), f"({extent[:20]})" if extent else ""]))


def _languages(document: Record) -> Iterator[str]:
    for language in document.get("languages") or []:
        yield str(language.get("name") or language.get("language") or language.get("code") or "")
    if interpreters := document.get("interpretation_services"):
        yield _words("said.interpreters", what=interpreters)


def _who_for(document: Record) -> Iterator[str]:
    for rule in get(document, "front_door.eligibility") or []:
        yield rule_line(rule)
    for rule in get(document, "front_door.not_for") or []:
        yield _words("said.not_for", rule=rule_line(rule))


def rule_line(rule: Record) -> str:
    """A rule in its own words with its source."""
    parts = [part for key in ("any", "all") for part in rule.get(key) or [] if isinstance(part, dict)]
    says = rule.get("says") or "; ".join(str(part.get("says") or "") for part in parts)
    return _words("said.rule", says=says or str(rule), source=rule.get("source") or _words("said.not_known"))


def _needs(document: Record) -> Iterator[str]:
    for meets in sorted(get(document, "front_door.needs") or [], key=lambda one: -int(one.get("strength", 2))):
        detail = f" ({meets['detail']})" if meets.get("detail") else ""
        yield f"{need_label(meets['need'])}{detail}: {_label('strength', meets.get('strength', 2))}"


def _access(document: Record) -> Iterator[str]:
    yield _label("access", get(document, "front_door.access"))
    for who in get(document, "front_door.referred_by") or []:
        yield _words("said.referred_by", who=who)
    if capacity := get(document, "front_door.capacity"):
        yield f"{_label('capacity', capacity['state'])} ({_day(str(capacity['date']))})"
    if get(document, "front_door.at_hub"):
        yield _words("said.at_hub", minutes=get(document, "front_door.minutes") or 30)


def _wording(document: Record) -> Iterator[str]:
    for key in ("why", "what_happens"):
        yield str(get(document, f"front_door.{key}") or "")
    for key in ("bring", "uncertain"):
        for what in get(document, f"front_door.{key}") or []:
            yield _words(f"said.{key}", what=what)


def _owner(document: Record) -> Iterator[str]:
    owner = get(document, "front_door.owner") or {}
    yield ", ".join(str(owner[key]) for key in ("name", "email") if owner.get(key))


def _assured(document: Record) -> Iterator[str]:
    told = document.get("assured_date")
    yield _words("said.checked", date=_day(str(told))) if told else _words("said.never_checked")


def _other(document: Record) -> list[str]:
    paths = [path for path in paths_of(document) if part_of(path) == OTHER and path not in NOT_SHOWN]
    return [f"{path}: {json.dumps(get(document, path), ensure_ascii=False, default=str)}" for path in paths]


SAY: dict[str, Callable[[Record], Iterator[str]]] = {
    "about": _about,
    "status": _status,
    "phones": _phones,
    "places": _places,
    "hours": _hours,
    "areas": _areas,
    "languages": _languages,
    "who_for": _who_for,
    "needs": _needs,
    "access": _access,
    "wording": _wording,
    "owner": _owner,
    "assured": _assured,
}
