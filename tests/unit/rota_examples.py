"""What the tests of rotas share: rules made short, and shifts shown as a clock on the wall in London would."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from booking.hub import Hub, read_hub
from booking.rotas.checking import checked
from booking.rotas.expanding import days_of, shifts_of
from booking.rotas.rules import HUB, Rule
from foundation.clock import instant_of, to_london

PLACE = Path(__file__).resolve().parents[2] / "directory" / "places" / "cambridge"
HEAD = "adviser,agency,label,kind,weekdays,start,end,from,until"
TODAY = date(2026, 11, 23)  # a Monday


def hub(**details: Any) -> Hub:
    """The demonstration's hub, with some of its details changed."""
    return Hub(read_hub(PLACE / "hub.yml").details | details)


def rule(kind: str = "works", whom: str = "adviser:a", **told: Any) -> Rule:
    """A rule, checked: ten to twelve unless its hours are told (None: all day)."""
    if kind in ("works", "extra", "session"):
        told = {"start": "10:00", "end": "12:00"} | told
    if kind == "session":
        whom, told = HUB, {"note": "Session"} | told
    return checked(Rule(kind=kind, whom=whom, **told)).with_id()


def shown(ranges: Iterable[range]) -> list[str]:
    """Each as `2026-11-24 10:00-12:00` on the clock in London."""
    return [
        f"{to_london(instant_of(cells.start)):%Y-%m-%d %H:%M}-{to_london(instant_of(cells.stop)):%H:%M}"
        for cells in ranges
    ]


def shifts(*rules: Rule, first: date = TODAY, days: int = 7, nation: str = "england-and-wales") -> list[str]:
    """The shifts of adviser `a` on some days."""
    return shown(shifts_of(rules, days_of(first, days), nation=nation).get("a", []))


def cells_of(*rules: Rule, day: date) -> int:
    """How many cells adviser `a` works on one day."""
    return sum(len(cells) for cells in shifts_of(rules, [day]).get("a", []))


def next_day(day: date) -> date:
    return day + timedelta(days=1)
