"""What an open condition costs a service, and what counts as near."""

from typing import Any

import pytest

from directory.deciding.matching import match
from directory.model import Service, read_service
from tests.unit.directory_examples import example, made_up_document

CITY, COUNTY, ENGLAND, ENGLAND_AND_WALES = "E07000008", "E10000003", "E92000001", "K04000001"
AT_HOME = {"postcode": "CB4 3EH"}
# Immigration and Asylum Act 1999, section 115: no benefits for people who ask for asylum.
ASYLUM = {"about": "immigration_status", "any_of": ["asylum_seeker"], "says": "not for people asking for asylum"}


def one(name: str, *areas: str, strength: int = 2, **front_door: Any) -> Service:
    document = made_up_document(name, needs=[{"need": "benefits", "strength": strength}], **front_door)
    document["service_areas"] = [{"id": f"{name}-{code}", "name": code, "extent": code} for code in areas]
    return read_service(document)


def order(*services: Service, **told: Any) -> list[tuple[str, str]]:
    return [(m.service.name, m.fit) for m in match(services, ["benefits"], {**AT_HOME, **told})]


def test_what_hardly_ever_shuts_anybody_out_is_open_but_costs_less_than_being_near() -> None:
    claims, advice = one("claim", CITY, not_for=[ASYLUM]), one("advice")
    assert order(claims, advice) == [("claim", "ask"), ("advice", "fits")]
    assert order(claims, advice, immigration_status="refugee") == [("claim", "fits"), ("advice", "fits")]
    assert order(claims, advice, immigration_status="asylum_seeker") == [("advice", "fits"), ("claim", "no")]


def test_what_is_really_open_costs_points() -> None:
    carers = one("carers", strength=2, eligibility=[{"about": "carer", "any_of": ["yes"], "says": "for carers"}])
    assert order(carers, one("all", strength=2)) == [("all", "fits"), ("carers", "ask")]


def test_a_place_that_is_not_known_is_not_nearly_sure() -> None:
    here, everywhere = one("here", CITY, not_for=[ASYLUM]), one("everywhere")
    found = match([here, everywhere], ["benefits"], {})
    assert [(m.service.name, m.fit) for m in found] == [("everywhere", "fits"), ("here", "ask")]


@pytest.mark.parametrize(
    ("areas", "near"),
    [
        ((CITY,), True), ((COUNTY,), True), ((CITY, ENGLAND), True),
        ((ENGLAND,), False), ((ENGLAND_AND_WALES,), False), ((), False),
    ],
)  # fmt: skip
def test_a_whole_country_is_not_near(areas: tuple[str, ...], near: bool) -> None:
    # By name "a line" would come first; only what is near overtakes it.
    assert next(name for name, _ in order(one("a line"), one("b", *areas))) == ("b" if near else "a line")


@pytest.mark.parametrize("slug", ["universal-credit-helpline", "jobcentre-work-and-universal-credit"])
def test_nobody_who_asks_for_asylum_is_sent_to_claim_universal_credit(slug: str) -> None:
    told = {**AT_HOME, "age_band": "25_34"}
    fits = {status: match([example(slug)], ["benefits"], {**told, "immigration_status": status})[0].fit
            for status in ("british_settled", "visa", "refugee", "asylum_seeker")}  # fmt: skip
    assert fits == {"british_settled": "fits", "visa": "fits", "refugee": "fits", "asylum_seeker": "no"}
