"""The services of the demonstration, and small ones of our own, for tests of the directory."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from directory.model import Service, read_service

FOLDER = Path(__file__).resolve().parents[2] / "directory" / "places" / "cambridge" / "services"

# The five residents of the demonstration: needs as a person would label them, and what they answer when asked.
LOST_JOB = (
    ["employment", "rent_arrears", "mental_health"],
    {"postcode": "CB4 3EH", "age_band": "35_54", "tenure": "council", "employment_status": "unemployed"},
)
MUM_FELL = (["older_people_care"], {"postcode": "CB1 3RB", "age_band": "80_plus", "carer": "yes"})
HIT_AGAIN = (["domestic_abuse", "housing"], {"postcode": "CB4 2AA", "safe_at_home": "no", "sleeping_tonight": "unsafe"})
OUT_OF_PRISON = (
    ["crime_exoffender", "housing", "money_debt", "benefits"],
    {"postcode": "CB1 2AA", "prison_leaver": "yes", "sleeping_tonight": "friends_family", "age_band": "25_34"},
)


@cache
def document(slug: str) -> dict[str, Any]:
    """The Open Referral JSON of one service of the demonstration."""
    read: dict[str, Any] = json.loads((FOLDER / f"{slug}.json").read_text(encoding="utf-8"))
    return read


def example(slug: str) -> Service:
    """One service of the demonstration."""
    return read_service(document(slug))


@cache
def cambridge() -> tuple[Service, ...]:
    """Every service of the demonstration."""
    return tuple(example(path.stem) for path in sorted(FOLDER.glob("*.json")))


def made_up(name: str, **front_door: Any) -> Service:
    """A service that exists nowhere, with the `front_door` properties that a test is about."""
    return read_service(made_up_document(name, **front_door))


def made_up_document(name: str, **front_door: Any) -> dict[str, Any]:
    """Its Open Referral JSON."""
    return {
        "id": f"made-up-{name}",
        "name": name,
        "status": "active",
        "organization": {"id": f"org-{name}", "name": f"{name} Trust", "description": "Made up."},
        "front_door": front_door,
    }
