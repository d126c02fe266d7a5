"""Cards and the lines of `frontdoor match`: what leaves the directory."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from directory.cards import card
from directory.deciding.match_lines import NotAQuestion, match_line
from directory.deciding.plan import PlanItem, make_plan
from directory.geography.postcodes import NotAPostcode
from directory.labels import agency_label, need_label
from directory.model import ServiceBroken, read_service
from foundation.needs import NEEDS
from tests.unit.directory_examples import LOST_JOB, cambridge, document, made_up_document

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def card_of(record: dict[str, Any], **told: Any) -> dict[str, Any]:
    return card(PlanItem(read_service(record), ("housing",), ()), now=NOW, circumstances=told)


def test_every_card_of_a_plan_is_whole() -> None:
    plan = make_plan(cambridge(), *LOST_JOB)
    for item in (*plan.legs, *plan.alone):
        shown = card(item, now=NOW, circumstances=LOST_JOB[1])
        json.dumps(shown)
        assert shown["service"]
        assert shown["organisation"]
        assert shown["why"].endswith(".")
        assert shown["when"]
        assert shown["assured_state"] in ("fresh", "check", "stale")


def test_the_need_and_the_reason_are_in_plain_words() -> None:
    rent_help = read_service(document("city-rent-help"))
    item = PlanItem(rent_help, ("rent_arrears",), ("for people who rent from the council",))
    shown = card(item, now=NOW, circumstances={"tenure": "council"})
    assert shown["need_label"] == need_label("rent_arrears") == "Rent you owe"
    assert "It is for people who rent from the council." in shown["why"]
    assert shown["uses"] == ["tenure"]  # what its adviser would be shown, and no more


LOCATED = {
    "service_at_locations": [
        {
            "id": "1",
            "location": {
                "id": "2", "location_type": "physical",
                "addresses": [{"id": "3", "address_1": "1 Mill Road", "city": "Cambridge", "postal_code": "CB1 2AA"}],
            },
        }
    ]
}  # fmt: skip


def test_where_it_is() -> None:
    assert card_of(made_up_document("Open") | LOCATED)["where"] == "1 Mill Road, Cambridge, CB1 2AA"


def test_a_confidential_address_is_nowhere_on_the_card() -> None:
    shown = card_of(made_up_document("Refuge", confidential_address=True) | LOCATED)
    assert shown["where"] == ""
    assert "Mill Road" not in json.dumps(shown)


def test_numbers_dial_and_only_web_addresses_are_links() -> None:
    called = card_of(made_up_document("Line") | {"phones": [{"id": "1", "number": "01223 457 000"}]})
    assert {"label": "Call 01223 457 000", "href": "tel:01223457000"} in called["how"]
    tricked = card_of(made_up_document("Tricked") | {"url": "javascript:alert(1)"})
    assert tricked["how"] == []


def test_every_need_and_hub_agency_has_a_name_for_people() -> None:
    assert all(need_label(need) for need in NEEDS)
    assert agency_label("citizens_advice") == "Citizens Advice"
    assert agency_label("some_new_place") == "Some new place"


def test_a_line_of_match() -> None:
    answer = match_line(cambridge(), {"id": "7", "needs": ["rent_arrears"], "circumstances": {}, "postcode": "cb4 3eh"})
    json.dumps(answer)
    assert answer["id"] == "7"
    assert answer["next_question"] == "tenure"
    rent_help = next(m for m in answer["matches"] if m["service"] == "Help with rent for council tenants")
    assert (rent_help["need"], rent_help["fit"], rent_help["ask"]) == ("rent_arrears", "ask", ["tenure"])
    keys = {"service_id", "service", "organisation", "need", "fit", "because", "ask"}
    assert all(set(m) == keys for m in answer["matches"])


@pytest.mark.parametrize(
    "asked", [{}, {"needs": "food"}, {"needs": ["food"], "circumstances": ["x"]}, {"needs": ["fod"]}]
)
def test_a_line_that_is_no_question(asked: dict[str, Any]) -> None:
    with pytest.raises(NotAQuestion):
        match_line(cambridge(), asked)


def test_a_line_with_a_postcode_that_is_none() -> None:
    with pytest.raises(NotAPostcode):
        match_line(cambridge(), {"needs": ["housing"], "postcode": "Cambridge"})


@pytest.mark.parametrize("missing", ["id", "name"])
def test_a_service_needs_an_id_and_a_name(missing: str) -> None:
    with pytest.raises(ServiceBroken, match=missing):
        read_service(made_up_document("X") | {missing: " "})
