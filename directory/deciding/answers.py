"""The answers that a question may get, each with how probable it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from directory.circumstances import Question
from directory.geography.councils import COUNCIL, tiers_of
from directory.geography.postcodes import Area
from directory.priors import shares_of
from directory.rules import BANDS

ENGLAND = frozenset({"K02000001", "E92000001"})
MOST_PLACES = 6
CHILDREN: Mapping[str, Any] = {"3": ["3"], "9": ["9"], "15": ["15"], "none": "none"}

Answer = tuple[Any, float]  # as it would stand among the circumstances, and its share


def answers_to(question: Question, needs: Sequence[str], served: Mapping[str, int]) -> list[Answer]:
    """The possible answers of people with these needs; shares are together 1.

    For a postcode whole areas: one for each council that services tell apart, the most told apart first.
    `served`: how many of the services are for each area, by its code.
    """
    if question.kind == "postcode":
        return _shared(places_told_apart(served), shares_of("postcode"))
    if question.kind == "numbers":
        return [
            (CHILDREN[key], share) for key, share in _shared({k: k for k in CHILDREN}, shares_of(question.code, needs))
        ]
    values = list(BANDS) if question.kind == "age" else [id for id, _ in question.choices]
    return _shared({value: value for value in values}, shares_of(question.code, needs))


def places_told_apart(served: Mapping[str, int]) -> dict[Area, str]:
    """A place in each council that some of the services serve or leave out, and one in none of them, by their codes."""
    if not served:
        return {}
    by_count = sorted(served, key=lambda code: (-served[code], code))
    councils = [code for code in by_count if COUNCIL.match(code)]
    within = {code for council in councils for code in tiers_of(council)}
    # A county of which no district is told apart is a place too.
    counties = [code for code in by_count if code.startswith("E10") and code not in within]
    ends = [*councils[:MOST_PLACES], *counties][:MOST_PLACES]
    return {Area("", (tiers_of(code) | ENGLAND,), (1.0,)): code for code in ends} | {Area("", (ENGLAND,), (1.0,)): ""}


def _shared(answers: Mapping[Any, str], shares: Mapping[str, float]) -> list[Answer]:
    """Each answer with its share; one that nobody counted is as common as the middle one that somebody did."""
    known = sorted(shares.values())
    usual = known[len(known) // 2] if known else 1.0
    weights = [(answer, shares.get(key, usual)) for answer, key in answers.items()]
    together = sum(share for _, share in weights)
    return [(answer, share / together) for answer, share in weights]
