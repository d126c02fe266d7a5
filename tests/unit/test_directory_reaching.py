"""When, where and how to get there, on a card, for one person; and the same card seen later or in another language."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from directory.cards import card, hours_now, said_again
from directory.deciding.plan import PlanItem
from directory.model import read_service
from foundation.languages import speaking
from tests.unit.directory_examples import made_up_document

TUESDAY = datetime(2026, 11, 24, 10, tzinfo=UTC)
OFFICE = [{"id": "1", "freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR", "opens_at": "09:00", "closes_at": "17:00"}]
SATURDAY = [{"id": "2", "freq": "WEEKLY", "byday": "SA", "opens_at": "10:00", "closes_at": "12:00"}]


def at_place(city: str, latitude: float, longitude: float, **more: Any) -> dict[str, Any]:
    address = {"id": city, "address_1": "1 Market Street", "city": city, "postal_code": ""}
    where = {"id": city, "location_type": "physical", "latitude": latitude, "longitude": longitude}
    return {"id": city, "location": where | {"addresses": [address]}, **more}


CAMBRIDGE = at_place("Cambridge", 52.2050, 0.1190)
ELY = at_place("Ely", 52.3986, 0.2640, schedules=SATURDAY)
TWO = {"schedules": OFFICE, "service_at_locations": [CAMBRIDGE, ELY]}


def card_of(record: dict[str, Any], *, now: datetime = TUESDAY, told: dict[str, Any] | None = None, **ours: Any) -> Any:
    service = read_service(made_up_document("Advice", **ours) | record)
    shown = card(PlanItem(service, ("housing",), ()), now=now, circumstances=told or {})
    return json.loads(json.dumps(shown))  # as it is kept


def test_of_several_places_the_nearest_with_its_own_hours() -> None:
    in_town = card_of(TWO, told={"postcode": "CB4 3EH"})
    assert (in_town["where"], in_town["when"]) == ("1 Market Street, Cambridge", "Monday to Friday, 9am to 5pm")
    assert in_town["getting_there"] == ["About 1 mile away."]  # 1.2 km, as the grid has it
    in_the_fens = card_of(TWO, told={"postcode": "CB7 4EE"})
    assert (in_the_fens["where"], in_the_fens["when"]) == ("1 Market Street, Ely", "Saturday, 10am to 12 noon")
    assert in_the_fens["open_state"]["state"] == "closed"


@pytest.mark.parametrize("postcode", [None, "skip", "none", "CB24"])
def test_without_a_postcode_it_is_the_first_place_and_no_distance(postcode: str | None) -> None:
    shown = card_of(TWO, told={"postcode": postcode} if postcode else {})
    assert (shown["where"], shown["getting_there"]) == ("1 Market Street, Cambridge", [])


def test_what_is_kept_of_a_distance_does_not_tell_where_somebody_lives() -> None:
    assert card_of(TWO, told={"postcode": "CB4 3EH"})["metres"] % 100 == 0


def test_a_refuge_says_neither_where_nor_how_far() -> None:
    buses = [{"route": "Citi 2", "stop": "Emmanuel Street"}]
    shown = card_of(TWO, told={"postcode": "CB4 3EH"}, confidential_address=True, buses=buses)
    assert (shown["where"], shown["getting_there"]) == ("", [])
    assert "metres" not in shown
    assert not any(word in json.dumps(shown) for word in ("Market Street", "Ely", "Citi", "52.2"))


def test_it_is_open_now_until_it_is_not() -> None:
    shown = card_of(TWO)
    assert hours_now(shown, TUESDAY) == "Open now until 5pm."
    assert hours_now(shown, TUESDAY + timedelta(hours=9)) == "Closed now. Opens tomorrow at 9am."
    assert hours_now(shown, TUESDAY + timedelta(days=9)) == ""
    assert hours_now(card_of({}), TUESDAY) == ""
    assert hours_now({"when": "Every day"}, TUESDAY) == ""  # a card from before there were hours on it


def test_christmas_is_told_in_time() -> None:
    shown = card_of(TWO, now=datetime(2026, 12, 18, 10, tzinfo=UTC), bank_holidays="closed")
    assert shown["changes"][0].startswith("Closed on Friday 25 December, on Monday 28 December")


def test_old_facts_are_labelled_and_evidence_makes_them_old() -> None:
    assert card_of({"assured_date": "2026-11-20"})["old_facts"] == ""
    assert card_of({"assured_date": "2026-01-20"})["old_facts"] == "These facts are old. Ring before you go."
    assert card_of({})["old_facts"] == "These facts are old. Ring before you go."


def test_what_suits_the_person_is_good_to_know() -> None:
    steps = {"service_at_locations": [CAMBRIDGE | {"location": {"accessibility": [{"description": "No lift"}]}}]}
    shown = card_of(steps, told={"access_needs": "step_free", "language": "pl"})
    assert shown["good_to_know"] == [
        "There are steps on the way in. Ring first and ask how they can see you.",
        "Ask for an interpreter when you get in touch.",
    ]
    assert card_of(steps)["good_to_know"] == []


def test_said_again_it_is_the_same_place_at_the_same_hour() -> None:
    record = made_up_document("Advice") | TWO
    shown = card_of(TWO, told={"postcode": "CB7 4EE"})
    assert said_again(shown, read_service(record)) == shown
    with speaking("pl"):
        polish = said_again(shown, read_service(record))
        assert polish["when"].startswith("sobota")
    assert (polish["where"], polish["place"], polish["open_state"]) == (shown["where"], 1, shown["open_state"])


def test_a_card_from_before_is_said_again_as_it_was() -> None:
    record = made_up_document("Advice") | TWO
    old = {"needs": ["housing"], "need_label": "", "when": "Every day", "where": "Here"}
    again = said_again(old, read_service(record))
    assert (again["when"], again["where"], again["old_facts"], again["good_to_know"]) == ("Every day", "Here", "", [])
