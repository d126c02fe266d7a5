"""The joint search against two others that know nothing of it: trying everything, and CP-SAT."""

import random
from itertools import pairwise, permutations

import pytest

from booking.openings import LegRequest
from booking.search.joint import JointSearch, Stock, find_blocker, find_joint_openings

CELLS, WAIT = 16, 4


def instance(seed: int) -> tuple[list[LegRequest], Stock]:
    rng = random.Random(seed)
    density = rng.choice((0.5, 0.7, 0.9))

    def bits() -> int:
        return sum(1 << cell for cell in range(CELLS) if rng.random() < density)

    legs = [
        LegRequest(agency=f"a{n}", service_id="s", minutes=15 * rng.randint(1, 3)) for n in range(rng.randint(1, 4))
    ]
    stock = Stock(
        first_cell=1000,
        advisers={leg.agency: {f"{leg.agency}-{n}": bits() for n in range(rng.randint(1, 2))} for leg in legs},
        rooms={f"r{n}": bits() for n in range(rng.randint(1, 2))},
        resident=bits() | bits(),
        room_features={},
    )
    return legs, stock


def is_free(bits: int, start: int, finish: int) -> bool:
    return all(bits >> cell & 1 for cell in range(start, finish))


def can_start(leg: LegRequest, stock: Stock, start: int) -> bool:
    finish = start + leg.cells
    return (
        finish <= CELLS
        and any(is_free(bits, start, finish) for bits in stock.advisers[leg.agency].values())
        and any(is_free(bits, start, finish) for bits in stock.rooms.values())
        and is_free(stock.resident, start, finish)
    )


def brute_force(legs: list[LegRequest], stock: Stock) -> tuple[int, int] | None:
    """(finish, waiting) of the best opening, by trying every order and every start."""
    best: tuple[int, int] | None = None

    def place(order: tuple[LegRequest, ...], at: int, waited: int) -> None:
        nonlocal best
        if not order:
            best = min(best or (at, waited), (at, waited))
            return
        for gap in range(WAIT - waited + 1):
            if is_free(stock.resident, at, at + gap) and can_start(order[0], stock, at + gap):
                place(order[1:], at + gap + order[0].cells, waited + gap)

    for order in permutations(legs):
        for start in range(CELLS):
            if can_start(order[0], stock, start):
                place(order[1:], start + order[0].cells, 0)
    return best


def searched(legs: list[LegRequest], stock: Stock) -> tuple[int, int] | None:
    found = JointSearch(legs, stock, max_waiting=WAIT).best((1 << CELLS) - 1)
    return (found.finish - stock.first_cell, found.waiting) if found else None


def test_equals_trying_everything_on_400_random_questions() -> None:
    answers = {seed: searched(*instance(seed)) for seed in range(400)}
    assert answers == {seed: brute_force(*instance(seed)) for seed in answers}
    assert 50 < sum(answer is None for answer in answers.values()) < 350  # both kinds are well represented


def test_what_is_found_can_be_done() -> None:
    for seed in range(400):
        legs, stock = instance(seed)
        for found in find_joint_openings(legs, stock, days=[[(1 << CELLS) - 1]], max_waiting=WAIT):
            assert sorted(leg.request for leg in found.legs) == list(range(len(legs)))
            assert found.waiting <= WAIT
            assert is_free(stock.resident, found.start - 1000, found.finish - 1000)
            for each in found.legs:
                start, finish = each.start - 1000, each.finish - 1000
                assert finish - start == legs[each.request].cells
                assert is_free(stock.advisers[legs[each.request].agency][each.adviser], start, finish)
                assert is_free(stock.rooms[each.room], start, finish)
            assert all(a.finish <= b.start for a, b in pairwise(found.legs))


def test_equals_cp_sat_on_50_random_questions() -> None:
    cp_model = pytest.importorskip("ortools.sat.python.cp_model", reason="ortools is not installed")

    def solved(legs: list[LegRequest], stock: Stock) -> tuple[int, int] | None:
        model = cp_model.CpModel()
        starts, parts = [], []
        for n, leg in enumerate(legs):
            allowed = [cell for cell in range(CELLS) if can_start(leg, stock, cell)]
            if not allowed:
                return None
            start = model.new_int_var_from_domain(cp_model.Domain.from_values(allowed), f"start{n}")
            starts.append(start)
            parts.append(model.new_fixed_size_interval_var(start, leg.cells, f"leg{n}"))
        model.add_no_overlap(parts)
        first, last = model.new_int_var(0, CELLS, "first"), model.new_int_var(0, CELLS, "last")
        model.add_min_equality(first, starts)
        model.add_max_equality(last, [start + leg.cells for start, leg in zip(starts, legs, strict=True)])
        waiting = last - first - sum(leg.cells for leg in legs)
        model.add(waiting <= WAIT)
        for cell in range(CELLS):
            if not stock.resident >> cell & 1:
                before, after = model.new_bool_var(""), model.new_bool_var("")
                model.add(last <= cell).only_enforce_if(before)
                model.add(first > cell).only_enforce_if(after)
                model.add_bool_or(before, after)
        model.minimize(last * 100 + waiting)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        if solver.solve(model) != cp_model.OPTIMAL:
            return None
        return solver.value(last), solver.value(waiting)

    for seed in range(1000, 1050):
        assert searched(*instance(seed)) == solved(*instance(seed)), seed


def open_stock(agencies: list[str], cells: int = 96) -> Stock:
    everything = (1 << cells) - 1
    return Stock(
        first_cell=0,
        advisers={name: {f"{name}-1": everything} for name in agencies},
        rooms={"plain": everything, "quiet": everything},
        resident=everything,
        room_features={"quiet": frozenset({"quiet"})},
    )


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_what_comes_first_decides_between_equal_orders(order: tuple[int, ...]) -> None:
    legs = [LegRequest(agency=f"a{n}", service_id="s", minutes=30, after=after) for n, after in enumerate(order)]
    [found] = find_joint_openings(legs, open_stock(["a0", "a1", "a2"]), days=[[1]], limit=1)
    assert [legs[leg.request].after for leg in found.legs] == [0, 1, 2]


def test_what_comes_first_never_makes_anybody_wait() -> None:
    stock = open_stock(["first", "second"])
    late = Stock(**{**stock.__dict__, "advisers": {"first": {"f": ~0b11 & 0xFFFF}, "second": {"s": 0xFFFF}}})
    legs = [
        LegRequest(agency="first", service_id="s", minutes=30, after=0),
        LegRequest(agency="second", service_id="s", minutes=30, after=9),
    ]
    [found] = find_joint_openings(legs, late, days=[[0xFFFF]], limit=1)
    assert [legs[leg.request].agency for leg in found.legs] == ["second", "first"]
    assert (found.finish, found.waiting) == (4, 0)


def test_who_needs_a_quiet_room_stays_in_it_and_nobody_else_takes_it() -> None:
    legs = [
        LegRequest(agency="a", service_id="s", minutes=30),
        LegRequest(agency="b", service_id="s", minutes=30, after=1, room_features=frozenset({"quiet"})),
    ]
    [found] = find_joint_openings(legs, open_stock(["a", "b"]), days=[[1]], limit=1)
    assert [leg.room for leg in found.legs] == ["quiet", "quiet"]
    [found] = find_joint_openings(legs[:1], open_stock(["a", "b"]), days=[[1]], limit=1)
    assert [leg.room for leg in found.legs] == ["plain"]


def test_three_openings_are_clearly_different() -> None:
    legs = [LegRequest(agency="a", service_id="s", minutes=30)]
    morning, afternoon = (1 << 48) - 1, ((1 << 48) - 1) << 48
    found = find_joint_openings(legs, open_stock(["a"]), days=[[morning, afternoon]])
    assert len(found) == 3
    assert [each.start for each in found][:2] == [0, 48]
    starts = sorted(each.start for each in found)
    assert all(later - earlier >= 8 for earlier, later in pairwise(starts))


def test_the_blocker_is_named() -> None:
    stock = open_stock(["a", "b"])
    shut = Stock(**{**stock.__dict__, "advisers": {"a": {"a-1": 0b1111}, "b": {}}})
    legs = [LegRequest(agency=name, service_id="s", minutes=30) for name in ("a", "b")]
    assert find_blocker(legs, shut, starts=0xFFFF) == "b"


def test_no_leg_may_wait_longer_than_allowed() -> None:
    stock = open_stock(["a", "b"])
    apart = Stock(**{**stock.__dict__, "advisers": {"a": {"a": 0b11}, "b": {"b": 0b11 << 11}}})
    legs = [LegRequest(agency=name, service_id="s", minutes=30) for name in ("a", "b")]
    assert find_joint_openings(legs, apart, days=[[0xFFFF]], max_waiting=8) == ()
    assert find_joint_openings(legs, apart, days=[[0xFFFF]], max_waiting=9)[0].waiting == 9
