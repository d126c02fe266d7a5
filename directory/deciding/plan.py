"""The plan: the fewest agencies that cover the needs, best fit first, exactly; what must come first comes first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from directory.deciding.catalogue import SPECIAL
from directory.deciding.cover import fewest_agencies
from directory.deciding.eligibility import FITS, NO
from directory.deciding.enquiry import Enquiry, enquiry_of
from directory.deciding.matching import Match, shortlist
from directory.model import Service

__all__ = ["SPECIAL", "Plan", "PlanItem", "make_plan", "plan_of"]

# A match this much weaker than a need's best is no alternative, however few agencies it would save.
SLACK = 0.75
CONSIDERED = 6


@dataclass(frozen=True)
class PlanItem:
    """One service of the plan and the needs it covers there.

    `ring_first`: its facts are stale, so it is rung before anything is booked.
    """

    service: Service
    needs: tuple[str, ...]
    because: tuple[str, ...]
    ask: tuple[str, ...] = ()
    ring_first: bool = False


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
    circumstances: Mapping[str, Any],
    *,
    details: Mapping[str, str | None] | None = None,
    now: datetime | None = None,
) -> Plan:
    """The best plan: every need by one of its good matches; fewest agencies, then best fit, then a stable order."""
    enquiry = enquiry_of(services, needs, circumstances, details=details, now=now)
    return plan_of(shortlist(enquiry), enquiry.needs, circumstances)


def plan_for(enquiry: Enquiry) -> Plan:
    """The same for an enquiry that is there already."""
    return plan_of(shortlist(enquiry), enquiry.needs, enquiry.circumstances)


def plan_of(matches: Sequence[Match], needs: Sequence[str], circumstances: Mapping[str, Any]) -> Plan:
    """The best plan from `matches`, ranked as `match` ranks them."""
    options = options_of(matches, needs)
    uncovered = tuple(need for need, several in options.items() if not several)
    chosen = fewest_agencies({need: several for need, several in options.items() if several})
    return arrange([*chosen, *made_for(matches, chosen, circumstances)], uncovered)


def options_of(matches: Sequence[Match], needs: Sequence[str]) -> dict[str, list[Match]]:
    """Of each need the few matches that a plan may choose from."""
    found: dict[str, list[Match]] = {need: [] for need in needs}
    for m in matches:
        if m.fit != NO:
            found[m.need].append(m)
    return {need: options_among(several) for need, several in found.items()}


def options_among(several: Sequence[Match]) -> list[Match]:
    """The same for one need, of matches that are all open, best first."""
    return [m for m in several[:CONSIDERED] if m.score >= several[0].score - SLACK]


def made_for(matches: Sequence[Match], chosen: Sequence[Match], circumstances: Mapping[str, Any]) -> list[Match]:
    """Services besides that are made for what this person is: a carer, a veteran."""
    found = []
    for code in SPECIAL:
        if circumstances.get(code) != "yes" or any(code in m.service.asks_about for m in chosen):
            continue
        fitting = [m for m in matches if code in m.entry.special and m.fit == FITS and not m.is_leg]
        if fitting:
            found.append(max(fitting, key=lambda m: m.score))
    return found


def arrange(chosen: Sequence[Match], uncovered: tuple[str, ...]) -> Plan:
    """The plan of these matches, in the order in which the services should come."""
    items = _items(chosen)
    legs = [item for item, leg in items if leg]
    alone = [item for item, leg in items if not leg]
    legs.sort(key=lambda i: (i.service.comes_first, not i.service.urgent, i.service.agency))
    alone.sort(key=lambda i: (i.service.comes_first, not i.service.urgent, i.service.name))
    return Plan(tuple(legs), tuple(alone), uncovered)


def _items(chosen: Sequence[Match]) -> list[tuple[PlanItem, bool]]:
    """One leg an agency: needs that the same agency covers by different services join its strongest one."""
    groups: dict[tuple[str, bool], list[Match]] = {}
    for m in chosen:
        groups.setdefault((m.service.agency if m.is_leg else m.service.id, m.is_leg), []).append(m)
    items = []
    for (_, leg), several in groups.items():
        lead = min(several, key=lambda m: (m.service.comes_first, -m.score))
        because = tuple(dict.fromkeys(r for m in several for r in m.because))
        ask = tuple(dict.fromkeys(c for m in several for c in m.ask))
        needs = tuple(dict.fromkeys(m.need for m in several))
        items.append((PlanItem(lead.service, needs, because, ask, lead.ring_first), leg))
    return items
