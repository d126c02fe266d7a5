"""Which question next: the one whose answer is expected to change the plan the most; none when none can.

For every possible answer the plan is made anew; what changes is weighed by how urgent the needs are, and by how
common the answer is (priors.yml). A rare answer that changes everything is still asked for, only later.
"""

import math
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import itemgetter
from typing import Any

from directory.circumstances import QUESTIONS, Question
from directory.deciding.answers import Answer, answers_to
from directory.deciding.catalogue import SPECIAL
from directory.deciding.cover import fewest_agencies
from directory.deciding.eligibility import NO, Judge
from directory.deciding.enquiry import Enquiry, enquiry_of
from directory.deciding.matching import Match, judged, open_to, shortlist
from directory.deciding.plan import CONSIDERED, SLACK, Plan, arrange, made_for, options_among
from directory.deciding.weights import change_weight, urgency
from directory.model import Service

Circumstances = Mapping[str, Any]
Outcome = Callable[[dict[str, Any]], Hashable]


def next_question(
    services: Sequence[Service],
    needs: Sequence[str],
    circumstances: Circumstances,
    *,
    details: Mapping[str, str | None] | None = None,
    outcome: Outcome | None = None,
    now: datetime | None = None,
) -> str | None:
    """The code of the circumstance to ask about, or None when no single answer can change plan or `outcome`.

    `outcome` adds to what counts as a change: where the plan leads, say. Every possible answer is tried on the plan.
    """
    return ask_next(enquiry_of(services, needs, circumstances, details=details, now=now), outcome=outcome)


def ask_next(enquiry: Enquiry, *, matches: Sequence[Match] | None = None, outcome: Outcome | None = None) -> str | None:
    """The same for an enquiry that is there already, with its `shortlist` when that was made before."""
    weighing = Weighing(enquiry, shortlist(enquiry) if matches is None else matches, outcome)
    best, code = 0.0, None
    bounded = [(weighing.bound(question), question) for question in QUESTIONS.values()]
    bounded.sort(key=itemgetter(0), reverse=True)
    of_the_next = [*(bound for bound, _ in bounded[1:]), 0.0]
    for (bound, question), enough in zip(bounded, of_the_next, strict=True):
        if bound <= best:
            break
        worth = weighing.worth(question, beat=best, enough=enough)
        if worth > best:
            best, code = worth, question.code
    return code


@dataclass(frozen=True)
class End:
    """Where an answer leads."""

    plan: Plan
    outcome: Hashable

    @cached_property
    def covers(self) -> dict[str, str]:
        """The service that covers each need."""
        return {need: item.service.id for item in (*self.plan.legs, *self.plan.alone) for need in item.needs}


class Weighing:
    """The plans that one more answer leads to. Only what the answer can touch is worked out again."""

    def __init__(self, enquiry: Enquiry, matches: Sequence[Match], outcome: Outcome | None = None) -> None:
        self.enquiry = enquiry
        self._outcome = outcome
        self._matches: dict[str, list[Match]] = {need: [] for need in enquiry.needs}
        for m in matches:
            if m.fit != NO:  # what does not fit never will, whatever is told
                self._matches[m.need].append(m)
        self._plans: dict[Hashable, Plan] = {}
        self._touching: dict[str, list[Match]] = {}
        self._urgent = sum(urgency(need) for need in enquiry.needs)

    def bound(self, question: Question) -> float:
        """What the answer can be worth at most, without trying any: 0 when it is not to be asked."""
        told = question.code in self.enquiry.circumstances or question.code in self.enquiry.judge.told.known
        if told or not question.matters_to(list(self.enquiry.needs)):
            return 0.0
        return question.weight if self._outcome is not None or question.code in self._open else 0.0

    def worth(self, question: Question, *, beat: float = 0.0, enough: float = math.inf) -> float:
        """How much of the plan the answer is expected to change, times the question's weight; 0 if not over `beat`.

        The commonest answers are tried first, and no more once the rest could not bring it over `beat`, or once it
        is `enough` already: more than any other question can be worth.
        """
        served = self._served if question.kind == "postcode" else {}
        answers = sorted(answers_to(question, self.enquiry.needs, served), key=_share, reverse=True)
        expected, left = 0.0, 1.0
        for value, share in answers:
            if question.weight * (expected + left) <= beat:
                return 0.0
            if question.weight * expected > max(beat, enough):
                break
            left -= share
            expected += share * self.change(self.end(question.code, value))
        return question.weight * expected

    def change(self, end: End) -> float:
        """How far `end` is from where things stand now: 0 when nothing changes, 1 when everything does."""
        now = self._now
        if end.outcome != now.outcome:
            return change_weight("route")
        if end.plan.key() == now.plan.key():
            return 0.0
        moved = sum(urgency(need) for need in self.enquiry.needs if end.covers.get(need) != now.covers.get(need))
        return max(moved / self._urgent, change_weight("extra"))

    def end(self, code: str, value: Any) -> End:
        """Where things stand once `code` is told to be `value`."""
        enquiry = self.enquiry.but(code, value)
        if code == "postcode":  # other services come into view
            plan = self._plan({need: open_to(enquiry, need) for need in enquiry.needs}, enquiry.told)
        else:
            plan = self._plan_after(code, enquiry)
        return End(plan, self._outcome(enquiry.told) if self._outcome else None)

    def _plan_after(self, code: str, enquiry: Enquiry) -> Plan:
        """The plan after an answer. Answers after which all services stand alike have the same."""
        again = [enquiry.judge.verdict(m.service) for m in self._touched(code)]
        alike = (code, enquiry.told[code] == "yes", *((verdict.fit, verdict.likely) for verdict in again))
        if alike not in self._plans:
            self._plans[alike] = self._plan(self._rejudged(code, enquiry.judge), enquiry.told)
        return self._plans[alike]

    def _touched(self, code: str) -> list[Match]:
        if code not in self._touching:
            self._touching[code] = [m for several in self._matches.values() for m in several if code in m.ask]
        return self._touching[code]

    @cached_property
    def _now(self) -> End:
        told = self.enquiry.told
        return End(self._plan(self._matches, told), self._outcome(told) if self._outcome else None)

    @cached_property
    def _open(self) -> set[str]:
        """The circumstances that can change something."""
        return {code for several in self._matches.values() for code in _codes_that_count(several)}

    @cached_property
    def _served(self) -> dict[str, int]:
        """How many services for these needs serve each area."""
        shelves = [self.enquiry.shelf(need) for need in self.enquiry.needs]
        served: Counter[str] = Counter()
        for shelf in shelves:
            served.update({code: len(places) for code, places in shelf.by_area.items()})
        return served

    def _rejudged(self, code: str, judge: Judge) -> dict[str, list[Match]]:
        found = {}
        for need, several in self._matches.items():
            if not any(code in m.ask for m in several):
                found[need] = several
                continue
            again = [judged(m, judge.verdict(m.service)) if code in m.ask else m for m in several]
            found[need] = sorted((m for m in again if m.fit != NO), key=_best_first)
        return found

    def _plan(self, matches: dict[str, list[Match]], told: dict[str, Any]) -> Plan:
        options = {need: options_among(several) for need, several in matches.items()}
        special = tuple(code for code in SPECIAL if told.get(code) == "yes")
        besides = [m for several in matches.values() for m in several if special and m.entry.special]
        # A plan depends on nothing else, so two answers that agree in this have the same plan.
        alike = (special, *(_told_apart(several) for several in (besides, *options.values())))
        if alike not in self._plans:
            chosen = fewest_agencies({need: several for need, several in options.items() if several})
            self._plans[alike] = arrange([*chosen, *made_for(besides, chosen, told)], ())
        return self._plans[alike]


def _told_apart(matches: Sequence[Match]) -> Hashable:
    return tuple((m.service.id, m.fit, m.score) for m in matches)


def _codes_that_count(several: Sequence[Match]) -> set[str]:
    """What can move a need's options: a service that is among them, or would be if it turned out to fit; and extras."""
    options = options_among(several)
    if not options:
        return set()
    bar = options[-1].score if len(options) == CONSIDERED else options[0].score - SLACK
    among = {m.service.id for m in options}
    return {
        code
        for m in several
        if m.service.id in among or m.base + m.entry.made_for >= bar or m.entry.special
        for code in m.ask
    }


def _share(answer: Answer) -> float:
    return answer[1]


def _best_first(m: Match) -> tuple[float, str, str]:
    return (-m.score, m.service.name, m.service.id)
