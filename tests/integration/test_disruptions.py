"""Something breaks: its time leaves the rota and every visit that it hits is settled, once, on both databases."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from booking.disruptions.settling import DisruptionNotPossible, Settled, report, settle, unsettled
from booking.errors import HoldExpired
from booking.finding.finding import find_openings
from booking.openings import Opening, OpeningLeg
from booking.rotas.loading import load_rota
from booking.tables import adviser, claim, disrupted_visit, disruption, shift
from booking.tables import leg as legs_table
from booking.visits.changing import cancel_visit, change_visit
from booking.visits.holding import confirm_visit, hold_opening
from booking.visits.model import Tell, Visit, load_visit
from booking.wishes import Wishes
from foundation.database import Database
from tests.conftest import rows
from tests.integration.booking_fixtures import NOW, PLACE, asked, claimed, openings

NO_WISHES = Wishes()
FRIDAY = date(2026, 11, 27)
TUESDAY = date(2026, 11, 24)  # two or three advisers of each agency are at the hub


def on_tuesday(database: Database) -> Opening:
    found = find_openings(database, asked(), resident=None, from_day=TUESDAY, days=1, now=NOW, limit=1)
    return found.openings[0]


def book(database: Database, opening: Opening, resident: str = "c1", wishes: Wishes = NO_WISHES) -> Visit:
    kept = hold_opening(database, opening, resident=resident, now=NOW, wishes=wishes)
    return confirm_visit(database, kept.id, resident=resident, now=NOW)


class Told:
    """Who was told of what: written in the transactions that tell, so what is rolled back is not there."""

    def __init__(self) -> None:
        self.all: list[tuple[str, str, int]] = []

    def __call__(self, kind: str, before: Visit) -> Tell:
        def tell(_db: sa.Connection, visit: Visit) -> None:
            self.all.append((kind, visit.reference, visit.version))

        return tell


def ill(database: Database, name: str, first: datetime, end: datetime, told: Told | None = None) -> Settled:
    return report(database, f"adviser:{name}", first, end, note="Ill", by="grace", now=NOW, tell=told)


def day_of(visit: Visit) -> tuple[datetime, datetime]:
    midnight = visit.start.replace(hour=0, minute=0)
    return midnight, midnight + timedelta(days=1)


def colleagues(database: Database, leg: OpeningLeg) -> list[str]:
    with database.reading() as db:
        same = (adviser.c.agency == leg.agency) & (adviser.c.id != leg.adviser)
        return list(db.scalars(sa.select(adviser.c.id).where(same).order_by(adviser.c.id)))


def times(visit: Visit) -> list[tuple[str, datetime]]:
    return [(leg.agency, leg.start) for leg in visit.legs]


def assert_whole(database: Database, *visits: Visit) -> None:
    """The claims are those of these visits and no others."""
    wanted = [cell for visit in visits for cell in Opening(legs=visit.legs).claims(visit.resident)]
    assert claimed(database) == set(wanted)
    assert len(set(wanted)) == len(wanted)


@pytest.fixture
def booked(database: Database) -> Visit:
    load_rota(database, PLACE, now=NOW)
    return book(database, on_tuesday(database))


def test_a_colleague_takes_the_leg_and_nothing_else_changes(database: Database, booked: Visit) -> None:
    told, leg = Told(), booked.legs[1]
    settled = ill(database, leg.adviser, *day_of(booked), told)
    after = load_visit(database, booked.reference)
    assert [(each.reference, each.what) for each in settled.visits] == [(booked.reference, "same_time")]
    assert times(after) == times(booked)
    assert [each.room for each in after.legs] == [each.room for each in booked.legs]
    assert after.legs[1].adviser in colleagues(database, leg)
    assert [each.adviser for each in after.legs if each.agency != leg.agency] == [
        each.adviser for each in booked.legs if each.agency != leg.agency
    ]
    assert told.all == [("reseated", booked.reference, booked.version + 1)]
    assert_whole(database, after)


def test_another_room_takes_the_leg_when_one_floods(database: Database, booked: Visit) -> None:
    leg = booked.legs[0]
    settled = report(database, f"room:{leg.room}", *day_of(booked), note="Flooded", by="grace", now=NOW)
    after = load_visit(database, booked.reference)
    assert [each.what for each in settled.visits] == ["same_time"]
    assert times(after) == times(booked)
    assert leg.room not in [each.room for each in after.legs]
    assert all(each.room_label for each in after.legs)
    assert [each.adviser for each in after.legs] == [each.adviser for each in booked.legs]
    for opening in openings(database):
        assert leg.room not in [
            each.room for each in opening.legs if day_of(booked)[0] <= each.start < day_of(booked)[1]
        ]


def test_what_broke_is_not_offered_any_more_and_what_is_held_there_is_let_go(database: Database) -> None:
    load_rota(database, PLACE, now=NOW)
    best = on_tuesday(database)
    kept = hold_opening(database, best, resident="c1", now=NOW)
    leg = best.legs[0]
    first = best.start.replace(hour=0, minute=0)
    ill(database, leg.adviser, first, first + timedelta(days=3))
    with pytest.raises(HoldExpired):
        confirm_visit(database, kept.id, resident="c1", now=NOW)
    gone = (first, first + timedelta(days=3))
    for opening in openings(database, resident="c1"):
        for each in opening.legs:
            assert each.adviser != leg.adviser or not gone[0] <= each.start < gone[1]
    load_rota(database, PLACE, now=NOW + timedelta(hours=1))
    with database.reading() as db:
        low, high = (int(each.timestamp()) // 900 for each in gone)
        mine = (shift.c.adviser == leg.adviser) & shift.c.first_cell.between(low, high - 1)
        assert db.execute(sa.select(shift).where(mine)).all() == [], "a start does not bring the time back"


def test_only_the_hours_that_were_reported_are_gone(database: Database, booked: Visit) -> None:
    leg = booked.legs[-1]
    untouched = ill(database, leg.adviser, leg.finish, leg.finish + timedelta(hours=1))
    assert untouched.visits == ()
    assert load_visit(database, booked.reference) == booked
    assert len(ill(database, leg.adviser, leg.start, leg.start + timedelta(minutes=5)).visits) == 1


def test_with_no_colleague_the_leg_moves_and_the_others_stay(database: Database, booked: Visit) -> None:
    leg = booked.legs[0]
    for name in colleagues(database, leg):
        ill(database, name, leg.start, leg.finish)
    told = Told()
    settled = ill(database, leg.adviser, leg.start, leg.finish, told)
    after = load_visit(database, booked.reference)
    assert [each.what for each in settled.visits] == ["moved_leg"]
    assert sum(each not in times(booked) for each in times(after)) == 1
    assert after.start.date() == booked.start.date()
    assert told.all == [("reseated", booked.reference, booked.version + 1)]
    assert_whole(database, after)


def everybody_away(database: Database, leg: OpeningLeg, visit: Visit, days: int, told: Told | None = None) -> Settled:
    first = day_of(visit)[0] if days == 1 else NOW
    for name in colleagues(database, leg):
        ill(database, name, first, first + timedelta(days=days))
    return ill(database, leg.adviser, first, first + timedelta(days=days), told)


def test_with_nobody_all_day_the_whole_visit_goes_to_the_nearest_day(database: Database, booked: Visit) -> None:
    settled = everybody_away(database, booked.legs[0], booked, days=1)
    after = load_visit(database, booked.reference)
    assert [each.what for each in settled.visits] == ["moved_visit"]
    assert after.start.date() != booked.start.date()
    assert sorted(leg.agency for leg in after.legs) == sorted(leg.agency for leg in booked.legs)
    assert_whole(database, after)


def test_the_nearest_day_is_one_that_suits_the_person(database: Database) -> None:
    load_rota(database, PLACE, now=NOW)
    wishes = Wishes(not_weekdays=frozenset({2, 3, 4}))
    visit = book(database, on_tuesday(database), wishes=wishes)
    everybody_away(database, visit.legs[0], visit, days=1)
    assert load_visit(database, visit.reference).start.weekday() in {0, 1}


def test_where_nothing_fits_a_person_rings_and_is_told_once(database: Database, booked: Visit) -> None:
    told = Told()
    settled = everybody_away(database, booked.legs[0], booked, days=60, told=told)
    assert settled.by_hand == (booked.reference,)
    assert load_visit(database, booked.reference) == booked
    assert told.all == [("by_hand", booked.reference, booked.version)]
    everybody_away(database, booked.legs[0], booked, days=60, told=told)
    everybody_away(database, booked.legs[0], booked, days=61, told=told)
    assert len(told.all) == 1, "not again, and not of a longer illness either"


def test_it_is_reported_once(database: Database, booked: Visit) -> None:
    told, leg = Told(), booked.legs[1]
    first = ill(database, leg.adviser, *day_of(booked), told)
    again = ill(database, leg.adviser, *day_of(booked), told)
    assert first == again
    assert len(told.all) == 1
    assert (len(rows(database, disruption)), len(rows(database, disrupted_visit))) == (1, 1)
    assert unsettled(database) == []


def test_the_earliest_visit_is_settled_first(database: Database) -> None:
    load_rota(database, PLACE, now=NOW)
    visits = [book(database, opening, f"c{n}") for n, opening in enumerate(openings(database))]
    told = Told()
    first = visits[0].start.replace(hour=0, minute=0)
    report(database, "hub", first, first + timedelta(days=21), note="No power", by="grace", now=NOW, tell=told)
    assert [reference for _, reference, _ in told.all] == [
        each.reference for each in sorted(visits, key=lambda each: each.start)
    ]


def test_a_hub_that_closes_moves_its_visits_to_other_days(database: Database, booked: Visit) -> None:
    settled = report(database, "hub", *day_of(booked), note="No power", by="grace", now=NOW)
    assert [each.what for each in settled.visits] == ["moved_visit"]
    assert load_visit(database, booked.reference).start.date() != booked.start.date()


class Crash(Exception):
    """The machine dies."""


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_crash_in_the_middle_is_gone_on_with(database: Database, at: int) -> None:
    load_rota(database, PLACE, now=NOW)
    visits = [book(database, opening, f"c{n}") for n, opening in enumerate(openings(database))]
    first = visits[0].start.replace(hour=0, minute=0)
    told, crashes = Told(), Told()

    def dying(kind: str, before: Visit) -> Tell:
        if len(crashes.all) == at:
            raise Crash
        return crashes(kind, before)

    with pytest.raises(Crash):
        report(database, "room:room_1", first, first + timedelta(days=21), note="", by="grace", now=NOW, tell=dying)
    (name,) = unsettled(database)
    settled = settle(database, name, now=NOW, tell=told)
    assert unsettled(database) == []
    hit = {visit.reference for visit in visits if any(leg.room == "room_1" for leg in visit.legs)}
    assert {each.reference for each in settled.visits} == hit
    assert sorted(reference for _, reference, _ in crashes.all + told.all) == sorted(hit), "each once"
    assert_whole(database, *(load_visit(database, visit.reference) for visit in visits))


class Busy(Database):
    """A database in which something happens before its second transaction: the one that settles the first visit."""

    def __init__(self, url: str, before_second: Callable[[], object]) -> None:
        super().__init__(url)
        self.transactions, self.before_second = 0, before_second

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        self.transactions += 1
        if self.transactions == 2:
            self.before_second()
        with super().writing() as db:
            yield db


def meanwhile(database: Database, do: Callable[[], object]) -> Busy:
    return Busy(database.url.render_as_string(hide_password=False), do)


@pytest.mark.parametrize("change", ["cancel", "move"])
@pytest.mark.parametrize("fits", [True, False])
def test_a_resident_who_is_first_wins_and_the_other_sees_the_new_state(
    database: Database, booked: Visit, change: str, fits: bool
) -> None:
    """They cancel or move between the planning of what is to become of their visit and its transaction."""
    others = find_openings(database, asked(), resident=None, from_day=FRIDAY, days=21, now=NOW, limit=1).openings
    doing = {
        "cancel": lambda: cancel_visit(database, booked.reference, now=NOW),
        "move": lambda: change_visit(database, booked.reference, others[0], now=NOW),
    }
    told, leg = Told(), booked.legs[0]
    if not fits:
        for name in colleagues(database, leg):
            ill(database, name, NOW, NOW + timedelta(days=60))
    busy = meanwhile(database, doing[change])
    until = booked.finish if change == "move" else NOW + timedelta(days=60)
    settled = ill(busy, leg.adviser, NOW, until, told)
    busy.close()
    assert busy.transactions >= 2, "it was planned"
    assert settled.visits == ()
    after = load_visit(database, booked.reference)
    assert (after.state, after.start) == (
        ("cancelled", booked.start) if change == "cancel" else ("booked", others[0].start)
    )
    assert told.all == []
    assert unsettled(database) == []


def test_who_takes_the_colleague_first_wins_and_the_visit_goes_elsewhere(database: Database, booked: Visit) -> None:
    """Somebody books the very time at which the leg would have been re-seated."""
    leg = booked.legs[1]
    (colleague,) = colleagues(database, leg)
    theirs = Opening(legs=(replace(leg, adviser=colleague, room="quiet_room"),))
    busy = meanwhile(database, lambda: book(database, theirs, "c2"))
    settled = ill(busy, leg.adviser, *day_of(booked))
    busy.close()
    assert [each.what for each in settled.visits] == ["moved_leg"]
    with database.reading() as db:
        seen = db.scalars(sa.select(legs_table.c.visit).where(legs_table.c.adviser == colleague)).all()
    assert sorted(seen).count(booked.reference) == 1


@pytest.mark.parametrize(
    ("whom", "hours", "note"),
    [("adviser:nobody", (1, 2), ""), ("room:none", (1, 2), ""), ("cat:tom", (1, 2), ""), ("", (1, 2), ""),
     ("hub", (2, 1), ""), ("hub", (1, 1), ""), ("hub", (-3, -1), ""), ("hub", (1, 24 * 400), ""),
     ("hub", (1, 2), "x" * 201)],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(
    database: Database, whom: str, hours: tuple[int, int], note: str
) -> None:
    load_rota(database, PLACE, now=NOW)
    before = rows(database, shift)
    with pytest.raises(DisruptionNotPossible):
        report(database, whom, *(NOW + timedelta(hours=each) for each in hours), note=note, by="grace", now=NOW)
    assert rows(database, disruption) == []
    assert rows(database, shift) == before
    assert rows(database, claim) == []
