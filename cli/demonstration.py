"""The demonstration of a place: services, hub, rota, and invented people who are marked as such."""

import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from booking.visits import load_rota
from casework.staff import Staff, add_staff, load_staff
from directory.command import import_source
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.settings import Settings


class NotADemonstration(FrontDoorError):
    """Invented people are loaded only where the settings say that this is a demonstration."""


def load(database: Database, settings: Settings, *, now: datetime) -> Iterator[str]:
    """Load it all, one line of progress each. Safe to run at every start. Raises NotADemonstration."""
    if not settings.demonstration:
        raise NotADemonstration("Set FRONTDOOR_DEMONSTRATION=true to load the demonstration.")
    folder = settings.place_folder
    said: list[str] = []
    import_source(database, str(folder / "services"), now=now, echo=said.append)
    yield from said
    shifts = load_rota(database, folder, now=now)
    yield f"The hub's rota is in: {shifts} shifts ahead."
    yield from _people(database, folder, settings.var / "demo-passwords.txt")


def _people(database: Database, folder: Path, passwords: Path) -> Iterator[str]:
    people: list[dict[str, Any]] = yaml.safe_load((folder / "people.yml").read_text(encoding="utf-8"))
    made = {}
    for person in people:
        new = load_staff(database, person["username"]) is None
        if new:
            made[person["username"]] = secrets.token_urlsafe(12)
        add_staff(database, Staff(**person), password=made.get(person["username"]))
    if made:
        with passwords.open("a", encoding="utf-8") as file:
            passwords.chmod(0o600)
            file.writelines(f"{username} {password}\n" for username, password in made.items())
    yield f"{len(people)} people can sign in at /desk; their passwords are in {passwords.name}."
