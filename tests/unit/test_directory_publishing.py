"""Nothing private leaves: of every service that ships, whatever somebody writes into it."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.feeds import standard
from directory.publishing import WITHHELD, public_document
from tests.unit.directory_fixtures import documents

SHIPPED = documents()
each = pytest.mark.parametrize("slug", SHIPPED)
PLACE = {
    "id": "9f0c9f6e-6f6a-5a43-9d7e-0f4d4e0e7c11",
    "description": "Entrance behind the bakery",
    "phones": [{"id": "b6c5f6f8-6a3e-5a9c-8f51-7d7f64f9c3aa", "number": "01632 960123", "location_id": "loc-1"}],
    "location": {
        "id": "loc-1",
        "location_type": "physical",
        "name": "Juniper Lodge",
        "latitude": 52.21345,
        "longitude": 0.13579,
        "external_identifier": "10092008082",
        "street": "Off Quincunx Passage",
        "addresses": [
            {
                "id": "a", "address_1": "Flat 2, 17 Quincunx Passage", "city": "Cambridge", "postal_code": "CB99 9ZZ",
                "state_province": "Cambridgeshire", "country": "GB", "address_type": "physical",
            }
        ],
    },
}  # fmt: skip
GIVES_AWAY = ("juniper", "quincunx", "cb99", "9zz", "52.21345", "0.13579", "10092008082", "bakery", "larkspur")
SAYS_IT_AGAIN = "Come to Juniper  Lodge, 17 QUINCUNX PASSAGE, cb999zz (52.21345, 0.13579). We are kind."


def written(slug: str, **front_door: Any) -> dict[str, Any]:
    document = deepcopy(SHIPPED[slug])
    document["front_door"] |= front_door
    return document


def a_refuge(slug: str) -> dict[str, Any]:
    """A shipped service whose place must not be known, with feeds' ways of telling it all the same."""
    stop = [{"route": "2", "stop": "Larkspur Green", "walk_minutes": 1}]
    document = written(slug, confidential_address=True, what_happens=SAYS_IT_AGAIN, buses=stop)
    document["service_at_locations"] = [deepcopy(PLACE)]
    document["description"] = SAYS_IT_AGAIN
    document["url"] = "https://maps.example.org/?q=52.21345,0.13579"
    document["service_areas"].append({"id": "p", "extent": "[[52.2134,0.1357]]", "extent_type": "geojson"})
    document["organization"]["locations"] = [deepcopy(PLACE["location"])]
    document["contacts"] = [{"id": "c", "title": "The desk at Juniper Lodge", "phones": [{"id": "d", "number": "1"}]}]
    return document


@each
def test_what_we_ship_is_published_as_it_is_and_marked_as_a_demonstration(slug: str) -> None:
    shown = public_document(SHIPPED[slug])
    assert shown == SHIPPED[slug]
    assert shown["demonstration"] is True


@each
def test_the_copy_shares_nothing_with_the_record(slug: str) -> None:
    document = written(slug)
    shown = public_document(document)
    assert shown is not None
    shown["organization"]["name"] = shown["front_door"]["needs"] = "changed"
    assert document == SHIPPED[slug]


@each
@pytest.mark.parametrize("mark", [True, "true", "yes", 1, {"since": "2026"}])
def test_an_internal_service_is_not_there(slug: str, mark: Any) -> None:
    assert public_document(written(slug, internal=mark)) is None


@each
@pytest.mark.parametrize("mark", [False, None, ""])
def test_a_service_marked_as_not_internal_is_there(slug: str, mark: Any) -> None:
    assert public_document(written(slug, internal=mark)) == SHIPPED[slug]


@each
def test_a_confidential_place_leaves_no_trace(slug: str) -> None:
    shown = public_document(a_refuge(slug))
    text = json.dumps(shown).casefold()
    assert [word for word in GIVES_AWAY if word in text] == []
    assert shown is not None
    assert "service_at_locations" not in shown
    assert "url" not in shown
    assert WITHHELD in shown["description"]
    assert "We are kind." in shown["description"]


@each
def test_people_can_still_reach_a_confidential_service(slug: str) -> None:
    shown = public_document(a_refuge(slug))
    assert shown is not None
    assert "01632 960123" in [phone["number"] for phone in shown["phones"]]
    assert shown["name"] == SHIPPED[slug]["name"]
    assert shown["last_modified"] == SHIPPED[slug]["last_modified"]
    assert [area["extent"] for area in shown["service_areas"]] == [
        area["extent"] for area in SHIPPED[slug]["service_areas"]
    ]


def test_the_same_service_with_an_open_address_shows_it() -> None:
    document = a_refuge("wintercomfort")
    document["front_door"]["confidential_address"] = False
    shown = public_document(document)
    assert shown is not None
    assert shown["description"] == SAYS_IT_AGAIN
    assert shown["service_at_locations"][0]["location"]["latitude"] == 52.21345


@each
def test_the_owner_of_a_record_is_not_named(slug: str) -> None:
    document = written(slug, owner={"name": "Zuleika Dobson", "email": "zuleika@example.org"})
    document |= {"owner": "Zuleika Dobson", "assurer_email": "zuleika@example.org"}
    document["front_door"]["eligibility"] = [
        {"about": "age_band", "min": 18, "says": "18 or over", "source": "x", "confirmed_by": "zuleika"}
    ]
    shown = public_document(document)
    assert "zuleika" not in json.dumps(shown).casefold()
    assert shown is not None
    assert shown["front_door"]["eligibility"] == [{"about": "age_band", "min": 18, "says": "18 or over", "source": "x"}]


KNOWN = set(standard.Service.model_fields) | set(standard.Ours.model_fields) | {"internal", "confidential_address"}
keys = st.text(min_size=1, max_size=20).filter(lambda key: key not in KNOWN)


@settings(max_examples=100, deadline=None)
@given(slug=st.sampled_from(sorted(SHIPPED)), key=keys)
def test_a_field_that_nobody_named_stays_here(slug: str, key: str) -> None:
    document = written(slug, **{key: "secret-7f3a"})
    document[key] = "secret-7f3a"
    document["organization"].setdefault(key, "secret-7f3a") if key not in standard.Organization.model_fields else None
    assert "secret-7f3a" not in json.dumps(public_document(document))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


PARTS = sorted(set(standard.Service.model_fields) - {"front_door"})  # that one says what is confidential


@settings(max_examples=200, deadline=None)
@given(slug=st.sampled_from(sorted(SHIPPED)), key=st.sampled_from(PARTS), value=json_values)
def test_a_broken_part_breaks_nothing(slug: str, key: str, value: Any) -> None:
    document = a_refuge(slug) | {key: value}
    assert "quincunx" not in json.dumps(public_document(document)).casefold()


@pytest.mark.parametrize("value", [3, "x", [1], {"location": 3}, [{"location": "x"}], [None]])
def test_a_place_of_the_wrong_shape_breaks_nothing(value: Any) -> None:
    for holder in ("service_at_locations", "organization", "contacts", "phones", "locations"):
        assert public_document(written("wintercomfort", confidential_address=True) | {holder: value}) is not None


def test_a_block_that_we_cannot_read_may_have_said_internal() -> None:
    assert public_document(SHIPPED["wintercomfort"] | {"front_door": ["internal"]}) is None


def test_what_makes_hours_right_is_published() -> None:
    document = written("wintercomfort", exceptions=[{"on": "2026-12-25"}], bank_holidays="closed", term_time=True)
    document["schedules"] = [{"id": "s", "valid_from": "2026-12-25", "valid_to": "2026-12-25", "closed": True}]
    assert public_document(document) == document
