"""Our own block of a record: needs that there are, and rules that can hold for somebody."""

from collections.abc import Iterator
from typing import Any

from directory.circumstances import QUESTIONS
from directory.rules import OLDEST, OPERATORS
from foundation.needs import NEEDS

IN_YEARS = frozenset({"age_band", "children_ages"})


def problems(ours: dict[str, Any]) -> Iterator[str]:
    """One sentence each."""
    for meets in ours.get("needs") or []:
        if meets.get("need") not in NEEDS:
            yield f"There is no need called {meets.get('need')!r}."
    for rule in [*(ours.get("eligibility") or []), *(ours.get("not_for") or [])]:
        yield from _rule(rule)


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
