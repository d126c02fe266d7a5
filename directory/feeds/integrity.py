"""What the Open Referral schemas leave unchecked: dates, times, coordinates, empty keys, and what we rely on."""

import json
import re
from collections.abc import Iterator
from datetime import date, time
from typing import Any

from directory.circumstances import QUESTIONS
from foundation.needs import NEEDS

STATUSES = ("active", "inactive", "defunct", "temporarily closed")
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,35}")  # it names files and addresses too
IN_THE_KINGDOM = {"latitude": (49.0, 61.5), "longitude": (-9.0, 2.5)}


def problems_of(document: dict[str, Any]) -> list[str]:
    """Sentences for the data's owner, one a problem; none when all is well."""
    try:
        ours = document.get("front_door") or {}
        return [*_text(document), *_service(document), *_places(document), *_hours(document), *_ours(ours)]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return [f"A part of this record does not have the shape that the standard gives it: {error}."]


def _text(document: dict[str, Any]) -> Iterator[str]:
    if not ID.fullmatch(str(document.get("id"))):
        yield "The id must be 1 to 36 letters, digits and hyphens, such as a UUID."
    try:
        whole = json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        yield "It holds a number or a letter that cannot be stored."
    else:
        if rb"\u0000" in whole:
            yield "It holds a letter that cannot be stored."


def _service(document: dict[str, Any]) -> Iterator[str]:
    if document.get("status") not in STATUSES:
        yield f"The status is {document.get('status')!r}; use one of: {', '.join(STATUSES)}."
    organisation = document.get("organization")
    if not isinstance(organisation, dict) or not organisation.get("name"):
        yield "The service names no organisation."
    if document.get("assured_date") and not _is_date(document["assured_date"]):
        yield f"The assured date {document['assured_date']!r} is not a date such as 2026-11-22."


def _places(document: dict[str, Any]) -> Iterator[str]:
    for place in document.get("service_at_locations") or []:
        location = place.get("location") or {}
        for key, (least, most) in IN_THE_KINGDOM.items():
            value = location.get(key)
            if value is not None and not least <= float(value) <= most:
                yield f"The {key} {value} is not in the United Kingdom."


def _hours(document: dict[str, Any]) -> Iterator[str]:
    schedules = list(document.get("schedules") or [])
    for place in document.get("service_at_locations") or []:
        schedules += place.get("schedules") or []
    for schedule in schedules:
        for key in ("opens_at", "closes_at"):
            if schedule.get(key) and not _is_time(schedule[key]):
                yield f"The time {schedule[key]!r} is not a time such as 09:30."


def _ours(ours: dict[str, Any]) -> Iterator[str]:
    for meets in ours.get("needs", []):
        if meets.get("need") not in NEEDS:
            yield f"There is no need called {meets.get('need')!r}."
    for rule in ours.get("eligibility", []):
        for part in rule.get("any", [rule]):
            yield from _rule(part)


def _rule(rule: dict[str, Any]) -> Iterator[str]:
    about = rule.get("about")
    if about not in QUESTIONS:
        yield f"A rule about who it is for looks at {about!r}, which nobody is asked."
    elif "min" in rule or "max" in rule:
        if about != "age_band" or not int(rule.get("min", 0)) <= int(rule.get("max", 130)):
            yield f"A rule about who it is for has limits that no age fits: {rule.get('says', about)}."
    elif not isinstance(rule.get("any_of", rule.get("none_of")), list):
        yield "A rule about who it is for says nothing."


def _is_date(value: Any) -> bool:
    try:
        date.fromisoformat(str(value)[:10])
    except ValueError:
        return False
    return True


def _is_time(value: Any) -> bool:
    try:
        time.fromisoformat(str(value).rstrip("Z").replace("24:00", "00:00", 1))
    except ValueError:
        return False
    return True
