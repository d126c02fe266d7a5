"""Whether the parts of a record are lists, objects and numbers where the standard says so, and can be kept at all."""

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from directory.feeds.standard import FieldShape, Service, fields_of
from foundation.telling import Told

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,35}")  # it names files and addresses too
OURS = "front_door"


def problems(document: dict[str, Any]) -> Iterator[Told]:
    """What would stop the other checks: they read a record only when there is nothing here."""
    if not ID.fullmatch(str(document.get("id"))):
        yield Told("The id must be 1 to 36 letters, digits and hyphens, such as a UUID.")
    yield from _can_be_kept(document)
    yield from _parts(document, Service)


def _can_be_kept(document: dict[str, Any]) -> Iterator[Told]:
    try:
        whole = json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        yield Told("It holds a number or a letter that cannot be stored.")
    else:
        if rb"\u0000" in whole:
            yield Told("It holds a letter that cannot be stored.")


def _parts(part: dict[str, Any], model: type[BaseModel]) -> Iterator[Told]:
    fields = fields_of(model)
    for key, value in part.items():
        field = fields.get(key)
        if field is None or value is None or value == "" or (field.type == "string" and isinstance(value, str)):
            continue
        if field.inner is None:
            yield from _value(key, value, field)
        elif field.many:
            yield from _several(key, value, field.inner)
        elif not isinstance(value, dict):
            yield Told(
                "{key} must be an object, such as {{...}}, and is {value}.", {"key": key, "value": _shown(value)}
            )
        elif key != OURS:
            yield from _parts(value, field.inner)


def _several(key: str, value: Any, inner: type[BaseModel]) -> Iterator[Told]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        yield Told(
            "{key} must be a list of objects, such as [{{...}}], and is {value}.", {"key": key, "value": _shown(value)}
        )
        return
    for one in value:
        yield from _parts(one, inner)


def _value(key: str, value: Any, field: FieldShape) -> Iterator[Told]:
    if isinstance(value, dict | list):
        if field.type != "array":
            yield Told("{key} must be one value, and is {value}.", {"key": key, "value": _shown(value)})
    elif field.type in ("number", "integer") and not _is_number(value):
        yield Told("{key} must be a number, and is {value}.", {"key": key, "value": _shown(value)})


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return not isinstance(value, bool)


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)[:60]
