"""A service as deciding code sees it, read from Open Referral UK JSON and our `front_door` property."""

import json
import sys
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from directory.geography.coverage import extents_of
from directory.labels import reason_word
from directory.maps.needs_of import needs_of
from directory.meets import Meets
from directory.rules import OLDEST, Rule, codes_of
from foundation.telling import ToldError

CAPACITIES = ("open", "waiting", "full")
NO_LIMIT = 99  # an age that stands for none, in feeds


class ServiceBroken(ToldError):
    """A record cannot be a service. The text tells its owner why."""


@dataclass(frozen=True)
class Capacity:
    """Whether it has room: `open`, `waiting` (there is a list) or `full`, as somebody knew on `on`."""

    state: str
    on: date


@dataclass(frozen=True)
class Service:
    """One service. `document` is its Open Referral JSON as it came; the rest is read from it."""

    id: str
    name: str
    organisation: str
    agency: str
    meets: tuple[Meets, ...]
    rules: tuple[Rule, ...]
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
    referred_by: tuple[str, ...]
    capacity: Capacity | None
    assured: date | None
    document: dict[str, Any] = field(compare=False, repr=False, hash=False)
    doubts: tuple[date, ...] = ()  # when somebody told us that its facts are wrong, as far as nobody has settled it

    @property
    def is_leg(self) -> bool:
        """Whether the person has to be seen, at the hub, by appointment."""
        return self.at_hub and self.access == "appointment"

    @cached_property
    def asks_about(self) -> frozenset[str]:
        """The circumstances that its rules look at."""
        return frozenset[str]().union(*self.codes_of_rules)

    @cached_property
    def codes_of_rules(self) -> tuple[frozenset[str], ...]:
        """The same for each of its rules, in their order."""
        return tuple(frozenset(codes_of(rule)) for rule in self.rules)

    @cached_property
    def profile(self) -> tuple[frozenset[str], str]:
        """What a verdict depends on: the areas and the rules. Services that are alike in both are judged once."""
        return (self.areas, sys.intern(json.dumps(self.rules, sort_keys=True)))

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
            meets=_meets(document, ours),
            rules=_rules(document, ours),
            areas=extents_of(document.get("service_areas") or []),
            access=str(ours.get("access") or "self_refer"),
            at_hub=bool(ours.get("at_hub")),
            minutes=int(ours.get("minutes") or 30),
            comes_first=int(ours.get("comes_first", 5)),
            urgent=bool(ours.get("urgent")),
            why=str(ours.get("why") or ""),
            what_happens=str(ours.get("what_happens") or ""),
            bring=tuple(str(item) for item in ours.get("bring", [])),
            uncertain=tuple(str(item) for item in ours.get("uncertain", [])),
            referred_by=tuple(str(item) for item in ours.get("referred_by", [])),
            capacity=_capacity(ours.get("capacity")),
            assured=date.fromisoformat(str(document["assured_date"])[:10]) if document.get("assured_date") else None,
            document=document,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ServiceBroken("This record cannot be read as a service: {reason}.", reason=str(error)) from error


def _meets(document: dict[str, Any], ours: dict[str, Any]) -> tuple[Meets, ...]:
    """What its record says that it meets; where it says nothing, what its taxonomy terms and words do."""
    if "needs" not in ours:
        return needs_of(document)
    return tuple(Meets(str(m["need"]), m.get("detail"), int(m.get("strength", 2))) for m in ours["needs"])


def _rules(document: dict[str, Any], ours: dict[str, Any]) -> tuple[Rule, ...]:
    """Its own rules, whom it is not for, and the ages that Open Referral's own fields give. Raises KeyError."""
    rules: list[Rule] = list(ours.get("eligibility", []))
    rules += [
        {"not": rule, "says": rule.get("says", ""), "source": rule.get("source", "")}
        for rule in ours.get("not_for", [])
    ]
    ages = _ages(document)
    if ages and not any(
        rule.get("about") == "age_band" and all(rule.get(k) == v for k, v in ages.items()) for rule in rules
    ):
        words = {("min",): "ages_from", ("max",): "ages_to", ("min", "max"): "ages"}[tuple(ages)]
        says = reason_word(words, least=str(ages.get("min")), most=str(ages.get("max")))
        rules.append({"about": "age_band", **ages, "says": says, "source": "minimum_age and maximum_age of its record"})
    return tuple(_shared(json.dumps(rule, sort_keys=True)) for rule in rules)


@lru_cache(maxsize=65_536)
def _shared(text: str) -> Rule:
    """One object for equal rules, so that each is judged once for a person. Raises KeyError for what is no rule."""
    rule: Rule = json.loads(text)
    list(codes_of(rule))
    return rule


def _ages(document: dict[str, Any]) -> dict[str, int]:
    """Feeds write 0 and 99 or 120 where there is no limit, and numbers as text."""
    least, most = (int(float(document.get(key) or 0)) for key in ("minimum_age", "maximum_age"))
    if most and most < least:
        return {}
    return {**({"min": least} if 0 < least <= OLDEST else {}), **({"max": most} if 0 < most < NO_LIMIT else {})}


def _capacity(told: Any) -> Capacity | None:
    if not told:
        return None
    state = str(told["state"])
    if state not in CAPACITIES:
        raise ValueError(f"capacity {state!r}; use one of {', '.join(CAPACITIES)}")
    return Capacity(state, date.fromisoformat(str(told["date"])[:10]))


def _text(document: dict[str, Any], key: str) -> str:
    value = document.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ServiceBroken("The service has no {key}.", key=key)
    return value.strip()
