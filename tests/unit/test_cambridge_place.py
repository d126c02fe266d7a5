"""The Cambridge demonstration: every record is sound, every need is met, and nobody is sent to the wrong council."""

import json
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from directory.circumstances import QUESTIONS
from directory.deciding.eligibility import FITS
from directory.deciding.matching import match
from directory.deciding.plan import Plan, make_plan
from directory.feeds.integrity import problems_of
from directory.model import Service, read_service
from foundation.needs import NEEDS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "directory/places/cambridge/services"
SCHEMA = ROOT.parent / "shared/data/open-referral/oruk-3.0/compiled/service.json"
GSS = re.compile(r"[EKNSW]\d{8}")
# Ofcom's numbers for drama: nobody answers them.
DRAMA = re.compile(
    r"01632960\d{3}|07700900\d{3}|08081570\d{3}|02079460\d{3}|03069990\d{3}"
    r"|0(11[3-8]|121|131|141|151|161|191)4960\d{3}"
)
HUB = {"jobcentre", "city_housing", "citizens_advice", "cvs", "county_adults", "county_children", "nhs_primary"}
MINUTES = dict.fromkeys(HUB, 30) | {"citizens_advice": 45}
BLOCK = {
    "agency", "needs", "eligibility", "access", "at_hub", "bring", "what_happens", "why", "comes_first",
    "uncertain", "confidential_address", "urgent",
}  # fmt: skip
CITY = "E07000008"
# A Cambridge grown-up about whom nothing is special.
ANYBODY = {
    "postcode": "CB4 3EH", "age_band": "35_54", "household": "couple", "children_ages": "none", "pregnant": "no",
    "tenure": "private", "eviction_notice": "no", "sleeping_tonight": "own_home", "employment_status": "employed",
    "income_band": "enough", "benefits_received": "none", "disability_or_condition": "no", "carer": "no",
    "immigration_status": "british_settled", "care_leaver": "no", "prison_leaver": "no", "armed_forces": "no",
    "safe_at_home": "yes", "language": "en", "access_needs": "none",
}  # fmt: skip

DOCUMENTS: dict[str, dict[str, Any]] = {
    file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.json"))
}
each = pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)


@cache
def services() -> tuple[Service, ...]:
    return tuple(read_service(document) for document in DOCUMENTS.values())


@cache
def validator() -> Draft202012Validator:
    if not SCHEMA.exists():
        pytest.skip("the Open Referral UK 3.0 schemas are not beside this repository")
    return Draft202012Validator(json.loads(SCHEMA.read_text()), format_checker=FormatChecker())


def plan(*needs: str, details: dict[str, str | None] | None = None, **circumstances: Any) -> Plan:
    return make_plan(services(), needs, circumstances, details=details)


def legs(found: Plan) -> dict[str, set[str]]:
    return {item.service.agency: set(item.needs) for item in found.legs}


def alone(found: Plan) -> dict[str, set[str]]:
    return {item.service.agency: set(item.needs) for item in found.alone}


def rules_in(document: dict[str, Any]) -> list[dict[str, Any]]:
    rules = document["front_door"]["eligibility"]
    return [part for rule in rules for part in (rule, *rule.get("any", []))]


# ------------------------------------------------------------- the whole


def test_it_is_a_directory_worth_the_name() -> None:
    organisations = {document["organization"]["id"] for document in DOCUMENTS.values()}
    assert len(DOCUMENTS) >= 48
    assert len(organisations) >= 27


def test_one_organisation_has_one_name_and_one_id() -> None:
    pairs = {(d["organization"]["id"], d["organization"]["name"]) for d in DOCUMENTS.values()}
    assert not [id for id, count in Counter(id for id, _ in pairs).items() if count > 1]
    assert not [name for name, count in Counter(name for _, name in pairs).items() if count > 1]


def test_no_two_records_share_an_id() -> None:
    for part in ("schedules", "phones", "languages", "service_areas", "service_at_locations", "attributes"):
        ids = [entry["id"] for document in DOCUMENTS.values() for entry in document.get(part, [])]
        assert len(ids) == len(set(ids)), part
    assert len({document["id"] for document in DOCUMENTS.values()}) == len(DOCUMENTS)


def test_some_records_are_old_enough_for_the_freshness_check_to_find() -> None:
    days = [date.fromisoformat(document["assured_date"]) for document in DOCUMENTS.values()]
    assert max(days) <= date(2026, 11, 22), "nothing is checked in the future"
    assert 2 <= sum(day < date(2026, 8, 1) for day in days) <= len(days) // 10


# ---------------------------------------------------------- each record


@each
def test_the_record_is_open_referral_uk(document: dict[str, Any]) -> None:
    assert [error.message for error in validator().iter_errors(document)] == []


@each
def test_what_the_schema_leaves_unchecked_is_sound(document: dict[str, Any]) -> None:
    assert problems_of(document) == []
    assert document["organization_id"] == document["organization"]["id"]
    assert document["demonstration"] is True
    assert "demo" not in (document["name"] + document["description"]).lower()
    if "url" in document:
        assert urlparse(document["url"]).scheme == "https"


@each
def test_the_front_door_block_has_the_shape_that_the_rest_relies_on(document: dict[str, Any]) -> None:
    block = document["front_door"]
    assert set(block) - {"minutes", "not_for"} == BLOCK
    assert block["access"] in {"drop_in", "self_refer", "referral_only", "appointment"}
    assert block["needs"]
    for meets in block["needs"]:
        assert meets["need"] in NEEDS
        assert meets["strength"] in (1, 2, 3)
    assert block["comes_first"] in range(10)
    assert block["why"].endswith(".")
    assert block["what_happens"].endswith(".")
    if block["at_hub"]:
        assert block["minutes"] == MINUTES[block["agency"]]
        assert block["access"] == "appointment"
    else:
        assert "minutes" not in block


@each
def test_the_taxonomy_terms_are_the_needs(document: dict[str, Any]) -> None:
    terms = [entry["taxonomy_term"] for entry in document["attributes"]]
    assert {term["taxonomy"] for term in terms} == {"Front Door needs"}
    assert {term["code"] for term in terms} == {meets["need"] for meets in document["front_door"]["needs"]}


@each
def test_every_rule_is_about_a_known_circumstance_and_says_its_source(document: dict[str, Any]) -> None:
    for rule in document["front_door"].get("not_for", []):
        assert rule["source"].strip()
        assert rule["says"].startswith("not for ")
        assert {id for id, _ in QUESTIONS[rule["about"]].choices} > set(rule["any_of"])
    for rule in rules_in(document):
        assert rule["source"].strip()
        assert rule["says"].startswith("for ")
        if "any" in rule:
            continue
        question = QUESTIONS[rule["about"]]
        asked = {id for id, _ in question.choices}
        for value in (*rule.get("any_of", ()), *rule.get("none_of", ())):
            assert value in asked or question.kind != "choice", f"{value} is no answer to {rule['about']}"


@each
def test_areas_are_gss_codes(document: dict[str, Any]) -> None:
    for area in document.get("service_areas", []):
        assert GSS.fullmatch(area["extent"])
        assert area["uri"].endswith(area["extent"])
        assert area["name"].strip()


@each
def test_no_number_is_made_up(document: dict[str, Any]) -> None:
    for phone in document.get("phones", []):
        digits = re.sub(r"\D", "", phone["number"])
        assert re.fullmatch(r"111|116123|0\d{9,10}", digits)
        assert not DRAMA.fullmatch(digits) or "demonstration" in phone.get("description", "")


@each
def test_what_we_do_not_know_is_said(document: dict[str, Any]) -> None:
    uncertain = document["front_door"]["uncertain"]
    if not document.get("schedules"):
        assert "hours" in uncertain or document["front_door"]["agency"] in ("iaa", "nhs_111")
    if not document.get("phones"):
        assert "phone" in uncertain
    assert document.get("phones") or document.get("url") or document["front_door"]["at_hub"], "no way to reach them"


@each
def test_an_address_that_must_stay_secret_is_not_here(document: dict[str, Any]) -> None:
    if document["front_door"]["confidential_address"]:
        assert not document.get("service_at_locations")
        assert not re.search(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", json.dumps(document["front_door"]))


@each
def test_sentences_are_short(document: dict[str, Any]) -> None:
    block = document["front_door"]
    for text in (document["description"], block["why"], block["what_happens"]):
        for sentence in re.split(r"(?<=[.!?])\s+", text):
            assert len(sentence.split()) <= 22, sentence
        assert not re.search(r"vulnerable|service user|triage|referral|\bcase\b", text, re.IGNORECASE)


# ------------------------------------------------------------- coverage


@pytest.mark.parametrize("need", NEEDS)
def test_an_ordinary_grown_up_in_cambridge_finds_two_services_for_every_need(need: str) -> None:
    found = [m.service.name for m in match(services(), [need], ANYBODY) if m.fit == FITS]
    assert len(found) >= 2, found


@pytest.mark.parametrize("postcode", ["CB24 9NN", "CB7 4EE", "PE29 3TN", "CB11 4ER", "CB8 8YN", "CO9 4AA"])
def test_every_need_is_met_round_cambridge_too(postcode: str) -> None:
    needs = [need for need in NEEDS if not match_fits(need, {**ANYBODY, "postcode": postcode})]
    assert needs == []


def match_fits(need: str, circumstances: dict[str, Any]) -> bool:
    return any(m.fit == FITS for m in match(services(), [need], circumstances))


@pytest.mark.parametrize(
    ("need", "detail", "agency"),
    [
        ("physical_health", "dental", "nhs_111"),
        ("physical_health", "gp_registration", "nhs_gp"),
        ("physical_health", "falls", "healthy_you"),
        ("money_debt", "council_tax", "city_housing"),
        ("housing", "eviction_notice", "city_housing"),
        ("housing", "sofa_surfing", "city_housing"),
        ("education_send", "school_place", "county_admissions"),
        ("mental_health", "bereavement", "cruse"),
        ("loneliness", "volunteering", "cvs"),
        ("employment", "volunteering", "cvs"),
    ],
)
def test_a_finer_need_finds_who_is_best_at_it(need: str, detail: str, agency: str) -> None:
    told = {"postcode": "CB4 3EH", "age_band": "65_79"}
    found = plan(need, details={need: detail}, **told)
    assert [item.service.agency for item in (*found.legs, *found.alone)] == [agency]


def test_the_council_one_rents_from_or_lives_under_is_the_one_that_helps() -> None:
    city_only = [s for s in services() if s.agency == "city_housing"]
    assert city_only
    assert all(s.areas == {CITY} for s in city_only)
    owners = {"CB24 9NN": "south_cambs", "CB7 4EE": "east_cambs", "PE29 3TN": "huntingdonshire",
              "CB11 4ER": "uttlesford", "CB8 8YN": "west_suffolk", "CO9 4AA": "braintree"}  # fmt: skip
    for postcode, council in owners.items():
        found = plan("housing", postcode=postcode, age_band="35_54", sleeping_tonight="friends_family")
        assert f"{council}_housing" in alone(found), postcode
        assert "city_housing" not in legs(found), postcode


# ------------------------------------------- the residents of the first issue


def test_out_of_work_and_behind_with_the_rent_to_the_council() -> None:
    needs = ("employment", "benefits", "rent_arrears", "money_debt", "mental_health")
    told = {"postcode": "CB4 3EH", "age_band": "35_54", "employment_status": "unemployed"}
    found = plan(*needs, tenure="council", **told)
    assert legs(found) == {
        "jobcentre": {"employment", "benefits"},
        "city_housing": {"rent_arrears"},
        "citizens_advice": {"money_debt"},
    }
    assert alone(found) == {"talking_therapies": {"mental_health"}}
    private = plan(*needs, tenure="private", **told)
    assert legs(private)["citizens_advice"] == {"rent_arrears", "money_debt"}


@pytest.mark.parametrize(
    "details", [{"physical_health": "falls"}, {"physical_health": "falls", "older_people_care": "carer"}]
)
def test_mum_who_fell_and_her_worn_out_carer(details: dict[str, str | None]) -> None:
    found = plan(
        "older_people_care", "physical_health", details=details, postcode="CB1 3RB", age_band="80_plus", carer="yes"
    )
    assert legs(found) == {"county_adults": {"older_people_care"}}
    assert set(alone(found)) == {"healthy_you", "caring_together"}


@pytest.mark.parametrize("told", [{"sleeping_tonight": "unsafe"}, {"safe_at_home": "no"}])
def test_violence_at_home_and_nowhere_to_go(told: dict[str, str]) -> None:
    found = plan("domestic_abuse", "housing", postcode="CB4 3EH", age_band="25_34", **told)
    assert alone(found) == {"womens_aid": {"domestic_abuse"}}
    assert [(item.service.agency, item.service.urgent) for item in found.legs] == [("city_housing", True)]


def test_out_of_prison_with_nothing() -> None:
    found = plan(
        "crime_exoffender", "housing", "benefits", "money_debt", postcode="CB4 3EH", age_band="25_34",
        prison_leaver="yes", sleeping_tonight="friends_family",
    )  # fmt: skip
    assert [item.service.agency for item in found.legs] == ["city_housing", "jobcentre", "citizens_advice"]
    assert alone(found) == {"probation_mentoring": {"crime_exoffender"}}


# ------------------------------------------------------------ helplines


def test_every_helpline_says_who_publishes_it_and_can_be_dialled() -> None:
    read = yaml.safe_load((ROOT / "directory/helplines.yml").read_text(encoding="utf-8"))
    assert read["checked"] <= date(2026, 11, 22)
    for name, line in read["lines"].items():
        assert {"number", "dial", "label", "note", "source", "certain"} <= set(line), name
        assert re.fullmatch(r"(tel|sms):\d{3,11}|https://\S+", line["dial"]), name
        assert not DRAMA.fullmatch(re.sub(r"\D", "", line["number"])), name
