"""The chance of a joint visit, in worlds whose answer can be worked out by hand, and what must hold in every world."""

import random

import pytest

from booking.reports.chances import MOST_SETS, STARTS, Chance, chances, waits_from
from booking.reports.world import DAY, World, quarters
from tests.unit.report_examples import ELEVEN, hour_on, rota_of_their_own, world

FIRSTS = [ELEVEN] * STARTS
TWO = world({"a": {"a1": hour_on(3, 13)}, "b": {"b1": hour_on(3, 13)}})
THREE = world({**TWO.advisers, "c": {"c1": 0}})


def told(found: tuple[Chance, ...], agencies: int, within: int) -> Chance:
    (one,) = [each for each in found if (each.agencies, each.within) == (agencies, within)]
    return one


def test_two_advisers_who_are_there_on_two_days() -> None:
    # Asked on days 0 to 9, the waits are 3 2 1 0 to day 3, then 9 8 7 6 5 4 to day 13.
    found = chances(TWO, {}, first_quarters=FIRSTS)
    assert told(found, 2, 5).chance.value == pytest.approx(6 / 10)  # 3 2 1 0 5 4
    assert told(found, 2, 10).chance.value == 1
    assert (told(found, 2, 5).combinations, told(found, 2, 5).starts, told(found, 2, 5).weights) == (1, STARTS, "even")


def test_who_asks_after_the_lead_time_waits_for_the_next_one() -> None:
    assert waits_from(TWO, ("a", "b"), {3: ELEVEN}) == [0]
    assert waits_from(TWO, ("a", "b"), {3: ELEVEN + 1}) == [10]
    assert waits_from(TWO, ("a", "b"), {14: ELEVEN}) == [None]


def test_one_room_and_one_hour_are_enough_for_two_but_not_for_two_times_forty_five_minutes() -> None:
    short = world(TWO.advisers, rooms=1)
    assert waits_from(short, ("a", "b"), {0: 0}) == [3]
    assert waits_from(world(TWO.advisers, minutes=45), ("a", "b"), {0: 0}) == [None]


def test_even_weights_count_out_every_set_of_agencies() -> None:
    one = told(chances(THREE, {("a", "b"): 3}, first_quarters=FIRSTS), 2, 10)
    assert (one.combinations, one.weights, one.sampled) == (3, "even", 0)
    assert one.chance.value == pytest.approx(1 / 3)  # only a and b; c is never there
    assert one.chance.low == one.chance.value == one.chance.high  # counted out, nothing is drawn


def test_sets_are_weighted_by_how_often_they_are_asked_for() -> None:
    found = chances(THREE, {("a", "b"): 30, ("a", "c"): 10, ("a", "x"): 99}, first_quarters=FIRSTS)
    one = told(found, 2, 10)
    assert (one.weights, one.combinations) == ("asked", 2)
    assert one.chance.value == pytest.approx(0.75)
    # Wilson's interval of 30 in 40, from the formula with 1.96: centre (0.75 + 0.04802) / 1.09604.
    assert (one.chance.low, one.chance.high) == (pytest.approx(0.598, abs=0.002), pytest.approx(0.858, abs=0.002))
    assert told(found, 3, 10).weights == "even"  # nobody asked for three: the weights of two say nothing of them


def test_too_many_sets_are_sampled_and_the_same_seed_draws_the_same() -> None:
    long = hour_on(3, start=44, end=56)  # three hours, and four agencies take two
    there = {f"a{number:02}": {f"x{number}": long if number % 2 else 0} for number in range(12)}
    drawn = [told(chances(world(there), {}, first_quarters=FIRSTS[:1], seed=seed), 4, 10) for seed in (1, 1, *range(9))]
    assert drawn[0] == drawn[1]
    assert len({one.chance.value for one in drawn}) > 1
    # Of 495 sets of four agencies, 15 have only agencies that are there. Nine intervals in ten hold that, or more.
    assert sum(one.chance.low <= 15 / 495 <= one.chance.high for one in drawn[2:]) >= 7
    assert {one.sampled for one in drawn} == {MOST_SETS}


def test_days_whose_window_the_rota_does_not_reach_are_left_out() -> None:
    short = world(TWO.advisers, days=12)
    assert {one.starts for one in chances(short, {}, first_quarters=FIRSTS)} == {2}  # days 0 and 1
    assert chances(world(TWO.advisers, days=10), {}, first_quarters=FIRSTS) == ()


def random_world(seed: int) -> World:
    rng = random.Random(seed)

    def days() -> int:
        here = [day for day in range(25) if rng.random() < 0.3]
        return sum(quarters(day, start := rng.randrange(36, 56), start + rng.randrange(4, 13)) for day in here)

    names = ("a", "b", "c", "d")
    return world({name: {f"{name}{n}": days() for n in range(rng.randint(1, 2))} for name in names}, rooms=2)


@pytest.mark.parametrize("seed", range(25))
def test_ten_days_are_no_worse_than_five(seed: int) -> None:
    found = chances(random_world(seed), {}, first_quarters=FIRSTS)
    for size in (2, 3, 4):
        assert told(found, size, 5).chance.value <= told(found, size, 10).chance.value


@pytest.mark.parametrize("seed", range(25))
def test_more_time_of_an_adviser_never_lowers_a_chance(seed: int) -> None:
    before, more = random_world(seed), hour_on(*range(2, 25, 5))
    advisers = {agency: {who: bits | more for who, bits in team.items()} for agency, team in before.advisers.items()}
    old = chances(before, {}, first_quarters=FIRSTS)
    new = chances(world(advisers, rooms=2), {}, first_quarters=FIRSTS)
    assert all(one.chance.value >= other.chance.value for one, other in zip(new, old, strict=True))
    assert new != old


def test_random_worlds_are_neither_empty_nor_full() -> None:
    values = [told(chances(random_world(seed), {}, first_quarters=FIRSTS), 3, 5).chance.value for seed in range(25)]
    assert min(values) < 0.5 < max(values)


def test_a_world_seen_for_some_days_knows_nothing_of_later_ones() -> None:
    seen = rota_of_their_own(1, half_days=3).first_days(4)
    assert len(seen.days) == 4
    assert all(bits >> 4 * DAY == 0 for team in seen.advisers.values() for bits in team.values())
