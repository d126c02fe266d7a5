"""The joint search against trying everything, and one example for each thing that can be asked."""

import random
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.openings import LegRequest
from booking.search.joint import JointSearch
from booking.search.picking import Question, find_joint_openings
from booking.search.stock import Person, Stock, Terms, runs
from tests.solver.brute import everything_tried
from tests.solver.instances import answer, faults, instance, question

CELLS = 9


@given(st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_equals_trying_everything(rng: random.Random) -> None:
    asked = instance(rng, cells=CELLS, most_legs=3)
    assert answer(asked) == everything_tried(asked)


def test_equals_trying_everything_on_200_questions_that_mostly_fit() -> None:
    asked = [instance(random.Random(seed), cells=CELLS, most_legs=2) for seed in range(200)]
    answers = [answer(each) for each in asked]
    assert answers == [everything_tried(each) for each in asked]
    assert 60 < sum(each is None for each in answers) < 150


def test_what_is_found_can_be_done() -> None:
    for seed in range(300):
        put = question(instance(random.Random(seed), cells=32))
        for found in find_joint_openings([put]):
            assert faults(put, found) == [], seed


@given(st.integers(0, 2**40), st.integers(1, 9))
def test_a_run_of_free_cells(bits: int, length: int) -> None:
    expected = sum(1 << at for at in range(41) if all(bits >> at + more & 1 for more in range(length)))
    assert runs(bits, length) == expected


# ---------------------------------------------------------------- one thing at a time
def open_stock(agencies: list[str], cells: int = 96, **more: Any) -> Stock:
    everything = (1 << cells) - 1
    usual = {
        "first_cell": 0, "advisers": {name: {f"{name}-1": everything} for name in agencies},
        "rooms": {"plain": everything, "quiet": everything}, "resident": everything,
        "room_features": {"quiet": frozenset({"quiet"})},
    }  # fmt: skip
    return Stock(**(usual | more))


def leg(agency: str, minutes: int = 30, **more: Any) -> LegRequest:
    return LegRequest(agency=agency, service_id="s", minutes=minutes, **more)


def best(legs: list[LegRequest], stock: Stock, *, starts: int = (1 << 96) - 1, **terms: Any) -> Any:
    [*found] = find_joint_openings([Question(legs=legs, stock=stock, days=[[starts]], terms=Terms(**terms))], limit=1)
    return found[0] if found else None


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_what_comes_first_decides_between_equal_orders(order: tuple[int, ...]) -> None:
    legs = [leg(f"a{n}", after=after) for n, after in enumerate(order)]
    found = best(legs, open_stock(["a0", "a1", "a2"]), starts=1)
    assert [legs[each.request].after for each in found.legs] == [0, 1, 2]


def test_what_comes_first_never_makes_anybody_wait_unless_the_order_is_fixed() -> None:
    late = open_stock([], advisers={"first": {"f": ~0b11 & 0xFFFF}, "second": {"s": 0xFFFF}})
    legs = [leg("first"), leg("second", after=9)]
    free = best(legs, late)
    assert [legs[each.request].agency for each in free.legs] == ["second", "first"]
    assert (free.finish, free.waiting) == (4, 0)
    for fixed in (best(legs, late, in_order=True), best([legs[0], leg("second", follows=frozenset({"first"}))], late)):
        assert [legs[each.request].agency for each in fixed.legs] == ["first", "second"]
        assert fixed.finish == 6


def test_who_needs_a_quiet_room_stays_in_it_and_nobody_else_takes_it() -> None:
    legs = [leg("a"), leg("b", after=1, room_features=frozenset({"quiet"}))]
    found = best(legs, open_stock(["a", "b"]), starts=1)
    assert [each.room for each in found.legs] == ["quiet", "quiet"]
    assert [each.room for each in best(legs[:1], open_stock(["a"]), starts=1).legs] == ["plain"]


def test_three_openings_are_clearly_different() -> None:
    morning, afternoon = (1 << 48) - 1, ((1 << 48) - 1) << 48
    asked = Question(legs=[leg("a")], stock=open_stock(["a"]), days=[[morning, afternoon]])
    found = find_joint_openings([asked])
    assert [each.start for each in found][:2] == [0, 48]
    starts = sorted(each.start for each in found)
    assert len(starts) == 3
    assert all(later - earlier >= 8 for earlier, later in pairwise(starts))


def test_later_days_are_not_looked_at_when_the_first_are_enough() -> None:
    def parts():
        yield Question(legs=[leg("a")], stock=open_stock(["a"]), days=[[(1 << 48) - 1, ((1 << 48) - 1) << 48]])
        raise AssertionError("the second part was read")

    assert len(find_joint_openings(parts(), limit=2)) == 2


def test_no_leg_may_wait_longer_than_allowed() -> None:
    apart = open_stock([], advisers={"a": {"a": 0b11}, "b": {"b": 0b11 << 11}})
    assert best([leg("a"), leg("b")], apart, max_waiting=8) is None
    assert best([leg("a"), leg("b")], apart, max_waiting=9).waiting == 9
    assert best([leg("a"), leg("b")], apart, max_waiting=20, max_gap=8) is None


@pytest.mark.parametrize(
    ("terms", "gap"), [({}, 0), ({"min_gap": 2}, 2), ({"buffer": 1}, 1), ({"min_gap": 1, "buffer": 3}, 3)]
)
def test_what_lies_between_legs(terms: dict[str, int], gap: int) -> None:
    assert best([leg("a"), leg("b")], open_stock(["a", "b"]), **terms).waiting == gap


def test_a_walk_takes_its_time_also_round_a_call() -> None:
    everything = (1 << 96) - 1
    stock = open_stock(
        ["a", "b", "c"],
        rooms={"here": everything, "there": everything},
        room_features={"there": frozenset({"lab"})},
        sites={"here": "", "there": "annexe"},
        people={"b-1": Person(by_phone=True)},
    )
    legs = [leg("a"), leg("b"), leg("c", room_features=frozenset({"lab"}))]
    stock = replace(stock, rooms={"here": 0b11, "there": everything})  # so `a` is seen in `here` first, if at once
    walks = {("", "annexe"): 2}
    found = best(legs, stock, walks=walks, by_phone=frozenset({"b"}), starts=1, in_order=True)
    assert (found.waiting, [each.room for each in found.legs]) == (0, ["there", "", "there"])
    plain = replace(stock, room_features={"there": frozenset({"lab"}), "here": frozenset({"desk"})})
    split = [leg("a", room_features=frozenset({"desk"})), *legs[1:]]
    assert best(split, plain, walks=walks, by_phone=frozenset({"b"}), starts=1).waiting == 2
    assert best(split, plain, walks=walks, by_phone=frozenset({"b"}), starts=1, max_gap=1) is None


def test_a_call_needs_no_room_and_an_adviser_who_takes_calls() -> None:
    stock = open_stock(["a"], rooms={}, people={"a-1": Person(by_phone=True, in_person=False)})
    assert best([leg("a")], stock) is None
    assert best([leg("a")], stock, by_phone=frozenset({"a"})).legs[0].room == ""
    assert best([leg("a")], replace(stock, people={}), by_phone=frozenset({"a"})) is None


def test_all_at_once_takes_one_room_that_holds_everybody() -> None:
    stock = open_stock(["a", "b", "c"], capacities={"plain": 3, "quiet": 4})
    legs = [leg("a", 45), leg("b"), leg("c", 15)]
    found = best(legs, stock, together=True)
    assert ({each.room for each in found.legs}, {each.start for each in found.legs}) == ({"quiet"}, {0})
    assert (found.finish, found.waiting) == (3, 0)
    assert best(legs, replace(stock, capacities={"plain": 3, "quiet": 3}), together=True) is None
    rung = replace(stock, capacities={"plain": 3, "quiet": 3}, people={"c-1": Person(by_phone=True)})
    found = best(legs, rung, together=True, by_phone=frozenset({"c"}))
    assert [each.room for each in found.legs] == ["plain", "plain", ""]


def test_an_interpreter_for_every_leg_and_one_for_all_where_one_can() -> None:
    everything = (1 << 96) - 1
    polish = Person(languages=frozenset({"pl"}), by_phone=True)
    stock = open_stock(
        ["a", "b"],
        interpreters={"early": 0b0011, "late": 0b1100, "whole": everything << 4},
        people=dict.fromkeys(("early", "late", "whole"), polish),
    )
    legs = [leg("a"), leg("b", after=1)]
    assert [each.interpreter for each in best(legs, stock, language="pl").legs] == ["early", "late"]
    later = best(legs, stock, language="pl", starts=0b10000)
    assert [each.interpreter for each in later.legs] == ["whole", "whole"]
    one = replace(stock, interpreters={"early": 0b0011, "late": 0b1100, "whole": everything})
    assert [each.interpreter for each in best(legs, one, language="pl").legs] == ["whole", "whole"]
    assert best(legs, one, language="uk") is None
    speaks = replace(one, people={**one.people, "a-1": polish, "b-1": polish})
    assert [each.interpreter for each in best(legs, speaks, language="pl").legs] == ["", ""]


def test_an_interpreter_in_the_room_takes_a_chair() -> None:
    stock = open_stock(
        ["a"],
        capacities={"plain": 2, "quiet": 2},
        interpreters={"i": 0xFF},
        people={"i": Person(languages=frozenset({"pl"}))},
    )
    assert best([leg("a")], stock, language="pl") is None
    rings = replace(stock, people={"i": Person(languages=frozenset({"pl"}), in_person=False, by_phone=True)})
    assert best([leg("a")], rings, language="pl").legs[0].interpreter == "i"
    assert best([leg("a")], replace(stock, capacities={"plain": 3}), language="pl").legs[0].room == "plain"


def test_the_preferred_adviser_comes_after_the_time_and_before_all_else() -> None:
    early, late = 0b11, 0b1111
    stock = open_stock([], advisers={"a": {"known": late & ~1, "other": early}})
    assert best([leg("a")], stock, prefer=frozenset({"known"})).legs[0].adviser == "other"
    stock = open_stock([], advisers={"a": {"known": 0b11, "other": late}})
    assert best([leg("a")], stock).legs[0].adviser == "other"
    assert best([leg("a")], stock, prefer=frozenset({"known"})).legs[0].adviser == "known"
    # And for the preferred adviser's sake the order of equal legs turns round.
    both = open_stock([], advisers={"a": {"known": 0b1100, "other": 0b1111}, "b": {"b": 0b1111}})
    found = best([leg("a"), leg("b", after=1)], both, prefer=frozenset({"known"}))
    assert [each.adviser for each in found.legs] == ["b", "known"]


def test_no_visit_goes_over_midnight() -> None:
    stock = open_stock(["a", "b"], resident=0b11111100)
    assert best([leg("a"), leg("b")], stock).start == 2
    assert best([leg("a"), leg("b")], replace(stock, midnights=1 << 4)).start == 4
    assert best([leg("a", 60), leg("b")], replace(stock, midnights=1 << 4)) is None


def test_a_skill_is_asked_of_each_adviser() -> None:
    stock = open_stock(
        [], advisers={"a": {"new": 0xFF, "debt": 0xF0}}, people={"debt": Person(skills=frozenset({"debt"}))}
    )
    assert best([leg("a")], stock).legs[0].adviser == "new"
    found = best([leg("a", skills=frozenset({"debt"}))], stock)
    assert (found.legs[0].adviser, found.start) == ("debt", 4)


def test_the_search_is_asked_many_times_over() -> None:
    search = JointSearch([leg("a")], open_stock(["a"]))
    assert [search.best(1 << at).start for at in (0, 9, 40)] == [0, 9, 40]
    assert search.best(0) is None
