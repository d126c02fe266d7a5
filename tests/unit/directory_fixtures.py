"""The Cambridge services, small made-up services, and made-up people for the tests of the directory."""

import json
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from directory.circumstances import QUESTIONS
from directory.model import Service, read_service
from foundation.needs import NEEDS

FOLDER = Path(__file__).parents[2] / "directory/places/cambridge/services"
CITY = "E07000008"
POSTCODES = ("CB4 3EH", "CB1 3RB", "CB2 8BU", "CB24 9NN", "CB7 4EE", "PE29 3TN", "CB9 8AA", "CB10 1AA", "none")
BANDS = ("under_16", "16_17", "18_24", "25_34", "35_54", "55_64", "65_79", "80_plus")


def documents() -> dict[str, dict[str, Any]]:
    """File name without its ending -> a fresh copy of the document."""
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.json"))}


@cache
def cambridge() -> tuple[Service, ...]:
    return tuple(read_service(document) for document in documents().values())


@cache
def by_slug() -> dict[str, Service]:
    return {slug: read_service(document) for slug, document in documents().items()}


def made(
    name: str,
    *,
    needs: list[tuple[str, str | None, int]] | None = None,
    agency: str | None = None,
    rules: list[dict[str, Any]] | None = None,
    areas: list[str] | None = None,
    **ours: Any,
) -> dict[str, Any]:
    """A small whole document; `needs` are (need, detail, strength)."""
    return {
        "id": name,
        "name": name.capitalize(),
        "status": "active",
        "organization": {"id": f"org-{name}", "name": f"{name.capitalize()} organisation"},
        "service_areas": [{"id": f"a-{code}", "extent": code} for code in areas or []],
        "front_door": {
            "agency": agency or name,
            "needs": [{"need": n, "detail": d, "strength": s} for n, d, s in needs or [("food", None, 2)]],
            "eligibility": rules or [],
            **ours,
        },
    }


def person(random: Random) -> dict[str, Any]:
    """Everything that could be asked of one person, without contradictions that no one lives."""
    told: dict[str, Any] = {
        code: random.choice([value for value, _ in question.choices])
        for code, question in QUESTIONS.items()
        if question.kind == "choice"
    }
    told["postcode"] = random.choice(POSTCODES)
    told["age_band"] = random.choice(BANDS)
    told["children_ages"] = random.choice([["3"], ["9"], ["4", "15"], "none"])
    if told["age_band"] in ("55_64", "65_79", "80_plus"):
        told["pregnant"] = "no"
    if told["postcode"] == "none":
        told |= {"tenure": "none", "sleeping_tonight": random.choice(["street", "friends_family", "hostel"])}
    elif told["tenure"] in ("council", "housing_association", "private", "owner"):
        told["sleeping_tonight"] = random.choice(["own_home", "own_home", "own_home", "unsafe"])
    return told


def some_needs(random: Random, *, most: int = 4) -> list[str]:
    return random.sample(NEEDS, random.randint(1, most))
