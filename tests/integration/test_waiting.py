"""The joint waiting list in a real database: first come, first offered, kept for them, passed on, never doubled."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from booking.errors import OfferOver
from booking.finding.finding import find_openings
from booking.openings import LegRequest
from booking.rotas.loading import load_rota
from booking.tables import adviser, claim, shift, visit, waiting
from booking.visits.changing import cancel_visit
from booking.visits.holding import confirm_visit, hold_opening
from booking.waiting.list import Offer, accept, decline, forget, forget_ended, join, leave, offer_to, place_of
from booking.waiting.offering import MOST_OFFERS, offer_freed
from foundation.clock import cell_of
from foundation.database import Database
from tests.conftest import rows
from tests.integration.booking_fixtures import NOW, PLACE, asked, claimed, count, openings

TWO = ("jobcentre", "city_housing")
DAY = timedelta(days=1)


@pytest.fixture
def full(database: Database) -> tuple[Database, list[str]]:
    """A hub with one joint time on Wednesday and one on Friday, both booked; the visits that took them."""
    load_rota(database, PLACE, now=NOW)
    first = openings(database, *TWO)[0].start
    with database.writing() as db:
        db.execute(sa.delete(shift))
        for half, agency in enumerate(TWO):
            db.execute(sa.insert(adviser).values(id=agency, hub="fitzroy_street", agency=agency, label=agency))
            for days in (2, 4):
                begins = cell_of(first + days * DAY) + 2 * half
                db.execute(sa.insert(shift).values(adviser=agency, first_cell=begins, end_cell=begins + 2))
    booked = []
    for name in ("early", "other"):
        kept = hold_opening(database, openings(database, *TWO)[0], resident=name, now=NOW)
        booked.append(confirm_visit(database, kept.id, resident=name, now=NOW).reference)
    assert openings(database, *TWO) == ()
    return database, booked


def waits(database: Database, *names: str, after: tuple[str, ...] = TWO) -> None:
    for at, name in enumerate(names):
        join(database, asked(after), resident=name, now=NOW + timedelta(seconds=at))


def states(database: Database) -> dict[str, str]:
    return {row["resident"]: row["state"] for row in rows(database, waiting)}


def test_what_is_freed_is_offered_to_the_first_and_to_nobody_else(full: tuple[Database, list[str]]) -> None:
    database, booked = full
    waits(database, "ann", "ben")
    assert offer_freed(database, now=NOW) == []
    cancel_visit(database, booked[0], now=NOW)
    told: list[str] = []
    (offer,) = offer_freed(database, now=NOW, tell=lambda db, made: told.append(made.resident))
    assert (offer.resident, offer.number, told) == ("ann", 1, ["ann"])
    assert states(database) == {"ann": "offered", "ben": "waiting"}
    assert openings(database, *TWO) == (), "it is a real hold"
    assert offer_freed(database, now=NOW) == [], "a second look offers nothing twice"
    assert offer_to(database, "ann", now=NOW) == offer
    assert offer_to(database, "ben", now=NOW) is None


def test_taking_it_makes_a_visit_once(full: tuple[Database, list[str]]) -> None:
    database, booked = full
    waits(database, "ann")
    cancel_visit(database, booked[0], now=NOW)
    (offer,) = offer_freed(database, now=NOW)
    told: list[str] = []
    made = accept(database, offer, now=NOW, tell=lambda db, visit: told.append(visit.reference))
    assert [leg.agency for leg in made.legs] == [leg.agency for leg in offer.opening.legs]
    assert accept(database, offer, now=NOW, tell=lambda db, visit: told.append(visit.reference)) == made
    assert told == [made.reference]
    assert states(database) == {"ann": "booked"}
    assert place_of(database, "ann") is None


def test_passing_it_on_reaches_the_next_and_the_same_time_never_comes_back(full: tuple[Database, list[str]]) -> None:
    database, booked = full
    waits(database, "ann", "ben")
    cancel_visit(database, booked[0], now=NOW)
    (offer,) = offer_freed(database, now=NOW)
    decline(database, offer)
    (next_one,) = offer_freed(database, now=NOW)
    assert (next_one.resident, next_one.opening.start) == ("ben", offer.opening.start)
    decline(database, next_one)
    assert offer_freed(database, now=NOW) == [], "both have declined it"
    cancel_visit(database, booked[1], now=NOW)
    (again,) = offer_freed(database, now=NOW)
    assert again.resident == "ann", "she still waits, and first"
    assert again.opening.start != offer.opening.start


def test_what_nobody_answers_runs_out_and_is_passed_on(full: tuple[Database, list[str]]) -> None:
    database, booked = full
    waits(database, "ann", "ben")
    cancel_visit(database, booked[1], now=NOW)  # the later one, on Friday
    (offer,) = offer_freed(database, now=NOW)
    assert offer.until == NOW + DAY, "a day of working time"
    late = offer.until
    assert offer_to(database, "ann", now=late) is None
    with pytest.raises(OfferOver):
        accept(database, offer, now=late)
    (passed,) = offer_freed(database, now=late)
    assert passed.resident == "ben"
    with pytest.raises(OfferOver):
        accept(database, offer, now=late)
    assert states(database) == {"ann": "waiting", "ben": "offered"}
    assert count(database, visit) == 2


def test_an_offer_of_friday_ends_on_monday_and_none_is_made_at_night(full: tuple[Database, list[str]]) -> None:
    database, booked = full
    waits(database, "ann")
    cancel_visit(database, booked[1], now=NOW)
    night = datetime(2026, 11, 23, 22, tzinfo=UTC)
    assert offer_freed(database, now=night) == []
    assert offer_freed(database, now=datetime(2026, 11, 28, 11, tzinfo=UTC)) == [], "a Saturday"
    (offer,) = offer_freed(database, now=night + timedelta(hours=11))
    assert offer.resident == "ann"


def test_an_offer_never_outlasts_the_lead_time(full: tuple[Database, list[str]]) -> None:
    database, booked = full
    waits(database, "ann", "ben")
    cancel_visit(database, booked[0], now=NOW)
    start = openings(database, *TWO)[0].start
    (offer,) = offer_freed(database, now=start - timedelta(hours=20))
    assert offer.until == datetime(2026, 11, 25, 9, 30, tzinfo=UTC) == start - timedelta(hours=2)
    found = find_openings(database, asked(TWO), resident=None, from_day=offer.until.date(), days=1, now=offer.until)
    assert [each.start for each in found.openings] == [start], "when it runs out somebody else can still have it"


def test_leaving_gives_back_what_is_kept(full: tuple[Database, list[str]]) -> None:
    database, booked = full
    waits(database, "ann")
    cancel_visit(database, booked[0], now=NOW)
    before = claimed(database)
    (offer,) = offer_freed(database, now=NOW)
    assert claimed(database) > before
    assert leave(database, "ann", now=NOW)
    assert claimed(database) == before
    assert not leave(database, "ann", now=NOW)
    with pytest.raises(OfferOver):
        accept(database, offer, now=NOW)
    with pytest.raises(OfferOver):
        decline(database, offer)


def test_forgetting_somebody_leaves_nothing_of_them(full: tuple[Database, list[str]]) -> None:
    database, booked = full
    waits(database, "ann", "ben")
    cancel_visit(database, booked[0], now=NOW)
    before = claimed(database)
    offer_freed(database, now=NOW)
    with database.writing() as db:
        forget(db, "ann")
    assert (claimed(database), states(database)) == (before, {"ben": "waiting"})
    leave(database, "ben", now=NOW)
    with database.writing() as db:
        forget_ended(db, before=NOW)
    assert states(database) == {"ben": "left"}
    with database.writing() as db:
        forget_ended(db, before=NOW + DAY)
    assert states(database) == {}


def test_joining_twice_is_one_place_with_the_newer_wish(database: Database) -> None:
    load_rota(database, PLACE, now=NOW)
    first = join(database, asked(TWO), resident="ann", now=NOW)
    again = join(database, asked(("cvs",)), resident="ann", now=NOW + DAY)
    assert (again.id, again.since, [leg.agency for leg in again.legs]) == (first.id, NOW, ["cvs"])
    assert count(database, waiting) == 1
    leave(database, "ann", now=NOW)
    assert join(database, asked(TWO), resident="ann", now=NOW + DAY).since == NOW + DAY
    assert count(database, waiting) == 2


def test_who_is_choosing_a_time_just_now_keeps_it(full: tuple[Database, list[str]]) -> None:
    database, booked = full
    waits(database, "ann", "ben")
    cancel_visit(database, booked[0], now=NOW)
    cancel_visit(database, booked[1], now=NOW)
    kept = hold_opening(database, openings(database, *TWO)[0], resident="ann", now=NOW)
    assert [offer.resident for offer in offer_freed(database, now=NOW)] == ["ben"]
    assert confirm_visit(database, kept.id, resident="ann", now=NOW)


def test_after_five_offers_a_person_is_told_to_ring(database: Database) -> None:
    load_rota(database, PLACE, now=NOW)
    join(database, asked(TWO), resident="ann", now=NOW)
    starts = set()
    for _ in range(MOST_OFFERS):
        (offer,) = offer_freed(database, now=NOW)
        starts.add(offer.opening.start)
        decline(database, offer)
    assert len(starts) == MOST_OFFERS, "never the same time twice"
    gone: list[str] = []
    assert offer_freed(database, now=NOW, gone=lambda db, place: gone.append(place.resident)) == []
    assert gone == ["ann"]
    assert states(database) == {"ann": "gone"}


def test_one_whose_agency_has_left_the_hub_does_not_stop_the_others(database: Database) -> None:
    load_rota(database, PLACE, now=NOW)
    nobody = LegRequest(agency="closed_down", service_id="s", minutes=30)
    join(database, [nobody], resident="ann", now=NOW)
    join(database, asked(TWO), resident="ben", now=NOW + DAY)
    assert [offer.resident for offer in offer_freed(database, now=NOW)] == ["ben"]


def test_what_cannot_be_told_is_not_kept(full: tuple[Database, list[str]]) -> None:
    """Telling is part of the transaction: where it fails, nothing is offered."""
    database, booked = full
    waits(database, "ann")
    cancel_visit(database, booked[0], now=NOW)
    before = claimed(database)

    def fails(db: sa.Connection, offer: Offer) -> None:
        raise RuntimeError("no words")

    with pytest.raises(RuntimeError):
        offer_freed(database, now=NOW, tell=fails)
    assert (claimed(database), states(database)) == (before, {"ann": "waiting"})


def test_a_claim_belongs_to_the_one_who_was_offered(full: tuple[Database, list[str]]) -> None:
    database, booked = full
    waits(database, "ann")
    cancel_visit(database, booked[0], now=NOW)
    (offer,) = offer_freed(database, now=NOW)
    mine = {(row["resource"], row["cell"]) for row in rows(database, claim) if row["hold"] == offer.hold}
    assert mine == set(offer.opening.claims("ann"))
