"""Many processes give freed time to those who wait: no opening goes to two, nobody gets two, nothing is half done.

The negative control gives by looking first and writing then: it must double, or the race proves nothing.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from booking.errors import OfferOver
from booking.finding.finding import find_openings
from booking.openings import LegRequest
from booking.rotas.loading import load_rota
from booking.tables import claim, hold, visit, waiting
from booking.waiting.list import Offer, accept, decline, join, leave, offer_to
from booking.waiting.offering import offer_freed
from foundation.database import Database
from tests.conftest import rows
from tests.integration.booking_fixtures import NOW, PLACE, TODAY, asked
from tests.integration.booking_world import in_processes, wrong

type Meet = Callable[[], object]
PROCESSES, PEOPLE = 16, 12
TWO = ("jobcentre", "city_housing")
pytestmark = [pytest.mark.race, pytest.mark.timeout(180)]


def a_queue(database: Database) -> list[str]:
    load_rota(database, PLACE, now=NOW)
    people = [f"resident-{number}" for number in range(PEOPLE)]
    for number, name in enumerate(people):
        join(database, asked(TWO), resident=name, now=NOW + timedelta(seconds=number))
    return people


def give(database: Database, meet: Meet) -> str:
    return " ".join(offer.resident for offer in offer_freed(database, now=NOW))


def test_sixteen_processes_offer_each_opening_once_and_each_person_one(database: Database) -> None:
    people = a_queue(database)
    found = in_processes(database, [(give,)] * PROCESSES)
    assert not [answer for answer in found if "Error" in answer], found
    assert sorted(" ".join(found).split()) == sorted(people), "everybody got one offer, from one process"
    held = [row for row in rows(database, hold) if row["state"] == "held"]
    assert len(held) == PEOPLE
    kept = {row["hold"] for row in rows(database, waiting)}
    assert kept == {row["id"] for row in held}, "every hold is somebody's offer"
    assert {row["hold"] for row in rows(database, claim)} == kept
    assert {(row["state"], row["offers"]) for row in rows(database, waiting)} == {("offered", 1)}
    assert wrong(database) == []


def give_unsafely(database: Database, meet: Meet) -> str:
    """Look who waits and what is free, then write it down: what everybody writes first."""
    with database.reading() as db:
        waits = db.execute(sa.select(waiting).where(waiting.c.state == "waiting").order_by(waiting.c.since)).all()
    meet()
    given = []
    for row in waits[:2]:
        legs = [LegRequest.from_json(leg) for leg in row.legs]
        found = find_openings(database, legs, resident=row.resident, from_day=TODAY, days=14, now=NOW)
        with database.writing() as db:
            db.execute(sa.update(waiting).where(waiting.c.id == row.id).values(state="offered"))
        given.append(f"{row.resident}={found.openings[0].id}")
    return " ".join(given)


def test_negative_control_looking_first_gives_twice(database: Database) -> None:
    a_queue(database)
    given = " ".join(in_processes(database, [(give_unsafely,)] * PROCESSES)).split()
    assert max(Counter(each.split("=")[0] for each in given).values()) > 1, "somebody is offered twice"
    assert max(Counter(each.split("=")[1] for each in given).values()) > 1, "one opening is offered to two"


def answer(database: Database, meet: Meet, what: str, resident: str, seconds: float) -> str:
    now = NOW + timedelta(seconds=seconds)
    offer = offer_to(database, resident, now=NOW)
    assert offer is not None
    meet()
    try:
        return _answer(database, what, offer, seconds)
    except OfferOver:
        return f"over for {what} at {now.isoformat()}"


def _answer(database: Database, what: str, offer: Offer, seconds: float) -> str:
    now = NOW + timedelta(seconds=seconds)
    if what == "take":
        return "took " + accept(database, offer, now=now).reference
    if what == "pass":
        decline(database, offer)
        return "passed"
    if what == "leave":
        return f"left {leave(database, offer.resident, now=now)}"
    return "gave " + " ".join(made.resident for made in offer_freed(database, now=now))


def test_taking_passing_leaving_and_running_out_at_one_moment_have_one_end(database: Database) -> None:
    """One offer, sixteen at it at the instant at which it runs out: it becomes one visit or none."""
    a_queue(database)
    (first, *_) = offer_freed(database, now=NOW)
    last = (first.until - NOW).total_seconds()
    jobs = [("take", last - 0.001), ("pass", last), ("leave", last), ("give", last + 0.001)] * (PROCESSES // 4)
    found = in_processes(database, [(answer, what, first.resident, seconds) for what, seconds in jobs])
    assert not [each for each in found if "Error" in each], found
    took = {each for each in found if each.startswith("took")}
    assert len(took) <= 1, found
    visits = rows(database, visit)
    assert [f"took {row['reference']}" for row in visits] == sorted(took)
    (place,) = [row for row in rows(database, waiting) if row["id"] == first.waiting]
    if took:
        assert place["state"] == "booked"
    assert wrong(database) == []
