"""Rules that the demonstration hardly uses: joined ones, exact ages, children, homes by code, whom it is not for."""

from typing import Any

import pytest

from directory.deciding.eligibility import ASK, FITS, NO, judge, looks_at
from directory.model import ServiceBroken, read_service
from tests.unit.directory_fixtures import made

COUNCIL = {"about": "tenure", "any_of": ["council"], "says": "for council tenants"}
ALONE = {"about": "household", "any_of": ["alone"], "says": "for people who live alone"}
OWNER = {"about": "tenure", "any_of": ["owner"], "says": "not for people who own their home"}
IN_THE_CITY = {"about": "postcode", "any_of": ["E07000008"], "says": "for people in Cambridge"}
BEEN_IN_CARE = {"about": "care_leaver", "any_of": ["yes"], "says": "for people who were in care"}


@pytest.mark.parametrize(
    ("rule", "told", "fit", "ask"),
    [
        ({"all": [COUNCIL, ALONE]}, {"tenure": "council"}, ASK, {"household"}),
        ({"all": [COUNCIL, ALONE]}, {"tenure": "owner"}, NO, set()),
        ({"any": [{"all": [COUNCIL, ALONE]}, BEEN_IN_CARE]}, {"tenure": "owner"}, ASK, {"care_leaver"}),
        ({"any": [{"all": [COUNCIL, ALONE]}, BEEN_IN_CARE]}, {"care_leaver": "yes"}, FITS, set()),
        ({"not": {"any": [OWNER, ALONE]}}, {"tenure": "owner"}, NO, set()),
        ({"not": {"any": [OWNER, ALONE]}}, {"tenure": "council"}, ASK, {"household"}),
        ({"not": {"any": [OWNER, ALONE]}}, {"tenure": "council", "household": "couple"}, FITS, set()),
        # where they live, as one of several ways in: Cambridge, or been in care
        ({"any": [IN_THE_CITY, BEEN_IN_CARE]}, {"postcode": "CB10 1AA"}, ASK, {"care_leaver"}),
        ({"any": [IN_THE_CITY, BEEN_IN_CARE]}, {"postcode": "CB4 3EH"}, FITS, set()),
        (IN_THE_CITY, {"postcode": "CB4"}, ASK, {"postcode"}),  # CB4 lies in two councils
        (IN_THE_CITY, {"postcode": "none"}, FITS, set()),
        # exact ages where they are known; where only the band is, the service's staff look at a band that lies across
        ({"about": "age_band", "max": 25}, {"age_band": "25_34"}, FITS, set()),
        ({"about": "age_band", "max": 25}, {"age_band": "25_34", "age": 26}, NO, set()),
        ({"about": "age_band", "max": 25}, {"age": "25"}, FITS, set()),
        ({"about": "age_band", "max": 25}, {"age": "no idea"}, ASK, {"age_band"}),
        # one child of the right age is enough
        ({"about": "children_ages", "max": 4}, {"children_ages": ["3", "15"]}, FITS, set()),
        ({"about": "children_ages", "max": 4}, {"children_ages": ["9"]}, NO, set()),
        ({"about": "children_ages", "max": 4}, {"children_ages": "none"}, NO, set()),
        # an answer that is none of the question's is not known
        (COUNCIL, {"tenure": "houseboat"}, ASK, {"tenure"}),
        ({"about": "language", "any_of": ["so"]}, {"language": "so"}, FITS, set()),
    ],
)
def test_what_a_rule_says(rule: dict[str, Any], told: dict[str, Any], fit: str, ask: set[str]) -> None:
    verdict = judge(read_service(made("x", rules=[rule])), told)
    assert (verdict.fit, set(verdict.ask)) == (fit, ask)


@pytest.mark.parametrize(
    ("told", "fit", "because"),
    [({"tenure": "owner"}, NO, (OWNER["says"],)), ({"tenure": "private"}, FITS, ()), ({}, ASK, ())],
)
def test_whom_it_is_not_for(told: dict[str, Any], fit: str, because: tuple[str, ...]) -> None:
    verdict = judge(read_service(made("x", not_for=[OWNER])), told)
    assert (verdict.fit, verdict.because) == (fit, because)


def test_an_open_verdict_says_on_what_condition_it_would_fit() -> None:
    verdict = judge(read_service(made("x", rules=[COUNCIL, ALONE])), {"household": "alone"})
    assert verdict.because == (ALONE["says"],)
    assert verdict.provided == (COUNCIL["says"],)


@pytest.mark.parametrize(
    ("fields", "band", "fit"),
    [
        ({"minimum_age": 18}, "16_17", NO), ({"minimum_age": 18}, "18_24", FITS), ({"minimum_age": "65"}, "25_34", NO),
        ({"maximum_age": 25.0}, "35_54", NO), ({"minimum_age": 11, "maximum_age": 17}, "35_54", NO),
        ({"minimum_age": 0, "maximum_age": 120}, "80_plus", FITS), ({"minimum_age": None}, "under_16", FITS),
        ({"minimum_age": 60, "maximum_age": 18}, "35_54", FITS),  # a contradiction shuts nobody out
    ],
)  # fmt: skip
def test_open_referrals_own_ages_count(fields: dict[str, Any], band: str, fit: str) -> None:
    assert judge(read_service(made("x") | fields), {"age_band": band}).fit == fit


def test_ages_that_are_told_twice_are_one_rule() -> None:
    adults = {"about": "age_band", "min": 18, "says": "for adults", "source": "its leaflet"}
    twice = read_service(made("x", rules=[adults]) | {"minimum_age": 18})
    assert [rule["says"] for rule in twice.rules] == ["for adults"]
    narrower = read_service(made("x", rules=[adults]) | {"minimum_age": 50})
    assert judge(narrower, {"age_band": "35_54"}).fit == FITS  # a band that lies across
    assert judge(narrower, {"age_band": "25_34"}).fit == NO
    assert all(rule["source"] for rule in narrower.rules)


@pytest.mark.parametrize("broken", [{"about": "tenure"}, {"any_of": ["x"]}, {"not": {}}, {"any": [{"about": "carer"}]}])
def test_what_is_no_rule_breaks_its_record_and_no_other(broken: dict[str, Any]) -> None:
    with pytest.raises(ServiceBroken):
        read_service(made("x", rules=[broken]))


def test_what_nested_rules_look_at() -> None:
    service = read_service(made("x", rules=[{"any": [{"all": [COUNCIL, {"not": ALONE}]}]}], not_for=[BEEN_IN_CARE]))
    assert looks_at(service) == {"tenure", "household", "care_leaver"}


@pytest.mark.parametrize("told", [{"state": "closed", "date": "2026-11-01"}, {"state": "full"}, "full"])
def test_a_capacity_that_cannot_be_read_breaks_its_record(told: Any) -> None:
    with pytest.raises(ServiceBroken):
        read_service(made("x", capacity=told))
