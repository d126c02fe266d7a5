"""Each kind of rule, with a service that really has it; and what three-valued judging promises."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.circumstances import QUESTIONS
from directory.deciding.eligibility import BANDS, judge
from directory.feeds.integrity import problems_of
from tests.unit.directory_examples import cambridge, example, made_up

IN_CAMBRIDGE = {"postcode": "CB4 3EH"}


@pytest.mark.parametrize(
    ("slug", "told", "fit"),
    [
        # any_of: help with rent is for the council's own tenants
        ("city-rent-help", {"tenure": "council"}, "fits"),
        ("city-rent-help", {"tenure": "private"}, "no"),
        ("city-rent-help", {}, "ask"),
        ("city-rent-help", {"tenure": "skip"}, "ask"),
        # min: Adult Early Help begins at 18, falls prevention at 65
        ("adult-early-help", {"age_band": "80_plus"}, "fits"),
        ("adult-early-help", {"age_band": "16_17"}, "no"),
        ("falls-prevention", {"age_band": "55_64"}, "no"),
        ("falls-prevention", {"age_band": "65_79"}, "fits"),
        # max: Centre 33 ends at 25, which lies inside a band
        ("centre-33", {"age_band": "under_16"}, "fits"),
        ("centre-33", {"age_band": "25_34"}, "fits"),
        ("centre-33", {"age_band": "35_54"}, "no"),
        # any: the homelessness team is for people without a safe bed, or told to leave
        ("city-homelessness", {"sleeping_tonight": "street"}, "fits"),
        ("city-homelessness", {"sleeping_tonight": "own_home", "eviction_notice": "yes"}, "fits"),
        ("city-homelessness", {"sleeping_tonight": "own_home", "eviction_notice": "no", "safe_at_home": "yes"}, "no"),
        ("city-homelessness", {"sleeping_tonight": "own_home"}, "ask"),
    ],
)
def test_rules_of_real_services(slug: str, told: dict[str, Any], fit: str) -> None:
    assert judge(example(slug), IN_CAMBRIDGE | told).fit == fit


@pytest.mark.parametrize(("status", "fit"), [("asylum_seeker", "no"), ("refugee", "fits")])
def test_none_of_shuts_out(status: str, fit: str) -> None:
    # GOV.UK, Asylum support: people seeking asylum cannot claim mainstream benefits; refugees can.
    rule = {"about": "immigration_status", "none_of": ["asylum_seeker"], "says": "not for people seeking asylum"}
    assert judge(made_up("Claims", eligibility=[rule]), {"immigration_status": status}).fit == fit


def test_a_hand_edited_true_means_yes() -> None:
    carers = made_up("Carers", eligibility=[{"about": "carer", "any_of": [True], "says": "for carers"}])
    assert judge(carers, {"carer": "yes"}).fit == "fits"
    assert judge(carers, {"carer": "no"}).fit == "no"


def test_an_age_across_the_limit_is_for_the_service_to_look_at() -> None:
    verdict = judge(example("nhs-talking-therapies"), IN_CAMBRIDGE | {"age_band": "16_17"})
    assert verdict.fit == "fits"
    assert any("exact age" in reason for reason in verdict.because)


def test_reasons_are_the_rules_own_words() -> None:
    verdict = judge(example("city-rent-help"), IN_CAMBRIDGE | {"tenure": "private"})
    assert verdict.because == (example("city-rent-help").rules[0]["says"],)


def test_what_was_skipped_stays_open_and_is_not_asked_again() -> None:
    assert judge(example("city-rent-help"), IN_CAMBRIDGE).ask == ("tenure",)
    assert judge(example("city-rent-help"), IN_CAMBRIDGE | {"tenure": "skip"}).ask == ()


@pytest.mark.parametrize(
    ("postcode", "fit"),
    [
        ("CB4 3EH", "fits"),  # Cambridge
        ("CB10 1AA", "no"),  # Saffron Walden, in Essex
        ("CB24 9NN", "no"),  # South Cambridgeshire
        ("CB4", "ask"),  # partly in the city
        ("none", "fits"),  # no address: served where they are
    ],
)
def test_a_district_councils_area(postcode: str, fit: str) -> None:
    assert judge(example("city-housing-advice"), {"postcode": postcode}).fit == fit


def test_without_a_postcode_the_area_is_open() -> None:
    assert judge(example("city-housing-advice"), {}).ask == ("postcode",)
    assert judge(example("national-domestic-abuse-helpline"), {}).fit == "fits"


def test_a_countys_service_reaches_all_its_districts_and_no_other_county() -> None:
    told = {"age_band": "65_79"}
    assert judge(example("adult-early-help"), told | {"postcode": "CB7 4EE"}).fit == "fits"
    assert judge(example("adult-early-help"), told | {"postcode": "CB10 1AA"}).fit == "no"


ANSWERS = {code: [id for id, _ in q.values] for code, q in QUESTIONS.items() if q.values} | {
    "age_band": list(BANDS),
    "postcode": ["CB4 3EH", "CB10 1AA", "none"],
}
people = st.fixed_dictionaries({}, optional={code: st.sampled_from(ids) for code, ids in ANSWERS.items()})


@given(people, st.data())
def test_knowing_more_never_overturns_what_was_settled(told: dict[str, str], data: st.DataObject) -> None:
    service = data.draw(st.sampled_from(cambridge()))
    kept = data.draw(st.sets(st.sampled_from(sorted(told)))) if told else set()
    less = judge(service, {code: told[code] for code in kept}).fit
    assert less in ("ask", judge(service, told).fit)


@given(people)
def test_who_has_answered_everything_that_is_asked_is_settled(told: dict[str, str]) -> None:
    for service in cambridge():
        verdict = judge(service, told)
        assert (verdict.fit == "ask") == bool(verdict.ask)
        assert not set(verdict.ask) & set(told)


def test_every_rule_of_the_demonstration_cites_its_source_in_plain_words() -> None:
    parts = [(s.name, part) for s in cambridge() for rule in s.rules for part in rule.get("any", [rule])]
    assert parts
    assert [name for name, part in parts if not part.get("source") or not part.get("says")] == []


def test_the_demonstration_is_whole() -> None:
    assert {s.name: problems_of(s.document) for s in cambridge() if problems_of(s.document)} == {}
