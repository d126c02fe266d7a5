"""Which question next: the one whose answers part the plans that are still possible the most; none when none can."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from directory.circumstances import QUESTIONS, Question
from directory.eligibility import BANDS
from directory.matching import match
from directory.model import Service
from directory.plan import make_plan

Circumstances = dict[str, Any]
Outcome = Callable[[Circumstances], Hashable]


def next_question(
    services: Sequence[Service],
    needs: Sequence[str],
    circumstances: Circumstances,
    *,
    details: Mapping[str, str | None] | None = None,
    outcome: Outcome | None = None,
) -> str | None:
    """The code of the circumstance to ask about, or None when no single answer can change plan or `outcome`.

    `outcome` adds to what counts as a change: where the plan leads, say. Every possible answer is tried on the plan.
    """
    relevant = [s for s in services if set(s.by_need) & set(needs)]
    open_codes = _open_codes(relevant, needs, circumstances, details)
    best: tuple[float, str] | None = None
    for question in QUESTIONS.values():
        if question.code in circumstances or not question.matters_to(list(needs)):
            continue
        if question.code not in open_codes and outcome is None:
            continue
        worth = question.weight * _parting(question, relevant, needs, circumstances, details=details, outcome=outcome)
        if worth > 0 and (best is None or worth > best[0]):
            best = (worth, question.code)
    return None if best is None else best[1]


def _open_codes(
    services: Sequence[Service],
    needs: Sequence[str],
    circumstances: Circumstances,
    details: Mapping[str, str | None] | None,
) -> set[str]:
    return {code for m in match(services, needs, circumstances, details=details) for code in m.ask}


def _parting(
    question: Question,
    services: Sequence[Service],
    needs: Sequence[str],
    circumstances: Circumstances,
    *,
    details: Mapping[str, str | None] | None,
    outcome: Outcome | None,
) -> float:
    """How far the answers part: 0 when every answer (and none) leads to the same; at most 1."""

    def leads_to(told: Circumstances) -> Hashable:
        plan = make_plan(services, needs, told, details=details).key()
        return (plan, outcome(told) if outcome else None)

    ends = [leads_to({**circumstances, question.code: value}) for value in _answers(question, services)]
    if not ends:
        return 0.0
    now = leads_to(circumstances)
    changed = sum(end != now for end in ends) / len(ends)
    variety = (len(set(ends)) - 1) / len(ends)
    return (changed + variety) / 2


def _answers(question: Question, services: Sequence[Service]) -> list[Any]:
    if question.kind == "age":
        return list(BANDS)
    if question.kind == "postcode":
        return _places(services)
    if question.kind == "numbers":
        return [["3"], ["9"], ["15"], "none"]
    return [id for id, _ in question.choices]


def _places(services: Sequence[Service]) -> list[str]:
    """One postcode for each council round here that some of these services tell apart."""
    samples = {
        "E07000008": "CB4 3EH", "E07000012": "CB24 9NN", "E07000009": "CB7 4EE", "E07000011": "PE29 3TN",
        "E07000245": "CB9 8AA", "E07000077": "CB10 1AA",
    }  # fmt: skip
    told_apart = {area for service in services for area in service.areas}
    return list(samples.values()) if told_apart else []
