"""The demonstration of a place: services, hub, rota, and invented people who are marked as such."""

import secrets
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from booking.rotas.loading import load_rota
from casework.staff import Staff, add_staff, load_staff
from directory.command import import_records
from directory.feeds.sources import read_source, source_name
from foundation.clock import to_london
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.settings import Settings

AS_OF = date(2026, 11, 22)  # the day on which the ages of the files' dates are as they are meant
STEP_DAYS = 14  # no tier of freshness changes within it: see the test


class NotADemonstration(FrontDoorError):
    """Invented people are loaded only where the settings say that this is a demonstration."""


def load(database: Database, settings: Settings, *, now: datetime) -> Iterator[str]:
    """Load it all, one line of progress each. Safe to run at every start. Raises NotADemonstration."""
    if not settings.demonstration:
        raise NotADemonstration("Set FRONTDOOR_DEMONSTRATION=true to load the demonstration.")
    folder = settings.place_folder
    said: list[str] = []
    load_services(database, folder / "services", now=now, echo=said.append)
    yield from said
    shifts = load_rota(database, folder, now=now)
    yield f"The hub's rota is in: {shifts} shifts ahead."
    yield from _people(database, folder, settings.var / "demo-passwords.txt")


def load_services(database: Database, folder: Path, *, now: datetime, echo: Callable[[str], None]) -> int:
    """Import the services of a demonstration as if they had been written lately; the exit code of an import.

    Their checks are as old on the day they are loaded as they were on AS_OF, or up to STEP_DAYS older: a step at a
    time, so that a start on another day makes no new versions. Else all would be stale, and nothing could be booked.
    """
    days = (to_london(now).date() - AS_OF).days // STEP_DAYS * STEP_DAYS
    records = (moved_on(record, days) for record in read_source(str(folder)))
    code = import_records(database, records, source=source_name(str(folder)), now=now, echo=echo)
    if days:
        echo(f"This is a demonstration: the dates on which its services were checked are moved on by {days} days.")
    return code


def moved_on(record: object, days: int) -> object:
    """A service with the date of its last check so many days later; anything else as it is."""
    if not days or not isinstance(record, dict) or not record.get("assured_date"):
        return record
    later = date.fromisoformat(record["assured_date"]) + timedelta(days=days)
    return {**record, "assured_date": later.isoformat()}


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
