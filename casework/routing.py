"""Visit or named contact: the rule of the design, read from routing.yml and tried row by row."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from casework.assessment import Assessment
from foundation.languages import spoken

TABLE = Path(__file__).with_name("routing.yml")


@dataclass(frozen=True)
class Situation:
    """What the table's rows look at. `language` is what the resident wrote in, `spoken` what we speak with them."""

    needs: tuple[str, ...]
    circumstances: dict[str, Any]
    crises: tuple[str, ...] = ()
    language: str = "en"
    spoken: str = "en"
    wants_person: bool = False
    misunderstood: int = 0
    legs: int = 0
    no_opening: bool = False
    has_named_contact: bool = False


@dataclass(frozen=True)
class Route:
    """Where a case goes: `visit`, `named_contact` or `alone` (nothing to book), with the row's reason."""

    kind: str
    reason: str
    urgent: bool = False


@cache
def table() -> tuple[dict[str, Any], ...]:
    """The rows of routing.yml."""
    return tuple(yaml.safe_load(TABLE.read_text(encoding="utf-8")))


def situation_of(assessment: Assessment, *, legs: int, no_opening: bool = False) -> Situation:
    """The situation that an assessment describes."""
    return Situation(
        needs=tuple(assessment.codes()),
        circumstances=assessment.answered(),
        crises=tuple(assessment.at_risk_crises()),
        language=assessment.language,
        spoken=spoken(),
        wants_person=assessment.wants_person,
        misunderstood=assessment.misunderstood,
        legs=legs,
        no_opening=no_opening,
    )


def choose_route(situation: Situation) -> Route:
    """The first row that holds makes it a named contact; otherwise a visit, or nothing to book at all."""
    for row in table():
        if _holds(row["when"], situation) and not ("unless" in row and _holds(row["unless"], situation)):
            return Route("named_contact", row["reason"], bool(row["urgent"]))
    return Route("visit", "joint_visit") if situation.legs else Route("alone", "nothing_to_book")


def _holds(when: dict[str, Any], s: Situation) -> bool:
    if "circumstance" in when:
        return s.circumstances.get(when["circumstance"]) in when["any_of"]
    tests: dict[str, Callable[[Any], bool]] = {
        "crisis": lambda kinds: bool(set(kinds) & set(s.crises)),
        "need": lambda needs: bool(set(needs) & set(s.needs)),
        "language_not": lambda known: s.language not in (*known, s.spoken),
        "wants_person": lambda wanted: s.wants_person is wanted,
        "misunderstood_at_least": lambda times: s.misunderstood >= times,
        "legs_at_least": lambda legs: s.legs >= legs,
        "no_opening": lambda wanted: s.no_opening is wanted,
        "has_named_contact": lambda wanted: s.has_named_contact is wanted,
    }
    return all(tests[name](value) for name, value in when.items())
