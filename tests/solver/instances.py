"""Random questions to the joint search that vary all it knows, as plain JSON that any solver can read."""

import random
from itertools import combinations, pairwise, product
from typing import Any

from booking.openings import LegRequest
from booking.search.picking import Question
from booking.search.staffing import Found
from booking.search.stock import Person, Stock, Terms, comes_after

FIRST_CELL = 1000
LANGUAGE = "pl"
FEATURES = ("step_free", "private")
SITES = ("", "annexe", "library")


def instance(rng: random.Random, *, cells: int = 24, most_legs: int = 4) -> dict[str, Any]:
    """One question. Bitsets are texts of 0 and 1, the first cell first; lengths of time are cells."""
    count = rng.randint(1, most_legs)
    agencies = [f"a{number}" for number in range(count)]
    language = LANGUAGE if rng.random() < 0.4 else ""
    together = count > 1 and rng.random() < 0.3
    sites = SITES[: rng.choice((1, 1, 2, 3))]
    min_gap, max_gap = rng.choice((0, 0, 0, 1, 2)), rng.choice((None, None, None, 1, 2, 3))
    return {
        "cells": cells,
        "legs": [_leg(rng, agencies, number, together=together) for number in range(count)],
        "advisers": {
            agency: {f"{agency}-{number}": _person(rng, cells, language) for number in range(rng.randint(1, 3))}
            for agency in agencies
        },
        "interpreters": {
            f"i{number}": _interpreter(rng, cells) for number in range(rng.randint(0, 3) if language else 0)
        },
        "rooms": {
            f"r{number}": {
                "free": _free(rng, cells), "site": rng.choice(sites), "capacity": rng.choice((2, 3, 4, 6)),
                "features": [feature for feature in FEATURES if rng.random() < 0.8],
            }
            for number in range(rng.randint(1, 4))
        },
        "resident": _free(rng, cells),
        "hours": {"not_before": _free(rng, cells)} if rng.random() < 0.3 else {},
        "midnights": [cells // 2] if rng.random() < 0.5 else [],
        "walks": [[one, other, rng.randint(0, 3)] for one, other in combinations(SITES, 2)],
        "terms": {
            "max_waiting": rng.choice((0, 2, 4, 6, 8)), "min_gap": min_gap, "max_gap": max_gap,
            "buffer": rng.choice((0, 0, 1)), "together": together, "in_order": not together and rng.random() < 0.3,
            "by_phone": [agency for agency in agencies if rng.random() < 0.2], "language": language,
            "prefer": [f"{agency}-{rng.randint(0, 2)}" for agency in agencies if rng.random() < 0.5],
        },
    }  # fmt: skip


def _leg(rng: random.Random, agencies: list[str], number: int, *, together: bool) -> dict[str, Any]:
    earlier = [] if together else agencies[:number]
    return {
        "agency": agencies[number], "cells": rng.randint(1, 3), "after": rng.randint(0, 3),
        "features": [feature for feature in FEATURES if rng.random() < 0.25],
        "skills": ["debt"] if rng.random() < 0.15 else [],
        "follows": [agency for agency in earlier if rng.random() < 0.15],
    }  # fmt: skip


def _person(rng: random.Random, cells: int, language: str) -> dict[str, Any]:
    return {
        "free": _free(rng, cells), "skills": ["debt"] if rng.random() < 0.8 else [],
        "languages": [language] if language and rng.random() < 0.3 else [],
        "in_person": rng.random() < 0.9, "by_phone": rng.random() < 0.8,
    }  # fmt: skip


def _interpreter(rng: random.Random, cells: int) -> dict[str, Any]:
    languages = [LANGUAGE] if rng.random() < 0.8 else ["uk"]
    return {
        "free": _free(rng, cells), "skills": [], "languages": languages, "in_person": rng.random() < 0.6,
        "by_phone": rng.random() < 0.7,
    }  # fmt: skip


def _free(rng: random.Random, cells: int) -> str:
    """Free, but for a few stretches."""
    free = ["1"] * cells
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        start = rng.randrange(cells)
        for cell in range(start, min(cells, start + rng.randint(1, cells // 4))):
            free[cell] = "0"
    return "".join(free)


def question(asked: dict[str, Any]) -> Question:
    """The same for the joint search."""
    everybody = {name: who for team in asked["advisers"].values() for name, who in team.items()} | asked["interpreters"]
    rooms, terms = asked["rooms"], asked["terms"]
    legs = [
        LegRequest(
            agency=leg["agency"], service_id="s", minutes=15 * leg["cells"], after=leg["after"],
            room_features=frozenset(leg["features"]), skills=frozenset(leg["skills"]),
            follows=frozenset(leg["follows"]),
        )
        for leg in asked["legs"]
    ]  # fmt: skip
    stock = Stock(
        first_cell=FIRST_CELL,
        advisers={
            agency: {name: bits(who["free"]) for name, who in team.items()}
            for agency, team in asked["advisers"].items()
        },
        rooms={name: bits(room["free"]) for name, room in rooms.items()},
        resident=bits(asked["resident"]),
        room_features={name: frozenset(room["features"]) for name, room in rooms.items()},
        capacities={name: room["capacity"] for name, room in rooms.items()},
        sites={name: room["site"] for name, room in rooms.items()},
        interpreters={name: bits(who["free"]) for name, who in asked["interpreters"].items()},
        people={
            name: Person(
                skills=frozenset(who["skills"]), languages=frozenset(who["languages"]),
                in_person=who["in_person"], by_phone=who["by_phone"],
            )
            for name, who in everybody.items()
        },
        midnights=sum(1 << cell for cell in asked["midnights"]),
    )  # fmt: skip
    sets = {name: frozenset(terms[name]) for name in ("by_phone", "prefer")}
    held = {name: bits(free) for name, free in asked["hours"].items()}
    walks = {(one, other): cells for one, other, cells in asked["walks"]}
    held_to = Terms(**{**terms, **sets}, walks=walks, hours=held)
    return Question(legs=legs, stock=stock, days=[[(1 << asked["cells"]) - 1]], terms=held_to)


def bits(free: str) -> int:
    return int(free[::-1], 2)


def answer(asked: dict[str, Any]) -> list[int] | None:
    """What the joint search finds best: finish, waiting, minus the preferred, 1 if more than one interpreter is."""
    put = question(asked)
    found = put.search.best(put.days[0][0])
    return objective(put, found) if found else None


def objective(put: Question, found: Found) -> list[int]:
    preferred = sum(leg.adviser in put.terms.prefer for leg in found.legs)
    interpreters = {leg.interpreter for leg in found.legs} - {""}
    return [found.finish - FIRST_CELL, found.waiting, -preferred, int(len(interpreters) > 1)]


def faults(put: Question, found: Found) -> list[str]:
    """Whatever cannot be as it is in `found`, checked leg by leg and without the search's own code."""
    wrong: list[str] = []
    stock, terms = put.stock, put.terms

    def check(holds: bool, what: str) -> None:
        if not holds:
            wrong.append(what)

    def free(bitset: int, start: int, finish: int) -> bool:
        return all(bitset >> (cell - FIRST_CELL) & 1 for cell in range(start, finish))

    legs = found.legs
    together = terms.together and len(legs) > 1
    check(sorted(leg.request for leg in legs) == list(range(len(put.legs))), "each leg once")
    begins, ends = min(leg.start for leg in legs), max(leg.finish for leg in legs)
    for hours in (stock.resident, *terms.hours.values()):
        check(free(hours, begins, ends), "within the hours, the waiting too")
    check(not any(stock.midnights >> (cell - FIRST_CELL) & 1 for cell in range(begins + 1, ends)), "on one day")
    check(terms.together or found.waiting <= terms.max_waiting, "not too much waiting")
    rooms = {leg.room for leg in legs if leg.room}
    beside = {leg.interpreter for leg in legs if leg.interpreter and stock.person(leg.interpreter).in_person}
    for leg in legs:
        asked, who = put.legs[leg.request], stock.person(leg.adviser)
        check(leg.finish - leg.start == asked.cells, "long enough")
        check(free(stock.advisers[asked.agency][leg.adviser], leg.start, leg.finish), "the adviser is free")
        check(asked.skills <= who.skills, "the adviser knows about it")
        check((leg.room == "") == (asked.agency in terms.by_phone), "by phone where that was asked")
        check(who.in_person if leg.room else who.by_phone, "the adviser works that way")
        if terms.language and terms.language not in who.languages:
            helper = stock.person(leg.interpreter)
            check(terms.language in helper.languages, "the interpreter speaks it")
            check(free(stock.interpreters[leg.interpreter], leg.start, leg.finish), "the interpreter is free")
            check(helper.by_phone or (helper.in_person and bool(leg.room or (together and rooms))), "can be there")
        else:
            check(leg.interpreter == "", "no interpreter without need")
        if leg.room:
            inside = 1 + (sum(bool(each.room) for each in legs) if together else 1)
            on_phone = stock.person(leg.interpreter).by_phone if leg.interpreter else True
            inside += bool(not on_phone and leg.interpreter in beside)
            check(asked.room_features <= stock.features(leg.room), "the room has what is needed")
            check(stock.capacities[leg.room] >= inside, "the room holds them")
            check(free(stock.rooms[leg.room], leg.start, leg.finish), "the room is free")
    if together:
        check(len({leg.start for leg in legs}) == 1, "all at once")
        check(len(rooms) <= 1, "in one room")
    else:
        wrong += _gaps_wrong(put, found)
    return wrong


def _gaps_wrong(put: Question, found: Found) -> list[str]:
    terms, wrong = put.terms, []
    before = comes_after(put.legs, in_order=terms.in_order)
    done = 0
    for leg in found.legs:
        if before[leg.request] & ~done:
            wrong.append("what comes first comes first")
        done |= 1 << leg.request
    gaps = [later.start - leg.finish for leg, later in pairwise(found.legs)]
    most = max(terms.max_waiting, 0) if terms.max_gap is None else terms.max_gap
    if not all(max(terms.min_gap, terms.buffer) <= gap <= most for gap in gaps):
        wrong.append("the gap is as asked")
    # A call can be taken in any building.
    sites = [[put.stock.sites[leg.room]] if leg.room else put.stock.all_sites for leg in found.legs]
    ways = product(*sites)
    if not any(all(_walk(terms, *pair) <= gap for pair, gap in zip(pairwise(way), gaps, strict=True)) for way in ways):
        wrong.append("there is time to walk")
    return wrong


def _walk(terms: Terms, one: str, other: str) -> int:
    return 0 if one == other else terms.walks[min(one, other), max(one, other)]
