"""A whole rota from a file and into one, with what it breaks."""

from dataclasses import dataclass
from dataclasses import replace as with_
from datetime import datetime
from pathlib import Path

from booking.changes.breaking import Impact
from booking.changes.change import Standing
from booking.changes.rota import end_the_rest, settle, standing_of, stop_the_rota, the_hub
from booking.hub import Hub
from booking.rotas import keeping
from booking.rotas.files import Format, read_rota_file, write_rota
from booking.rotas.loading import read_place, taking_over
from booking.rotas.rules import IMPORTED, Rotas, Rule
from foundation.clock import to_london
from foundation.database import Database


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What came in, the number of shifts ahead that it makes, and what it broke."""

    people: int
    rules: int
    shifts: int
    impact: Impact


def import_file(database: Database, place_folder: Path, file: Path, *, by: str, now: datetime) -> Imported:
    """Put the rota in `file` (CSV or iCalendar) in place of the one there is, and keep it at later starts.

    One transaction, as `booking.changes.rota.apply`. Raises RotaNotReadable or RotaBusy, and nothing is changed.
    """
    place, own = read_place(place_folder, now=now)
    rota = read_rota_file(file, place, today=to_london(now).date())
    with database.writing() as db:
        stop_the_rota(db)
        keeping.keep_hub(db, place)
        keeping.keep_rooms(db, place.id, place.rooms, all_of_them=False)
        before = standing_of(db, place.id)
        after = _after(before, rota, own.rules, by=by, now=now)
        keeping.keep_source(db, place.id, IMPORTED)
        impact = settle(db, place, before, after, by=by, note=f"import of {file.name}", now=now)
        shifts = keeping.shifts_ahead(db, place.id, now=now)
    end_the_rest(database, impact)
    return Imported(people=len(rota.people), rules=len(rota.rules), shifts=shifts, impact=impact)


def export_rota(database: Database, form: Format, *, hub_id: str = "") -> str:
    """The text of a file with the rota of a hub (the first one) as it stands. Raises RotaNotReadable without a hub."""
    with database.reading() as db:
        place: Hub = the_hub(db, hub_id)
        return write_rota(keeping.rota_of(db, place.id), form)


def _after(before: Standing, rota: Rotas, own: tuple[Rule, ...], *, by: str, now: datetime) -> Standing:
    rules, usual = (
        [with_(rule, source=IMPORTED, changed_by=by[:60], changed_at=now) for rule in some]
        for some in (rota.rules, own)
    )
    named = {person.id for person in rota.people}
    gone = [with_(person, active=False) for person in before.people if person.id not in named]
    kept = taking_over(rules, before.rules or usual)
    return Standing(people=(*rota.people, *gone), rules=tuple(kept), rooms=before.rooms)
