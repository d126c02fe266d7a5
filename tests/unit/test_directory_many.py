"""A directory with many services: what is left out is never what should have come first."""

from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any

import pytest

from cli.benchmarks.many import services
from directory.circumstances import QUESTIONS
from directory.deciding.catalogue import SPECIAL, Catalogue
from directory.deciding.eligibility import NO, judge
from directory.deciding.enquiry import enquiry_of
from directory.deciding.match_lines import match_line
from directory.deciding.matching import CLOSELY, NEAREST_MISSES, match, shortlist
from directory.deciding.plan import make_plan, plan_of
from directory.deciding.questions import Weighing, ask_next, next_question
from directory.deciding.sifting import WHOLE
from tests.unit.directory_fixtures import cambridge, person, some_needs

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
COUNCILS = ["E07000008", "E07000012", "E07000009", "E07000077", "E07000245"]
Person = tuple[list[str], dict[str, Any]]


@cache
def many() -> Catalogue:
    return Catalogue(services(3000, COUNCILS, Random(4)))


def _somebody(seed: int, *, share: float = 0.6) -> Person:
    chance = Random(seed)
    everything, needs = person(chance), some_needs(chance)
    return needs, {code: value for code, value in everything.items() if chance.random() < share or code == "postcode"}


@pytest.mark.parametrize("seed", range(60))
def test_the_shortlist_begins_as_the_whole_list_does(seed: int) -> None:
    needs, told = _somebody(seed)
    everything = match(many(), needs, told, now=NOW)
    short = shortlist(enquiry_of(many(), needs, told, now=NOW))
    for need in needs:
        open_to = [m.service.id for m in everything if m.need == need and m.fit != NO]
        listed = [m.service.id for m in short if m.need == need and m.fit != NO]
        assert listed[:5] == open_to[:5]
        assert len(listed) >= min(CLOSELY, len(open_to))
        assert set(listed) <= set(open_to)


@pytest.mark.parametrize("seed", range(60))
def test_the_plan_is_the_one_of_all_services(seed: int) -> None:
    needs, told = _somebody(seed)
    whole = plan_of(match(many(), needs, told, now=NOW), needs, told)
    assert make_plan(many(), needs, told, now=NOW).key() == whole.key()


def test_who_may_be_a_carer_or_a_veteran_finds_what_is_for_them_however_far_down() -> None:
    for code in SPECIAL:
        told = {"postcode": "CB4 3EH", code: "yes"}
        everything = match(many(), ["employment"], told, now=NOW)
        fitting = [m for m in everything if m.fit == "fits" and code in m.service.asks_about]
        listed = [
            m for m in shortlist(enquiry_of(many(), ["employment"], told, now=NOW)) if code in m.service.asks_about
        ]
        assert not fitting or any(m.fit != NO for m in listed), code


def test_near_misses_are_few_and_the_nearest_and_say_why() -> None:
    needs, told = ["employment"], {"postcode": "CB4 3EH", "age_band": "35_54", "tenure": "owner"}
    everything = [m for m in match(many(), needs, told, now=NOW) if m.fit == NO]
    shown = [m for m in shortlist(enquiry_of(many(), needs, told, now=NOW)) if m.fit == NO]
    assert len(everything) > WHOLE
    assert len(shown) == NEAREST_MISSES
    assert all(m.because for m in shown)
    assert [m.missed for m in shown] == [m.missed for m in everything[:NEAREST_MISSES]]


def test_of_the_shipped_services_nothing_is_left_out() -> None:
    for need in QUESTIONS["tenure"].asked_for or ():
        for told in ({}, {"postcode": "CB4 3EH"}, {"postcode": "none"}):
            line = match_line(cambridge(), {"id": 1, "needs": [need], "circumstances": told}, now=NOW)
            assert len(line["matches"]) == sum(need in s.by_need for s in cambridge())


@pytest.mark.parametrize("seed", range(6))
def test_questions_among_many_end_and_are_asked_once(seed: int) -> None:
    needs, everything = _somebody(seed, share=1)
    told: dict[str, Any] = {}
    while (code := next_question(many(), needs, told, now=NOW)) is not None:
        assert code not in told
        told[code] = everything[code]
    assert "postcode" in told


@pytest.mark.parametrize("seed", range(20))
def test_what_others_told_leaves_no_trace_in_a_verdict(seed: int) -> None:
    """What is judged once for all, and for all answers to one more question, is what each would be told alone."""
    _, told = _somebody(seed, share=0.5)
    told |= {"tenure": "skip", "age_band": "skip"} if seed % 2 else {"age": "17"}
    asked = enquiry_of(many(), ["housing"], told, now=NOW)
    one_more = "household", "single_parent"
    for service in many()[:400]:
        assert asked.judge.verdict(service) == judge(service, told)
        assert asked.but(*one_more).judge.verdict(service) == judge(service, told | dict([one_more]))
        assert asked.but("postcode", "SW1A 1AA").judge.verdict(service) == judge(
            service, told | {"postcode": "SW1A 1AA"}
        )


@pytest.mark.parametrize("seed", range(30))
def test_the_next_question_is_the_one_of_most_worth(seed: int) -> None:
    needs, told = _somebody(seed, share=0.3)
    asked = enquiry_of(many(), needs, {code: told[code] for code in told if code != "postcode" or seed % 3}, now=NOW)
    weighing = Weighing(asked, shortlist(asked))
    worth = {code: weighing.worth(question) for code, question in QUESTIONS.items() if weighing.bound(question)}
    most = max(worth.values(), default=0.0)
    code = ask_next(asked)
    assert (worth[code] if code else 0.0) == most


@pytest.mark.parametrize("seed", range(12))
def test_every_match_of_a_line_says_why_or_why_not_or_what_would_settle_it(seed: int) -> None:
    needs, told = _somebody(seed)
    line = match_line(many(), {"id": seed, "needs": needs, "circumstances": told}, now=NOW)
    assert line["matches"]
    assert all(found["because"] for found in line["matches"])
    assert all(bool(found["ask"]) <= (found["fit"] == "ask") for found in line["matches"])
