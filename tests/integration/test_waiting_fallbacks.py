"""What there is when nothing fits: the largest subset is the largest and most urgent; another hub is booked there."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations

import pytest
import sqlalchemy as sa

from booking.finding.finding import find_openings
from booking.openings import LegRequest
from booking.rotas.loading import load_rota
from booking.tables import adviser, hub, room, shift
from booking.visits.holding import confirm_visit, hold_opening
from booking.waiting.fallbacks import Fallback, fallbacks
from booking.waiting.outcomes import NAMED_CONTACT, OTHER_HUB, SUBSET, WAITING_LIST
from booking.wishes import Wishes
from foundation.clock import cell_of
from foundation.database import Database
from tests.integration.booking_fixtures import NOW, PLACE, TODAY

AGENCIES = ("jobcentre", "city_housing", "citizens_advice", "cvs", "county_adults")
BEGINS = cell_of(datetime(2026, 11, 24, 10, tzinfo=UTC))


def legs(count: int, urgency: list[int]) -> list[LegRequest]:
    named = zip(AGENCIES[:count], urgency, strict=False)
    return [LegRequest(agency=agency, service_id="s", minutes=30, after=after) for agency, after in named]


def rota(database: Database, shifts: dict[str, list[tuple[int, int]]], *, hub_id: str = "fitzroy_street") -> None:
    """These shifts alone, in quarters of an hour after Tuesday 10am."""
    with database.writing() as db:
        db.execute(sa.delete(shift))
        for agency, spans in shifts.items():
            name = f"x-{hub_id}-{agency}"
            db.execute(sa.delete(adviser).where(adviser.c.id == name))
            db.execute(sa.insert(adviser).values(id=name, hub=hub_id, agency=agency, label=agency))
            for first, end in spans:
                db.execute(sa.insert(shift).values(adviser=name, first_cell=BEGINS + first, end_cell=BEGINS + end))


def instead(database: Database, wanted: list[LegRequest]) -> dict[str, Fallback]:
    found = fallbacks(database, wanted, wishes=Wishes(), resident="ann", from_day=TODAY, days=5, now=NOW)
    return {each.what: each for each in found}


def fits(database: Database, wanted: list[LegRequest]) -> bool:
    return bool(find_openings(database, wanted, resident="ann", from_day=TODAY, days=5, now=NOW, limit=1).openings)


def best_by_hand(database: Database, wanted: list[LegRequest]) -> set[str]:
    """Every subset, tried one after the other: most agencies first, then the urgencies in their order."""
    every = [list(some) for size in range(1, len(wanted)) for some in combinations(wanted, size)]
    able = [some for some in every if fits(database, some)]
    order = sorted(able, key=lambda some: (-len(some), sorted((leg.after, wanted.index(leg)) for leg in some)))
    return {leg.agency for leg in order[0]} if order else set()


def rotas() -> Iterator[tuple[int, dict[str, list[tuple[int, int]]], list[int]]]:
    chance = random.Random(6)  # the same tomorrow
    for number in range(12):
        shifts = {}
        for agency in AGENCIES[: 3 + number % 2]:
            first = chance.choice([0, 0, 2, 4, 20])
            shifts[agency] = [(first, first + chance.choice([2, 2, 3]))] if chance.random() < 0.8 else []
        yield number, shifts, [chance.randrange(3) for _ in AGENCIES]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # what is decided knows no database
def test_the_largest_subset_equals_trying_every_one_of_them(database: Database) -> None:
    load_rota(database, PLACE, now=NOW)
    compared = 0
    for number, shifts, urgency in rotas():
        rota(database, shifts)
        wanted = legs(3 + number % 2, urgency)
        if fits(database, wanted):
            continue
        found, expected = instead(database, wanted), best_by_hand(database, wanted)
        chosen = {leg.agency for leg in found[SUBSET].openings[0].legs} if SUBSET in found else set()
        assert chosen == expected, (shifts, urgency)
        if SUBSET in found:
            assert set(found[SUBSET].rest) == {leg.agency for leg in wanted} - expected
        assert list(found)[-2:] == [WAITING_LIST, NAMED_CONTACT], "always there, and last"
        compared += 1
    assert compared >= 5


def test_another_hub_is_offered_and_booked_there(database: Database) -> None:
    load_rota(database, PLACE, now=NOW)
    with database.writing() as db:
        details = db.execute(sa.select(hub.c.details)).scalar_one()
        db.execute(sa.insert(hub).values(id="later", details={**details, "id": "later", "name": "Later Street Hub"}))
        db.execute(sa.insert(room).values(id="later-1", hub="later", label="Room L", features=[], open=True))
    rota(database, {agency: [(0, 8)] for agency in AGENCIES[:2]}, hub_id="later")
    wanted = legs(2, [1, 2])
    assert not fits(database, wanted), "nobody works at the first hub"
    found = instead(database, wanted)[OTHER_HUB]
    assert (found.hub, found.hub_name) == ("later", "Later Street Hub")
    kept = hold_opening(database, found.openings[0], resident="ann", now=NOW, wishes=found.wishes, asked=wanted)
    made = confirm_visit(database, kept.id, resident="ann", now=NOW)
    assert made.hub.name == "Later Street Hub"
    assert {leg.room for leg in made.legs} == {"later-1"}


def test_one_agency_that_has_no_time_leaves_the_list_and_a_person(database: Database) -> None:
    load_rota(database, PLACE, now=NOW)
    rota(database, {"city_housing": [(0, 4)]})
    assert list(instead(database, legs(1, [1]))) == [WAITING_LIST, NAMED_CONTACT]
