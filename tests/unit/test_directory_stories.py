"""The plan: the five residents of the demonstration, borders, and the fewest agencies against brute force."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.deciding.matching import match
from directory.deciding.plan import make_plan
from foundation.needs import NEEDS
from tests.unit.directory_examples import HIT_AGAIN, LOST_JOB, MUM_FELL, OUT_OF_PRISON, cambridge, made_up

Story = tuple[list[str], dict[str, Any]]


def agencies(story: Story) -> tuple[set[str], set[str]]:
    plan = make_plan(cambridge(), *story)
    return {item.service.agency for item in plan.legs}, {item.service.agency for item in plan.alone}


def test_lost_job_behind_with_rent_and_sleepless() -> None:
    legs, alone = agencies((["employment", "benefits", "rent_arrears", "money_debt", "mental_health"], LOST_JOB[1]))
    assert {"jobcentre", "city_housing"} <= legs <= {"jobcentre", "city_housing", "citizens_advice"}
    assert "talking_therapies" in alone


def test_mum_fell_and_her_carer_is_worn_out() -> None:
    legs, alone = agencies(MUM_FELL)
    assert legs == {"county_adults"}
    assert "caring_together" in alone


def test_hit_again_with_nowhere_to_go() -> None:
    legs, alone = agencies(HIT_AGAIN)
    assert "womens_aid" in alone  # reached by phone and in private: never a leg of a visit
    assert "city_housing" in legs


def test_out_of_prison_on_a_sofa() -> None:
    legs, alone = agencies(OUT_OF_PRISON)
    assert {"city_housing", "jobcentre"} <= legs
    assert "probation_mentoring" in alone


def test_out_of_scope_has_no_plan() -> None:
    plan = make_plan(cambridge(), [], {"postcode": "CB4 3EH"})
    assert (plan.legs, plan.alone, plan.uncovered) == ((), (), ())


@pytest.mark.parametrize("need", NEEDS)
@pytest.mark.parametrize("postcode", ["CB10 1AA", "CB10 2BH", "CB11 3AQ"])
def test_saffron_walden_is_never_sent_to_cambridge_citys_housing_office(need: str, postcode: str) -> None:
    plan = make_plan(cambridge(), [need], {"postcode": postcode, "tenure": "council", "sleeping_tonight": "street"})
    assert "city_housing" not in {item.service.agency for item in (*plan.legs, *plan.alone)}


def test_saffron_walden_has_its_own_councils_housing_office() -> None:
    _, alone = agencies((["housing"], {"postcode": "CB10 1AA"}))
    assert alone == {"uttlesford_housing"}


@pytest.mark.parametrize("need", NEEDS)
@pytest.mark.parametrize("postcode", ["CB4 3EH", "CB10 1AA", "CB9 8AA", "none"])
def test_no_need_goes_without_an_answer_anywhere(need: str, postcode: str) -> None:
    assert make_plan(cambridge(), [need], {"postcode": postcode}).uncovered == ()


def test_emergency_housing_comes_before_benefits() -> None:
    plan = make_plan(cambridge(), *OUT_OF_PRISON)
    order = [item.service.comes_first for item in plan.legs]
    assert order == sorted(order)
    assert plan.legs[0].service.agency == "city_housing"


def test_a_need_that_is_repeated_counts_once() -> None:
    once, twice = make_plan(cambridge(), *LOST_JOB), make_plan(cambridge(), LOST_JOB[0] * 2, LOST_JOB[1])
    assert once.key() == twice.key()


def test_the_order_in_which_services_are_kept_changes_nothing() -> None:
    assert make_plan(cambridge(), *LOST_JOB).key() == make_plan(cambridge()[::-1], *LOST_JOB).key()


def test_a_detail_finds_the_service_made_for_it() -> None:
    told = {"postcode": "CB4 3EH", "age_band": "35_54"}
    plain = match(cambridge(), ["mental_health"], told)[0]
    bereaved = match(cambridge(), ["mental_health"], told, details={"mental_health": "bereavement"})[0]
    assert plain.service.agency == "talking_therapies"
    assert bereaved.service.agency == "cruse"


def test_what_does_not_fit_is_last_and_says_why() -> None:
    found = match(cambridge(), ["housing"], {"postcode": "CB10 1AA"})
    fits = [m.fit for m in found]
    assert fits == sorted(fits, key=lambda fit: fit == "no")
    assert all(m.because for m in found if m.fit == "no")


offers = st.dictionaries(
    st.sampled_from(["food", "energy", "legal", "housing", "benefits"]),
    st.sets(st.sampled_from("abcdef"), min_size=1, max_size=5),
    min_size=1,
)


@given(offers)
def test_the_fewest_agencies_as_brute_force_finds_them(offers: dict[str, set[str]]) -> None:
    meets: dict[str, list[str]] = {}
    for need, several in offers.items():
        for agency in several:
            meets.setdefault(agency, []).append(need)
    services = [
        made_up(
            agency, agency=agency, at_hub=True, access="appointment", needs=[{"need": n, "strength": 2} for n in ns]
        )
        for agency, ns in meets.items()
    ]
    fewest = min(len(set(choice)) for choice in product(*offers.values()))
    plan = make_plan(services, list(offers), {})
    assert len(plan.legs) == fewest
    assert sorted(need for item in plan.legs for need in item.needs) == sorted(offers)
    assert all(item.service.agency in offers[need] for item in plan.legs for need in item.needs)


def test_a_weak_match_is_not_taken_only_to_save_an_agency() -> None:
    best = made_up("best", agency="best", needs=[{"need": "legal", "strength": 3}])
    both = made_up("both", agency="both", needs=[{"need": "legal", "strength": 1}, {"need": "food", "strength": 3}])
    plan = make_plan([best, both], ["legal", "food"], {})
    assert {item.service.agency: item.needs for item in plan.alone} == {"best": ("legal",), "both": ("food",)}
