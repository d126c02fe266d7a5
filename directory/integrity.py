"""What the Open Referral schemas leave unchecked: dates, times, coordinates, empty keys, and what we rely on."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any

from foundation.needs import NEEDS

STATUSES = ("active", "inactive", "defunct", "temporarily closed")


def problems_of(document: dict[str, Any]) -> list[str]:
    """Sentences for the data's owner, one a problem; none when all is well."""
    return [*_service(document), *_places(document), *_hours(document), *_ours(document.get("front_door") or {})]


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
        latitude, longitude = location.get("latitude"), location.get("longitude")
        if latitude is not None and longitude is not None and not (49 <= latitude <= 61.5 and -9 <= longitude <= 2.5):
            yield f"The coordinates {latitude}, {longitude} are not in the United Kingdom."


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
        if "any" not in rule and "about" not in rule:
            yield "A rule about who it is for says nothing."


def _is_date(value: Any) -> bool:
    try:
        date.fromisoformat(str(value)[:10])
    except ValueError:
        return False
    return True


def _is_time(value: Any) -> bool:
    try:
        time.fromisoformat(str(value).rstrip("Z"))
    except ValueError:
        return False
    return True
