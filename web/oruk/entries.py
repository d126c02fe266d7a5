"""A service as the lists of the API need it: its short form ready to send, and the facts that filters look at."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pyproj.exceptions import ProjError

from directory.feeds import standard
from directory.feeds.standard import fields_of
from directory.feeds.writing import as_standard
from directory.geography.coverage import extents_of
from directory.geography.nearest import to_grid
from directory.publishing import public_document
from directory.searching.words import stems_of

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?")


@dataclass(frozen=True, slots=True)
class Hours:
    """One line of a timetable: days as in DAYS, minutes after midnight."""

    days: frozenset[str]
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class At:
    """A place where the service is: `listed` is its short form without the service; `point` metres on the grid."""

    id: str
    listed: bytes
    hours: tuple[Hours, ...]
    point: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One service. `key` is its key in our database; `modified` when it changed here. One that is gone has no facts.

    `hours` are those of the service itself, `anywhere` these and those of its places.
    """

    key: str
    id: str
    name: str
    modified: datetime
    gone: bool
    listed: bytes
    organization: tuple[str, str, bytes] | None = None
    places: tuple[At, ...] = ()
    stems: frozenset[str] = frozenset()
    terms: tuple[tuple[str, bytes], ...] = ()
    taxonomies: frozenset[str] = frozenset()
    minimum_age: float | None = None
    maximum_age: float | None = None
    hours: tuple[Hours, ...] = ()
    anywhere: tuple[Hours, ...] = ()
    areas: frozenset[str] = frozenset()


def entry_of(document: dict[str, Any], *, key: str, modified: datetime, gone: bool) -> Entry | None:
    """The entry of a service's document; None when it is not for the public. `modified` is aware."""
    public = public_document(document)
    if public is None:
        return None
    whole = whole_of(public, key=key, modified=modified)
    if gone:
        left = as_json(_defunct(whole, modified))
        return Entry(key=key, id=whole["id"], name=whole["name"], modified=modified, gone=True, listed=left)
    organization = whole.get("organization")
    places = tuple(_at(place) for place in whole.get("service_at_locations", []))
    hours = tuple(_hours(whole.get("schedules", [])))
    terms = [attribute["taxonomy_term"] for attribute in _attributes(whole) if "taxonomy_term" in attribute]
    return Entry(
        key=key,
        id=whole["id"],
        name=whole["name"],
        modified=modified,
        gone=False,
        listed=as_json(in_list(whole, standard.Service)),
        organization=_organization(organization) if organization else None,
        places=places,
        stems=frozenset(stems_of(" ".join(_texts(whole)))),
        terms=tuple((term["id"], as_json(term)) for term in terms),
        taxonomies=frozenset(str(term[key]) for term in terms for key in ("taxonomy_id", "taxonomy") if key in term),
        minimum_age=whole.get("minimum_age"),
        maximum_age=whole.get("maximum_age"),
        hours=hours,
        anywhere=(*hours, *(line for at in places for line in at.hours)),
        areas=extents_of(whole.get("service_areas", [])),
    )


def whole_of(public: dict[str, Any], *, key: str, modified: datetime) -> dict[str, Any]:
    """The service in the standard's form. One without an instant of its last change gets the one that we know."""
    whole = as_standard(public)
    return whole if "last_modified" in whole else {**whole, "last_modified": written(modified)}


def written(instant: datetime) -> str:
    """An aware instant as the standard writes it."""
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def in_list(whole: dict[str, Any], model: type[standard.Part]) -> dict[str, Any]:
    """What a list shows of a record: its own values, and those of its organisation."""
    fields = fields_of(model)
    shown = {name: value for name, value in whole.items() if fields[name].inner is None}
    if "organization" in whole:
        shown["organization"] = in_list(whole["organization"], standard.Organization)
    return shown


def joined(fields: bytes, **more: bytes) -> bytes:
    """A JSON object with further members, each already JSON."""
    return fields[:-1] + b"".join(b',"%s":%s' % (name.encode(), value) for name, value in more.items()) + b"}"


def as_json(value: Any) -> bytes:
    """Compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _defunct(whole: dict[str, Any], at: datetime) -> dict[str, Any]:
    """What is left of a service that its source no longer has, in the standard's words."""
    return {"id": whole["id"], "name": whole["name"], "status": "defunct", "last_modified": written(at)}


def _organization(whole: dict[str, Any]) -> tuple[str, str, bytes]:
    return whole["id"], whole["name"], as_json(in_list(whole, standard.Organization))


def _at(place: dict[str, Any]) -> At:
    location = place.get("location", {})
    shown = in_list(place, standard.ServiceAtLocation)
    if location:
        shown["location"] = in_list(location, standard.Location)
    times = [*place.get("schedules", []), *location.get("schedules", [])]
    return At(place["id"], as_json(shown), tuple(_hours(times)), _point(location))


def _point(location: dict[str, Any]) -> tuple[float, float] | None:
    if "latitude" not in location or "longitude" not in location:
        return None
    try:
        east, north = to_grid().transform(location["latitude"], location["longitude"], errcheck=True)
    except ProjError:
        return None
    return float(east), float(north)


def _attributes(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from whole.get("attributes", [])
    yield from whole.get("organization", {}).get("attributes", [])
    for place in whole.get("service_at_locations", []):
        yield from place.get("attributes", [])
        yield from place.get("location", {}).get("attributes", [])


def _texts(whole: dict[str, Any]) -> Iterator[str]:
    for key in ("name", "alternate_name", "description", "alert", "eligibility_description", "application_process"):
        yield whole.get(key, "")
    organization = whole.get("organization", {})
    yield from (organization.get(key, "") for key in ("name", "alternate_name"))
    yield from (attribute.get("taxonomy_term", {}).get("name", "") for attribute in _attributes(whole))
    for place in whole.get("service_at_locations", []):
        location = place.get("location", {})
        yield location.get("name", "")
        for address in location.get("addresses", []):
            yield from (address.get(key, "") for key in ("address_1", "address_2", "city", "postal_code"))


def _hours(schedules: list[dict[str, Any]]) -> Iterator[Hours]:
    for schedule in schedules:
        opens, closes = minutes(schedule.get("opens_at", "")), minutes(schedule.get("closes_at", ""))
        days = {day.strip()[-2:].upper() for day in schedule.get("byday", "").split(",")} & set(DAYS)
        if opens is not None and closes is not None:
            yield Hours(frozenset(days), opens, closes)


def minutes(clock: str) -> int | None:
    """`09:30` or `09:30:00` as minutes after midnight, 24:00 at most; None for anything else."""
    found = _CLOCK.fullmatch(clock.strip())
    if found is None:
        return None
    at = int(found[1]) * 60 + int(found[2])
    return at if int(found[2]) < 60 and at <= 24 * 60 else None
