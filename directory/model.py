"""A service as deciding code sees it, read from Open Referral UK JSON and our `front_door` property."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from directory.meets import Meets
from foundation.errors import FrontDoorError


class ServiceBroken(FrontDoorError):
    """A record cannot be a service. The text tells its owner why."""


@dataclass(frozen=True)
class Unreadable:
    """A record of a source that could not be read at all, with the reason in plain words."""

    name: str
    reason: str


@dataclass(frozen=True)
class Service:
    """One service. `document` is its Open Referral JSON as it came; the rest is read from it."""

    id: str
    name: str
    organisation: str
    agency: str
    meets: tuple[Meets, ...]
    rules: tuple[dict[str, Any], ...]
    areas: frozenset[str]
    access: str
    at_hub: bool
    minutes: int
    comes_first: int
    urgent: bool
    why: str
    what_happens: str
    bring: tuple[str, ...]
    uncertain: tuple[str, ...]
    assured: date | None
    document: dict[str, Any] = field(compare=False, repr=False, hash=False)

    @property
    def is_leg(self) -> bool:
        """Whether the person has to be seen, at the hub, by appointment."""
        return self.at_hub and self.access == "appointment"

    @cached_property
    def asks_about(self) -> frozenset[str]:
        """The circumstances that its rules look at."""
        return frozenset(str(part["about"]) for rule in self.rules for part in rule.get("any", [rule]))

    @cached_property
    def by_need(self) -> dict[str, tuple[Meets, ...]]:
        """What it meets, by need code."""
        found: dict[str, list[Meets]] = {}
        for meets in self.meets:
            found.setdefault(meets.need, []).append(meets)
        return {need: tuple(several) for need, several in found.items()}


def read_service(document: dict[str, Any]) -> Service:
    """The service in one Open Referral UK record. Raises ServiceBroken."""
    try:
        ours = document.get("front_door") or {}
        organisation = document.get("organization") or {}
        return Service(
            id=_text(document, "id"),
            name=_text(document, "name"),
            organisation=str(organisation.get("name") or ""),
            agency=str(ours.get("agency") or organisation.get("id") or document["id"]),
            meets=tuple(
                Meets(str(m["need"]), m.get("detail"), int(m.get("strength", 2))) for m in ours.get("needs", [])
            ),
            rules=tuple(ours.get("eligibility", [])),
            areas=frozenset(str(a["extent"]) for a in document.get("service_areas") or [] if a.get("extent")),
            access=str(ours.get("access") or "self_refer"),
            at_hub=bool(ours.get("at_hub")),
            minutes=int(ours.get("minutes") or 30),
            comes_first=int(ours.get("comes_first", 5)),
            urgent=bool(ours.get("urgent")),
            why=str(ours.get("why") or ""),
            what_happens=str(ours.get("what_happens") or ""),
            bring=tuple(str(item) for item in ours.get("bring", [])),
            uncertain=tuple(str(item) for item in ours.get("uncertain", [])),
            assured=date.fromisoformat(str(document["assured_date"])[:10]) if document.get("assured_date") else None,
            document=document,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ServiceBroken(f"This record cannot be read as a service: {error}.") from error


def _text(document: dict[str, Any], key: str) -> str:
    value = document.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ServiceBroken(f"The service has no {key}.")
    return value.strip()
