"""The parts that are a few boxes: about the service, its needs, the way in, what people are told, its owner."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import FormData

from directory.labels import need_label
from directory.records.parts import get
from directory.records.saying import choices
from foundation.clock import to_london, utc_now
from foundation.languages import translate
from foundation.needs import NEEDS
from web.directory_desk.forms.reading import PartForm, Read, Values, text, text_lines

EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>.]+(\.[^@\s<>.]+)+")
ABOUT = ("name", "description", "url", "email")


def _about(document: dict[str, Any]) -> Values:
    return {key: str(document.get(key) or "") for key in ABOUT}


def _read_about(form: FormData, document: dict[str, Any]) -> Read:
    values = {key: text(form, key, longest=5000 if key == "description" else 500) for key in ABOUT}
    read = Read(values, dict(values))
    if not values["name"]:
        read.problems["name"] = translate("Write the name of the service.")
    if not values["description"]:
        read.problems["description"] = translate("Write what the service does, in a sentence or two.")
    if values["url"] and not is_web_address(values["url"]):
        read.problems["url"] = translate("Write the whole address of the page, such as https://www.example.org/help.")
    if values["email"] and not EMAIL.fullmatch(values["email"]):
        read.problems["email"] = translate("Write an e-mail address, such as help@example.org.")
    return read


def _status(document: dict[str, Any]) -> Values:
    return {"status": str(document.get("status") or ""), "statuses": choices("status")}


def _read_status(form: FormData, document: dict[str, Any]) -> Read:
    """Open to people, or closed in one of the standard's ways. The record stays whole, so that it can open again."""
    told = text(form, "status")
    read = Read({"status": told, "statuses": choices("status")}, {"status": told})
    if told not in choices("status"):
        read.problems["status"] = translate("Choose one.")
    return read


def is_web_address(url: str) -> bool:
    """Whether a browser could open it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and " " not in url


def _needs(document: dict[str, Any]) -> Values:
    return _need_values(_strengths(document))


def _strengths(document: dict[str, Any]) -> dict[str, str]:
    """How much it helps with each need; the most, where a need stands twice with different details."""
    told = sorted(get(document, "front_door.needs") or [], key=lambda one: int(one.get("strength", 2)))
    return {str(one.get("need")): str(one.get("strength", 2)) for one in told}


def _need_values(strengths: dict[str, str]) -> Values:
    rows = [{"code": code, "label": need_label(code), "strength": strengths.get(code, "")} for code in NEEDS]
    return {"rows": rows, "strengths": choices("strength")}


def _read_needs(form: FormData, document: dict[str, Any]) -> Read:
    """Details of a need stay; the terms of our own taxonomy follow the needs, those of others stay."""
    strengths = {code: text(form, f"need-{code}") for code in NEEDS}
    strengths = {code: said for code, said in strengths.items() if said in choices("strength")}
    read = Read(_need_values(strengths))
    if not strengths:
        read.problems[f"need-{NEEDS[0]}"] = translate("Choose at least one thing that the service helps with.")
    before, shown = list(get(document, "front_door.needs") or []), _strengths(document)
    needs = [
        one if strengths[one["need"]] == shown[one["need"]] else {**one, "strength": int(strengths[one["need"]])}
        for one in before
        if one.get("need") in strengths
    ]
    known = {one["need"] for one in needs}
    needs += [{"need": code, "detail": None, "strength": int(s)} for code, s in strengths.items() if code not in known]
    if needs != before:
        read.changes["front_door.needs"] = needs
        read.changes["attributes"] = _attributes(document, strengths)
    return read


def _attributes(document: dict[str, Any], strengths: dict[str, str]) -> list[dict[str, Any]]:
    """Those of our taxonomy that still hold; what is new is named by `front_door.needs` alone until it is exported."""
    return [
        one
        for one in document.get("attributes") or []
        if (one.get("taxonomy_term") or {}).get("taxonomy") != "Front Door needs" or one.get("value") in strengths
    ]


def _access(document: dict[str, Any]) -> Values:
    capacity = get(document, "front_door.capacity") or {}
    return {
        "access": str(get(document, "front_door.access") or ""),
        "capacity": str(capacity.get("state") or "") if isinstance(capacity, dict) else "",
        "referred_by": "\n".join(get(document, "front_door.referred_by") or []),
        "ways": choices("access"),
        "capacities": {"": translate("We do not say"), **choices("capacity")},
    }


def _read_access(form: FormData, document: dict[str, Any]) -> Read:
    values = _access({}) | {name: text(form, name) for name in ("access", "capacity", "referred_by")}
    read = Read(values)
    if values["access"] not in values["ways"]:
        read.problems["access"] = translate("Choose how people get in.")
        return read
    state, before = values["capacity"], _access(document)["capacity"]
    read.changes = {"front_door.access": values["access"], "front_door.referred_by": text_lines(form, "referred_by")}
    if state != before:
        today: date = to_london(utc_now()).date()
        read.changes["front_door.capacity"] = {"state": state, "date": today.isoformat()} if state else None
    return read


def _wording(document: dict[str, Any]) -> Values:
    return {
        **{key: str(get(document, f"front_door.{key}") or "") for key in ("why", "what_happens")},
        **{key: "\n".join(get(document, f"front_door.{key}") or []) for key in ("bring", "uncertain")},
    }


def _read_wording(form: FormData, document: dict[str, Any]) -> Read:
    changes = {f"front_door.{key}": text(form, key) for key in ("why", "what_happens")}
    lists = {f"front_door.{key}": text_lines(form, key) for key in ("bring", "uncertain")}
    values = {key: text(form, key, longest=4000) for key in ("why", "what_happens", "bring", "uncertain")}
    return Read(values, {**changes, **lists})


def _owner(document: dict[str, Any]) -> Values:
    owner = get(document, "front_door.owner") or {}
    return {key: str(owner.get(key) or "") for key in ("name", "email")}


def _read_owner(form: FormData, document: dict[str, Any]) -> Read:
    values = {key: text(form, key, longest=150) for key in ("name", "email")}
    read = Read(values, {"front_door.owner": {key: value for key, value in values.items() if value} or None})
    if values["email"] and not EMAIL.fullmatch(values["email"]):
        read.problems["email"] = translate("Write an e-mail address, such as help@example.org.")
    return read


about = PartForm(_about, _read_about)
status = PartForm(_status, _read_status)
needs = PartForm(_needs, _read_needs)
access = PartForm(_access, _read_access)
wording = PartForm(_wording, _read_wording)
owner = PartForm(_owner, _read_owner)
