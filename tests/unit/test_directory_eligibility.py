"""Each operator of the rules with a real service: what fits, what does not, and what is still to be asked."""

from typing import Any

import pytest

from directory.circumstances import QUESTIONS
from directory.deciding.eligibility import ASK, FITS, NO, judge, looks_at
from directory.model import read_service
from tests.unit.directory_fixtures import BANDS, by_slug, cambridge, made

CITY = {"postcode": "CB4 3EH"}
HOME = {**CITY, "sleeping_tonight": "own_home"}


@pytest.mark.parametrize(
    ("slug", "told", "fit", "ask"),
    [
        # any_of
        ("city-rent-help", {**CITY, "tenure": "council"}, FITS, ()),
        ("city-rent-help", {**CITY, "tenure": "private"}, NO, ()),
        ("city-rent-help", CITY, ASK, ("tenure",)),
        # min and max years
        ("adult-early-help", {**CITY, "age_band": "18_24"}, FITS, ()),
        ("adult-early-help", {**CITY, "age_band": "16_17"}, NO, ()),
        ("adult-early-help", CITY, ASK, ("age_band",)),
        ("centre-33", {**CITY, "age_band": "18_24"}, FITS, ()),
        ("centre-33", {**CITY, "age_band": "35_54"}, NO, ()),
        ("centre-33", CITY, ASK, ("age_band",)),
        # any of several rules
        ("city-homelessness", {**CITY, "sleeping_tonight": "street"}, FITS, ()),
        ("city-homelessness", {**HOME, "eviction_notice": "yes"}, FITS, ()),
        ("city-homelessness", {**HOME, "eviction_notice": "no", "safe_at_home": "yes"}, NO, ()),
        ("city-homelessness", {**HOME, "safe_at_home": "yes"}, ASK, ("eviction_notice",)),
        # areas
        ("city-housing-advice", CITY, FITS, ()),
        ("city-housing-advice", {"postcode": "CB10 1AA"}, NO, ()),
        ("city-housing-advice", {}, ASK, ("postcode",)),
        ("city-housing-advice", {"postcode": "CB4"}, ASK, ("postcode",)),  # CB4 lies in two councils
        # no rule and no area: for everyone
        ("stepchange-debt", {}, FITS, ()),
        # what was asked and not answered stays open and is not asked again
        ("city-rent-help", {**CITY, "tenure": "skip"}, ASK, ()),
        ("city-housing-advice", {"postcode": "skip"}, ASK, ()),
        ("city-homelessness", {**CITY, "sleeping_tonight": "skip", "safe_at_home": "yes"}, ASK, ("eviction_notice",)),
        # one rule that says no is enough, whatever is still open
        ("city-rent-help", {"tenure": "private"}, NO, ()),
    ],
)
def test_the_verdict(slug: str, told: dict[str, Any], fit: str, ask: tuple[str, ...]) -> None:
    verdict = judge(by_slug()[slug], told)
    assert (verdict.fit, set(verdict.ask)) == (fit, set(ask))


@pytest.mark.parametrize(
    ("rule", "told", "fit"),
    [
        ({"about": "tenure", "none_of": ["owner"]}, {"tenure": "private"}, FITS),
        ({"about": "tenure", "none_of": ["owner"]}, {"tenure": "owner"}, NO),
        ({"about": "tenure", "none_of": ["owner"]}, {}, ASK),
        ({"about": "carer", "any_of": [False]}, {"carer": "yes"}, NO),
        ({"about": "children_ages", "any_of": ["3", "4"]}, {"children_ages": [3, 9]}, FITS),
        ({"about": "children_ages", "any_of": ["3", "4"]}, {"children_ages": [9]}, NO),
        ({"about": "age_band", "min": 18}, {"age_band": "thirty-eight"}, ASK),
    ],
)
def test_operators_that_no_cambridge_service_uses_yet(rule: dict[str, Any], told: dict[str, Any], fit: str) -> None:
    assert judge(read_service(made("x", rules=[rule])), told).fit == fit


@pytest.mark.parametrize(
    ("limits", "fitting", "across"),
    [
        ({"min": 17}, {"16_17", "18_24", "25_34", "35_54", "55_64", "65_79", "80_plus"}, {"16_17"}),
        ({"min": 18}, {"18_24", "25_34", "35_54", "55_64", "65_79", "80_plus"}, set()),
        ({"max": 25}, {"under_16", "16_17", "18_24", "25_34"}, {"25_34"}),
        ({"min": 16, "max": 66}, {"16_17", "18_24", "25_34", "35_54", "55_64", "65_79"}, {"65_79"}),
        ({"min": 80}, {"80_plus"}, set()),
        ({"max": 15}, {"under_16"}, set()),
    ],
)
def test_age_bands_across_a_limit_fit_and_say_so(limits: dict[str, int], fitting: set[str], across: set[str]) -> None:
    service = read_service(made("x", rules=[{"about": "age_band", "says": "for an age", **limits}]))
    verdicts = {band: judge(service, {"age_band": band}) for band in BANDS}
    assert {band for band, verdict in verdicts.items() if verdict.fit == FITS} == fitting
    assert {band for band, v in verdicts.items() if "ask them about the exact age" in v.because} == across


def test_what_a_service_looks_at_is_all_that_can_change_its_verdict() -> None:
    everything = {code: q.choices[0][0] for code, q in QUESTIONS.items() if q.choices}
    everything |= {"postcode": "CB4 3EH", "age_band": "35_54"}
    for service in cambridge():
        looked_at = {code: value for code, value in everything.items() if code in looks_at(service)}
        assert judge(service, looked_at) == judge(service, everything), service.name
        assert set(judge(service, {}).ask) <= looks_at(service), service.name
