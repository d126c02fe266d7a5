"""The best answer to a small question by trying everything: each order, start, adviser, room and interpreter."""

from itertools import permutations, product
from typing import Any


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
