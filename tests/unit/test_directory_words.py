"""What people read of a service: hours, freshness, cards and guesses."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from directory.cards import card
from directory.circumstances import QUESTIONS, value_label
from directory.deciding.plan import PlanItem, make_plan
from directory.feeds.integrity import problems_of
from directory.freshness import freshness
from directory.hours import in_words
from directory.inferences import infer_needs
from directory.labels import agency_label, hours_word, need_label
from directory.model import read_service
from foundation.needs import NEEDS
from tests.unit.directory_fixtures import cambridge, documents, made

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def weekly(days: str, opens: str | None, closes: str | None, **more: Any) -> dict[str, Any]:
    return {"freq": "WEEKLY", "byday": days, "opens_at": opens, "closes_at": closes, **more}


@pytest.mark.parametrize(
    ("schedules", "words"),
    [
        ([weekly("MO,TU,WE,TH,FR", "09:00", "17:00")], "Monday to Friday, 9am to 5pm"),
        ([weekly("SA", "10:00", "13:00"), weekly("MO,TU,WE,TH,FR", "09:00", "17:00")],
         "Monday to Friday, 9am to 5pm; Saturday, 10am to 1pm"),
        ([weekly("MO", "09:30:00Z", "12:00"), weekly("WE", "09:30:00Z", "12:00")],
         "Monday and Wednesday, 9:30am to 12 noon"),
        ([weekly("MO,WE,FR", "18:00", "00:00")], "Monday, Wednesday and Friday, 6pm to midnight"),
        ([weekly("MO,TU,WE,TH,FR,SA,SU", "08:00", "20:00")], "Every day, 8am to 8pm"),
        ([weekly("MO,TU,WE,TH,FR,SA,SU", "00:00", "23:59")], hours_word("always")),
        ([weekly("MO,TU,WE,TH,FR,SA,SU", "00:00", "24:00")], hours_word("always")),
        ([], hours_word("unknown")),
        ([weekly("MO", None, "17:00")], hours_word("unknown")),
        ([weekly("", "09:00", "17:00")], hours_word("unknown")),
        ([{"freq": "MONTHLY", "byday": "1TU", "opens_at": "10:00", "closes_at": "12:00"}], hours_word("unknown")),
        ([weekly("TU", "10:00", "12:00", interval=2)], hours_word("unknown")),
    ],
)  # fmt: skip
def test_hours_in_words(schedules: list[dict[str, Any]], words: str) -> None:
    assert in_words(schedules) == words


def test_unknown_hours_are_never_said_to_be_closed() -> None:
    assert "closed" not in hours_word("unknown").casefold()


@pytest.mark.parametrize(
    ("days", "state"), [(0, "fresh"), (90, "fresh"), (91, "check"), (180, "check"), (181, "stale")]
)
def test_freshness_at_its_limits(days: int, state: str) -> None:
    today = date(2026, 11, 22)
    assert freshness(today - timedelta(days=days), today) == state


def test_what_was_never_assured_is_stale() -> None:
    assert freshness(None, date(2026, 11, 22)) == "stale"


def _card(document: dict[str, Any], told: dict[str, Any] | None = None) -> dict[str, Any]:
    item = PlanItem(read_service(document), ("food",), ("for people with a low income",))
    return card(item, now=NOW, circumstances=told or {})


def _with_an_address(**ours: Any) -> dict[str, Any]:
    return made("x", **ours) | {
        "url": "https://x.example/",
        "phones": [{"number": "01632 960 001"}],
        "assured_date": "2026-07-01",
        "service_at_locations": [
            {"location": {"addresses": [{"address_1": "1 High Street", "city": "Cambridge", "postal_code": "CB1 1AA"}]}}
        ],
    }


def test_a_card_says_where_and_how_and_how_old_it_is() -> None:
    shown = _card(_with_an_address(why="They give food.", bring=["a bag"], uncertain=["hours"]))
    assert shown["where"] == "1 High Street, Cambridge, CB1 1AA"
    assert [link["href"] for link in shown["how"]] == ["https://x.example/", "tel:01632960001"]
    assert shown["why"] == "They give food. It is for people with a low income."
    assert (shown["assured"], shown["assured_state"]) == ("2026-07-01", "check")
    assert (shown["bring"], shown["uncertain"], shown["when"]) == (["a bag"], ["hours"], hours_word("unknown"))


def test_an_address_that_must_stay_secret_is_nowhere_on_the_card() -> None:
    shown = _card(_with_an_address(confidential_address=True))
    assert shown["where"] == ""
    assert "High Street" not in str(shown)


def test_a_link_that_is_no_web_address_is_left_out() -> None:
    assert _card(made("x") | {"url": "javascript:alert(1)"})["how"] == []


def test_a_card_names_only_the_circumstances_that_decided() -> None:
    told = {"postcode": "CB4 3EH", "tenure": "council", "carer": "yes", "immigration_status": "visa"}
    document = made("x", rules=[{"any": [{"about": "tenure", "any_of": ["council"]}]}], areas=["E07000008"])
    assert _card(document, told)["uses"] == ["postcode", "tenure"]
    assert _card(made("y"), told)["uses"] == []


def test_making_a_card_leaves_the_service_as_it_was() -> None:
    document = _with_an_address() | {"schedules": [], "contacts": [{"phones": [{"number": "1"}]}]}
    before = str(document)
    _card(document)
    assert str(document) == before


def test_every_cambridge_service_can_be_reached_or_admits_that_it_is_not_known_how() -> None:
    for service in cambridge():
        shown = card(PlanItem(service, (service.meets[0].need,), ()), now=NOW, circumstances={})
        admitted = {"phone", "url"} <= set(service.uncertain)
        assert shown["how"] or shown["where"] or service.is_leg or admitted, service.name


def test_a_card_of_a_real_plan_gives_the_reason_that_fits_the_person() -> None:
    told = {"postcode": "CB4 3EH", "tenure": "council", "age_band": "35_54"}
    leg = make_plan(cambridge(), ["rent_arrears"], told).legs[0]
    assert "for people who rent from the council" in card(leg, now=NOW, circumstances=told)["why"]


@pytest.mark.parametrize(
    ("needs", "told", "guessed"),
    [
        (["employment"], {"employment_status": "unemployed"}, {"benefits"}),
        (["employment"], {"employment_status": "employed"}, set()),
        (["employment", "benefits"], {"employment_status": "unemployed"}, set()),
        (["rent_arrears"], {"employment_status": "unemployed"}, {"money_debt"}),
        (["employment", "rent_arrears"], {"employment_status": "unemployed"}, {"benefits", "money_debt"}),
        ([], {"prison_leaver": "yes"}, {"crime_exoffender"}),
        (["mental_health"], {"safe_at_home": "no"}, {"domestic_abuse"}),
        (["food"], {"sleeping_tonight": "street"}, {"housing"}),
        (["food"], {"sleeping_tonight": "skip", "prison_leaver": "skip"}, set()),
        (["food"], {}, set()),
    ],
)
def test_needs_that_follow_are_guessed_with_a_reason(needs: list[str], told: dict[str, Any], guessed: set[str]) -> None:
    guesses = infer_needs(needs, told)
    assert {guess.need for guess in guesses} == guessed
    assert all(guess.because.startswith("because ") for guess in guesses)


def test_everything_has_words() -> None:
    assert len({need_label(need) for need in NEEDS}) == len(NEEDS)
    assert agency_label("city_housing") != "City housing"
    assert agency_label("an_agency_without_words") == "An agency without words"
    assert value_label("tenure", "council") == "The council"
    assert value_label("age_band", "18_24") == "18 to 24"
    for question in QUESTIONS.values():
        assert question.why.endswith("."), question.code
        assert question.kind != "choice" or len(question.choices) >= 2, question.code


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"status": "open"}, "status is 'open'"),
        ({"id": "../../etc/passwd"}, "id must be"),
        ({"organization": None}, "names no organisation"),
        ({"assured_date": "yesterday"}, "assured date"),
        ({"service_at_locations": [{"location": {"latitude": 100, "longitude": 0.1}}]}, "latitude 100"),
        ({"service_at_locations": [{"location": {"latitude": 100}}]}, "latitude 100"),
        ({"service_at_locations": [{"location": {"longitude": "east"}}]}, "must be a number"),
        ({"service_at_locations": ["here"]}, "must be a list of objects"),
        ({"schedules": [{"opens_at": "nine"}]}, "'nine'"),
        ({"description": "a\u0000b"}, "cannot be stored"),
        ({"description": "\ud800"}, "cannot be stored"),
        ({"extra": float("nan")}, "cannot be stored"),
        ({"front_door": {"needs": [{"need": "gold"}]}}, "'gold'"),
        ({"front_door": {"eligibility": [{"about": "shoe_size", "any_of": ["9"]}]}}, "'shoe_size'"),
        ({"front_door": {"eligibility": [{"any": [{"any_of": ["9"]}]}]}}, "nobody is asked"),
        ({"front_door": {"eligibility": [{"about": "age_band", "min": 30, "max": 20}]}}, "no age fits"),
        ({"front_door": {"eligibility": [{"about": "age_band", "min": "old"}]}}, "shape"),
        ({"front_door": {"eligibility": [{"about": "tenure"}]}}, "says nothing"),
    ],
)
def test_each_fault_of_a_record_is_said_plainly(change: dict[str, Any], says: str) -> None:
    assert problems_of(made("x")) == []
    (problem,) = problems_of(made("x") | change)
    assert says in str(problem)


def test_the_cambridge_services_are_without_fault() -> None:
    assert {slug: problems for slug, document in documents().items() if (problems := problems_of(document))} == {}
