"""Several people report the same thing, while residents cancel and move: each visit is settled and told of once.

The negative control settles without looking at the version, and tells after its transaction: it must tell twice.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from booking.disruptions.planning import remedy_for
from booking.disruptions.reading import disruption_in, visits_hit
from booking.disruptions.settling import report, settle, unsettled
from booking.errors import VisitOver
from booking.finding.finding import find_openings
from booking.openings import Opening
from booking.progress.store import legs_in
from booking.rotas.loading import load_rota
from booking.tables import disruption, hold, search_outcome, visit
from booking.visits.changing import cancel_visit, change_visit, reseat_visit
from booking.visits.holding import hold_opening
from booking.visits.model import Tell, Visit, load_visit, visit_in
from foundation.database import Database
from tests.integration.booking_fixtures import NOW, PLACE, asked
from tests.integration.booking_world import book, doubled, in_processes, kinds, wrong

pytestmark = [pytest.mark.race, pytest.mark.timeout(240)]
ROOM, FIRST = "room:room_1", datetime(2026, 11, 24, tzinfo=NOW.tzinfo)
END = FIRST + timedelta(days=1)
LATER = date(2026, 12, 1)
type Meet = Callable[[], object]


def openings_on(database: Database, day: date) -> list[Opening]:
    """All in the room that is to flood, so far as that can be."""
    found = find_openings(database, asked(), resident=None, from_day=day, days=1, now=NOW, limit=8).openings
    return [Opening(legs=tuple(replace(leg, room="room_1") for leg in each.legs)) for each in found]


@pytest.fixture
def booked(database: Database) -> list[Visit]:
    load_rota(database, PLACE, now=NOW)
    opened = openings_on(database, FIRST.date())
    assert len(opened) >= 2
    return [load_visit(database, book(database, each, f"c{n}", now=NOW)) for n, each in enumerate(opened)]


def log(db: sa.Connection, reference: str) -> None:
    """Tell: a row in a table that is there, so that what is rolled back was not told."""
    db.execute(sa.insert(search_outcome).values(hub=reference, at=NOW, agencies=[], what="told"))


def told_of(database: Database) -> Counter[str]:
    with database.reading() as db:
        return Counter(db.scalars(sa.select(search_outcome.c.hub)))


def telling(_kind: str, _before: Visit) -> Tell:
    return lambda db, after: log(db, after.reference)


def reports(database: Database, _meet: Meet) -> str:
    settled = report(database, ROOM, FIRST, END, note="Flooded", by="grace", now=NOW, tell=telling)
    return f"settled {len(settled.visits)}"


def cancels(database: Database, _meet: Meet, reference: str) -> str:
    return cancel_visit(database, reference, now=NOW).state


def moves(database: Database, _meet: Meet, reference: str, opening: Opening) -> str:
    change_visit(database, reference, opening, now=NOW)
    return "moved"


def test_twelve_reports_settle_each_visit_once(database: Database, booked: list[Visit]) -> None:
    found = in_processes(database, [(reports,)] * 12)
    assert set(kinds(found)) == {"settled"}, found
    assert told_of(database) == {each.reference: 1 for each in booked}
    assert (doubled(database), wrong(database), unsettled(database)) == ([], [], [])
    for each in booked:
        after = load_visit(database, each.reference)
        assert not any(leg.room == "room_1" and FIRST <= leg.start < END for leg in after.legs)


def reports_by_looking(database: Database, meet: Meet, name: str) -> str:
    """Look, then settle whatever was seen, then tell."""
    with database.reading() as db:
        broken = disruption_in(db, name)
        assert broken is not None
        seen = [(visit_in(db, each), legs_in(db, each)) for each in visits_hit(db, broken, now=NOW)]
    remedies = [(found, remedy_for(database, found, legs, broken, now=NOW)) for found, legs in seen]
    meet()
    for found, remedy in remedies:
        if remedy.opening is not None:
            reseat_visit(database, found.reference, remedy.opening, now=NOW)
        with database.writing() as db:
            log(db, found.reference)
    return "settled"


def test_looking_first_would_tell_them_again_and_again(database: Database, booked: list[Visit]) -> None:
    name = "f" * 32
    values = {"hub": booked[0].hub.id, "whom": ROOM, "by": "grace", "at": NOW}
    cells = {"first_cell": int(FIRST.timestamp()) // 900, "end_cell": int(END.timestamp()) // 900}
    with database.writing() as db:
        db.execute(sa.insert(disruption).values(id=name, **values, **cells))
    in_processes(database, [(reports_by_looking, name)] * 4)
    assert max(told_of(database).values()) > 1


@pytest.mark.parametrize("again", range(3))
def test_residents_cancel_and_move_at_the_same_moment(database: Database, booked: list[Visit], again: int) -> None:
    elsewhere = openings_on(database, LATER)[0]
    jobs = [(reports,), (cancels, booked[0].reference), (moves, booked[1].reference, elsewhere), (reports,)]
    found = in_processes(database, jobs)
    assert set(kinds(found)) <= {"settled", "cancelled", "moved"}, (again, found)
    assert (doubled(database), wrong(database), unsettled(database)) == ([], [], [])
    assert max(told_of(database).values(), default=0) <= 1
    assert load_visit(database, booked[0].reference).state == "cancelled"
    assert load_visit(database, booked[1].reference).start == elsewhere.start, (
        "the person's own wish came last, or first"
    )
    for each in booked[2:]:
        assert told_of(database)[each.reference] == 1


def confirms(database: Database, _meet: Meet, hold_id: str, resident: str) -> str:
    from booking.errors import HoldExpired
    from booking.visits.holding import confirm_visit

    try:
        return "won " + confirm_visit(database, hold_id, resident=resident, now=NOW).reference
    except (HoldExpired, VisitOver):
        return "gone"


@pytest.mark.parametrize("again", range(3))
def test_a_hold_that_is_confirmed_as_its_room_floods_is_ended_or_settled(database: Database, again: int) -> None:
    load_rota(database, PLACE, now=NOW)
    opened = openings_on(database, FIRST.date())
    kept = [hold_opening(database, each, resident=f"r{n}", now=NOW) for n, each in enumerate(opened)]
    jobs = [(reports,), *((confirms, each.id, f"r{n}") for n, each in enumerate(kept))]
    found = in_processes(database, jobs)
    assert set(kinds(found)) <= {"settled", "won", "gone"}, (again, found)
    with database.reading() as db:
        states = Counter(db.scalars(sa.select(hold.c.state)))
        references = db.scalars(sa.select(visit.c.reference)).all()
    assert states["held"] == 0
    assert set(told_of(database)) == set(references), "whoever confirmed is settled and told; nobody else"
    for each in references:
        after = load_visit(database, each)
        assert not any(leg.room == "room_1" and FIRST <= leg.start < END for leg in after.legs)
    assert settle_again(database) == []


def settle_again(database: Database) -> list[str]:
    """Once more finds nothing to do."""
    with database.reading() as db:
        names = db.scalars(sa.select(disruption.c.id)).all()
    before = told_of(database)
    for name in names:
        settle(database, name, now=NOW, tell=telling)
    return [each for each, times in told_of(database).items() if times != before[each]]
