"""The joint search against trying everything, and one example for each thing that can be asked."""

import random
from dataclasses import replace
from itertools import pairwise, permutations, product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.openings import LegRequest
from booking.search.joint import JointSearch
from booking.search.picking import Question, find_joint_openings
from booking.search.stock import Person, Stock, Terms, runs
from tests.solver.instances import answer, faults, instance, question

CELLS = 9


# ---------------------------------------------------------------- trying everything
def ways_of_a_leg(asked: dict[str, Any], leg: dict[str, Any], *, inside: int, alone: bool) -> list[tuple]:
    """(adviser, room, site, interpreter) that could do it at all; `inside` are in the room besides an interpreter."""
    terms = asked["terms"]
    phone = leg["agency"] in terms["by_phone"]
    rooms = [("", site) for site in sorted({room["site"] for room in asked["rooms"].values()})]
    if not phone:
        rooms = [
            (name, room["site"])
            for name, room in asked["rooms"].items()
            if set(leg["features"]) <= set(room["features"])
        ]
    found = []
    for name, who in asked["advisers"][leg["agency"]].items():
        if not set(leg["skills"]) <= set(who["skills"]) or not who["by_phone" if phone else "in_person"]:
            continue
        speaks = not terms["language"] or terms["language"] in who["languages"]
        helpers: list[tuple[str, int]] = [("", 0)] if speaks else []
        for helper, they in asked["interpreters"].items() if not speaks else ():
            if terms["language"] in they["languages"]:
                helpers += [(helper, 0)] if they["by_phone"] else []
                helpers += [(helper, 1)] if they["in_person"] and (not phone or not alone) else []
        for (room, site), (helper, beside) in product(rooms, helpers):
            if not room or not alone or asked["rooms"][room]["capacity"] >= inside + beside:
                found.append((name, room, site, helper, beside))
    return found


def is_free(free: str, start: int, cells: int) -> bool:
    return start + cells <= len(free) and "0" not in free[start : start + cells]


def can_be_then(asked: dict[str, Any], leg: dict[str, Any], way: tuple, start: int) -> bool:
    name, room, _, helper, _ = way
    diaries = [asked["advisers"][leg["agency"]][name]["free"]]
    diaries += [asked["rooms"][room]["free"]] if room else []
    diaries += [asked["interpreters"][helper]["free"]] if helper else []
    return all(is_free(diary, start, leg["cells"]) for diary in diaries)


def visit_can_be(asked: dict[str, Any], first: int, last: int) -> bool:
    held = (asked["resident"], *asked["hours"].values())
    return all(is_free(free, first, last - first) for free in held) and not any(
        first < midnight < last for midnight in asked["midnights"]
    )


def everything_tried(asked: dict[str, Any]) -> list[int] | None:
    terms, legs = asked["terms"], asked["legs"]
    if terms["together"] and len(legs) > 1:
        return best_meeting(asked)
    best: list[int] | None = None
    ways = [ways_of_a_leg(asked, leg, inside=2, alone=True) for leg in legs]
    for order in permutations(range(len(legs))):
        if order_can_be(asked, order):
            for chain in chains(asked, ways, order, []):
                best = min(best or chain, chain)
    return best


def order_can_be(asked: dict[str, Any], order: tuple[int, ...]) -> bool:
    legs = asked["legs"]
    for place, number in enumerate(order):
        later = [legs[other] for other in order[place + 1 :]]
        if any(each["agency"] in legs[number]["follows"] for each in later):
            return False
        if asked["terms"]["in_order"] and any(
            (legs[other]["after"], other) < (legs[number]["after"], number) for other in order[place + 1 :]
        ):
            return False
    return True


def chains(asked: dict[str, Any], ways: list[list[tuple]], order: tuple[int, ...], placed: list) -> Any:
    terms, legs = asked["terms"], asked["legs"]
    if len(placed) == len(order):
        first, last = placed[0][1], placed[-1][1] + legs[order[-1]]["cells"]
        waiting = last - first - sum(leg["cells"] for leg in legs)
        if waiting <= terms["max_waiting"] and visit_can_be(asked, first, last):
            preferred = sum(way[0] in terms["prefer"] for way, _ in placed)
            helpers = {way[3] for way, _ in placed} - {""}
            yield [last, waiting, -preferred, int(len(helpers) > 1)]
        return
    leg = legs[order[len(placed)]]
    ended = placed[-1][1] + legs[order[len(placed) - 1]]["cells"] if placed else 0
    for way in ways[order[len(placed)]]:
        least, most = 0, asked["cells"]
        if placed:
            walks = [cells for *sites, cells in asked["walks"] if set(sites) == {way[2], placed[-1][0][2]}]
            least = max(terms["min_gap"], terms["buffer"], *walks)
            most = asked["cells"] if terms["max_gap"] is None else terms["max_gap"]
        for start in range(ended + least, min(asked["cells"], ended + most) + 1):
            if can_be_then(asked, leg, way, start):
                yield from chains(asked, ways, order, [*placed, (way, start)])


def best_meeting(asked: dict[str, Any]) -> list[int] | None:
    terms, legs = asked["terms"], asked["legs"]
    best: list[int] | None = None
    seated = sum(leg["agency"] not in terms["by_phone"] for leg in legs)
    ways = [ways_of_a_leg(asked, leg, inside=0, alone=False) for leg in legs]
    longest = max((leg["cells"] for leg in legs if leg["agency"] not in terms["by_phone"]), default=0)
    for start, chosen in product(range(asked["cells"]), product(*ways)):
        rooms, helpers = {way[1] for way in chosen} - {""}, {way[3:] for way in chosen if way[3]}
        last = start + max(leg["cells"] for leg in legs)
        beside = sum(way[1] for way in helpers)
        fits = len(rooms) <= 1 and len(helpers) <= 1 and visit_can_be(asked, start, last) and not (beside and not rooms)
        fits = fits and all(can_be_then(asked, leg, way, start) for leg, way in zip(legs, chosen, strict=True))
        fits = fits and all(asked["rooms"][room]["capacity"] >= 1 + seated + beside for room in rooms)
        if fits and all(is_free(asked["rooms"][room]["free"], start, longest) for room in rooms):
            answer = [last, 0, -sum(way[0] in terms["prefer"] for way in chosen), 0]
            best = min(best or answer, answer)
    return best


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
