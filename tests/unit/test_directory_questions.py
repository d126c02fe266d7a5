"""Which question is asked: only one that can change something, few of them, and enough."""

from collections import Counter
from random import Random
from typing import Any

import pytest

from directory.circumstances import QUESTIONS
from directory.deciding.answers import answers_to
from directory.deciding.plan import Plan, make_plan
from directory.deciding.questions import next_question
from directory.deciding.weights import change_weight, urgency
from tests.unit.directory_fixtures import cambridge, person, some_needs

CITY = {"postcode": "CB4 3EH", "age_band": "35_54"}


def _covers(plan: Plan) -> dict[str, str]:
    return {need: item.service.id for item in (*plan.legs, *plan.alone) for need in item.needs}


def _worth_by_trying(code: str, needs: list[str], told: dict[str, Any]) -> float:
    """What asking is worth, worked out anew: the whole plan for every answer, by how common each is."""
    question, now, worth = QUESTIONS[code], make_plan(cambridge(), needs, told), 0.0
    served = Counter(code for need in needs for s in cambridge() if need in s.by_need for code in s.areas)
    for value, share in answers_to(question, needs, served):
        then = make_plan(cambridge(), needs, {**told, code: value})
        moved = [need for need in needs if _covers(then).get(need) != _covers(now).get(need)]
        change = sum(urgency(need) for need in moved) / sum(urgency(need) for need in needs)
        worth += share * max(change, change_weight("extra")) * (then.key() != now.key())
    return question.weight * worth


@pytest.mark.parametrize("seed", range(25))
def test_the_question_is_the_one_that_trying_every_answer_on_the_whole_plan_finds(seed: int) -> None:
    random = Random(seed)
    needs, everything = some_needs(random), person(random)
    told = {code: value for code, value in everything.items() if random.random() < 0.4}
    worth = {
        code: _worth_by_trying(code, needs, told)
        for code, question in QUESTIONS.items()
        if code not in told and question.matters_to(needs)
    }
    asked = next_question(cambridge(), needs, told)
    assert (0 if asked is None else worth[asked]) == pytest.approx(max(worth.values(), default=0))


def test_nothing_is_asked_when_nothing_can_change() -> None:
    assert next_question(cambridge(), [], {}) is None
    assert next_question(cambridge(), ["substance_misuse"], CITY) is None
    assert next_question(cambridge(), ["rent_arrears"], {**CITY, "tenure": "council"}) is None


def test_a_landlord_matters_only_to_someone_whom_the_citys_team_could_help() -> None:
    assert next_question(cambridge(), ["rent_arrears"], CITY) == "tenure"
    assert next_question(cambridge(), ["rent_arrears"], {**CITY, "postcode": "CB10 1AA"}) is None


def test_what_else_hangs_on_an_answer_is_worth_asking() -> None:
    assert next_question(cambridge(), ["domestic_abuse"], CITY) is None
    asked = next_question(cambridge(), ["domestic_abuse"], CITY, outcome=lambda now: now.get("safe_at_home") == "no")
    assert asked == "safe_at_home"
    skipped = {**CITY, "safe_at_home": "skip"}
    ends = next_question(cambridge(), ["domestic_abuse"], skipped, outcome=lambda now: now.get("safe_at_home") == "no")
    assert ends != "safe_at_home"


@pytest.mark.parametrize("skipping", [True, False])
def test_what_is_known_or_skipped_is_never_asked(skipping: bool) -> None:
    random = Random(11)
    for _ in range(25):
        told: dict[str, Any] = {}
        everything, needs = person(random), some_needs(random)
        while (code := next_question(cambridge(), needs, told)) is not None:
            assert code not in told
            told[code] = "skip" if skipping else everything[code]


def test_a_walk_is_short_and_leads_to_the_plan_of_someone_who_told_everything() -> None:
    random, same, most = Random(2026), 0, 0
    for _ in range(100):
        everything, needs = person(random), some_needs(random)
        told: dict[str, Any] = {}
        while (code := next_question(cambridge(), needs, told)) is not None:
            told[code] = everything[code]
        # What nobody with these needs is ever asked is no part of what they could have told.
        relevant = {code: value for code, value in everything.items() if QUESTIONS[code].matters_to(needs)}
        most = max(most, len(told))
        same += make_plan(cambridge(), needs, told).key() == make_plan(cambridge(), needs, relevant).key()
    print(f"at most {most} questions; {same} of 100 plans as with everything known")
    assert most <= 6
    assert same >= 90
