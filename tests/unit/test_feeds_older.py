"""Services of Open Referral UK 1.0, read as 3.0, and the official examples as they are."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from directory.feeds.integrity import problems_of
from directory.feeds.oruk1 import as_newer, is_older
from directory.feeds.records import Unreadable
from directory.feeds.sources import read_source
from directory.feeds.writing import as_standard
from directory.hours import CLOSED, OPEN, hours_of, state_of
from directory.model import read_service
from directory.publishing import public_document

SHARED = Path(__file__).parents[3] / "shared" / "data" / "open-referral"

OLDER: dict[str, Any] = {
    "id": "b3ca9b5c-1d3a-4c5c-9f0e-000000000001",
    "name": "Lunch club",
    "description": "<p>A hot lunch.</p>",
    "assured_date": "2026-10-01",
    "attending_access": "referral",
    "attending_type": "venue",
    "deliverable_type": "Advice",
    "organization": {"id": "o1", "name": "A church", "description": "A church.", "url": "http://church.example"},
    "eligibilitys": [
        {"id": "e1", "eligibility": "adult", "minimum_age": 60, "maximum_age": 120,
         "link_taxonomies": [{"id": "lt1", "taxonomy": {"id": "need:7", "name": "Frailty", "vocabulary": "needs"}}]},
        {"id": "e2", "eligibility": "family", "minimum_age": 50, "maximum_age": 99},
    ],
    "regular_schedules": [
        {"id": "r1", "opens_at": "12:00:00", "closes_at": "14:00:00", "byday": "TU"},
        {"id": "r2", "opens_at": "10:00", "closes_at": "11:00", "weekday": "Friday"},
    ],
    "holiday_schedules": [{"id": "h1", "closed": True, "start_date": "2026-12-24", "end_date": "2027-01-02"}],
    "service_at_locations": [
        {
            "id": "sl1",
            "regular_schedules": [{"id": "r3", "byday": "WE", "freq": "WEEKLY", "opens_at": "09:00"}],
            "location": {
                "id": "l1", "name": "Hall", "latitude": 52.2, "longitude": 0.12,
                "physical_addresses": [{"id": "a1", "address_1": "1 High Street", "postal_code": "CB1 1AA"}],
                "accessibility_for_disabilities": [{"id": "x1", "accessibility": "Ramp"}],
            },
        }
    ],
    "contacts": [{"id": "c1", "name": "Office", "title": "Reception",
                  "phones": [{"id": "p1", "number": "01632 960001", "language": "English"}]}],
    "cost_options": [{"id": "k1", "amount": 3, "option": "Lunch",
                      "link_taxonomies": [{"id": "lt2", "taxonomy": {"id": "t2", "name": "Meals"}}]}],
    "fundings": [{"id": "f1", "source": "Gifts"}],
    "languages": [{"id": "g1", "language": "Polish"}],
    "service_areas": [{"id": "s1", "service_area": "Cambridge",
                       "uri": "http://statistics.data.gov.uk/id/statistical-geography/E07000008"}],
    "service_taxonomys": [{"id": "st1", "taxonomy": {"id": "esdServiceTypes:281", "name": "Meals at a day centre",
                                                     "vocabulary": "esdServiceTypes"}}],
    "reviews": [{"id": "v1", "title": "Good", "score": "5"}],
    "our_own_note": {"kept": True},
}  # fmt: skip


def read(tmp_path: Path, content: Any) -> list[Any]:
    path = tmp_path / "feed.json"
    path.write_text(json.dumps(content))
    return list(read_source(str(path)))


@pytest.fixture
def newer(tmp_path: Path) -> dict[str, Any]:
    (record,) = read(tmp_path, {"content": [OLDER], "last": True, "totalElements": 1})
    assert isinstance(record, dict)
    return record


def test_it_is_a_service_without_fault_that_can_be_matched(newer: dict[str, Any]) -> None:
    assert problems_of(newer) == []
    service = read_service(newer)
    assert (service.organisation, service.access, service.areas) == ("A church", "referral_only", {"E07000008"})
    assert newer["status"] == "active"


def test_who_it_is_for(newer: dict[str, Any]) -> None:
    assert (newer["minimum_age"], newer["maximum_age"]) == (50, 120)
    assert newer["eligibility_description"] == "adult; family"
    assert [row["id"] for row in newer["eligibilitys"]] == ["e1", "e2"]  # which ages go with which kind is kept


def test_hours_weekly_and_dated(newer: dict[str, Any]) -> None:
    told = [{k: v for k, v in one.items() if k != "id"} for one in newer["schedules"]]
    assert told == [
        {"opens_at": "12:00:00", "closes_at": "14:00:00", "byday": "TU", "freq": "WEEKLY"},
        {"opens_at": "10:00", "closes_at": "11:00", "byday": "FR", "freq": "WEEKLY"},
    ]
    (at,) = newer["service_at_locations"]
    assert at["schedules"] == [{"id": "r3", "byday": "WE", "freq": "WEEKLY", "opens_at": "09:00"}]


def test_days_with_other_hours_keep_their_name_and_are_understood(newer: dict[str, Any]) -> None:
    hours = hours_of(newer | {"service_at_locations": []})
    tuesday_at_one = datetime(2026, 12, 15, 13, tzinfo=UTC)
    assert state_of(hours, tuesday_at_one).state == OPEN
    assert state_of(hours, tuesday_at_one + timedelta(days=14)).state == CLOSED  # the closed days round Christmas


def test_what_is_converted_already_is_not_changed_again(newer: dict[str, Any]) -> None:
    assert as_newer(newer) == newer


def test_places_phones_money_languages(newer: dict[str, Any]) -> None:
    (at,) = newer["service_at_locations"]
    place = at["location"]
    assert place["location_type"] == "physical"
    assert place["addresses"] == [
        {"id": "a1", "address_1": "1 High Street", "postal_code": "CB1 1AA", "address_type": "physical"}
    ]
    assert place["accessibility"] == [{"id": "x1", "accessibility": "Ramp"}]
    assert newer["phones"] == [
        {"id": "p1", "number": "01632 960001", "contact_id": "c1", "description": "Office, Reception",
         "languages": [{"name": "English"}]}
    ]  # fmt: skip
    assert newer["contacts"] == [{"id": "c1", "name": "Office", "title": "Reception"}]
    assert newer["funding"] == [{"id": "f1", "source": "Gifts"}]
    assert newer["languages"] == [{"id": "g1", "name": "Polish"}]
    assert newer["service_areas"][0]["name"] == "Cambridge"
    assert newer["organization"]["website"] == "http://church.example"


def test_every_kind_of_taxonomy_becomes_attributes_of_what_it_was_said_of(newer: dict[str, Any]) -> None:
    terms = {one["id"]: one for one in newer["attributes"]}
    assert terms["st1"]["taxonomy_term"] == {
        "id": "esdServiceTypes:281", "name": "Meals at a day centre", "taxonomy": "esdServiceTypes",
        "code": "esdServiceTypes:281", "description": "Meals at a day centre",
    }  # fmt: skip
    assert (terms["st1"]["link_id"], terms["st1"]["link_entity"]) == (OLDER["id"], "service")
    assert (terms["lt1"]["link_id"], terms["lt1"]["link_type"]) == ("e1", "eligibility")
    assert newer["cost_options"][0]["attributes"][0]["taxonomy_term"]["name"] == "Meals"


def test_what_the_newer_standard_has_no_name_for_is_kept(newer: dict[str, Any]) -> None:
    for key in ("reviews", "our_own_note", "attending_type", "attending_access", "deliverable_type"):
        assert newer[key] == OLDER[key]


def test_no_name_of_the_older_standard_is_left_where_the_newer_has_one(newer: dict[str, Any]) -> None:
    text = json.dumps(newer)
    for name in ("regular_schedules", "physical_addresses", "fundings", "service_taxonomys",
                 "link_taxonomies", "accessibility_for_disabilities", '"vocabulary"', '"language":'):  # fmt: skip
        assert name not in text


def test_a_newer_record_is_left_as_it_is() -> None:
    assert not is_older({"id": "a", "schedules": [], "organization": {"website": "x"}, "contacts": [{"phones": []}]})


@pytest.mark.parametrize(
    "change",
    [{"eligibilitys": "adults"}, {"regular_schedules": [7]}, {"contacts": {"name": "x"}}, {"languages": ["Polish"]},
     {"organization": "A church"}, {"service_at_locations": "Hall"}, {"service_taxonomys": [{"taxonomy": "x"}]}],
)  # fmt: skip
def test_parts_of_no_shape_leave_the_neighbour_alone(tmp_path: Path, change: dict[str, Any]) -> None:
    odd, good = read(tmp_path, [OLDER | change, OLDER])
    assert isinstance(good, dict)
    assert isinstance(odd, dict | Unreadable)


# ---------------------------------------------------------------- the official examples

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data of ../shared is not here")


@needs_shared
def test_the_official_example_is_read_and_its_mistakes_are_told() -> None:
    """The example places a location at latitude 100; all else of it is right."""
    (record,) = read_source(str(SHARED / "oruk-3.0" / "examples" / "service_full.json"))
    assert isinstance(record, dict)
    assert list(map(str, problems_of(record))) == [
        "The latitude 100 is not in the United Kingdom.", "The longitude 101 is not in the United Kingdom.",
    ]  # fmt: skip


@needs_shared
def test_a_service_of_1_0_leaves_as_3_0_that_passes_the_official_schema(newer: dict[str, Any]) -> None:
    schema = json.loads((SHARED / "oruk-3.0" / "compiled" / "service.json").read_text())
    public = public_document(newer)
    assert public is not None
    problems = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).iter_errors(
        as_standard(public)
    )
    assert [problem.message for problem in problems] == []


@needs_shared
@pytest.mark.parametrize("name", ["service_list.json", "organization_list.json", "taxonomy_list.json"])
def test_the_official_lists_are_pages(name: str) -> None:
    assert len(list(read_source(str(SHARED / "oruk-3.0" / "examples" / name)))) == 1
