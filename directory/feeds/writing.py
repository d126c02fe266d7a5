"""A published record as the official schemas want it: feeds leave keys empty and types loose, we do not pass it on.

What is optional and broken is left out; what is required and missing is filled with what is known, or with an empty
text where nothing is. Keys that are no UUIDs become UUIDs made of them, the same ones every time. Keys of children to
their parents, which most feeds leave empty, are filled.
"""

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pydantic import BaseModel

from directory.feeds import standard
from directory.feeds.standard import FieldShape, entity_of, fields_of

AGE = "age_band"
# What a required field says when its feed says nothing, other than an empty text.
USUAL = {"country": "GB", "status": "active", "location_type": "physical", "address_type": "physical"}
_NAMESPACE = uuid5(NAMESPACE_URL, "https://openreferral.org/imports/front-door")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LINK = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def as_standard(document: dict[str, Any]) -> dict[str, Any]:
    """A whole service in the standard's form, from one that `publishing.public_document` let through."""
    return _object({**_ages(document), **document}, standard.Service, path="service")


@lru_cache(maxsize=100_000)
def as_uuid(key: str) -> str:
    """The key itself when it is a UUID, else the one that is made of it."""
    return key.lower() if _UUID.fullmatch(key) else str(uuid5(_NAMESPACE, key))


def _ages(document: dict[str, Any]) -> dict[str, Any]:
    """The standard's ages from our rules about age, for where the feed gave none."""
    found: dict[str, Any] = {}
    for rule in (document.get("front_door") or {}).get("eligibility") or []:
        if isinstance(rule, dict) and rule.get("about") == AGE:
            found |= {f"{key}imum_age": rule[key] for key in ("min", "max") if key in rule}
    return found


def _object(value: dict[str, Any], model: type[BaseModel], *, path: str, above: str = "") -> dict[str, Any]:
    """`value` with the fields of `model` alone, each right.

    `path`: where it is in the record, which names it when it has no key. `above`: its parent's entity, if it has one.
    """
    fields, entity = fields_of(model), entity_of(model)
    parent = path.partition("/")[0]
    written: dict[str, Any] = {}
    if "id" in fields:
        path = written["id"] = as_uuid(str(value.get("id") or path))
    for key, given in value.items():
        field = fields.get(key)
        if field is None or key == "id":
            continue
        right = _inner(given, field, path=f"{path}/{key}", above=entity) if field.inner else _value(given, field)
        if right is not None:
            written[key] = right
    for key in _needed(model):
        written.setdefault(key, USUAL.get(key, ""))
    if above and "link_id" in fields:
        written |= {"link_id": parent, "link_entity": above}
    elif f"{above}_id" in fields:
        written[f"{above}_id"] = parent
    return _joined(written)


@cache
def _needed(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(name for name, field in fields_of(model).items() if field.required)


def _inner(given: Any, field: FieldShape, *, path: str, above: str) -> Any:
    assert field.inner is not None
    if field.many:
        several = given if isinstance(given, list) else []
        parts = [part for part in several if isinstance(part, dict)]
        found = [_object(part, field.inner, path=f"{path}/{at}", above=above) for at, part in enumerate(parts)]
        return found if isinstance(given, list) else None
    return _object(given, field.inner, path=path, above=above) if isinstance(given, dict) else None


def _joined(written: dict[str, Any]) -> dict[str, Any]:
    """With the key of what is inside it, so that both forms of the link agree."""
    for key in ("organization", "location", "taxonomy_term"):
        if key in written:
            written[f"{key}_id"] = written[key]["id"]
    if "taxonomy" in written and "taxonomy_id" not in written:
        written["taxonomy_id"] = as_uuid(f"taxonomy {written['taxonomy']}")
    return written


def _value(given: Any, field: FieldShape) -> Any:
    """The value in the type of its field, or None when it is missing, empty or cannot be."""
    if given is None or given == "":
        return None
    right = _READ.get(field.type, _as_it_is)(given)
    if field.choices:
        return right if right in field.choices else None
    known = _FORMATS.get(field.format)
    if right is None or known is None or known(str(right)):
        return as_uuid(right) if field.format == "uuid" and right else right
    return None


def _text(given: Any) -> str | None:
    return str(given) if isinstance(given, str | int | float) and not isinstance(given, bool) else None


def _number(given: Any) -> float | int | None:
    try:
        number = float(given) if isinstance(given, str | int | float) and not isinstance(given, bool) else math.nan
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _whole(given: Any) -> int | None:
    number = _number(given)
    return number if isinstance(number, int) else None


def _yes(given: Any) -> bool | None:
    return given if isinstance(given, bool) else None


def _list(given: Any) -> list[Any] | None:
    return given if isinstance(given, list) else None


def _as_it_is(given: Any) -> Any:
    return given


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text)) and len(text) == 10
    except ValueError:
        return False


def _is_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None and len(text) > 16
    except ValueError:
        return False


_READ: dict[str, Callable[[Any], Any]] = {
    "string": _text, "number": _number, "integer": _whole, "boolean": _yes, "array": _list,
}  # fmt: skip
_FORMATS: dict[str, Callable[[str], object]] = {
    "uri": _LINK.fullmatch, "email": _EMAIL.fullmatch, "date": _is_day, "date-time": _is_instant,
}  # fmt: skip
