"""What several people press at the same moment, on both databases: one of them is first, and the others are told so.

Each race has a negative control that is weakened on purpose and must fail; its processes meet where the weakness is.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from booking.openings import Opening
from booking.progress import progress, store
from booking.progress.states import StepNotPossible
from booking.tables import leg, visit
from booking.visits.changing import reseat_visit
from booking.visits.model import load_visit
from foundation.clock import instant_of
from foundation.database import Database
from tests.integration.booking_fixtures import claimed
from tests.integration.booking_world import TEN, WRITERS, book, build, doubled, in_processes, kinds, one, three

pytestmark = [pytest.mark.race, pytest.mark.timeout(180)]
START = instant_of(TEN)
type Meet = Callable[[], object]


@pytest.fixture
def hub(database: Database) -> Database:
    return build(database)


def arrives(database: Database, _meet: Meet, reference: str) -> str:
    return "news" if progress.arrive(database, reference, now=START) else "known"


def arrives_by_looking(database: Database, meet: Meet, reference: str) -> str:
    """Look first and write after: what everybody writes first."""
    where = visit.c.reference == reference
    with database.reading() as db:
        known = db.scalar(sa.select(visit.c.arrived_at).where(where))
    meet()
    with database.writing() as db:
        db.execute(sa.update(visit).where(where).values(arrived_at=START))
    return "known" if known else "news"


def test_sixteen_screens_say_that_somebody_is_here_and_it_is_news_once(hub: Database) -> None:
    reference = book(hub, three(), "c1")
    assert kinds(in_processes(hub, [(arrives, reference)] * WRITERS)) == {"news": 1, "known": WRITERS - 1}


def test_looking_first_would_be_news_sixteen_times(hub: Database) -> None:
    reference = book(hub, three(), "c1")
    assert kinds(in_processes(hub, [(arrives_by_looking, reference)] * WRITERS)) == {"news": WRITERS}


def begins(database: Database, _meet: Meet, reference: str, number: int, at: datetime) -> str:
    try:
        return progress.begin_leg(database, reference, number, now=at).what
    except StepNotPossible:
        return "refused"


def begins_unlocked(database: Database, meet: Meet, reference: str, number: int, at: datetime) -> str:
    """The adviser is looked at before the transaction, and not locked."""
    with database.reading() as db:
        store.nobody_else_with(db, reference, ["housing-a"])
    meet()
    with database.writing() as db:
        mine = (leg.c.visit == reference) & (leg.c.number == number)
        db.execute(sa.update(leg).where(mine).values(state="begun", begun_at=at))
    return "begun"


def two_with_one_adviser(hub: Database) -> list[tuple[str, int, datetime]]:
    """Two people for one adviser, half an hour apart; the first is late, so that both are wanted at the same time."""
    first = book(hub, Opening(legs=(one("housing", at=0),)), "c1")
    second = book(hub, Opening(legs=(one("housing", at=2),)), "c2")
    late = START + timedelta(minutes=31)
    return [(first, 1, late), (second, 1, late)]


def test_two_people_are_never_with_one_adviser(hub: Database) -> None:
    people = two_with_one_adviser(hub)
    found = in_processes(hub, [(begins, *each) for each in people * (WRITERS // 2)])
    assert kinds(found) == {"begun": 1, "refused": WRITERS - 1}


def test_looking_first_would_seat_two_people_with_one_adviser(hub: Database) -> None:
    people = two_with_one_adviser(hub)
    assert kinds(in_processes(hub, [(begins_unlocked, *each) for each in people])) == {"begun": 2}


def reseats(database: Database, _meet: Meet, reference: str, opening: Opening, version: int) -> str:
    reseat_visit(database, reference, opening, now=START - timedelta(minutes=30), version=version)
    return "reseated"


@pytest.mark.parametrize("again", range(3))
def test_a_leg_begins_while_it_is_given_another_adviser_and_one_of_the_two_is_first(hub: Database, again: int) -> None:
    reference = book(hub, three(), f"c{again}")
    other = Opening(legs=(one("housing", at=0, who="b"), *three().legs[1:]))
    jobs = [(begins, reference, 1, START - timedelta(minutes=5)), (reseats, reference, other, 1)]
    found = in_processes(hub, jobs)
    after = load_visit(hub, reference)
    (state,) = [each.state for each in progress.progress_of(hub, reference) if each.number == 1]
    assert sorted(found) in (["begun", "changed"], ["begun", "reseated"]), found
    assert state == "begun"
    assert after.legs[0].adviser == ("housing-b" if "reseated" in found else "housing-a")
    assert doubled(hub) == []


def frees(database: Database, _meet: Meet, reference: str) -> str:
    return progress.missed(database, reference, 1, now=START + timedelta(minutes=11)).what


def takes(database: Database, _meet: Meet, resident: str) -> str:
    book(database, Opening(legs=(one("housing", at=1, cells=1, where="r2"),)), resident, now=START)
    return "taken over"


def undoes(database: Database, _meet: Meet, reference: str) -> str:
    try:
        return progress.undo(database, reference, 1, now=START + timedelta(minutes=12)).what
    except StepNotPossible:
        return "too late"


def test_what_is_freed_and_taken_back_at_once_goes_to_one_of_them(hub: Database) -> None:
    reference = book(hub, three(), "c1")
    assert frees(hub, lambda: None, reference) == "missed"
    found = in_processes(hub, [(undoes, reference), *((takes, f"r{n}") for n in range(7))])
    assert kinds(found) in ({"undone": 1, "taken": 7}, {"too": 1, "taken": 7}), found
    assert found.count("taken over") == ("too late" in found)
    with hub.reading() as db:
        states = set(db.scalars(sa.select(leg.c.state).where(leg.c.visit == reference, leg.c.number == 1)))
    assert states == {"planned" if "undone" in found else "missed"}
    assert len([cell for cell in claimed(hub) if cell == ("adviser:housing-a", TEN + 1)]) == 1
