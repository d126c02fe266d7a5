"""Our own block of a record: needs that there are, rules that can hold for somebody, days and buses that say which."""

from collections.abc import Iterator
from typing import Any

from directory.circumstances import QUESTIONS
from directory.geography.councils import GSS
from directory.hours.reading import read_exceptions
from directory.hours.timetable import CLOSED, OPEN, UNKNOWN
from directory.rules import OLDEST, OPERATORS
from foundation.needs import NEEDS
from foundation.telling import Told

HOLIDAYS = (CLOSED, OPEN, UNKNOWN)
IN_YEARS = frozenset({"age_band", "children_ages"})


def problems(ours: dict[str, Any]) -> Iterator[Told]:
    """One sentence each."""
    for meets in ours.get("needs") or []:
        if meets.get("need") not in NEEDS:
            yield Told("There is no need called {need}.", {"need": repr(meets.get("need"))})
    for rule in [*(ours.get("eligibility") or []), *(ours.get("not_for") or [])]:
        yield from _rule(rule)
    yield from _hours(ours)


def _hours(ours: dict[str, Any]) -> Iterator[Told]:
    if ours.get("bank_holidays") not in (None, *HOLIDAYS):
        told = {"value": repr(ours["bank_holidays"]), "choices": ", ".join(HOLIDAYS)}
        yield Told("bank_holidays is {value}; use one of: {choices}.", told)
    for exception in ours.get("exceptions") or []:
        if not read_exceptions([exception]):
            yield Told(
                "An exception to the hours names no day, or its last is before its first: {exception}.",
                {"exception": repr(exception)},
            )
    term_time = ours.get("term_time")
    if not (term_time is None or isinstance(term_time, bool) or GSS.fullmatch(str(term_time))):
        yield Told(
            "term_time is {value}; use true, or the GSS code of the council whose terms they are.",
            {"value": repr(term_time)},
        )
    for bus in ours.get("buses") or []:
        if not (bus.get("route") and bus.get("stop")):
            yield Told("A bus needs a route and a stop: {bus}.", {"bus": repr(bus)})


def _rule(rule: dict[str, Any]) -> Iterator[Told]:
    joined = [rule["not"]] if "not" in rule else rule.get("any", rule.get("all"))
    if joined is not None:
        if not joined:
            yield Told("A rule about who it is for joins nothing.")
        for part in joined:
            yield from _rule(part)
    elif rule.get("about") not in QUESTIONS:
        about = repr(rule.get("about"))
        yield Told("A rule about who it is for looks at {about}, which nobody is asked.", {"about": about})
    elif "min" in rule or "max" in rule:
        if rule["about"] not in IN_YEARS or not int(rule.get("min", 0)) <= int(rule.get("max", OLDEST)):
            says = rule.get("says", rule["about"])
            yield Told("A rule about who it is for has limits that no age fits: {says}.", {"says": says})
    elif not rule.keys() & OPERATORS or not isinstance(rule.get("any_of", rule.get("none_of")), list):
        yield Told("A rule about who it is for says nothing.")
