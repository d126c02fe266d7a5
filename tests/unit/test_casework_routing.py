"""Visit or named contact: every row of the table, and what falls through it."""

import pytest

from casework.routing import Situation, choose_route, table

ROWS = {
    "has_contact": Situation(needs=(), circumstances={}, has_named_contact=True),
    "crisis": Situation(needs=(), circumstances={}, crises=("no_shelter",)),
    "abuse": Situation(needs=("domestic_abuse",), circumstances={}),
    "unsafe_at_home": Situation(needs=("housing",), circumstances={"safe_at_home": "no"}),
    "no_safe_bed": Situation(needs=("housing",), circumstances={"sleeping_tonight": "street"}),
    "under_18_alone": Situation(needs=("housing",), circumstances={"age_band": "16_17", "household": "alone"}),
    "leaving_prison": Situation(needs=("housing",), circumstances={"prison_leaver": "yes"}),
    "leaving_care": Situation(needs=("housing",), circumstances={"care_leaver": "yes"}),
    "asylum": Situation(needs=("housing",), circumstances={"immigration_status": "asylum_seeker"}),
    "language": Situation(needs=("housing",), circumstances={}, language="pl", legs=1),
    "asked": Situation(needs=("housing",), circumstances={}, wants_person=True, legs=1),
    "misunderstood": Situation(needs=(), circumstances={}, misunderstood=2),
    "many_legs": Situation(needs=("housing",), circumstances={}, legs=4),
    "no_opening": Situation(needs=("housing",), circumstances={}, legs=2, no_opening=True),
}


@pytest.mark.parametrize("reason", ROWS)
def test_each_row_makes_a_named_contact_for_its_own_reason(reason: str) -> None:
    route = choose_route(ROWS[reason])
    assert (route.kind, route.reason) == ("named_contact", reason)


def test_every_row_of_the_table_is_tried() -> None:
    assert [row["reason"] for row in table()] == list(ROWS)


@pytest.mark.parametrize("legs", [1, 2, 3])
def test_one_to_three_legs_are_a_visit(legs: int) -> None:
    assert choose_route(Situation(needs=("housing",), circumstances={}, legs=legs)).kind == "visit"


def test_nothing_to_book_is_a_plan_to_use_alone() -> None:
    assert choose_route(Situation(needs=("food",), circumstances={}, legs=0)).kind == "alone"


def test_a_young_person_at_home_with_parents_is_not_alone() -> None:
    at_home = Situation(
        needs=("education_send",), circumstances={"age_band": "16_17", "household": "with_parents"}, legs=1
    )
    assert choose_route(at_home).kind == "visit"


def test_a_friends_sofa_is_not_a_night_without_a_safe_bed() -> None:
    sofa = Situation(needs=("housing",), circumstances={"sleeping_tonight": "friends_family"}, legs=1)
    assert choose_route(sofa).kind == "visit"
