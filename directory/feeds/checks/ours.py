"""Our own block of a record: needs that there are, rules that can hold for somebody, days and buses that say which."""

from collections.abc import Iterator
from typing import Any

from directory.circumstances import QUESTIONS
from directory.geography.councils import GSS
from directory.hours.reading import read_exceptions
from directory.hours.timetable import CLOSED, OPEN, UNKNOWN
from directory.rules import OLDEST, OPERATORS
from foundation.needs import NEEDS

HOLIDAYS = (CLOSED, OPEN, UNKNOWN)
IN_YEARS = frozenset({"age_band", "children_ages"})


def problems(ours: dict[str, Any]) -> Iterator[str]:
    """One sentence each."""
    for meets in ours.get("needs") or []:
        if meets.get("need") not in NEEDS:
            yield f"There is no need called {meets.get('need')!r}."
    for rule in [*(ours.get("eligibility") or []), *(ours.get("not_for") or [])]:
        yield from _rule(rule)
    yield from _hours(ours)


def _hours(ours: dict[str, Any]) -> Iterator[str]:
    if ours.get("bank_holidays") not in (None, *HOLIDAYS):
        yield f"bank_holidays is {ours['bank_holidays']!r}; use one of: {', '.join(HOLIDAYS)}."
    for exception in ours.get("exceptions") or []:
        if not read_exceptions([exception]):
            yield f"An exception to the hours names no day, or its last is before its first: {exception!r}."
    term_time = ours.get("term_time")
    if not (term_time is None or isinstance(term_time, bool) or GSS.fullmatch(str(term_time))):
        yield f"term_time is {term_time!r}; use true, or the GSS code of the council whose terms they are."
    for bus in ours.get("buses") or []:
        if not (bus.get("route") and bus.get("stop")):
            yield f"A bus needs a route and a stop: {bus!r}."


def _rule(rule: dict[str, Any]) -> Iterator[str]:
    joined = [rule["not"]] if "not" in rule else rule.get("any", rule.get("all"))
    if joined is not None:
        if not joined:
            yield "A rule about who it is for joins nothing."
        for part in joined:
            yield from _rule(part)
    elif rule.get("about") not in QUESTIONS:
        yield f"A rule about who it is for looks at {rule.get('about')!r}, which nobody is asked."
    elif "min" in rule or "max" in rule:
        if rule["about"] not in IN_YEARS or not int(rule.get("min", 0)) <= int(rule.get("max", OLDEST)):
            yield f"A rule about who it is for has limits that no age fits: {rule.get('says', rule['about'])}."
    elif not rule.keys() & OPERATORS or not isinstance(rule.get("any_of", rule.get("none_of")), list):
        yield "A rule about who it is for says nothing."
