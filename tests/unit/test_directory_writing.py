"""What we publish passes the official schemas, whatever the feed was like that it came from."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from directory.feeds import standard
from directory.feeds.writing import as_standard, as_uuid
from directory.publishing import public_document
from foundation.settings import ROOT
from tests.unit.directory_fixtures import documents

SCHEMA = ROOT.parent / "shared/data/open-referral/oruk-3.0/compiled/service.json"
SHIPPED = documents()
each = pytest.mark.parametrize("slug", SHIPPED)
BARE = {"id": "17", "name": "Lunch club", "status": "active"}


def shown(document: dict[str, Any]) -> dict[str, Any]:
    public = public_document(document)
    assert public is not None
    return as_standard(public)


@pytest.fixture(scope="module")
def official() -> Draft202012Validator:
    if not SCHEMA.exists():
        pytest.skip("the official schemas are not here (shared/data/open-referral)")
    return Draft202012Validator(json.loads(SCHEMA.read_text()), format_checker=FormatChecker())


@each
def test_every_shipped_service_passes_the_official_schema(slug: str, official: Draft202012Validator) -> None:
    assert [error.message for error in official.iter_errors(shown(SHIPPED[slug]))] == []


@each
def test_writing_twice_is_writing_once(slug: str) -> None:
    assert shown(shown(SHIPPED[slug])) == shown(SHIPPED[slug])


def test_keys_that_are_no_uuids_become_the_same_uuid_wherever_they_stand() -> None:
    written = shown({**BARE, "organization": {"id": "org 5", "name": "Us"}, "organization_id": "org 5"})
    assert written["id"] == as_uuid("17") != "17"
    assert written["organization_id"] == written["organization"]["id"] == as_uuid("org 5")
    assert written["organization"]["description"] == ""


def test_empty_keys_of_children_are_filled() -> None:
    place = {"id": "p", "location_id": "", "location": {"id": "l", "addresses": [{"address_1": "1 High Street"}]}}
    written = shown({**BARE, "service_at_locations": [place], "phones": [{"number": "01632 960001"}, {"number": "2"}]})
    at = written["service_at_locations"][0]
    assert (at["service_id"], at["location_id"]) == (as_uuid("17"), as_uuid("l"))
    assert at["location"]["addresses"][0]["location_id"] == as_uuid("l")
    one, other = written["phones"]
    assert one["service_id"] == other["service_id"] == as_uuid("17")
    assert one["id"] != other["id"]


def test_what_is_broken_is_left_out_and_what_can_be_read_is_read() -> None:
    written = shown(
        {
            **BARE, "url": "no link", "email": "nobody", "minimum_age": "65", "maximum_age": "old", "description": None,
            "assured_date": "last week", "last_modified": "2026-11-22", "schedules": [{"id": "s", "freq": "DAILY"}],
        }
    )  # fmt: skip
    assert written["minimum_age"] == 65
    gone = {"url", "email", "maximum_age", "description", "assured_date", "last_modified"}
    assert not gone & set(written)
    assert "freq" not in written["schedules"][0]


def test_our_rule_about_age_is_the_standards_age() -> None:
    rules = [{"about": "age_band", "min": 16, "max": 25, "says": "16 to 25", "source": "x"}]
    written = shown({**BARE, "front_door": {"eligibility": rules}})
    assert (written["minimum_age"], written["maximum_age"]) == (16, 25)
    assert shown({**BARE, "minimum_age": 11, "front_door": {"eligibility": rules}})["minimum_age"] == 11
    either = [{"any": [{"about": "age_band", "min": 16}, {"about": "carer", "any_of": ["yes"]}]}]
    assert "minimum_age" not in shown({**BARE, "front_door": {"eligibility": either}})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [(model, name) for model in (standard.Service, standard.Organization) for name in standard.fields_of(model)]


@settings(max_examples=300, deadline=None)
@given(slug=st.sampled_from(sorted(SHIPPED)), at=st.sampled_from(FIELDS), value=json_values)
def test_nothing_that_a_feed_holds_breaks_the_schema(
    slug: str, at: tuple[type, str], value: Any, official: Draft202012Validator
) -> None:
    document = deepcopy(SHIPPED[slug])
    holder = document if at[0] is standard.Service else document["organization"]
    holder[at[1]] = value
    public = public_document(document)
    if public is not None:
        assert [error.message for error in official.iter_errors(as_standard(public))] == []
