"""The plan: the fewest agencies that cover the needs, best fit first, exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from directory.eligibility import FITS, NO
from directory.matching import Match, match
from directory.model import Service

# A match this much weaker than a need's best is no alternative, however few agencies it would save.
SLACK = 1.0
CONSIDERED = 6
# A service made for exactly one of these is offered besides, when it is so: a carer's support beside the cared-for's.
SPECIAL = ("carer", "care_leaver", "prison_leaver", "armed_forces", "pregnant")


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
    matches = match(services, needs, circumstances, details=details)
    options = _options(matches, needs)
    uncovered = tuple(need for need in needs if not options[need])
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
    """One match a need. Tried by rising number of agencies, so the first number that covers all is the least."""
    agencies = sorted({m.service.agency for several in options.values() for m in several})
    for size in range(len(agencies) + 1):
        best: tuple[float, list[Match]] | None = None
        for allowed in combinations(agencies, size):
            chosen = _best_within(options, frozenset(allowed))
            if chosen is not None and (best is None or sum(m.score for m in chosen) > best[0] + 1e-9):
                best = (sum(m.score for m in chosen), chosen)
        if best is not None:
            return best[1]
    return []


def _best_within(options: dict[str, list[Match]], allowed: frozenset[str]) -> list[Match] | None:
    chosen = []
    for several in options.values():
        mine = [m for m in several if m.service.agency in allowed]
        if not mine:
            return None
        chosen.append(max(mine, key=lambda m: m.score))
    return chosen


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
