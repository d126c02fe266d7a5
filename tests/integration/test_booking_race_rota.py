"""A change of the rota against people who hold and confirm: no visit is booked that the hub manager was not shown."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from booking.changes.change import RotaChange
from booking.changes.rota import apply, preview
from booking.errors import HoldExpired, OpeningTaken
from booking.rotas import keeping
from booking.rotas.loading import load_rota
from booking.tables import hold, leg, shift, visit
from booking.visits.holding import confirm_visit, hold_opening
from foundation.database import Database
from tests.integration.booking_fixtures import NOW, PLACE, openings
from tests.integration.booking_world import WRITERS, in_processes, kinds, wrong

pytestmark = [pytest.mark.race, pytest.mark.timeout(180)]


@pytest.fixture
def hub(database: Database) -> Database:
    load_rota(database, PLACE, now=NOW)
    return database


def somebody_leaves(database: Database, name: str) -> RotaChange:
    with database.reading() as db:
        hub_id = db.execute(sa.text("SELECT id FROM hub")).scalar_one()
        person = next(each for each in keeping.people_of(db, hub_id) if each.id == name)
    return RotaChange(people=(replace(person, active=False),))


def edits(database: Database, _meet, name: str) -> str:
    impact = apply(database, somebody_leaves(database, name), by="manager", now=NOW)
    return "edited " + " ".join(impact.references)


def edits_by_looking(database: Database, meet, name: str) -> str:
    """Sees what would break, and then breaks it, in two steps."""
    impact = preview(database, somebody_leaves(database, name), now=NOW)
    meet()
    meet()
    with database.writing() as db:
        db.execute(sa.delete(shift).where(shift.c.adviser == name))
    return "edited " + " ".join(impact.references)


def confirms(database: Database, _meet, hold_id: str, resident: str) -> str:
    return f"won {confirm_visit(database, hold_id, resident=resident, now=NOW).reference}"


def confirms_between(database: Database, meet, hold_id: str, resident: str) -> str:
    meet()
    try:
        return confirms(database, meet, hold_id, resident)
    finally:
        meet()


def books(database: Database, _meet, resident: str, agency: str) -> str:
    """Whatever is free just now."""
    for opening in openings(database, agency, resident=resident):
        try:
            kept = hold_opening(database, opening, resident=resident, now=NOW)
            return confirms(database, _meet, kept.id, resident)
        except (OpeningTaken, HoldExpired):
            continue
    return "nothing"


def held_with_one_adviser(hub: Database, agency: str) -> tuple[str, list[tuple[str, str]]]:
    """Holds of several people with the same adviser: whose adviser it is, and (hold, resident)."""
    found, name = [], ""
    for number in range(WRITERS):
        resident = f"resident-{number}"
        best = openings(hub, agency, resident=resident)[0]
        kept = hold_opening(hub, best, resident=resident, now=NOW)
        name = name or best.legs[0].adviser
        if best.legs[0].adviser == name:
            found.append((kept.id, resident))
    return name, found


def booked_with(database: Database, name: str) -> set[str]:
    with database.reading() as db:
        query = sa.select(leg.c.visit).join(visit).where(leg.c.adviser == name, visit.c.state == "booked")
        return set(db.scalars(query))


def test_an_edit_of_the_rota_against_confirmations(hub: Database) -> None:
    name, held = held_with_one_adviser(hub, "jobcentre")
    assert len(held) >= 4
    jobs = [(edits, name), *((confirms, *each) for each in held)]
    jobs += [(books, f"walker-{n}", "jobcentre") for n in range(WRITERS - len(jobs))]
    found = in_processes(hub, jobs)
    assert set(kinds(found)) <= {"edited", "won", "expired", "nothing"}, found
    assert kinds(found)["edited"] == 1, found
    shown = set(next(answer for answer in found if answer.startswith("edited")).split()[1:])
    assert booked_with(hub, name) == shown
    assert wrong(hub) == []
    with hub.reading() as db:
        names = db.execute(sa.select(hold.c.opening).where(hold.c.state == "held")).scalars()
        assert not [opening for opening in names if f".{name}." in opening]


def test_control_an_edit_that_looked_before_misses_a_visit(hub: Database) -> None:
    name, held = held_with_one_adviser(hub, "jobcentre")
    found = in_processes(hub, [(edits_by_looking, name), (confirms_between, *held[0])])
    assert set(kinds(found)) == {"edited", "won"}, found
    shown = set(next(answer for answer in found if answer.startswith("edited")).split()[1:])
    assert booked_with(hub, name) - shown
