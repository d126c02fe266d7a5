"""The parts that are rows of boxes: phones, places, areas, languages. A row left empty goes; one is always free."""

import uuid
from functools import cache
from typing import Any

import phonenumbers
from babel.core import Locale
from starlette.datastructures import FormData

from directory.geography.councils import GSS, council_name, is_an_area
from directory.geography.postcodes import NotAPostcode, UnknownPostcode
from directory.records.parts import get
from directory.records.saying import lines
from foundation.languages import ENGLISH, translate
from web.directory_desk.forms.places import middle_of, whole_postcode
from web.directory_desk.forms.reading import PartForm, Read, Row, Values, by_id, key_of, rows, text

SHORT_CODE = 6  # digits: 999, 111, 116123 and texts to 85258 are no numbers of anybody's
PHONE = ("id", "number", "description")
PLACE = ("id", "name", "address_1", "address_2", "city", "postal_code", "access")
AREA = ("id", "area")
LANGUAGE = ("id", "language")


def new_id() -> str:
    """For a row that is new."""
    return str(uuid.uuid4())


# ---------------------------------------------------------------- phones
def _phones(document: dict[str, Any]) -> Values:
    phones = document.get("phones") or []
    return {"rows": [_phone(phone, number) for number, phone in enumerate(phones)]}


def _phone(phone: dict[str, Any], number: int) -> Row:
    return {"id": key_of(phone, number), **{key: str(phone.get(key) or "") for key in PHONE[1:]}}


def _read_phones(form: FormData, document: dict[str, Any]) -> Read:
    before, typed = by_id(document.get("phones")), rows(form, PHONE)
    read = Read({"rows": typed})
    for number, row in enumerate(typed):
        if not is_phone(row["number"]):
            read.problems[f"number-{number}"] = translate("Write a phone number, such as 01632 960123.")
    read.changes["phones"] = [
        _over(before.get(row["id"]), {key: row[key] for key in PHONE[1:]}, {"type": "voice"}) for row in typed
    ]
    return read


def is_phone(number: str) -> bool:
    """Whether it could be dialled from here."""
    digits = "".join(c for c in number if c.isdigit())
    if 3 <= len(digits) <= SHORT_CODE and not any(c.isalpha() for c in number):
        return True
    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(number, "GB")))
    except phonenumbers.NumberParseException:
        return False


def _over(before: dict[str, Any] | None, typed: Row, new: dict[str, Any]) -> dict[str, Any]:
    """What was there with what was typed over it; a box that is empty takes its key away."""
    kept = dict(before) if before is not None else {"id": new_id(), **new}
    for key, value in typed.items():
        if value:
            kept[key] = value
        else:
            kept.pop(key, None)
    return kept


# ---------------------------------------------------------------- places
def _places(document: dict[str, Any]) -> Values:
    places = document.get("service_at_locations") or []
    return {
        "rows": [_place(place, number) for number, place in enumerate(places)],
        "confidential": bool(get(document, "front_door.confidential_address")),
    }


def _place(place: dict[str, Any], number: int) -> Row:
    location = place.get("location") or {}
    address: dict[str, Any] = next(iter(location.get("addresses") or []), {})
    told: dict[str, Any] = next(iter(location.get("accessibility") or []), {})
    return {
        "id": key_of(place, number),
        "name": str(location.get("name") or ""),
        **{key: str(address.get(key) or "") for key in PLACE[2:6]},
        "access": str(told.get("description") or ""),
    }


def _read_places(form: FormData, document: dict[str, Any]) -> Read:
    before, typed = by_id(document.get("service_at_locations")), rows(form, PLACE)
    read = Read({"rows": typed, "confidential": bool(form.get("confidential"))})
    places = []
    for number, row in enumerate(typed):
        if not row["address_1"]:
            read.problems[f"address_1-{number}"] = translate("Write the first line of the address.")
        try:
            row["postal_code"] = whole_postcode(row["postal_code"])
        except (NotAPostcode, UnknownPostcode) as error:
            read.problems[f"postal_code-{number}"] = str(error)
            continue
        places.append(_placed(before.get(row["id"]), row))
    read.changes["service_at_locations"] = places
    read.changes["front_door.confidential_address"] = read.values["confidential"]
    return read


def _placed(before: dict[str, Any] | None, row: Row) -> dict[str, Any]:
    place: dict[str, Any] = dict(before) if before is not None else {"id": new_id()}
    location: dict[str, Any] = dict(place.get("location") or {"id": new_id(), "location_type": "physical"})
    addresses = list(location.get("addresses") or [])
    old = addresses[0] if addresses else None
    plain = {"state_province": "", "country": "GB", "address_type": "physical"}
    address = _over(old, {key: row[key] for key in PLACE[2:6]}, plain)
    location = _over(location, {"name": row["name"]}, {})
    location["addresses"] = [address, *addresses[1:]]
    if old is None or old.get("postal_code") != row["postal_code"]:
        location |= middle_of(row["postal_code"])
    told = list(location.get("accessibility") or [])
    if row["access"] or told:
        entry = _over(told[0] if told else None, {"description": row["access"]}, {})
        location["accessibility"] = [entry, *told[1:]] if row["access"] else told[1:]
    return {**place, "location": location}


# ---------------------------------------------------------------- areas
def _areas(document: dict[str, Any]) -> Values:
    areas = document.get("service_areas") or []
    return {"rows": [{"id": key_of(area, n), "area": _area_name(area)} for n, area in enumerate(areas)]}


def _area_name(area: dict[str, Any]) -> str:
    return next(iter(lines({"service_areas": [area]}, "areas")), "")


def _read_areas(form: FormData, document: dict[str, Any]) -> Read:
    before, typed = by_id(document.get("service_areas")), rows(form, AREA)
    read = Read({"rows": typed})
    areas = []
    for number, row in enumerate(typed):
        old = before.get(row["id"])
        if old is not None and _area_name(old) == row["area"]:
            areas.append(old)
            continue
        found = GSS.search(row["area"].upper())
        if found is None or not is_an_area(found[0]):
            read.problems[f"area-{number}"] = translate(
                "Write the code of a council, a county or a country, such as E07000008. The list has those used here."
            )
            continue
        areas.append(_area(found[0], row["area"]))
    read.changes["service_areas"] = areas
    return read


def _area(code: str, typed: str) -> dict[str, Any]:
    name = council_name(code) or typed.replace(code, "").strip(" ()") or code
    uri = f"http://statistics.data.gov.uk/id/statistical-geography/{code}"
    return {"id": new_id(), "name": name, "extent": code, "extent_type": "text", "uri": uri}


# ---------------------------------------------------------------- languages
def _languages(document: dict[str, Any]) -> Values:
    spoken = document.get("languages") or []
    return {
        "rows": [
            {"id": key_of(one, n), "language": str(one.get("name") or one.get("language") or one.get("code") or "")}
            for n, one in enumerate(spoken)
        ],
        "interpreters": str(document.get("interpretation_services") or ""),
        "known": sorted(_codes()),
    }


def _read_languages(form: FormData, document: dict[str, Any]) -> Read:
    before, typed = by_id(document.get("languages")), rows(form, LANGUAGE)
    read = Read({"rows": typed, "interpreters": text(form, "interpreters"), "known": sorted(_codes())})
    spoken = []
    for number, row in enumerate(typed):
        old = before.get(row["id"])
        if old is not None and row["language"] in (old.get("name"), old.get("language"), old.get("code")):
            spoken.append(old)
            continue
        name = next((name for name in _codes() if name.casefold() == row["language"].casefold()), None)
        if name is None:
            read.problems[f"language-{number}"] = translate("We do not know this language. Choose one from the list.")
            continue
        spoken.append({"id": new_id(), "name": name, "code": _codes()[name]})
    read.changes = {"languages": spoken, "interpretation_services": read.values["interpreters"]}
    return read


@cache
def _codes() -> dict[str, str]:
    """The languages of the world by their English names, as records have them; sign language is one."""
    named = Locale(ENGLISH).languages.items()
    return {"British Sign Language": "bfi"} | {name: code for code, name in named if code.isalpha() and len(code) < 4}


phones = PartForm(_phones, _read_phones)
places = PartForm(_places, _read_places)
areas = PartForm(_areas, _read_areas)
languages = PartForm(_languages, _read_languages)
