"""A record as the world sees it: for an owner's check, and for editors of other organisations."""

from typing import Any

from directory.publishing import public_document
from directory.records.parts import get, put

# What people are shown of a service that the standard has no field for. Never its owner.
OURS = ("eligibility", "not_for", "needs", "access", "referred_by", "capacity", "why", "what_happens", "bring",
        "uncertain", "exceptions", "bank_holidays", "term_time", "by_appointment")  # fmt: skip


def as_shown(document: dict[str, Any]) -> dict[str, Any] | None:
    """The record with what the public may see of it; None for a service that is for staff alone."""
    public = public_document(document)
    if public is None:
        return None
    ours = {f"front_door.{key}": get(document, f"front_door.{key}") for key in OURS}
    return put({key: value for key, value in public.items() if key != "front_door"}, ours)
