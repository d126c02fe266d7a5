"""Managers ask for other places at once, while residents cancel and move and the rota is changed again.

The negative control re-seats what it saw without looking at the version, and tells after: it must tell twice.
"""

from datetime import date

import pytest

from booking.changes.change import RotaChange
from booking.changes.rota import apply
from booking.disruptions.lost import lost_legs
from booking.disruptions.planning import remedy_for
from booking.disruptions.reading import ROTA, Disruption, as_it_is
from booking.disruptions.reseating import reseat_lost
from booking.disruptions.settling import DisruptionNotPossible, unsettled
from booking.errors import RotaBusy
from booking.progress.store import legs_in
from booking.rotas.loading import load_rota
from booking.visits.changing import reseat_visit
from booking.visits.model import Visit, load_visit, visit_in
from foundation.database import Database
from tests.integration.booking_fixtures import NOW, PLACE
from tests.integration.booking_world import book, doubled, in_processes, kinds, wrong
from tests.integration.test_disruptions_races import (
    FIRST,
    LATER,
    Meet,
    cancels,
    log,
    moves,
    openings_on,
    telling,
    told_of,
)
from tests.integration.test_rota_reseating import HUB, leave, lost

pytestmark = [pytest.mark.race, pytest.mark.timeout(240)]
DAY: date = FIRST.date()


@pytest.fixture
def broken(database: Database) -> list[Visit]:
    """Visits whose first adviser went on leave by a change of the rota."""
    load_rota(database, PLACE, now=NOW)
    opened = openings_on(database, DAY)
    assert len(opened) >= 2
    visits = [load_visit(database, book(database, each, f"c{n}", now=NOW)) for n, each in enumerate(opened)]
    apply(database, RotaChange(add=(leave(visits[0].legs[0].adviser, DAY, DAY),)), by="grace", now=NOW)
    hit = [each for each in visits if each.reference in lost(database)]
    assert hit
    return hit


def presses(database: Database, _meet: Meet, references: list[str]) -> str:
    try:
        settled = reseat_lost(database, HUB, references, by="grace", now=NOW, tell=telling)
    except DisruptionNotPossible:
        return "nothing"
    return f"settled {len(settled.visits)}"


def test_twelve_managers_find_each_visit_one_place(database: Database, broken: list[Visit]) -> None:
    references = [each.reference for each in broken]
    found = in_processes(database, [(presses, references)] * 12)
    assert set(kinds(found)) <= {"settled", "nothing"}, found
    assert told_of(database) == dict.fromkeys(references, 1)
    assert (doubled(database), wrong(database), unsettled(database), lost(database)) == ([], [], [], set())


def presses_by_looking(database: Database, meet: Meet, references: list[str]) -> str:
    """Look, then re-seat whatever was seen, then tell."""
    asked = Disruption(id="", hub=HUB, whom=ROTA, first=0, end=1, note="", by="grace", at=NOW)
    with database.reading() as db:
        seen = [(visit_in(db, each), legs_in(db, each), as_it_is(db, asked, each, now=NOW)) for each in references]
    remedies = [(found, remedy_for(database, found, legs, broken, now=NOW)) for found, legs, broken in seen]
    meet()
    for found, remedy in remedies:
        if remedy.opening is not None:
            reseat_visit(database, found.reference, remedy.opening, now=NOW)
        with database.writing() as db:
            log(db, found.reference)
    return "settled"


def test_looking_first_would_tell_them_again_and_again(database: Database, broken: list[Visit]) -> None:
    in_processes(database, [(presses_by_looking, [each.reference for each in broken])] * 4)
    assert max(told_of(database).values()) > 1


@pytest.mark.parametrize("again", range(3))
def test_residents_cancel_and_move_at_the_same_moment(database: Database, broken: list[Visit], again: int) -> None:
    elsewhere = openings_on(database, LATER)[0]
    references = [each.reference for each in broken]
    theirs = (moves, references[-1], elsewhere) if len(references) > 1 else (presses, references)
    jobs = [(presses, references), (cancels, references[0]), theirs, (presses, references)]
    found = in_processes(database, jobs)
    assert set(kinds(found)) <= {"settled", "nothing", "cancelled", "moved"}, (again, found)
    assert (doubled(database), wrong(database), unsettled(database), lost(database)) == ([], [], [], set())
    assert max(told_of(database).values(), default=0) <= 1
    assert load_visit(database, references[0]).state == "cancelled"
    if len(references) > 1:
        assert load_visit(database, references[-1]).start == elsewhere.start


def changes_again(database: Database, _meet: Meet, name: str) -> str:
    try:
        apply(database, RotaChange(add=(leave(name, DAY, DAY),)), by="henry", now=NOW)
    except RotaBusy:
        return "busy"
    return "changed"


@pytest.mark.parametrize("again", range(3))
def test_a_place_that_a_second_change_takes_is_not_given(database: Database, broken: list[Visit], again: int) -> None:
    """The colleague who would take the legs goes on leave at that very moment: who sits there after is really there,
    or stands on the list."""
    visit, leg = broken[0], broken[0].legs[0]
    with database.reading() as db:
        legs = legs_in(db, visit.reference)
        seen = as_it_is(
            db, Disruption(id="", hub=HUB, whom=ROTA, first=0, end=1, note="", by="", at=NOW), visit.reference, now=NOW
        )
    opening = remedy_for(database, visit, legs, seen, now=NOW).opening
    assert opening is not None
    (colleague,) = {each.adviser for each in opening.legs if each.agency == leg.agency}
    references = [each.reference for each in broken]
    found = in_processes(database, [(presses, references), (changes_again, colleague), (presses, references)])
    assert set(kinds(found)) <= {"settled", "nothing", "changed"}, (again, found)
    assert (doubled(database), wrong(database), unsettled(database)) == ([], [], [])
    with database.reading() as db:
        left = lost_legs(db, HUB, now=NOW)
    for each in references:
        after = load_visit(database, each)
        there = not {colleague, leg.adviser} & {one.adviser for one in after.legs if one.start.date() == DAY}
        assert there or each in left
