"""The smallest change that mends a visit: against trying everything on random days, and by hand for each rule."""

from collections.abc import Iterator
from itertools import pairwise, product
from random import Random

import pytest

from booking.disruptions.repairing import smallest_change
from booking.disruptions.seats import Seat, Seated
from booking.openings import LegRequest
from booking.search.stock import Person, Stock, Terms

FIRST, DAY = 1000, 12
INSTANCES = 400


def bits(free: set[int]) -> int:
    return sum(1 << cell for cell in free)


def free_of(number: int) -> set[int]:
    return {cell for cell in range(DAY) if number >> cell & 1}


def request(agency: str, cells: int = 2, **more: object) -> LegRequest:
    return LegRequest(agency=agency, service_id=f"s-{agency}", minutes=15 * cells, **more)  # type: ignore[arg-type]


def seated(agency: str, start: int, room: str = "r1", cells: int = 2, **more: object) -> Seated:
    fixed = bool(more.pop("fixed", False))
    seat = Seat(start=FIRST + start, adviser=f"{agency}1", room=room)
    return Seated(request=request(agency, cells, **more), seat=seat, fixed=fixed)


def stock(**changed: object) -> Stock:
    """A day of twelve cells at which two advisers of each of three agencies and two rooms are free."""
    everything = bits(set(range(DAY)))
    values: dict[str, object] = {
        "first_cell": FIRST,
        "advisers": {agency: {f"{agency}1": everything, f"{agency}2": everything} for agency in "abc"},
        "rooms": {"r1": everything, "r2": everything},
        "resident": everything,
    }
    return Stock(**{**values, **changed})  # type: ignore[arg-type]


# ---------------------------------------------------------------- trying everything
def speaks(person: Person, terms: Terms) -> bool:
    return not terms.language or terms.language in person.languages


def free_for(number: int, start: int, cells: int) -> bool:
    return set(range(start, start + cells)) <= free_of(number)


def ways(leg: Seated, free: Stock, terms: Terms, start: int) -> Iterator[tuple[str, Seat]]:
    """Every place for the leg at `start`, said anew from the rules."""
    own = start == leg.seat.start - FIRST
    within = [free.resident, *(() if own else terms.hours.values())]
    if leg.fixed:
        yield from [(home(leg, free), leg.seat)] if own else []
    elif all(free_for(each, start, leg.request.cells) for each in within):
        for adviser, helper, room in product(
            free.advisers[leg.request.agency], ["", *free.interpreters], [*free.rooms, ""]
        ):
            seat = Seat(start=FIRST + start, adviser=adviser, room=room, interpreter=helper)
            if may_help(leg, seat, free, terms) and (may_sit if room else may_ring)(leg, seat, free, terms):
                yield free.sites.get(room, "") if room else "phone", seat


def may_help(leg: Seated, seat: Seat, free: Stock, terms: Terms) -> bool:
    at, cells, person = seat.start - FIRST, leg.request.cells, free.person(seat.adviser)
    if (
        not free_for(free.advisers[leg.request.agency][seat.adviser], at, cells)
        or not leg.request.skills <= person.skills
    ):
        return False
    if not seat.interpreter:
        return speaks(person, terms)
    helps = terms.language in free.person(seat.interpreter).languages
    return not speaks(person, terms) and helps and free_for(free.interpreters[seat.interpreter], at, cells)


def may_sit(leg: Seated, seat: Seat, free: Stock, terms: Terms) -> bool:
    beside = bool(seat.interpreter) and not free.person(seat.interpreter).by_phone
    holds = free.capacities.get(seat.room, 3) >= 2 + beside
    fits = holds and leg.request.room_features <= free.features(seat.room)
    empty = free_for(free.rooms[seat.room], seat.start - FIRST, leg.request.cells)
    return free.person(seat.adviser).in_person and fits and empty


def may_ring(leg: Seated, seat: Seat, free: Stock, terms: Terms) -> bool:
    can = free.person(seat.adviser).by_phone and (not seat.interpreter or free.person(seat.interpreter).by_phone)
    return can and (not leg.seat.room or leg.request.agency in terms.by_phone)


def differs(leg: Seated, seat: Seat, free: Stock) -> tuple[int, ...]:
    was, lost = leg.seat, free.person(leg.seat.adviser).skills - free.person(seat.adviser).skills
    return (
        seat.start != was.start, abs(seat.start - was.start), (seat.room == "") != (was.room == ""),
        (seat.adviser != was.adviser) + (seat.interpreter != was.interpreter), seat.room != was.room, len(lost),
    )  # fmt: skip


def may_follow(legs: list[Seated], places: list[tuple[str, Seat]], free: Stock, terms: Terms) -> bool:
    order = sorted(range(len(legs)), key=lambda n: places[n][1].start)
    booked = sorted(range(len(legs)), key=lambda n: legs[n].seat.start)
    old = [legs[b].seat.start - legs[a].seat.start - legs[a].request.cells for a, b in pairwise(booked)]
    if terms.in_order and order != sorted(order, key=lambda n: legs[n].request.after):
        return False
    waited, site = 0, None
    for place, number in enumerate(order):
        here, seat = places[number]
        if place:
            last = order[place - 1]
            end = places[last][1].start + legs[last].request.cells
            gap = seat.start - end
            kept = all(
                places[n][1].start == legs[n].seat.start and places[n][0] == home(legs[n], free) for n in (last, number)
            )
            least = terms.least_gap(site or "", (site or "") if here == "phone" else here)
            if gap < 0 or (gap < least and not kept):
                return False
            if terms.max_gap is not None and gap > max(terms.max_gap, *old):
                return False
            if not all(free.resident >> (cell - FIRST) & 1 for cell in range(end, seat.start)):
                return False
            waited += gap
        site = site if here == "phone" else here
    return waited <= max(terms.max_waiting, sum(old))


def home(leg: Seated, free: Stock) -> str:
    return free.sites.get(leg.seat.room, "") if leg.seat.room else "phone"


def by_trying(legs: list[Seated], free: Stock, terms: Terms) -> tuple[int, ...] | None:
    """The least difference of all arrangements: places that cost least for each time and building, and all of them."""
    options: list[list[tuple[str, Seat, tuple[int, ...]]]] = []
    for leg in legs:
        cheapest: dict[tuple[str, int], tuple[str, Seat, tuple[int, ...]]] = {}
        for start in range(DAY):
            for site, seat in ways(leg, free, terms, start):
                cost = differs(leg, seat, free)
                known = cheapest.get((site, start))
                if known is None or cost < known[2]:
                    cheapest[site, start] = site, seat, cost
        options.append(list(cheapest.values()))
    best: tuple[int, ...] | None = None
    for chosen in product(*options):
        cost = tuple(map(sum, zip(*(each[2] for each in chosen), strict=True)))
        if (best is None or cost < best) and may_follow(legs, [each[:2] for each in chosen], free, terms):
            best = cost
    return best


def random_day(random: Random) -> tuple[list[Seated], Stock, Terms]:
    def some(share: float) -> int:
        return bits({cell for cell in range(DAY) if random.random() < share})

    def long(share: float) -> int:  # in pieces of two cells, so that legs fit
        return bits({cell + more for cell in range(0, DAY, 2) if random.random() < share for more in (0, 1)})

    count = random.randint(1, 3)
    agencies = "abc"[:count]
    people = {
        f"{agency}{n}": Person(
            skills=frozenset(skill for skill in ("debt", "rent") if random.random() < 0.6),
            languages=frozenset({"pl"} if random.random() < 0.4 else ()),
            in_person=random.random() < 0.95,
            by_phone=random.random() < 0.3,
        )
        for agency in agencies for n in (1, 2)
    }  # fmt: skip
    people |= {f"i{n}": Person(languages=frozenset({"pl"}), in_person=n == 1, by_phone=n == 2) for n in (1, 2)}
    starts = sorted(random.sample(range(0, DAY, 2), count))
    legs = [
        Seated(
            request=request(
                agency, 2 if random.random() < 0.8 else 1, after=at,
                skills=frozenset({"debt"} if random.random() < 0.15 else ()),
                room_features=frozenset({"loop"} if random.random() < 0.15 else ()),
            ),
            seat=Seat(start=FIRST + start, adviser=f"{agency}1", room=random.choice(["r1", "r2", "r3", ""])),
            fixed=at == 0 and random.random() < 0.15,
        )
        for at, (agency, start) in enumerate(zip(agencies, starts, strict=True))
    ]  # fmt: skip
    free = Stock(
        first_cell=FIRST,
        advisers={agency: {f"{agency}{n}": long(0.55) for n in (1, 2)} for agency in agencies},
        rooms={"r1": long(0.5), "r2": long(0.6), "r3": long(0.6)},
        resident=bits(set(range(DAY))) & (some(0.93) if random.random() < 0.4 else -1),
        room_features={"r1": frozenset({"loop"}), "r3": frozenset({"loop"})},
        capacities={"r1": 3, "r2": 2, "r3": 3},
        sites={"r1": "", "r2": "", "r3": "annexe"},
        interpreters={"i1": long(0.6), "i2": long(0.6)},
        people=people,
    )
    terms = Terms(
        max_waiting=random.choice([0, 2, 8]), min_gap=random.choice([0, 0, 1]), max_gap=random.choice([None, None, 1]),
        walks={("", "annexe"): random.choice([0, 1, 2])}, in_order=random.random() < 0.3,
        by_phone=frozenset({"a"} if random.random() < 0.2 else ()), language=random.choice(["", "", "pl"]),
        hours={"until": bits(set(range(random.choice([8, DAY]))))},
    )  # fmt: skip
    return legs, free, terms


def test_it_is_the_least_there_is_on_random_days() -> None:
    seen = {"same time": 0, "moved": 0, "none": 0}
    for seed in range(INSTANCES):
        legs, free, terms = random_day(Random(seed))
        found = smallest_change(legs, free, terms)
        wanted = by_trying(legs, free, terms)
        assert (found and found.cost) == wanted, (seed, found, wanted)
        seen["none" if found is None else "moved" if found.moved else "same time"] += 1
    assert min(seen.values()) >= INSTANCES // 25, seen


# ---------------------------------------------------------------- each rule by hand
THREE = [seated("a", 0, after=0), seated("b", 2, after=1), seated("c", 4, after=2)]


def without(names: dict[str, set[int]], **more: object) -> Stock:
    """The free day, less the cells of those who broke."""
    whole = stock(**more)
    advisers = {
        agency: {name: time & ~bits(names.get(name, set())) for name, time in team.items()}
        for agency, team in whole.advisers.items()
    }
    rooms = {name: time & ~bits(names.get(name, set())) for name, time in whole.rooms.items()}
    return stock(advisers=advisers, rooms=rooms, **more)


ALL = set(range(DAY))


def test_another_adviser_takes_the_leg_and_all_else_stays() -> None:
    mended = smallest_change(THREE, without({"b1": ALL}), Terms())
    assert mended is not None
    assert mended.moved == 0
    assert [(seat.adviser, seat.room) for seat in mended.seats] == [("a1", "r1"), ("b2", "r1"), ("c1", "r1")]


def test_another_room_takes_the_leg_with_the_same_adviser() -> None:
    mended = smallest_change(THREE, without({"r1": {2, 3}}), Terms())
    assert mended is not None
    assert [(seat.adviser, seat.room) for seat in mended.seats] == [("a1", "r1"), ("b1", "r2"), ("c1", "r1")]


def test_one_leg_moves_to_the_end_rather_than_two_change_places() -> None:
    mended = smallest_change(THREE, without({"b1": {2, 3}, "b2": {2, 3}}), Terms())
    assert mended is not None
    assert mended.moved == 1
    assert [seat.start - FIRST for seat in mended.seats] == [0, 6, 4]


def test_a_leg_that_has_begun_stays_though_its_adviser_is_free_nowhere() -> None:
    legs = [seated("a", 0, fixed=True), *THREE[1:]]
    mended = smallest_change(legs, without({"a1": ALL, "a2": ALL, "b1": ALL}), Terms())
    assert mended is not None
    assert [seat.adviser for seat in mended.seats] == ["a1", "b2", "c1"]


def test_the_skill_that_was_asked_for_is_needed_and_one_that_was_there_is_only_better() -> None:
    people = {"b1": Person(skills=frozenset({"debt", "rent"})), "b3": Person(skills=frozenset({"debt"}))}
    more = {"advisers": {"b": dict.fromkeys(("b2", "b3"), bits(ALL))}, "people": people}
    (kept,) = smallest_change([seated("b", 2)], stock(**more), Terms()).seats  # type: ignore[union-attr]
    assert kept.adviser == "b3"
    legs = [seated("b", 2, skills=frozenset({"debt", "rent"}))]
    assert smallest_change(legs, stock(**more), Terms()) is None


def test_who_needs_an_interpreter_keeps_one() -> None:
    people = {"i1": Person(languages=frozenset({"pl"})), "b3": Person(languages=frozenset({"pl"}))}
    advisers = {"b": dict.fromkeys(("b2", "b3"), bits(ALL))}
    terms = Terms(language="pl")
    asks = stock(people=people, advisers=advisers, interpreters={"i1": bits(ALL)})
    legs = [Seated(request=request("b"), seat=Seat(start=FIRST + 2, adviser="b1", room="r1", interpreter="i1"))]
    (seat,) = smallest_change(legs, asks, terms).seats  # type: ignore[union-attr]
    assert (seat.adviser, seat.interpreter) == ("b2", "i1"), "one change rather than two"
    gone = stock(people=people, advisers=advisers)
    (seat,) = smallest_change(legs, gone, terms).seats  # type: ignore[union-attr]
    assert (seat.adviser, seat.interpreter) == ("b3", "")


def test_what_the_person_asked_for_holds_for_what_moves_only() -> None:
    late = Terms(hours={"not after": bits(set(range(4)))}, in_order=True)
    assert smallest_change(THREE, without({"b1": ALL}), late) is not None, "its time was agreed"
    assert smallest_change(THREE, without({"b1": {2, 3}, "b2": {2, 3}}), late) is None, "it would be too late"


@pytest.mark.parametrize("count", [2, 3])
def test_all_at_once_stays_at_once_in_one_room_that_holds_them(count: int) -> None:
    legs = [seated(agency, 2) for agency in "abc"[:count]]
    more = {"capacities": {"r1": 9, "r2": 9}}
    terms = Terms(together=True)
    kept = smallest_change(legs, without({"r1": ALL}, **more), terms)
    assert kept is not None
    assert {(seat.start, seat.room) for seat in kept.seats} == {(FIRST + 2, "r2")}
    moved = smallest_change(legs, without({"a1": {2, 3, 4}, "a2": {2, 3, 4}}, **more), terms)
    assert moved is not None
    assert {seat.start - FIRST for seat in moved.seats} == {0}
    small = smallest_change(legs, without({"r1": ALL}, capacities={"r1": 9, "r2": count}), terms)
    assert small is None, "everybody counts, the resident too"


def test_a_day_without_room_has_no_mending() -> None:
    assert smallest_change(THREE, without({"b1": ALL, "b2": ALL}), Terms()) is None
    assert smallest_change(THREE, without({"r1": ALL, "r2": ALL}), Terms()) is None
