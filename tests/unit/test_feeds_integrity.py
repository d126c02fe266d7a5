"""What is wrong with a record beyond the schema, in words that its owner understands."""

from datetime import date
from typing import Any

import pytest

from directory.feeds.integrity import problems_of
from foundation.languages import speaking
from tests.unit.directory_fixtures import made

TODAY = date(2026, 11, 22)
HERE = {"id": "l", "location_type": "physical", "latitude": 52.2, "longitude": 0.12}


def at(**place: Any) -> dict[str, Any]:
    return {"service_at_locations": [{"id": "1", "location": HERE | place}]}


def open_at(**schedule: Any) -> dict[str, Any]:
    return {"schedules": [{"id": "s", **schedule}]}


WRONG: list[tuple[dict[str, Any], str]] = [
    # keys that are empty or lead nowhere
    ({"organization": None}, "names no organisation (no organization_id)"),
    ({"organization": None, "organization_id": "o9"}, "'o9', and the feed has no such organisation"),
    ({"organization": {"id": "o"}}, "names no organisation: it has no name"),
    ({"organization": {"id": "", "name": "Church"}}, "The organisation 'Church' has no id"),
    ({"organization_id": "o9"}, "organization_id is 'o9', but the organisation in the record is 'org-a'"),
    ({"service_at_locations": [{"id": "1"}]}, "A place where the service is given is missing (no location_id)"),
    ({"service_at_locations": [{"id": "1", "location_id": "l9"}]}, "'l9', and the feed has no such location"),
    ({"service_at_locations": [{"id": "1", "location_id": "l9", "location": HERE}]}, "location_id is 'l9'"),
    ({"phones": [{"id": "p", "number": "999", "service_id": "b"}]}, "A part of phones has service_id 'b'"),
    (at(addresses=[{"id": "d", "location_id": "l9"}]), "A part of addresses has location_id 'l9'"),
    ({"attributes": [{"id": "t", "link_id": "b"}]}, "An attribute has link_id 'b'"),
    # keys that are there twice
    ({"phones": [{"id": "p", "number": "1"}, {"id": "p", "number": "2"}]}, "phones has the id 'p' 2 times"),
    ({"contacts": [{"id": "c", "phones": [{"id": "p", "number": "1"}] * 3}]}, "phones has the id 'p' 3 times"),
    # places
    (at(latitude=100), "latitude 100 is not in the United Kingdom"),
    (at(latitude=0, longitude=0), "latitude 0 is not in"),
    (at(latitude=0.12, longitude=52.2), "are the wrong way round"),
    (at(longitude=None), "a latitude and not the other coordinate"),
    (at(latitude=float("nan")), "cannot be stored"),
    (at(latitude="north"), "latitude must be a number"),
    # dates and times
    ({"assured_date": "last spring"}, "assured date 'last spring' is not a date"),
    ({"assured_date": "22/11/2026"}, "is not a date"),
    ({"assured_date": "2026-11-31"}, "is not a date"),
    ({"assured_date": "2026-11-25"}, "has not come yet"),
    (open_at(opens_at="nine-ish"), "time 'nine-ish'"),
    (open_at(closes_at="25:00"), "time '25:00'"),
    (open_at(valid_from="2026-12-24", valid_to="2026-12-01"), "valid_from (2026-12-24) is after valid_to"),
    (open_at(dtstart="soon"), "dtstart is 'soon'"),
    (open_at(freq="EVERY DAY"), "repeats 'EVERY DAY'; use one of: WEEKLY, MONTHLY"),
    (open_at(byday="Mondays"), "day 'Mondays' is not one of MO, TU"),
    (open_at(byday="MO, Wednesday afternoons"), "day 'Wednesday afternoons'"),
    (open_at(bymonthday="32"), "day of the month '32'"),
    ({"service_at_locations": [{"id": "1", "location": HERE, "schedules": [{"opens_at": "x"}]}]}, "time 'x'"),
    ({"cost_options": [{"id": "c", "valid_from": "now"}]}, "valid_from is 'now'"),
    # words and numbers
    ({"status": "open"}, "status is 'open'; use one of: active, inactive"),
    ({"status": "Active"}, "status is 'Active'"),
    ({"minimum_age": 65, "maximum_age": 18}, "minimum_age (65) is more than maximum_age (18)"),
    ({"minimum_age": -1}, "minimum_age is -1, which is no age"),
    ({"maximum_age": 999}, "maximum_age is 999, which is no age"),
    ({"minimum_age": "over 60"}, "minimum_age must be a number"),
    ({"minimum_age": True}, "minimum_age must be a number"),
    ({"url": "javascript:alert(1)"}, "web address 'javascript:alert(1)'"),
    ({"url": "see our leaflet"}, "web address 'see our leaflet'"),
    ({"organization": {"id": "org-a", "name": "A", "website": "data:text/html,x"}}, "web address"),
    ({"email": "ring us"}, "e-mail address 'ring us'"),
    ({"phones": [{"id": "p", "number": "ask at the desk"}]}, "phone number 'ask at the desk'"),
    ({"phones": [{"id": "p"}]}, "phone number None"),
    # the shape
    ({"phones": "01632 960001"}, "phones must be a list of objects"),
    ({"phones": [["01632 960001"]]}, "phones must be a list of objects"),
    ({"organization": ["Church"]}, "organization must be an object"),
    ({"name": {"en": "Lunch"}}, "name must be one value"),
    ({"front_door": {"not_for": [{"all": []}]}}, "joins nothing"),
    ({"front_door": {"eligibility": [{"not": {"about": "shoes", "any_of": ["9"]}}]}}, "looks at 'shoes'"),
]


@pytest.mark.parametrize(("change", "says"), WRONG, ids=lambda value: str(value)[:50])
def test_what_is_wrong_is_said(change: dict[str, Any], says: str) -> None:
    problems = problems_of(made("a") | change, today=TODAY)
    assert len(problems) == 1, problems
    assert says in str(problems[0])
    assert str(problems[0]).endswith(".")


@pytest.mark.parametrize("change", [change for change, _ in WRONG], ids=lambda value: str(value)[:50])
def test_it_is_said_in_polish_too_with_what_stands_in_the_record(change: dict[str, Any]) -> None:
    (problem,) = problems_of(made("a") | change, today=TODAY)
    with speaking("pl"):
        said = problem.said()
        assert problem.said() != str(problem)
    assert all(str(value) in said for value in problem.places.values())
    assert problem.said() == str(problem), "English is spoken again"


FINE: list[dict[str, Any]] = [
    {"organization_id": "org-a"},
    {"organization_id": "", "phones": [{"id": "p", "service_id": "", "location_id": None, "number": "111"}]},
    at(addresses=[{"id": "d", "location_id": "l"}]),
    at(latitude=None, longitude=None),
    at(latitude="52.2", longitude="0.12"),
    {"assured_date": "2026-11-22T09:00:00Z"},
    {"assured_date": "2026-11-23"},  # it is tomorrow already somewhere
    open_at(opens_at="09:00:00Z", closes_at="24:00", byday="MO,TU", freq="WEEKLY"),
    open_at(byday="1MO,-1FR", freq="MONTHLY", bymonthday="1,-1"),
    {"minimum_age": 0, "maximum_age": "100"},
    {"minimum_age": 18, "maximum_age": 18},
    {"attributes": [{"id": "t", "link_id": "e1", "link_entity": "eligibility"}]},
    {"extra": {"anything": [1, {"at": "all"}]}},
]


@pytest.mark.parametrize("change", FINE, ids=lambda value: str(value)[:50])
def test_what_is_right_is_left_alone(change: dict[str, Any]) -> None:
    assert problems_of(made("a") | change, today=TODAY) == []


def test_every_mistake_is_told_at_once() -> None:
    both = made("a") | {"status": "open", "minimum_age": 70, "maximum_age": 7}
    assert len(problems_of(both, today=TODAY)) == 2
