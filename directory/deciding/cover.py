"""The fewest agencies that cover the needs, exactly: a smallest set, and of those the one that fits best."""

from collections import Counter
from collections.abc import Mapping, Sequence

from directory.deciding.matching import Match

Offers = dict[str, Match]  # the best match of each agency for one need


def fewest_agencies(options: Mapping[str, Sequence[Match]]) -> list[Match]:
    """One match a need, in the order of `options`, each of which has one at least.

    Fewest agencies; then the highest sum of scores; then the fewest to be seen at the hub; then agencies by name.
    """
    offers = {need: _best_by_agency(several) for need, several in options.items()}
    chosen: dict[str, Match] = {}
    for needs in _knots(offers):
        chosen |= _fewest_in(_without_the_dominated({need: offers[need] for need in needs}))
    return [chosen[need] for need in options]


def _best_by_agency(several: Sequence[Match]) -> Offers:
    found: Offers = {}
    for m in several:
        if m.service.agency not in found or m.score > found[m.service.agency].score:
            found[m.service.agency] = m
    return found


def _knots(offers: dict[str, Offers]) -> list[list[str]]:
    """Needs that share agencies, directly or through others. Knots are independent, so each is solved alone."""
    knots: list[tuple[list[str], set[str]]] = []
    for need, mine in offers.items():
        touching = [knot for knot in knots if knot[1] & mine.keys()]
        knots = [knot for knot in knots if knot not in touching]
        knots.append(([*(n for needs, _ in touching for n in needs), need], set(mine).union(*(a for _, a in touching))))
    return [needs for needs, _ in knots]


def _rank(agency: str, m: Match) -> tuple[float, bool, str]:
    return (-m.score, m.is_leg, agency)


def _without_the_dominated(offers: dict[str, Offers]) -> dict[str, Offers]:
    """Without agencies that meet one need only and meet it no better than another: swapping them in never helps."""
    count = Counter(agency for mine in offers.values() for agency in mine)
    kept = {}
    for need, mine in offers.items():
        best = min(mine, key=lambda agency: _rank(agency, mine[agency]))
        kept[need] = {agency: m for agency, m in mine.items() if count[agency] > 1 or agency == best}
    return kept


def _fewest_in(offers: dict[str, Offers]) -> dict[str, Match]:
    """The best cover of one knot. Sizes rise, so the first with a cover is the least; of its covers the best."""
    if len(offers) == 1:
        return {need: _best_of(mine, tuple(mine)) for need, mine in offers.items()}
    for size in range(1, len(offers) + 1):
        covers = [sorted(cover) for cover in _covers(offers, frozenset(), size)]
        if covers:
            best = min(covers, key=lambda cover: (*_cost(offers, cover), cover))
            return {need: _best_of(mine, best) for need, mine in offers.items()}
    return {}


def _covers(offers: dict[str, Offers], taken: frozenset[str], size: int) -> set[frozenset[str]]:
    """Every set of at most `size` more agencies that, with `taken`, meets all needs and has none to spare."""
    unmet = [mine for mine in offers.values() if not taken & mine.keys()]
    if not unmet:
        return {taken}
    if not size:
        return set()
    narrowest = min(unmet, key=len)
    return {cover for agency in narrowest for cover in _covers(offers, taken | {agency}, size - 1)}


def _cost(offers: dict[str, Offers], cover: Sequence[str]) -> tuple[float, int]:
    best = [_best_of(mine, cover) for mine in offers.values()]
    return (round(-sum(m.score for m in best), 9), len({m.service.agency for m in best if m.is_leg}))


def _best_of(mine: Offers, cover: Sequence[str]) -> Match:
    return mine[min((agency for agency in mine if agency in cover), key=lambda agency: _rank(agency, mine[agency]))]
