"""Which question next: the one whose answers part the plans that are still possible the most; none when none can."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from directory.circumstances import QUESTIONS, Question
from directory.eligibility import BANDS, judge, looks_at
from directory.matching import rank, verdicts_of
from directory.model import Service
from directory.plan import SPECIAL, plan_of

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
    relevant = [s for s in services if any(need in s.by_need for need in needs)]
    plans = _Plans(relevant, needs, circumstances, details)
    best: tuple[float, str] | None = None
    for question in QUESTIONS.values():
        if question.code in circumstances or not question.matters_to(list(needs)):
            continue
        if question.code not in plans.open_codes and outcome is None:
            continue
        worth = question.weight * _parting(question, plans, outcome)
        if worth > 0 and (best is None or worth > best[0]):
            best = (worth, question.code)
    return None if best is None else best[1]


class _Plans:
    """The plans that one more answer leads to. Only what the answer can touch is worked out again."""

    def __init__(
        self,
        services: Sequence[Service],
        needs: Sequence[str],
        circumstances: Circumstances,
        details: Mapping[str, str | None] | None,
    ) -> None:
        self.services = services
        self.circumstances = circumstances
        self._needs = needs
        self._details = details
        self._verdicts = verdicts_of(services, needs, circumstances)
        self._keys: dict[Hashable, Hashable] = {}
        self.open_codes = {code for verdict in self._verdicts.values() for code in verdict.ask}

    def key(self, **answer: Any) -> Hashable:
        """The plan's key when `answer`, one circumstance, is added to what is known."""
        told = {**self.circumstances, **answer}
        touched = [s for s in self.services if any(code in looks_at(s) for code in answer)]
        verdicts = self._verdicts | {s.id: judge(s, told) for s in touched}
        # A plan depends on nothing else, so two answers that agree in this have the same plan.
        alike = (
            tuple((verdicts[s.id].fit, verdicts[s.id].likely) for s in self.services),
            tuple(told.get(code) == "yes" for code in SPECIAL),
        )
        if alike not in self._keys:
            matches = rank(self.services, self._needs, verdicts, details=self._details)
            self._keys[alike] = plan_of(matches, self._needs, told).key()
        return self._keys[alike]


def _parting(question: Question, plans: _Plans, outcome: Outcome | None) -> float:
    """How far the answers part: 0 when every answer (and none) leads to the same; at most 1."""

    def leads_to(**answer: Any) -> Hashable:
        return (plans.key(**answer), outcome({**plans.circumstances, **answer}) if outcome else None)

    ends = [leads_to(**{question.code: value}) for value in _answers(question, plans.services)]
    if not ends:
        return 0.0
    now = leads_to()
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
