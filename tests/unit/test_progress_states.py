"""How a leg goes, step by step; which cells are still needed; how it stands for somebody who comes to the hub."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from booking.hub import Hub
from booking.openings import OpeningLeg
from booking.progress.arriving import how_it_stands
from booking.progress.states import (
    BEGUN,
    DONE,
    MISSED,
    PLANNED,
    Leg,
    LegNotFound,
    StepNotPossible,
    TooSoon,
    UndoTooLate,
    leg_of,
    marked_together,
    may_begin,
    next_leg,
    put_back,
    still_needed,
)
from booking.visits.model import Visit

START = datetime(2026, 11, 24, 10, tzinfo=UTC)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def leg(number: int, begins: int = 0, lasts: int = 30, room: str = "r1", **more: object) -> Leg:
    planned = OpeningLeg(
        agency=f"a{number}", service_id=f"s{number}", start=START + minutes(begins),
        finish=START + minutes(begins + lasts), adviser=f"p{number}", room=room,
    )  # fmt: skip
    return Leg(number=number, planned=planned, **more)  # type: ignore[arg-type]


THREE = (leg(1), leg(2, 30), leg(3, 75))


def visit(legs: tuple[Leg, ...] = THREE, state: str = "booked") -> Visit:
    planned = tuple(each.planned for each in legs)
    return Visit(
        reference="7K4M2P", resident="c1", state=state, version=1, start=planned[0].start, finish=planned[-1].finish,
        legs=planned, host="Grace", hub=Hub({}),
    )  # fmt: skip


def test_a_leg_is_begun_and_done() -> None:
    begun = THREE[0].begun(START)
    done = begun.done(START + minutes(20))
    assert (begun.state, begun.begun_at, done.state, done.done_at) == (BEGUN, START, DONE, START + minutes(20))
    assert done.early_minutes == 10
    assert begun.done(START + minutes(45)).early_minutes == 0


@pytest.mark.parametrize(
    ("state", "step", "says"),
    [(PLANNED, "done", "not begun"), (BEGUN, "begun", "already begun"), (BEGUN, "missed", "already begun"),
     (DONE, "begun", "already done"), (DONE, "done", "already done"), (DONE, "missed", "already done"),
     (MISSED, "begun", "marked as missed"), (MISSED, "done", "marked as missed"), (MISSED, "missed", "as missed")],
)  # fmt: skip
def test_no_other_step_is_possible_and_the_error_says_where_it_is(state: str, step: str, says: str) -> None:
    with pytest.raises(StepNotPossible, match=says):
        getattr(leg(1, state=state, begun_at=START, done_at=START), step)(START + minutes(60))


def test_a_leg_is_missed_after_ten_minutes_and_not_before() -> None:
    with pytest.raises(TooSoon):
        THREE[0].missed(START + minutes(9.9))
    assert THREE[0].missed(START + minutes(10)).state == MISSED


def test_each_step_is_taken_back_within_five_minutes() -> None:
    begun = THREE[0].begun(START)
    done = begun.done(START + minutes(20))
    missed = THREE[0].missed(START + minutes(10))
    assert begun.undone(START + minutes(5)) == THREE[0]
    assert done.undone(START + minutes(25)) == begun
    assert missed.undone(START + minutes(15)) == THREE[0]
    for late, at in ((begun, 5.1), (done, 25.1), (missed, 15.1)):
        with pytest.raises(UndoTooLate):
            late.undone(START + minutes(at))
    with pytest.raises(StepNotPossible, match="nothing to take back"):
        THREE[0].undone(START)
    assert begun.undone(START + minutes(1)).begun(START + minutes(2)).begun_at == START + minutes(2)


def test_nobody_sits_with_two_agencies_unless_they_meet_at_once() -> None:
    legs = put_back(THREE, THREE[0].begun(START))
    with pytest.raises(StepNotPossible, match="somebody else"):
        may_begin(legs, legs[1], now=START + minutes(30))
    together = (leg(1).begun(START), leg(2))
    may_begin(together, together[1], now=START)
    with pytest.raises(StepNotPossible, match="not today"):
        may_begin(THREE, THREE[0], now=START - timedelta(days=1))


def test_legs_are_found_by_their_number_and_next_by_their_time() -> None:
    assert leg_of(THREE, 2) is THREE[1]
    with pytest.raises(LegNotFound):
        leg_of(THREE, 4)
    assert next_leg(reversed(THREE)) is THREE[0]
    assert next_leg(put_back(THREE, replace(THREE[0], state=MISSED))) is THREE[1]
    assert next_leg([replace(each, state=DONE) for each in THREE]) is None


def test_a_no_show_is_taken_back_whole_and_an_earlier_missed_leg_is_not() -> None:
    legs = (replace(THREE[0], state=MISSED, done_at=START), *(
        replace(each, state=MISSED, done_at=START + minutes(60)) for each in THREE[1:]
    ))  # fmt: skip
    assert [each.number for each in marked_together(legs)] == [2, 3]
    with pytest.raises(StepNotPossible):
        marked_together(THREE)


def names(needed: set[tuple[str, int]]) -> dict[str, int]:
    return {name: sum(1 for each, _ in needed if each == name) for name, _ in needed}


def test_before_the_visit_all_its_cells_are_needed() -> None:
    wanted = {
        cell for each in THREE for name in each.planned.resources for cell in [(name, c) for c in each.planned.cells]
    }
    needed = still_needed(THREE, resident="c1", now=START - timedelta(days=1))
    assert needed - {(name, cell) for name, cell in needed if name == "resident:c1"} == wanted
    assert names(needed)["resident:c1"] == 7


def test_an_early_end_frees_the_rest_of_that_leg_and_not_the_waiting() -> None:
    legs = put_back(THREE, THREE[0].begun(START).done(START + minutes(10)))
    needed = names(still_needed(legs, resident="c1", now=START + minutes(10)))
    assert "adviser:p1" not in needed
    assert needed == {"adviser:p2": 2, "adviser:p3": 2, "room:r1": 4, "resident:c1": 6}


def test_who_begins_sooner_takes_their_adviser_and_room_from_then_on() -> None:
    legs = put_back(THREE, THREE[0].begun(START).done(START + minutes(10)))
    legs = put_back(legs, legs[1].begun(START + minutes(12)))
    needed = names(still_needed(legs, resident="c1", now=START + minutes(12)))
    assert needed["adviser:p2"] == 3, "from the next whole cell to its planned end"


def test_a_missed_last_leg_lets_the_person_go_and_all_missed_frees_everything() -> None:
    legs = (THREE[0].begun(START).done(START + minutes(30)), THREE[1].begun(START + minutes(30)), THREE[2])
    with_last = names(still_needed(legs, resident="c1", now=START + minutes(45)))
    without = names(
        still_needed(put_back(legs, replace(legs[2], state=MISSED)), resident="c1", now=START + minutes(45))
    )
    assert (with_last["resident:c1"], without["resident:c1"]) == (4, 1)
    assert still_needed([replace(each, state=MISSED) for each in THREE], resident="c1", now=START) == set()


def test_who_meets_at_once_keeps_the_room_until_the_last_is_done() -> None:
    one, other = leg(1), leg(2)
    legs = (one.begun(START).done(START + minutes(14)), other.begun(START))
    assert names(still_needed(legs, resident="c1", now=START + minutes(14)))["room:r1"] == 1


MISSED_ALL = tuple(replace(each, state=MISSED, done_at=START) for each in THREE)
AFTER_ONE = put_back(THREE, replace(THREE[0], state=DONE))


@pytest.mark.parametrize(
    ("legs", "at", "when"),
    [(THREE, -21, "early"), (THREE, -20, "in_time"), (THREE, 5, "in_time"), (THREE, 6, "late"),
     (THREE, -24 * 60, "before"), (THREE, 24 * 60, "after"), (MISSED_ALL, 20, "missed"),
     (put_back(THREE, replace(THREE[0], state=MISSED)), 20, "in_time"), (AFTER_ONE, 40, "going_on"),
     (put_back(THREE, replace(THREE[0], state=BEGUN)), 10, "going_on"),
     (tuple(replace(each, state=DONE) for each in THREE), 90, "over")],
)  # fmt: skip
def test_how_it_stands_for_somebody_who_comes(legs: tuple[Leg, ...], at: int, when: str) -> None:
    assert how_it_stands(visit(), legs, arrived_at=None, now=START + minutes(at)).when == when


def test_a_cancelled_visit_is_cancelled_on_any_day_and_an_arrival_counts_on_its_own_day() -> None:
    assert how_it_stands(visit(state="cancelled"), THREE, arrived_at=None, now=START).when == "cancelled"
    earlier, today = START - timedelta(days=1), START - minutes(10)
    assert how_it_stands(visit(), THREE, arrived_at=earlier, now=START).known_since is None
    assert how_it_stands(visit(), THREE, arrived_at=today, now=START).known_since == today


def test_the_next_agency_sees_that_somebody_is_here_and_free() -> None:
    here = how_it_stands(visit(), AFTER_ONE, arrived_at=START, now=START + minutes(20))
    assert [here.waits_for(each) for each in AFTER_ONE] == [False, True, False]
    busy = put_back(AFTER_ONE, replace(AFTER_ONE[1], state=BEGUN))
    going_on = how_it_stands(visit(), busy, arrived_at=START, now=START + minutes(30))
    assert not any(going_on.waits_for(each) for each in busy)
    away = how_it_stands(visit(), AFTER_ONE, arrived_at=None, now=START)
    assert not any(away.waits_for(each) for each in AFTER_ONE)
