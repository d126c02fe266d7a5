"""Visits that a change of the rota broke get another place when a manager says so, once, on both databases."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from booking.changes.change import RotaChange
from booking.changes.rota import apply, preview
from booking.disruptions.lost import lost_legs
from booking.disruptions.reading import ROTA, WAITING
from booking.disruptions.reseating import reseat_lost
from booking.disruptions.settling import DisruptionNotPossible, settle, unsettled
from booking.openings import OpeningLeg
from booking.rotas import keeping
from booking.rotas.loading import load_rota
from booking.rotas.rules import LEAVE, Person, Rule
from booking.tables import disrupted_visit, disruption, rota_rule
from booking.visits.changing import cancel_visit
from booking.visits.model import Tell, Visit, load_visit
from foundation.clock import to_london
from foundation.database import Database
from tests.conftest import rows
from tests.integration.booking_fixtures import NOW, PLACE, TODAY, openings
from tests.integration.test_disruptions import Crash, Told, assert_whole, book, colleagues, on_tuesday, times

HUB = "fitzroy_street"


def leave(name: str, first: date, last: date) -> Rule:
    return Rule(kind=LEAVE, whom=f"adviser:{name}", first_day=first, last_day=last)


def away_that_day(visit: Visit, name: str) -> RotaChange:
    day = to_london(visit.start).date()
    return RotaChange(add=(leave(name, day, day),))


def reseat(database: Database, *visits: Visit, told: Told | None = None) -> dict[str, str]:
    """What became of each of these."""
    references = [each.reference for each in visits]
    settled = reseat_lost(database, HUB, references, by="grace", now=NOW, tell=told)
    return {each.reference: each.what for each in settled.visits}


def lost(database: Database) -> set[str]:
    with database.reading() as db:
        return set(lost_legs(db, HUB, now=NOW))


@pytest.fixture
def booked(database: Database) -> Visit:
    load_rota(database, PLACE, now=NOW)
    return book(database, on_tuesday(database))


def test_a_colleague_takes_the_leg_and_nothing_else_changes(database: Database, booked: Visit) -> None:
    told, leg = Told(), booked.legs[1]
    change = away_that_day(booked, leg.adviser)
    assert preview(database, change, now=NOW).references == (booked.reference,)
    apply(database, change, by="grace", now=NOW)
    rules = rows(database, rota_rule)
    assert lost(database) == {booked.reference}, "what was seen before is what is found after"
    assert reseat(database, booked, told=told) == {booked.reference: "same_time"}
    after = load_visit(database, booked.reference)
    assert times(after) == times(booked)
    assert after.legs[1].adviser in colleagues(database, leg)
    assert [each.adviser for each in after.legs if each.agency != leg.agency] == [
        each.adviser for each in booked.legs if each.agency != leg.agency
    ]
    assert told.all == [("reseated", booked.reference, booked.version + 1)]
    assert rows(database, rota_rule) == rules, "the rota stays as it is"
    assert lost(database) == set()
    assert_whole(database, after)


def test_with_no_colleague_the_smallest_part_moves(database: Database, booked: Visit) -> None:
    leg = booked.legs[0]
    hours = {"start": f"{to_london(leg.start):%H:%M}", "end": f"{to_london(leg.finish):%H:%M}"}
    day = to_london(leg.start).date()
    everyone = (leg.adviser, *colleagues(database, leg))
    apply(
        database,
        RotaChange(add=tuple(replace(leave(name, day, day), **hours) for name in everyone)),
        by="grace",
        now=NOW,
    )
    assert reseat(database, booked) == {booked.reference: "moved_leg"}
    after = load_visit(database, booked.reference)
    assert sum(each not in times(booked) for each in times(after)) == 1
    assert_whole(database, after)


def somebody(database: Database, name: str) -> Person:
    with database.reading() as db:
        return next(each for each in keeping.people_of(db, HUB) if each.id == name)


def test_who_sees_nobody_in_person_any_more_is_not_there_either(database: Database, booked: Visit) -> None:
    """They are on shift as before, so the shifts alone would not tell."""
    leg = booked.legs[1]
    changed = replace(somebody(database, leg.adviser), in_person=False, by_phone=True)
    apply(database, RotaChange(people=(changed,)), by="grace", now=NOW)
    assert lost(database) == {booked.reference}
    assert reseat(database, booked) == {booked.reference: "same_time"}
    assert leg.adviser not in [each.adviser for each in load_visit(database, booked.reference).legs]


def nobody_left(database: Database, leg: OpeningLeg) -> None:
    away = [leave(name, TODAY, TODAY + timedelta(days=120)) for name in (leg.adviser, *colleagues(database, leg))]
    apply(database, RotaChange(add=tuple(away)), by="grace", now=NOW)


def test_where_nothing_fits_a_person_rings_is_told_once_and_it_is_not_tried_again(
    database: Database, booked: Visit
) -> None:
    told = Told()
    nobody_left(database, booked.legs[0])
    assert reseat(database, booked, told=told) == {booked.reference: "by_hand"}
    assert load_visit(database, booked.reference) == booked
    with pytest.raises(DisruptionNotPossible):
        reseat(database, booked, told=told)
    assert told.all == [("by_hand", booked.reference, booked.version)]
    assert lost(database) == {booked.reference}, "it stays on the list"


def test_only_visits_that_were_asked_for_and_need_it_are_touched(database: Database) -> None:
    load_rota(database, PLACE, now=NOW)
    first, other = (book(database, each, f"c{n}") for n, each in enumerate(openings(database)[:2]))
    sound = book(database, openings(database)[-1], "c9")
    for each in (first, other):
        apply(database, away_that_day(each, each.legs[0].adviser), by="grace", now=NOW)
    assert {first.reference, other.reference} <= lost(database)
    assert set(reseat(database, first, sound)) == {first.reference}
    assert load_visit(database, other.reference) == other
    assert load_visit(database, sound.reference) == sound
    for references in ([], ["ZZZZZZ"], [sound.reference, first.reference]):
        with pytest.raises(DisruptionNotPossible):
            reseat_lost(database, HUB, references, by="grace", now=NOW)


def test_a_change_that_is_taken_back_leaves_nothing_to_do(database: Database, booked: Visit) -> None:
    before = {row["id"] for row in rows(database, rota_rule)}
    apply(database, away_that_day(booked, booked.legs[0].adviser), by="grace", now=NOW)
    (new,) = {row["id"] for row in rows(database, rota_rule)} - before
    apply(database, RotaChange(remove=(new,)), by="grace", now=NOW)
    with pytest.raises(DisruptionNotPossible):
        reseat(database, booked)
    assert rows(database, disruption) == []
    assert load_visit(database, booked.reference) == booked


@pytest.mark.parametrize("at", [0, 1])
def test_a_crash_in_the_middle_is_gone_on_with_and_takes_no_later_change_along(database: Database, at: int) -> None:
    load_rota(database, PLACE, now=NOW)
    visits = [book(database, each, f"c{n}") for n, each in enumerate(openings(database)[:3])]
    for each in visits[:2]:
        apply(database, away_that_day(each, each.legs[0].adviser), by="grace", now=NOW)
    asked = [each for each in visits if each.reference in lost(database)]
    told, crashes = Told(), Told()

    def dying(kind: str, before: Visit) -> Tell:
        if len(crashes.all) == at:
            raise Crash
        return crashes(kind, before)

    with pytest.raises(Crash):
        reseat_lost(database, HUB, [each.reference for each in asked], by="grace", now=NOW, tell=dying)
    later = book(database, openings(database)[-1], "c8")
    apply(database, away_that_day(later, later.legs[0].adviser), by="grace", now=NOW)
    (name,) = unsettled(database)
    settled = settle(database, name, now=NOW, tell=told)
    assert unsettled(database) == []
    assert {each.reference for each in settled.visits} == {each.reference for each in asked}
    assert sorted(reference for _, reference, _ in crashes.all + told.all) == sorted(each.reference for each in asked)
    assert load_visit(database, later.reference) == later, "nobody asked for it"


def test_who_cancels_before_it_is_settled_is_not_told_and_nothing_waits(database: Database, booked: Visit) -> None:
    apply(database, away_that_day(booked, booked.legs[0].adviser), by="grace", now=NOW)
    told = Told()

    def cancelling(kind: str, before: Visit) -> Tell:
        raise Crash

    with pytest.raises(Crash):
        reseat_lost(database, HUB, [booked.reference], by="grace", now=NOW, tell=cancelling)
    assert [(row["whom"], row["settled_at"]) for row in rows(database, disruption)] == [(ROTA, None)]
    with database.reading() as db:
        assert db.scalar(sa.select(disrupted_visit.c.what)) == WAITING
    cancel_visit(database, booked.reference, now=NOW)
    settle(database, unsettled(database)[0], now=NOW, tell=told)
    assert (told.all, unsettled(database), rows(database, disrupted_visit)) == ([], [], [])
