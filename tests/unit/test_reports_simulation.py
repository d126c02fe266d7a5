"""The simulated hub: days worked out by hand, what the same seed keeps the same, and what the design measured."""

import pytest

from booking.reports.demand import Demand, arrivals, fitted
from booking.reports.intervals import of_mean, of_share
from booking.reports.simulating import LOOK_AHEAD, WARM_UP, Diary, simulate
from booking.reports.what_if import NotSimulated, best_of, candidates, compare, what_if
from booking.reports.world import CommonHours, World, with_common_hours
from tests.unit.report_examples import ELEVEN, NOON, hour_on, rota_of_their_own, working_days, world

EVERY_DAY = hour_on(*range(30))
PAIR = world({"a": {"a1": EVERY_DAY}, "b": {"b1": EVERY_DAY}}, days=30, rooms=1)
BOTH = {("a", "b"): 1.0}
TUESDAY = CommonHours(weekday=1, start=ELEVEN, end=NOON)


def test_one_room_and_one_hour_a_day_are_one_visit_a_day() -> None:
    diary = Diary(PAIR)
    assert [diary.book(("a", "b"), 0) for _ in range(13)] == [*range(11), None, None]  # today and ten days ahead
    assert diary.book(("a", "b"), 1) == LOOK_AHEAD


def test_with_two_rooms_two_people_cross_over() -> None:
    diary = Diary(world(PAIR.advisers, days=30, rooms=2))
    assert [diary.book(("a", "b"), 0) for _ in range(5)] == [0, 0, 1, 1, 2]


def test_one_agency_alone_leaves_the_sessions_to_joint_visits_while_it_can() -> None:
    free = hour_on(0) | hour_on(1)
    diary = Diary(world({"a": {"a1": free}}, days=30, sessions=hour_on(0)))
    assert [diary.book(("a",), 0) for _ in range(5)] == [1, 1, 0, 0, None]


def test_who_asks_counts_after_the_warm_up_and_before_the_end() -> None:
    found = simulate(PAIR, Demand(a_day=3, mix=BOTH), seed=4)
    people = arrivals(Demand(a_day=3, mix=BOTH), 30 - LOOK_AHEAD, seed=4)
    assert len(found.asked) == sum(len(day) for day in people[WARM_UP:]) > 0
    assert found.share(2, 10) is not None
    assert found.share(3, 10) is None  # nobody asked for three


def test_a_hub_with_room_for_all_offers_all_and_one_without_nobody() -> None:
    quiet = Demand(a_day=0.3, mix=BOTH)
    assert simulate(PAIR, quiet, seed=1).share(2, 10) == 1
    away = world({"a": {"a1": EVERY_DAY}, "b": {"b1": 0}}, days=30)
    assert simulate(away, quiet, seed=1).share(2, 10) == 0


def test_people_who_do_not_come_ask_again_and_take_time_from_others() -> None:
    busy = {"a_day": 0.8, "mix": BOTH}
    kept = [simulate(PAIR, Demand(**busy), seed=seed).share(2, 5) or 0.0 for seed in range(12)]
    missed = [simulate(PAIR, Demand(**busy, missed=0.6), seed=seed).share(2, 5) or 0.0 for seed in range(12)]
    assert sum(missed) < sum(kept)


def test_the_same_seed_brings_the_same_people_whatever_the_rota_is() -> None:
    demand = Demand(a_day=5, mix={("a", "b"): 3, ("a", "b", "c"): 1})
    assert arrivals(demand, 20, seed=7) == arrivals(demand, 20, seed=7) != arrivals(demand, 20, seed=8)
    many = [person for day in arrivals(demand, 4000, seed=1) for person in day]
    assert len(many) / 4000 == pytest.approx(5, abs=0.15)  # four standard errors of a Poisson mean: 4 * (5 / 4000)**0.5
    assert sum(len(person.agencies) == 2 for person in many) / len(many) == pytest.approx(0.75, abs=0.015)


def test_history_becomes_a_demand() -> None:
    found = fitted({("a", "b"): 30, ("a",): 10}, working_days=20, missed=0.1, full=0.0)
    assert (found.a_day, found.missed, dict(found.mix)) == (2, 0.1, {("a", "b"): 30, ("a",): 10})


def test_the_agencies_own_work_takes_its_share_and_no_session() -> None:
    eight = hour_on(*range(20), start=36, end=68)  # eight hours: sixteen appointments of half an hour
    hub = world({"a": {"a1": eight}}, days=20, sessions=hour_on(0))
    diary = Diary(hub)
    assert diary.fill(0.75, like=hub, seed=1) == 0
    taken = eight & ~diary.advisers["a"]["a1"]
    assert taken & hub.sessions == 0
    # 14 appointments' time on the first day, which has a session of an hour, 16 on the others; 32 cells a day.
    assert taken.bit_count() == pytest.approx(0.75 * (28 + 19 * 32), abs=2 * 20)


def test_own_work_that_more_common_hours_leave_no_time_for_is_told() -> None:
    hub = world({"a": {"a1": hour_on(*range(20))}}, days=20)
    closed = with_common_hours(hub, CommonHours(weekday=0, start=ELEVEN, end=NOON))[0]
    # Every hour was full; on a Monday of each week it is now kept: one in five.
    assert Diary(closed).fill(0.999, like=hub, seed=1) == pytest.approx(0.2, abs=0.03)


def test_common_hours_bring_who_is_not_there_and_say_how_many_hours_that_takes() -> None:
    tuesdays = hour_on(1, 6, 11, 16)
    hub = world({"a": {"a1": tuesdays, "a2": 0}, "b": {"b1": hour_on(1), "b2": 0}, "c": {"c1": EVERY_DAY}}, days=20)
    more, added = with_common_hours(hub, TUESDAY)
    assert more.sessions == tuesdays
    assert more.advisers["a"] == {"a1": tuesdays, "a2": 0}
    assert more.advisers["b"] == {"b1": hour_on(1, 6, 11, 16), "b2": 0}  # who comes already, comes each week
    assert added == pytest.approx(3 / 4)  # three Tuesdays of four, one hour each


def test_hours_to_try_are_whole_and_touch_no_session() -> None:
    hub = world({"a": {"a1": EVERY_DAY}}, days=20, sessions=hour_on(1))
    found = candidates(hub, 2)
    assert len(found) == 5 * 7 - 2  # nine to three o'clock on five days, but not Tuesday from ten and from eleven
    assert not any(block.bits(hub.days) & hub.sessions for block in found)


def test_the_best_hours_are_found_among_others() -> None:
    hub = world({"a": {"a1": EVERY_DAY}, "b": {"b1": 0}}, days=30)  # only common hours bring b to the hub
    nobody = CommonHours(weekday=6, start=ELEVEN, end=NOON)  # no working day is a Sunday
    assert best_of(hub, Demand(a_day=0.2, mix=BOTH), [nobody, TUESDAY], seed=1) == TUESDAY
    assert best_of(hub, Demand(a_day=0.2, mix=BOTH), [TUESDAY, nobody], seed=1) == TUESDAY


def test_a_rota_beside_itself_makes_no_difference_at_all() -> None:
    never = CommonHours(weekday=6, start=ELEVEN, end=NOON)
    found = compare(PAIR, Demand(a_day=1.2, mix=BOTH), never, seeds=range(5))
    assert {(one.more.value, one.more.low, one.more.high) for one in found.differences} == {(0, 0, 0)}
    assert found.added == 0


def test_the_same_question_has_the_same_answer() -> None:
    hub = rota_of_their_own(3, half_days=3, days=30)
    demand = Demand(a_day=2, mix={("a", "b"): 1, ("a", "b", "c"): 1}, full=0.75)
    one, again = (what_if(hub, demand, hours=2, seeds=3, seed=5, given=TUESDAY) for _ in range(2))
    assert one == again
    assert (one.chosen, one.tried, one.seeds) == (False, 1, 3)


@pytest.mark.parametrize("full", [0.0, 0.6])
def test_more_common_hours_do_not_lower_the_chance_in_expectation(full: float) -> None:
    """Over rotas of many shapes, with the same people for both. Single days can differ: each booking moves the next.

    A single rota may lose where diaries are full: the agencies' own work moves out of the hours that are kept.
    """
    gains, lost = [], 0
    for seed in range(12):
        hub = rota_of_their_own(seed, half_days=4, days=30, minutes=30)
        demand = Demand(a_day=4 - 3 * full, mix={("a", "b"): 1, ("a", "b", "c"): 1}, full=full)
        found = compare(hub, demand, CommonHours(weekday=seed % 5, start=40, end=48), seeds=range(6))
        gains += [one.more.value for one in found.differences]
        lost += sum(one.more.high < 0 for one in found.differences)
    mean = of_mean(gains)
    assert mean is not None
    assert mean.low > 0
    assert full or lost == 0


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ({"hours": 2.1}, "quarters"), ({"hours": 0}, "quarters"), ({"hours": 9}, "quarters"),
        ({"seeds": 1}, "2 to 200"),
        ({"a_day": 0}, "more than 0"), ({"a_day": 501}, "500"), ({"full": 1}, "95"), ({"full": -0.1}, "95"),
        ({"days": 24}, "five weeks"), ({"mix": {("a", "x"): 1}}, "some of the agencies"), ({"mix": {}}, "agencies"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_asked_is_refused(question: dict[str, object], says: str) -> None:
    told = {"hours": 1.0, "seeds": 2, "a_day": 1.0, "full": 0.0, "mix": BOTH, "days": 30} | question
    hub = PAIR.first_days(int(str(told["days"])))
    demand = Demand(a_day=told["a_day"], mix=told["mix"], full=told["full"])  # type: ignore[arg-type]
    with pytest.raises(NotSimulated, match=says):
        what_if(hub, demand, hours=told["hours"], seeds=told["seeds"], given=TUESDAY)  # type: ignore[arg-type]


# ------------------------------------------------------------------------- what the design measured
MONTHS, FULL = 150, 0.75
FOUR_HOURS = CommonHours(weekday=2, start=40, end=56)


def exists(hub: World, seed: int, *, like: World) -> bool:
    """Whether all three agencies can see one person together in a month whose diaries are FULL."""
    diary = Diary(hub)
    diary.fill(FULL, like=like, seed=seed)
    left = hub.with_free(advisers=diary.advisers, rooms=diary.rooms)
    return left.search(("a", "b", "c")).best(left.all_time) is not None


def months(half_days: int, *, common: bool) -> float:
    """The share of months in which there is an opening for three agencies that choose their half days themselves."""
    yes = 0
    for seed in range(MONTHS):
        hub = rota_of_their_own(seed, half_days=half_days)
        yes += exists(with_common_hours(hub, FOUR_HOURS)[0] if common else hub, seed, like=hub)
    return yes / MONTHS


def test_what_the_design_measured_without_and_with_four_common_hours_a_week() -> None:
    """48 % of months without hub sessions and 100 % with four common hours, with diaries 75 % full.

    How often the agencies were at the hub is not told there. With one adviser each, on three half days a week that
    each agency chooses, it is about that; Wilson's interval of 150 months is eight points wide to either side.
    """
    without, with_hours = of_share(months(3, common=False), MONTHS), of_share(months(3, common=True), MONTHS)
    assert without.low <= 0.48 <= without.high
    assert with_hours.value >= 0.99


def test_agencies_that_are_always_there_need_no_common_hours() -> None:
    """The control: it is the agencies' own choice of days that leaves no opening, not the simulation."""
    assert months(10, common=False) == 1


def test_working_days_of_the_examples_are_working_days() -> None:
    assert [day.weekday() for day in working_days(10)] == [0, 1, 2, 3, 4] * 2
