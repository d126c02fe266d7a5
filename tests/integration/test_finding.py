"""From the database to openings: who and what is looked at, and what each wish does to it."""

from datetime import date, time, timedelta
from unittest.mock import patch

import pytest

from booking.finding import finding
from booking.openings import LegRequest
from booking.tables import room_closure, visit
from booking.wishes import Wishes
from foundation.database import Database
from tests.integration.finding_fixtures import (
    MONDAY,
    NOW,
    TUESDAY,
    WEDNESDAY,
    at,
    cell,
    find,
    legs,
    put,
    put_adviser,
    put_hub,
    put_interpreter,
    put_room,
    put_session,
    starts,
    take,
    why,
)

POLISH = ["pl"]


@pytest.fixture
def hub(database: Database) -> Database:
    """Two agencies who are both there on Tuesday morning, and one room."""
    put_hub(database)
    put_room(database, "room", "step_free")
    put_adviser(database, "ann", "council", (TUESDAY, 9, 13))
    put_adviser(database, "ben", "advice", (TUESDAY, 10, 13))
    return database


def test_the_best_joint_time_with_people_rooms_and_labels(hub: Database) -> None:
    best = find(hub, "council", "advice").openings[0]
    assert (best.start, best.finish, best.waiting_minutes) == (at(TUESDAY, "09:30"), at(TUESDAY, "10:30"), 0)
    assert [(leg.agency, leg.adviser, leg.room, leg.room_label, leg.interpreter) for leg in best.legs] == [
        ("council", "ann", "room", "Room", ""),
        ("advice", "ben", "room", "Room", ""),
    ]
    assert [leg.service_id for leg in best.legs] == ["s-council", "s-advice"]


def test_what_is_booked_or_held_is_not_free_and_what_ran_out_is(hub: Database) -> None:
    take(hub, "adviser:ann", TUESDAY, 9, 10)
    take(hub, "room:room", TUESDAY, 10, 11, state="held", until=NOW + timedelta(minutes=5))
    take(hub, "adviser:ben", TUESDAY, 11, 12, state="held", until=NOW - timedelta(seconds=1))
    assert starts(find(hub, "council", "advice"))[0] == at(TUESDAY, "11:00")


def test_the_resident_is_in_one_place_but_their_own_hold_does_not_count(hub: Database) -> None:
    take(hub, "resident:sam", TUESDAY, 9, 11)
    take(hub, "resident:alex", TUESDAY, 11, 12)
    assert starts(find(hub, "council"))[0] == at(TUESDAY, "11:00")
    assert starts(find(hub, "council", resident=None))[0] == at(TUESDAY, "09:00")
    take(hub, "adviser:ann", TUESDAY, 11, 13, resident="sam", state="held", until=NOW + timedelta(minutes=9))
    assert starts(find(hub, "council"))[0] == at(TUESDAY, "11:00")


def test_the_visit_that_is_to_be_changed_does_not_stand_in_its_own_way(hub: Database) -> None:
    take(hub, "adviser:ann", TUESDAY, 9, 13, resident="sam")
    when = {"start": at(TUESDAY, "09:00"), "finish": at(TUESDAY, "13:00"), "booked_at": NOW, "changed_at": NOW}
    row = {"reference": "234567", "hold": f"adviser:ann {TUESDAY} 9", "resident": "sam", "hub": "main_hub"}
    put(hub, visit, row | when | {"host": "Grace", "state": "booked", "version": 1, "wishes": {}})
    assert find(hub, "council").openings == ()
    assert starts(find(hub, "council", instead_of="234567"))[0] == at(TUESDAY, "09:00")


def test_another_hub_has_its_own_people_and_rooms(hub: Database) -> None:
    put_hub(hub, "north", agencies=["council"])
    put_room(hub, "north_room", at="north")
    put_adviser(hub, "nora", "council", (MONDAY, 14, 15), at="north")
    assert starts(find(hub, "council"))[0] == at(TUESDAY, "09:00")
    there = find(hub, "council", hub="north").openings[0]
    assert (there.start, there.legs[0].adviser, there.legs[0].room) == (at(MONDAY, "14:00"), "nora", "north_room")


def test_only_some_people_and_rooms(hub: Database) -> None:
    put_adviser(hub, "amy", "council", (TUESDAY, 11, 13))
    put_room(hub, "other")
    best = find(hub, "council", only=lambda resource: resource not in ("adviser:ann", "room:room")).openings[0]
    assert (best.start, best.legs[0].adviser, best.legs[0].room) == (at(TUESDAY, "11:00"), "amy", "other")


def test_who_left_what_is_shut_and_what_is_closed_for_a_time_is_not_offered(hub: Database) -> None:
    put_adviser(hub, "old", "council", (MONDAY, 9, 17), active=False)
    put_room(hub, "shut", open=False)
    closed = {"first_cell": cell(TUESDAY, "09:00"), "end_cell": cell(TUESDAY, "10:00")}
    put(hub, room_closure, {"room": "room"} | closed)
    best = find(hub, "council").openings[0]
    assert (best.start, best.legs[0].adviser, best.legs[0].room) == (at(TUESDAY, "10:00"), "ann", "room")


def test_an_opening_is_never_sooner_than_the_lead_time(hub: Database) -> None:
    put_adviser(hub, "amy", "council", (MONDAY, 9, 12))
    assert starts(find(hub, "council"))[0] == at(MONDAY, "11:00")
    nothing = find(hub, "council", days=1, now=NOW.replace(hour=10))
    assert (starts(nothing), why(nothing)) == ([], {("rule", "lead_time"), ("agency", "council")})


def test_the_hubs_buffer_and_the_walk_between_its_buildings(database: Database) -> None:
    put_hub(
        database, booking={"buffer_minutes": 10},
        sites=[{"id": "annexe", "label": "Annexe", "walk_minutes": {"main": 20}}],
    )  # fmt: skip
    put_room(database, "room")
    put_room(database, "lab", "lab", site="annexe")
    put_adviser(database, "ann", "council", (TUESDAY, 9, 13))
    put_adviser(database, "ben", "advice", (TUESDAY, 9, 13))
    best = find(database, "council", "advice").openings[0]
    assert (best.waiting_minutes, len({leg.room for leg in best.legs})) == (15, 1)
    desk = LegRequest(agency="council", service_id="s", minutes=30)
    lab = LegRequest(agency="advice", service_id="s", minutes=30, room_features=frozenset({"lab"}))
    assert find(database, desk, lab).openings[0].waiting_minutes == 15  # both in the annexe
    here = find(database, desk, lab, only=lambda name: True).openings[0]
    assert {leg.room for leg in here.legs} == {"lab"}
    take(database, "room:lab", TUESDAY, 9, 10)
    take(database, "adviser:ben", TUESDAY, 11, 13)
    apart = find(database, desk, lab, wishes=Wishes(not_after=time(11)))
    assert [(leg.agency, leg.room) for leg in apart.openings[0].legs] == [("council", "room"), ("advice", "lab")]
    assert apart.openings[0].waiting_minutes == 30


def test_a_call_has_no_room_and_needs_somebody_who_rings(hub: Database) -> None:
    put_adviser(hub, "bea", "advice", (TUESDAY, 9, 13), by_phone=True, in_person=False)
    best = find(hub, "council", "advice", wishes=Wishes(by_phone=frozenset({"advice"}))).openings[0]
    assert [(leg.adviser, leg.room, leg.by_phone) for leg in best.legs] == [("ann", "room", False), ("bea", "", True)]
    assert best.start == at(TUESDAY, "09:00")
    assert find(hub, "council", "advice").openings[0].start == at(TUESDAY, "09:30")


def test_an_interpreter_is_booked_for_every_leg_whose_adviser_does_not_speak_it(hub: Database) -> None:
    polish = Wishes(interpreter="pl")
    assert why(find(hub, "council", "advice", wishes=polish)) == {("interpreter", "pl")}
    put_interpreter(hub, "iga", (TUESDAY, 10, 13), languages=POLISH)
    put_interpreter(hub, "olha", (TUESDAY, 9, 13), languages=["uk"])
    best = find(hub, "council", "advice", wishes=polish).openings[0]
    assert (best.start, [leg.interpreter for leg in best.legs]) == (at(TUESDAY, "10:00"), ["iga", "iga"])
    assert ("adviser:iga", cell(TUESDAY, "10:00")) in best.claims("sam")
    put_adviser(hub, "zofia", "council", (TUESDAY, 9, 13), languages=POLISH)
    best = find(hub, "council", "advice", wishes=polish).openings[0]
    assert (best.start, [leg.interpreter for leg in best.legs]) == (at(TUESDAY, "09:30"), ["", "iga"])
    take(hub, "adviser:iga", TUESDAY, 9, 13)
    assert find(hub, "council", "advice", wishes=polish).openings == ()


def test_all_at_once_in_a_room_that_holds_them(hub: Database) -> None:
    together = Wishes(together=True)
    found = find(hub, "council", "advice", wishes=together)
    best = found.openings[0]
    assert (best.start, best.finish, best.waiting_minutes) == (at(TUESDAY, "10:00"), at(TUESDAY, "10:30"), 0)
    put_adviser(hub, "cat", "nurse", (TUESDAY, 9, 13))
    small = find(hub, "council", "advice", "nurse", wishes=together)
    assert why(small) == {("room", "capacity"), ("resident", "together")}
    put_room(hub, "hall", capacity=8)
    large = find(hub, "council", "advice", "nurse", wishes=together).openings[0]
    assert {leg.room for leg in large.legs} == {"hall"}


def test_days_and_hours_that_do_not_suit(hub: Database) -> None:
    put_adviser(hub, "amy", "council", (MONDAY, 14, 17), (WEDNESDAY, 9, 17))
    assert starts(find(hub, "council"))[0] == at(MONDAY, "14:00")
    assert starts(find(hub, "council", wishes=Wishes(not_weekdays=frozenset({0}))))[0] == at(TUESDAY, "09:00")
    days = Wishes(not_weekdays=frozenset({0}), not_days=frozenset({TUESDAY}))
    assert starts(find(hub, "council", wishes=days))[0] == at(WEDNESDAY, "09:00")
    assert starts(find(hub, "council", wishes=Wishes(not_before=time(15, 20))))[0] == at(MONDAY, "15:30")
    late = find(hub, "council", days=1, wishes=Wishes(not_after=time(14, 29)))
    assert (late.openings, why(late)) == ((), {("agency", "council"), ("resident", "not_after")})
    assert starts(find(hub, "council", days=1, wishes=Wishes(not_after=time(14, 30)))) == [at(MONDAY, "14:00")]


def test_what_an_adviser_knows_and_whom_the_person_knows(hub: Database) -> None:
    put_adviser(hub, "amy", "council", (TUESDAY, 9, 13), skills=["debt"])
    [leg] = find(hub, *legs("council", skills=frozenset({"debt"}))).openings[0].legs
    assert leg.adviser == "amy"
    for known in ("ann", "amy"):
        [leg] = find(hub, "council", wishes=Wishes(prefer=frozenset({known}))).openings[0].legs
        assert leg.adviser == known


def test_the_hub_session_is_for_joint_visits_and_for_one_agency_only_where_nothing_else_is(hub: Database) -> None:
    put_session(hub, TUESDAY, 9, 12)
    assert starts(find(hub, "council"))[0] == at(TUESDAY, "12:00")
    assert starts(find(hub, "council", "advice"))[0] == at(TUESDAY, "09:30")
    take(hub, "adviser:ann", TUESDAY, 12, 13)
    assert starts(find(hub, "council"))[0] == at(TUESDAY, "09:00")


def test_the_answer_does_not_depend_on_how_the_days_are_read(hub: Database) -> None:
    for number in range(1, 40, 3):
        day = TUESDAY + timedelta(days=number)
        put_adviser(hub, f"x{number}", "council", (day, 9 + number % 5, 12 + number % 5))
        put_adviser(hub, f"y{number}", "advice", (day, 10 + number % 7, 13 + number % 7))
    for limit in (1, 3, 30):
        answers = []
        for parts in ((90,), (1,), (2, 5, 7, 14, 28)):
            with patch.object(finding, "PARTS", parts):
                answers.append(find(hub, "council", "advice", days=60, limit=limit))
        assert answers[0] == answers[1] == answers[2]
        assert len(answers[0].openings) == limit if limit < 30 else len(answers[0].openings) > 8


def test_both_changes_of_the_clocks_leave_wall_time_as_it_is(database: Database) -> None:
    put_hub(database)
    put_room(database, "room")
    for day in (date(2027, 3, 27), date(2027, 3, 28), date(2027, 10, 30), date(2027, 10, 31)):
        put_adviser(database, f"ann-{day}", "council", (day, 8, 18))
    wishes = Wishes(not_before=time(9), not_after=time(10))
    for day, hour in ((date(2027, 3, 27), 9), (date(2027, 3, 28), 8), (date(2027, 10, 30), 8), (date(2027, 10, 31), 9)):
        found = find(database, "council", from_day=day, days=1, now=NOW, wishes=wishes)
        assert starts(found)[0] == at(day, f"{hour:02}:00"), day
