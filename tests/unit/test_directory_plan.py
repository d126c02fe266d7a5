"""Plans: whose services each resident is offered, and that no plan has fewer agencies or a better fit."""

from itertools import product
from random import Random
from typing import Any

import pytest

from directory.deciding.matching import Match, match
from directory.deciding.plan import PlanItem, make_plan, options_of
from directory.inferences import infer_needs
from directory.model import Service, read_service
from foundation.needs import NEEDS
from tests.unit.directory_fixtures import cambridge, made, person, some_needs

ADULT = {"postcode": "CB4 3EH", "age_band": "35_54"}
RENT = "Help with rent for council tenants"
HOMELESS = "Help if you are homeless or soon will be"


def agencies(items: tuple[PlanItem, ...]) -> list[str]:
    return [item.service.agency for item in items]


def names(items: tuple[PlanItem, ...]) -> list[str]:
    return [item.service.name for item in items]


def with_guesses(needs: list[str], told: dict[str, Any]) -> list[str]:
    return [*needs, *(guess.need for guess in infer_needs(needs, told))]


def test_out_of_work_and_behind_with_rent() -> None:
    told = {**ADULT, "tenure": "council", "employment_status": "unemployed"}
    plan = make_plan(cambridge(), with_guesses(["employment", "rent_arrears", "mental_health"], told), told)
    assert set(agencies(plan.legs)) == {"jobcentre", "city_housing", "citizens_advice"}
    assert RENT in names(plan.legs)
    assert names(plan.alone) == ["NHS Talking Therapies"]
    assert plan.uncovered == ()


def test_who_says_little_gets_the_agency_that_is_there_for_the_need_not_one_that_also_helps() -> None:
    told = {"postcode": "CB4 3EH", "employment_status": "unemployed"}  # no age: one open condition most people meet
    plan = make_plan(cambridge(), ["rent_arrears", "employment", "benefits", "money_debt"], told)
    covers = {need: item.service.agency for item in (*plan.legs, *plan.alone) for need in item.needs}
    assert covers["employment"] == covers["benefits"] == "jobcentre"
    assert covers["money_debt"] == "citizens_advice"


def test_a_mother_who_fell_and_her_worn_out_carer() -> None:
    told = {"postcode": "CB1 3RB", "age_band": "80_plus", "carer": "yes"}
    plan = make_plan(cambridge(), ["older_people_care", "physical_health"], told, details={"physical_health": "falls"})
    assert agencies(plan.legs) == ["county_adults"]
    assert {"Help to stop falls", "Support for carers"} <= set(names(plan.alone))


def test_violence_at_home_and_nowhere_to_go() -> None:
    told = {"postcode": "CB4 2AA", "age_band": "25_34", "sleeping_tonight": "unsafe", "safe_at_home": "no"}
    plan = make_plan(cambridge(), ["domestic_abuse", "housing"], told)
    assert names(plan.legs) == [HOMELESS]
    assert names(plan.alone) == ["Cambridge Women's Aid"]


def test_out_of_prison_with_nothing() -> None:
    told = {"postcode": "none", "age_band": "25_34", "sleeping_tonight": "friends_family", "prison_leaver": "yes"}
    plan = make_plan(cambridge(), with_guesses(["housing", "benefits"], told), told)
    assert names(plan.legs) == [HOMELESS, "Universal Credit and finding work"]
    assert names(plan.alone) == ["Mentoring after prison"]


@pytest.mark.parametrize("need", NEEDS)
def test_each_need_of_a_plain_adult_in_the_city_is_covered(need: str) -> None:
    plan = make_plan(cambridge(), [need], ADULT)
    assert plan.uncovered == ()
    assert [item.needs for item in (*plan.legs, *plan.alone)] == [(need,)]


@pytest.mark.parametrize("tenure", ["private", "housing_association", "owner"])
def test_the_council_tenants_team_is_for_council_tenants(tenure: str) -> None:
    plan = make_plan(cambridge(), ["rent_arrears"], {**ADULT, "tenure": tenure})
    assert plan.uncovered == ()
    assert RENT not in names(plan.legs)
    assert RENT in names(make_plan(cambridge(), ["rent_arrears"], {**ADULT, "tenure": "council"}).legs)


@pytest.mark.parametrize(
    ("postcode", "agency"),
    [
        ("CB4 3EH", "city_housing"), ("CB24 9NN", "south_cambs_housing"), ("CB10 1AA", "uttlesford_housing"),
        ("CB9 8AA", "west_suffolk_housing"), ("CB7 4EE", "east_cambs_housing"), ("PE29 3TN", "huntingdonshire_housing"),
        ("CB10", "uttlesford_housing"),  # in doubt, whoever serves the most of it
    ],
)  # fmt: skip
def test_each_resident_gets_their_own_councils_housing_team(postcode: str, agency: str) -> None:
    told = {"postcode": postcode, "age_band": "35_54", "tenure": "private", "sleeping_tonight": "own_home",
            "eviction_notice": "no", "safe_at_home": "yes"}  # fmt: skip
    plan = make_plan(cambridge(), ["housing"], told)
    assert agencies((*plan.legs, *plan.alone)) == [agency]


@pytest.mark.parametrize("postcode", ["CB10 1AA", "CB9 8AA"])
def test_outside_the_county_the_other_needs_are_met_by_whoever_serves_there(postcode: str) -> None:
    told = {"postcode": postcode, "age_band": "35_54"}
    plan = make_plan(cambridge(), ["employment", "benefits", "money_debt", "mental_health", "energy"], told)
    assert plan.uncovered == ()
    assert plan.legs == (), "the hub's agencies do not serve them"
    assert "Cruse Bereavement Support" not in names(plan.alone), "nobody spoke of a death"


def test_while_an_age_is_not_known_what_is_for_most_ages_comes_first() -> None:
    told = {"postcode": "CB4 3EH"}
    assert names(make_plan(cambridge(), ["mental_health"], told).alone) == ["NHS Talking Therapies"]


@pytest.mark.parametrize(
    ("need", "detail", "service"),
    [
        ("mental_health", "bereavement", "Cruse Bereavement Support"),
        ("physical_health", "dental", "Help to find an NHS dentist"),
        ("physical_health", "gp_registration", "Help to register with a GP"),
        ("education_send", "school_place", "Help to get a school place"),
    ],
)
def test_a_finer_detail_that_was_said_brings_the_service_made_for_it(need: str, detail: str, service: str) -> None:
    assert names(make_plan(cambridge(), [need], ADULT, details={need: detail}).alone) == [service]
    assert service not in names(make_plan(cambridge(), [need], ADULT).alone) or need == "education_send"


def test_nothing_that_does_not_fit_is_ever_planned() -> None:
    random = Random(7)
    for _ in range(60):
        told, needs = person(random), some_needs(random)
        refused = {m.service.id for m in match(cambridge(), needs, told) if m.fit == "no"}
        plan = make_plan(cambridge(), needs, told)
        assert not refused & {item.service.id for item in (*plan.legs, *plan.alone)}


def test_what_comes_first_comes_first() -> None:
    random = Random(3)
    for _ in range(40):
        plan = make_plan(cambridge(), some_needs(random, most=8), person(random))
        for items in (plan.legs, plan.alone):
            order = [item.service.comes_first for item in items]
            assert order == sorted(order)
    plan = make_plan(cambridge(), ["employment", "loneliness", "housing"], {**ADULT, "sleeping_tonight": "street"})
    assert plan.legs[0].service.name == HOMELESS


def test_an_agency_is_one_leg_however_many_needs_it_meets() -> None:
    random = Random(5)
    for _ in range(40):
        plan = make_plan(cambridge(), some_needs(random, most=10), person(random))
        assert len(agencies(plan.legs)) == len(set(agencies(plan.legs)))


# ---------------------------------------------------------------- the fewest agencies, exactly


def _brute_force(options: dict[str, list[Match]]) -> tuple[int, float]:
    """(agencies, -score) of the best way of all: every need by every one of its options."""
    ways = product(*options.values())
    return min((len({m.service.agency for m in way}), -sum(m.score for m in way)) for way in ways)


def _small_world(random: Random) -> tuple[list[Service], list[str]]:
    needs = random.sample(NEEDS, random.randint(1, 5))
    services = []
    for number in range(random.randint(2, 9)):
        mine = random.sample(needs, random.randint(1, len(needs)))
        document = made(
            f"s{number}",
            agency=f"agency{random.randint(0, 5)}",
            needs=[(need, None, random.randint(1, 3)) for need in mine],
            at_hub=random.random() < 0.5,
            access=random.choice(["appointment", "self_refer", "referral_only"]),
            rules=[{"about": "tenure", "any_of": ["council"]}] if random.random() < 0.3 else [],
        )
        services.append(read_service(document))
    return services, needs


@pytest.mark.parametrize("seed", range(150))
def test_no_other_plan_has_fewer_agencies_or_a_better_fit(seed: int) -> None:
    services, needs = _small_world(Random(seed))
    told = Random(seed).choice([{}, {"tenure": "council"}, {"tenure": "owner"}])
    options = {need: several for need, several in options_of(match(services, needs, told), needs).items() if several}
    plan = make_plan(services, needs, told)
    items = (*plan.legs, *plan.alone)
    assert sorted(plan.uncovered) == sorted(set(needs) - set(options))
    assert sorted(need for item in items for need in item.needs) == sorted(options)
    used = set(agencies(items))
    score = sum(max(m.score for m in several if m.service.agency in used) for several in options.values())
    assert (len(used), -score) == _brute_force(options)


def test_all_needs_at_once_are_planned_without_trying_every_set_of_agencies() -> None:
    plan = make_plan(cambridge(), NEEDS, ADULT)
    assert plan.uncovered == ()
    assert sorted(need for item in (*plan.legs, *plan.alone) for need in item.needs) == sorted(NEEDS)
