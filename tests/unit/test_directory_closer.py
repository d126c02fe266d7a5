"""What puts one of two like services first for this person, today; and what is said of it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from directory.deciding.catalogue import Catalogue
from directory.deciding.match_lines import match_line
from directory.deciding.matching import match
from directory.deciding.plan import make_plan
from directory.deciding.questions import next_question
from directory.model import Service, read_service
from tests.unit.directory_fixtures import made

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)  # a Monday
FRESH, OLD = "2026-11-02", "2026-03-02"
IN_THE_CITY = {"postcode": "CB4 3EH"}
WEEKDAYS = [{"freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR", "opens_at": "09:00", "closes_at": "17:00"}]
SUNDAYS = [{"freq": "WEEKLY", "byday": "SU", "opens_at": "09:00", "closes_at": "10:00"}]


def one(name: str, *, more: dict[str, Any] | None = None, **ours: Any) -> Service:
    return read_service(made(name, **ours) | {"assured_date": FRESH} | (more or {}))


def at(latitude: float, longitude: float) -> dict[str, Any]:
    location = {"location_type": "physical", "latitude": latitude, "longitude": longitude}
    return {"service_at_locations": [{"id": "p", "location": location}]}


def order(*services: Service, need: str = "food", **told: Any) -> list[str]:
    return [m.service.name for m in match(services, [need], told, now=NOW)]


def said(service: Service, need: str = "food", **told: Any) -> list[str]:
    (found,) = match_line([service], {"needs": [need], "circumstances": told}, now=NOW)["matches"]
    because: list[str] = found["because"]
    return because


@pytest.mark.parametrize(
    ("better", "worse", "told"),
    [
        ({}, {"more": {"assured_date": OLD}}, {}),
        ({}, {"more": {"assured_date": None}}, {}),
        ({}, {"capacity": {"state": "full", "date": "2026-11-20"}}, {}),
        ({}, {"capacity": {"state": "waiting", "date": "2026-11-20"}}, {}),
        ({}, {"access": "referral_only"}, {}),
        ({"more": at(52.214, 0.115)}, {"more": at(52.40, 0.26)}, IN_THE_CITY),  # Chesterton before Ely
        ({"more": {"schedules": WEEKDAYS}}, {"more": {"schedules": SUNDAYS}}, {}),
        ({"more": {"languages": [{"code": "pl"}]}}, {"more": {"interpretation_services": "no"}}, {"language": "pl"}),
    ],
)
def test_of_two_that_are_alike_otherwise(better: dict[str, Any], worse: dict[str, Any], told: dict[str, Any]) -> None:
    assert order(one("a", **worse), one("b", **better), **told) == ["B", "A"]
    assert order(one("a"), one("b")) == ["A", "B"]  # by name, when nothing tells them apart


def test_what_was_said_of_room_long_ago_is_forgotten() -> None:
    full = one("a", capacity={"state": "full", "date": "2026-08-01"})
    assert order(full, one("b")) == ["A", "B"]
    assert said(full) == ["It helps with: Food."]


def test_unsettled_evidence_makes_facts_old() -> None:
    doubted = replace(one("a"), doubts=(date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)))
    assert order(doubted, one("b")) == ["B", "A"]
    assert order(replace(doubted, doubts=(date(2026, 9, 1),) * 3), one("b")) == ["A", "B"]


def test_hours_count_where_it_is_urgent_and_are_read_again_when_they_change() -> None:
    shut, day_time = one("a", more={"schedules": SUNDAYS}), one("b", more={"schedules": WEEKDAYS})
    both = Catalogue([shut, day_time])
    assert [m.service.name for m in match(both, ["food"], {}, now=NOW)] == ["B", "A"]
    sunday = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
    assert [m.service.name for m in match(both, ["food"], {}, now=sunday)] == ["A", "B"]
    shut, day_time = (
        one(n, needs=[("legal", None, 2)], more={"schedules": s}) for n, s in (("a", SUNDAYS), ("b", WEEKDAYS))
    )
    assert order(shut, day_time, need="legal") == ["A", "B"]


def test_what_there_is_to_know_before_going() -> None:
    assert said(one("a", access="referral_only", referred_by=["your GP"])) == [
        "It helps with: Food.",
        "Someone who works with you has to ask them for you: your GP.",
    ]
    assert "full" not in " ".join(said(one("a", capacity={"state": "open", "date": "2026-11-20"})))
    full = said(one("a", capacity={"state": "full", "date": "2026-11-20"}))
    assert full[1] == "They had no room on Friday 20 November. Ring first."
    assert any("Ring before you go" in text for text in said(one("a", more={"assured_date": OLD})))
    assert any(text.startswith("About 2 miles") for text in said(one("a", more=at(52.235, 0.14)), **IN_THE_CITY))
    assert any("5pm" in text for text in said(one("a", more={"schedules": WEEKDAYS})))


def test_a_stale_service_is_no_leg_but_is_rung_first() -> None:
    hub = {"at_hub": True, "access": "appointment"}
    fresh = make_plan([one("a", **hub)], ["food"], {}, now=NOW)
    assert [item.service.name for item in fresh.legs] == ["A"]
    stale = make_plan([one("a", more={"assured_date": OLD}, **hub)], ["food"], {}, now=NOW)
    assert stale.legs == ()
    assert [(item.service.name, item.ring_first) for item in stale.alone] == [("A", True)]


def test_a_close_call_asks_the_one_thing_that_settles_it() -> None:
    tenants = one("a", rules=[{"about": "tenure", "any_of": ["council"], "says": "for council tenants"}],
                  needs=[("housing", None, 3)])  # fmt: skip
    others = one("b", rules=[{"about": "tenure", "any_of": ["private"], "says": "for private tenants"}],
                 needs=[("housing", None, 3)])  # fmt: skip
    assert next_question([tenants, others], ["housing"], {}, now=NOW) == "tenure"
    assert next_question([tenants, others], ["housing"], {"tenure": "council"}, now=NOW) is None
    assert next_question([tenants, others], ["housing"], {"tenure": "skip"}, now=NOW) is None
    alike = [one("a", needs=[("housing", None, 3)]), one("b", needs=[("housing", None, 3)])]
    assert next_question(alike, ["housing"], {}, now=NOW) is None


def test_of_two_questions_the_one_about_the_urgent_need_comes_first() -> None:
    """By how common the answers are alone, a carer's would come first: half of those who ask for care are carers."""

    def two(need: str, rule: dict[str, Any]) -> list[Service]:
        some = one(f"{need}-some", needs=[(need, None, 3)], rules=[{**rule, "says": "for some"}])
        return [some, one(f"{need}-all", needs=[(need, None, 2)])]

    care = two("older_people_care", {"about": "carer", "any_of": ["yes"]})
    most = ["alone", "couple", "with_children"]
    abuse = two("domestic_abuse", {"about": "household", "any_of": most})
    other = two("loneliness", {"about": "household", "any_of": most})
    assert next_question([*care, *abuse], ["older_people_care", "domestic_abuse"], {}, now=NOW) == "household"
    assert next_question([*care, *other], ["older_people_care", "loneliness"], {}, now=NOW) == "carer"


def test_a_service_without_needs_of_its_own_has_those_of_its_taxonomy_terms() -> None:
    document = made("x") | {
        "attributes": [{"id": "a", "taxonomy_term": {"id": "t", "code": "food", "taxonomy": "Front Door needs"}}]
    }
    del document["front_door"]["needs"]
    assert {meets.need for meets in read_service(document).meets} == {"food"}


def test_of_two_plans_that_are_as_good_the_one_with_fewer_visits_is_taken() -> None:
    seen = one("a", at_hub=True, access="appointment")
    rung = one("b")
    assert seen.agency < rung.agency
    plan = make_plan([seen, rung], ["food"], {}, now=NOW)
    assert (plan.legs, [item.service.name for item in plan.alone]) == ((), ["B"])


def test_who_told_an_exact_age_is_not_asked_for_one() -> None:
    young = one("a", needs=[("housing", None, 3)], rules=[{"about": "age_band", "max": 25, "says": "for young people"}])
    both = [young, one("b", needs=[("housing", None, 2)])]
    assert next_question(both, ["housing"], {}, now=NOW) == "age_band"
    asked = next_question(both, ["housing"], {"age": 30}, now=NOW, outcome=lambda told: told.get("age_band") == "16_17")
    assert asked != "age_band"
