"""The plan: the fewest agencies that cover the needs, best fit first, exactly."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from directory.eligibility import FITS, NO
from directory.matching import Match, match
from directory.model import Service

# A match this much weaker than a need's best is no alternative, however few agencies it would save.
SLACK = 1.0
CONSIDERED = 6
# A service made for exactly one of these is offered besides, when it is so: a carer's support beside the cared-for's.
SPECIAL = ("carer", "care_leaver", "prison_leaver", "armed_forces", "pregnant")

Offers = dict[str, Match]  # the best match of each agency for one need


@dataclass(frozen=True)
class PlanItem:
    """One service of the plan and the needs it covers there."""

    service: Service
    needs: tuple[str, ...]
    because: tuple[str, ...]
    ask: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Legs (to be seen at the hub), services to use alone, and needs that nothing here covers."""

    legs: tuple[PlanItem, ...]
    alone: tuple[PlanItem, ...]
    uncovered: tuple[str, ...]

    def key(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What makes two plans the same."""
        return tuple((item.service.id, item.needs) for item in (*self.legs, *self.alone))


def make_plan(
    services: Sequence[Service],
    needs: Sequence[str],
    circumstances: dict[str, Any],
    *,
    details: Mapping[str, str | None] | None = None,
) -> Plan:
    """The best plan: every need by one of its good matches; fewest agencies, then best fit, then a stable order."""
    return plan_of(match(services, needs, circumstances, details=details), needs, circumstances)


def plan_of(matches: list[Match], needs: Sequence[str], circumstances: dict[str, Any]) -> Plan:
    """The best plan from `matches`, ranked as `match` ranks them."""
    options = _options(matches, needs)
    uncovered = tuple(need for need, several in options.items() if not several)
    chosen = _fewest({need: several for need, several in options.items() if several})
    chosen += _made_for(matches, chosen, circumstances)
    items = _items(chosen)
    legs = sorted((i for i in items if i.service.is_leg), key=lambda i: (i.service.comes_first, i.service.agency))
    alone = sorted((i for i in items if not i.service.is_leg), key=lambda i: (i.service.comes_first, i.service.name))
    return Plan(tuple(legs), tuple(alone), uncovered)


def _made_for(matches: list[Match], chosen: list[Match], circumstances: dict[str, Any]) -> list[Match]:
    found = []
    for code in SPECIAL:
        if circumstances.get(code) != "yes" or any(code in m.service.asks_about for m in chosen):
            continue
        fitting = [m for m in matches if m.fit == FITS and not m.service.is_leg and code in m.service.asks_about]
        if fitting:
            found.append(max(fitting, key=lambda m: m.score))
    return found


def _options(matches: list[Match], needs: Sequence[str]) -> dict[str, list[Match]]:
    found: dict[str, list[Match]] = {need: [] for need in needs}
    for m in matches:
        mine = found[m.need]
        if m.fit != NO and len(mine) < CONSIDERED and (not mine or m.score >= mine[0].score - SLACK):
            mine.append(m)
    return found


def _fewest(options: dict[str, list[Match]]) -> list[Match]:
    """One match a need: fewest agencies, then highest score, then the agencies that come first by name."""
    offers = {need: _best_by_agency(several) for need, several in options.items()}
    chosen: dict[str, Match] = {}
    for needs in _knots(offers):
        knot = {need: offers[need] for need in needs}
        chosen |= _fewest_in(_without_the_dominated(knot))
    return [chosen[need] for need in options]


def _best_by_agency(several: list[Match]) -> Offers:
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


def _without_the_dominated(offers: dict[str, Offers]) -> dict[str, Offers]:
    """Without agencies that meet one need only and meet it no better than another: swapping them in never helps."""
    count = Counter(agency for mine in offers.values() for agency in mine)

    def rank(agency: str, m: Match) -> tuple[float, str]:
        return (-m.score, agency)

    return {
        need: {
            agency: m
            for agency, m in mine.items()
            if count[agency] > 1 or all(rank(agency, m) <= rank(other, n) for other, n in mine.items())
        }
        for need, mine in offers.items()
    }


def _fewest_in(offers: dict[str, Offers]) -> dict[str, Match]:
    """The best cover of one knot. Sizes rise, so the first with a cover is the least; of its covers the best."""
    for size in range(1, len(offers) + 1):
        covers = _covers(offers, frozenset(), size)
        if covers:
            best = min(sorted(sorted(cover) for cover in covers), key=lambda cover: -_worth(offers, cover))
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


def _worth(offers: dict[str, Offers], cover: Sequence[str]) -> float:
    return sum(_best_of(mine, cover).score for mine in offers.values())


def _best_of(mine: Offers, cover: Sequence[str]) -> Match:
    return max((m for agency, m in mine.items() if agency in cover), key=lambda m: m.score)


def _items(chosen: list[Match]) -> list[PlanItem]:
    """One leg an agency: needs that the same agency covers by different services join its strongest one."""
    groups: dict[tuple[str, bool], list[Match]] = {}
    for m in chosen:
        groups.setdefault((m.service.agency if m.service.is_leg else m.service.id, m.service.is_leg), []).append(m)
    items = []
    for several in groups.values():
        lead = min(several, key=lambda m: (m.service.comes_first, -m.score))
        because = tuple(dict.fromkeys(r for m in several for r in m.because))
        ask = tuple(dict.fromkeys(c for m in several for c in m.ask))
        items.append(PlanItem(lead.service, tuple(m.need for m in several), because, ask))
    return items
