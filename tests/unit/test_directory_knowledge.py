"""What three-valued judging promises, of rules of any shape: knowing more settles and never overturns."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.circumstances import QUESTIONS
from directory.deciding.eligibility import ASK, BANDS, judge
from directory.model import Service, read_service
from directory.verdicts import FITS, NO, Verdict, all_of, any_of, opposite
from tests.unit.directory_fixtures import made

CHOICES = {code: [id for id, _ in q.choices] for code, q in QUESTIONS.items() if q.choices}
POSTCODES = ["CB4 3EH", "CB24 9NN", "CB10 1AA", "none"]
COUNCILS = ["E07000008", "E07000012", "E10000003", "E07000077"]


def _of_choice(code: str) -> st.SearchStrategy[dict[str, Any]]:
    some = st.lists(st.sampled_from(CHOICES[code]), min_size=1, max_size=3, unique=True)
    return st.builds(lambda kind, ids: {"about": code, kind: ids}, st.sampled_from(["any_of", "none_of"]), some)


ages = st.tuples(st.integers(0, 60), st.integers(61, 110)).map(
    lambda limits: {"about": "age_band", "min": limits[0], "max": limits[1]}
)
homes = st.lists(st.sampled_from(COUNCILS), min_size=1, unique=True).map(lambda c: {"about": "postcode", "any_of": c})
leaves = st.one_of(st.sampled_from(sorted(CHOICES)).flatmap(_of_choice), ages, homes).map(
    lambda rule: {**rule, "says": f"for {sorted(map(str, rule.items()))}"}
)
rules = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        inner.map(lambda part: {"not": part, "says": "not for some"}),
    ),
    max_leaves=6,
)
people = st.fixed_dictionaries(
    {},
    optional={code: st.sampled_from(ids) for code, ids in CHOICES.items()}
    | {"age_band": st.sampled_from(list(BANDS)), "postcode": st.sampled_from(POSTCODES)},
)


def _service(several: list[dict[str, Any]], areas: list[str] | None = None) -> Service:
    return read_service(made("x", rules=several, areas=areas))


@settings(deadline=None)  # the first postcode reads a file
@given(st.lists(rules, max_size=3), st.lists(st.sampled_from(COUNCILS), max_size=2), people, st.data())
def test_what_was_settled_stays_so_whatever_else_is_told(
    several: list[dict[str, Any]], areas: list[str], told: dict[str, Any], data: st.DataObject
) -> None:
    service = _service(several, areas)
    kept = data.draw(st.sets(st.sampled_from(sorted(told)))) if told else set()
    less = judge(service, {code: told[code] for code in kept})
    assert less.fit in (ASK, judge(service, told).fit)


@settings(deadline=None)  # the first postcode reads a file
@given(st.lists(rules, min_size=1, max_size=4), people, st.randoms(use_true_random=False))
def test_the_order_of_rules_changes_nothing(
    several: list[dict[str, Any]], told: dict[str, Any], chance: Random
) -> None:
    def shuffled(rule: dict[str, Any]) -> dict[str, Any]:
        for kind in ("any", "all"):
            if kind in rule:
                return {**rule, kind: chance.sample([shuffled(part) for part in rule[kind]], len(rule[kind]))}
        return {**rule, "not": shuffled(rule["not"])} if "not" in rule else rule

    other = chance.sample([shuffled(rule) for rule in several], len(several))
    one, two = judge(_service(several), told), judge(_service(other), told)
    assert (one.fit, set(one.ask), set(one.because), set(one.provided)) == (
        two.fit, set(two.ask), set(two.because), set(two.provided),
    )  # fmt: skip
    assert one.likely == pytest.approx(two.likely)


@settings(deadline=None)  # the first postcode reads a file
@given(st.lists(rules, min_size=1, max_size=3), people, st.data())
def test_a_question_that_was_skipped_is_as_one_not_asked_but_is_not_asked_again(
    several: list[dict[str, Any]], told: dict[str, Any], data: st.DataObject
) -> None:
    service = _service(several, ["E07000008"])
    skipped = data.draw(st.sets(st.sampled_from([*CHOICES, "age_band", "postcode"])))
    silent = judge(service, {code: value for code, value in told.items() if code not in skipped})
    told_so = judge(service, told | dict.fromkeys(skipped, "skip"))
    assert told_so.fit == silent.fit
    assert set(told_so.ask) == set(silent.ask) - skipped


@settings(deadline=None)  # the first postcode reads a file
@given(st.lists(rules, min_size=1, max_size=3), people)
def test_a_settled_verdict_asks_nothing_and_an_open_one_asks_what_is_not_known(
    several: list[dict[str, Any]], told: dict[str, Any]
) -> None:
    verdict = judge(_service(several), told)
    assert (verdict.fit == ASK) == bool(verdict.ask)
    assert not set(verdict.ask) & set(told)
    assert 0 <= verdict.likely <= 1
    assert (verdict.fit == NO) == bool(verdict.missed)


VALUES = {FITS: Verdict(FITS), ASK: Verdict(ASK, ask=("tenure",), likely=0.5), NO: Verdict(NO, missed=1)}


@pytest.mark.parametrize(
    ("one", "two", "both", "either"),
    [
        (FITS, FITS, FITS, FITS), (FITS, ASK, ASK, FITS), (FITS, NO, NO, FITS),
        (ASK, ASK, ASK, ASK), (ASK, NO, NO, ASK), (NO, NO, NO, NO),
    ],
)  # fmt: skip
def test_the_truth_tables(one: str, two: str, both: str, either: str) -> None:
    for parts in ([VALUES[one], VALUES[two]], [VALUES[two], VALUES[one]]):
        assert (all_of(parts).fit, any_of(parts).fit) == (both, either)
        turned = [opposite(part, "") for part in parts]
        assert opposite(all_of(parts), "").fit == any_of(turned).fit  # De Morgan
