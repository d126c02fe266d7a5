"""Status words, ages, coordinates, addresses on the web, numbers to ring."""

import math
import re
from collections.abc import Iterator
from typing import Any

from foundation.telling import Told

STATUSES = ("active", "inactive", "defunct", "temporarily closed")
IN_THE_KINGDOM = {"latitude": (49.0, 61.5), "longitude": (-9.0, 2.5)}
OLDEST = 130
_WEB = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
_MAIL = re.compile(r"[^\s@]+@[^\s@]+")


def problems(document: dict[str, Any]) -> Iterator[Told]:
    """One sentence each."""
    if document.get("status") not in STATUSES:
        told = {"status": repr(document.get("status")), "choices": ", ".join(STATUSES)}
        yield Told("The status is {status}; use one of: {choices}.", told)
    yield from _ages(document)
    for at in document.get("service_at_locations") or []:
        yield from _where(at.get("location") or {})
    yield from _links(document)
    for phone in _phones(document):
        if not re.search(r"\d", str(phone.get("number") or "")):
            yield Told("The phone number {number} is not a number to ring.", {"number": repr(phone.get("number"))})


def _ages(document: dict[str, Any]) -> Iterator[Told]:
    ages = {key: document[key] for key in ("minimum_age", "maximum_age") if document.get(key) not in (None, "")}
    for key, age in ages.items():
        if not 0 <= float(age) <= OLDEST:
            yield Told("{key} is {age}, which is no age.", {"key": key, "age": age})
            return
    if len(ages) == 2 and float(ages["minimum_age"]) > float(ages["maximum_age"]):
        yield Told("minimum_age ({minimum_age}) is more than maximum_age ({maximum_age}).", ages)


def _where(location: dict[str, Any]) -> Iterator[Told]:
    told = {key: location[key] for key in IN_THE_KINGDOM if location.get(key) not in (None, "")}
    both = len(told) == 2
    if both and _is_here(told["longitude"], told["latitude"]) and not _is_here(told["latitude"], told["longitude"]):
        yield Told("The latitude {latitude} and the longitude {longitude} are the wrong way round.", told)
        return
    outside = [key for key in told if not _in_range(key, told[key])]
    for key in outside:
        yield Told("The {key} {value} is not in the United Kingdom.", {"key": key, "value": told[key]})
    if told and not both and not outside:
        yield Told("A location has a {key} and not the other coordinate.", {"key": next(iter(told))})


def _in_range(key: str, value: Any) -> bool:
    least, most = IN_THE_KINGDOM[key]
    return math.isfinite(float(value)) and least <= float(value) <= most


def _is_here(latitude: Any, longitude: Any) -> bool:
    return _in_range("latitude", latitude) and _in_range("longitude", longitude)


def _links(document: dict[str, Any]) -> Iterator[Told]:
    organisation = document.get("organization") or {}
    for value in (document.get("url"), organisation.get("website")):
        if value and not _WEB.fullmatch(str(value)):
            yield Told(
                "The web address {address} does not begin with http:// or https://, or has a space in it.",
                {"address": repr(value)},
            )
    for value in (document.get("email"), organisation.get("email")):
        if value and not _MAIL.fullmatch(str(value)):
            yield Told("The e-mail address {address} is none.", {"address": repr(value)})


def _phones(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    places = [at.get("location") or {} for at in document.get("service_at_locations") or []]
    at = document.get("service_at_locations") or []
    for holder in (document, *places, *at, *(document.get("contacts") or [])):
        yield from holder.get("phones") or []
