"""Loading a hub and its rota, and rolling the rota forward. Claims are never touched."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path

import sqlalchemy as sa

from booking.errors import RotaNotReadable
from booking.hub import Hub, read_hub
from booking.rotas import keeping
from booking.rotas.checking import Known, check_rota, checked
from booking.rotas.files import read_rota_file
from booking.rotas.keeping import ROLL_DAYS
from booking.rotas.rules import CLOSED, DESK, HUB, IMPORTED, PLACE, SESSION, Rotas, Rule
from booking.rotas.sheets import weekly
from booking.tables import hub
from foundation.clock import to_london
from foundation.database import Database


def load_rota(database: Database, place_folder: Path, *, now: datetime, days: int = ROLL_DAYS) -> int:
    """Load `hub.yml` and, unless a rota was imported or changed at the desk since, `rota.csv`; then roll it forward.

    Safe at every start. Returns the number of shifts in `days` days from today. Raises RotaNotReadable and changes
    nothing.
    """
    place, rota = read_place(place_folder, now=now)
    with database.writing() as db:
        source = keeping.keep_hub(db, place)
        before = keeping.rules_of(db, place.id)
        if source != DESK:
            keeping.keep_rooms(db, place.id, place.rooms, all_of_them=True)
        if source == PLACE:
            keeping.keep_people(db, place.id, rota.people, all_of_them=True)
            keeping.keep_rules(db, before, _stamped(rota.rules, PLACE, now))
        return keeping.roll_forward(db, place, now=now, days=days)


def import_rota(database: Database, place_folder: Path, file: Path, *, now: datetime, days: int = ROLL_DAYS) -> int:
    """Put the rota in `file` in place of the one there is, and keep it at later starts.

    Visits that are booked and openings that are held stay as they are: `booking.changes.files` tells of them.
    Returns the number of shifts in `days` days from today. Raises RotaNotReadable and changes nothing.
    """
    place, own = read_place(place_folder, now=now)
    rota = read_rota_file(file, place, today=to_london(now).date())
    with database.writing() as db:
        source = keeping.keep_hub(db, place)
        if source != DESK:
            keeping.keep_rooms(db, place.id, place.rooms, all_of_them=True)
        before = keeping.rules_of(db, place.id)
        keeping.keep_people(db, place.id, rota.people, all_of_them=True)
        keeping.keep_rules(db, before, _stamped(taking_over(rota.rules, before or own.rules), IMPORTED, now))
        keeping.keep_source(db, place.id, IMPORTED if source == PLACE else source)
        return keeping.roll_forward(db, place, now=now, days=days)


def roll_all_forward(database: Database, *, now: datetime, days: int = ROLL_DAYS) -> int:
    """Roll the rota of every hub forward: once a day is enough. Returns the number of shifts ahead."""
    with database.writing() as db:
        hubs = [Hub(details) for details in db.scalars(sa.select(hub.c.details).order_by(hub.c.id))]
        return sum(keeping.roll_forward(db, each, now=now, days=days) for each in hubs)


def read_place(place_folder: Path, *, now: datetime) -> tuple[Hub, Rotas]:
    """A place's hub, and the rota of its two files: people and rules of the sheet, and the sessions of `hub.yml`."""
    place, today = read_hub(place_folder / "hub.yml"), to_london(now).date()
    rota = read_rota_file(place_folder / "rota.csv", place, today=today)
    if not any(rule.kind == SESSION for rule in rota.rules):
        rota = replace(rota, rules=(*rota.rules, *_sessions(place)), places=())
        check_rota(rota, Known.of(place), today=today)
    return place, rota


def taking_over(new: Iterable[Rule], before: Iterable[Rule]) -> list[Rule]:
    """The rules that stand after an import: a file without sessions, or without closures, leaves those there were."""
    rules = list(new)
    kinds = {rule.kind for rule in rules}
    return rules + [rule for rule in before if rule.kind in {SESSION, CLOSED} - kinds]


def _stamped(rules: Iterable[Rule], source: str, now: datetime) -> list[Rule]:
    return [rule if rule.changed_at else replace(rule, source=source, changed_at=now, changed_by="") for rule in rules]


def _sessions(place: Hub) -> list[Rule]:
    """The weekly hub sessions of `hub.yml`. Raises RotaNotReadable."""
    try:
        return [_session(place, session) for session in place.details["sessions"]]
    except (KeyError, TypeError, ValueError) as error:
        raise RotaNotReadable(f"The hub sessions of {place.name} cannot be read: {error}.") from error


def _session(place: Hub, session: dict[str, str]) -> Rule:
    for name in ("start", "end"):
        time.fromisoformat(session[name])
    return checked(
        Rule(
            kind=SESSION, whom=HUB, hub=place.id, note=str(session["label"]), rrule=weekly(session["weekdays"]),
            start=session["start"], end=session["end"],
        )
    ).with_id()  # fmt: skip
