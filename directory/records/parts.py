"""The parts of a service's record: what is edited, compared and settled as one, and the keys that it lives under."""

from typing import Any

OURS = "front_door."
# Each part with its paths: a key of the document, or `front_door.KEY`.
PARTS: dict[str, tuple[str, ...]] = {
    "about": ("name", "description", "url", "email"),
    "status": ("status",),
    "phones": ("phones",),
    "places": ("service_at_locations", "front_door.confidential_address"),
    "hours": (
        "schedules",
        "holiday_schedules",
        "front_door.exceptions",
        "front_door.bank_holidays",
        "front_door.term_time",
        "front_door.by_appointment",
        "service_at_locations",  # a place may have hours of its own
    ),
    "areas": ("service_areas",),
    "languages": ("languages", "interpretation_services"),
    "who_for": ("front_door.eligibility", "front_door.not_for"),
    "needs": ("front_door.needs", "attributes"),
    "access": ("front_door.access", "front_door.referred_by", "front_door.capacity"),
    "wording": ("front_door.why", "front_door.what_happens", "front_door.bring", "front_door.uncertain"),
    "owner": ("front_door.owner",),
    "assured": ("assured_date",),
}
OTHER = "other"
# What is never a change that anybody has to read.
NOT_SHOWN = frozenset({"id", "last_modified"})

type Changes = dict[str, Any]


def part_of(path: str) -> str:
    """The part that `path` belongs to; `other` for what has no part of its own."""
    return next((code for code, paths in PARTS.items() if path in paths), OTHER)


def get(document: dict[str, Any], path: str) -> Any:
    """The value at `path`; None when there is none."""
    if path.startswith(OURS):
        return (document.get("front_door") or {}).get(path.removeprefix(OURS))
    return document.get(path)


def put(document: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """A copy of the document with these values at these paths; None, an empty list or an empty text takes one away."""
    new = {**document, "front_door": dict(document.get("front_door") or {})}
    for path, value in changes.items():
        room, key = (new["front_door"], path.removeprefix(OURS)) if path.startswith(OURS) else (new, path)
        if value in (None, "", []):
            room.pop(key, None)
        else:
            room[key] = value
    if not new["front_door"]:
        del new["front_door"]
    return new


def taken_from(document: dict[str, Any], code: str) -> Changes:
    """A part of the document, as changes that would make another document's part the same."""
    return {path: get(document, path) for path in PARTS[code]}


def is_same(one: dict[str, Any], other: dict[str, Any], code: str) -> bool:
    """Whether a part is the same in both documents. Nothing, an empty list and an empty text are one."""
    return all((get(one, path) or None) == (get(other, path) or None) for path in PARTS[code])


def paths_of(*documents: dict[str, Any]) -> list[str]:
    """Every path that one of these documents has, in the order of the parts, what has no part last."""
    here = {path for document in documents for path in _paths(document)}
    known = list(dict.fromkeys(path for paths in PARTS.values() for path in paths if path in here))
    return known + sorted(here - set(known) - NOT_SHOWN)


def _paths(document: dict[str, Any]) -> list[str]:
    ours = [f"{OURS}{key}" for key in document.get("front_door") or {}]
    return [key for key in document if key != "front_door"] + ours
