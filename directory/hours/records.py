"""The timetable of a service of an Open Referral record, at one of its places."""

from typing import Any

from directory.geography.councils import council_for_education
from directory.geography.coverage import extents_of
from directory.geography.postcodes import NotAPostcode, UnknownPostcode, look_up
from directory.hours.calendars import ENGLAND_AND_WALES, NORTHERN_IRELAND, SCOTLAND
from directory.hours.timetable import Timetable, timetable

NATIONS = {"S92000003": SCOTLAND, "N92000002": NORTHERN_IRELAND}


def hours_of(document: dict[str, Any], *, place: int = 0) -> Timetable:
    """When the service is open at its place number `place`: by that place's own hours, where it has some.

    Besides schedules it reads `holiday_schedules`, and under `front_door` `exceptions`, `bank_holidays` (closed, open
    or unknown), `term_time` (true, or a council for education by its code) and `by_appointment`.
    """
    ours = document.get("front_door") or {}
    places = document.get("service_at_locations") or []
    at: dict[str, Any] = places[place] if place < len(places) else {}
    area = _area(at.get("location") or {}, document)
    return timetable(
        schedules_at(document, place=place),
        division=next((division for code, division in NATIONS.items() if code in area), ENGLAND_AND_WALES),
        exceptions=[
            *(document.get("holiday_schedules") or []),
            *(at.get("holiday_schedules") or []),
            *(ours.get("exceptions") or []),
        ],
        bank_holidays=ours.get("bank_holidays"),
        term_time=_term_time(ours.get("term_time"), area),
        by_appointment=bool(ours.get("by_appointment")),
    )


def schedules_at(document: dict[str, Any], *, place: int = 0) -> list[dict[str, Any]]:
    """The schedules that hold at a place: its own, else its location's, else the service's."""
    places = document.get("service_at_locations") or []
    at: dict[str, Any] = places[place] if place < len(places) else {}
    return list(at.get("schedules") or (at.get("location") or {}).get("schedules") or document.get("schedules") or [])


def _area(location: dict[str, Any], document: dict[str, Any]) -> frozenset[str]:
    """Where the place is, as GSS codes; where nothing says so, whom the service serves."""
    for address in location.get("addresses") or []:
        try:
            area = look_up(str(address.get("postal_code") or ""))
        except (NotAPostcode, UnknownPostcode):
            continue
        if area.certain:
            return area.councils[0]
    return extents_of(document.get("service_areas") or [])


def _term_time(told: Any, area: frozenset[str]) -> bool | str:
    """Whose terms: the council that is named, else the one for education where the place is."""
    if not told or isinstance(told, str):
        return told or False
    return council_for_education(area) or True
