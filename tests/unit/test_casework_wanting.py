"""What people say of days and times that suit, and what they say of something else."""

from datetime import time

import pytest

from casework.wanting import EVERY_DAY, Wants, wants_of_answer, wants_of_story

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


def only(*days: int) -> frozenset[int]:
    return EVERY_DAY - set(days)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("not Tuesdays", Wants(not_weekdays=frozenset({TUE}))),
        ("Not tues or thurs please", Wants(not_weekdays=frozenset({TUE, THU}))),
        ("I can’t do Mondays", Wants(not_weekdays=frozenset({MON}))),
        ("any day but Friday", Wants(not_weekdays=frozenset({FRI}))),
        ("I work Mondays, Tuesdays and Wednesdays", Wants(not_weekdays=frozenset({MON, TUE, WED}))),
        ("Wednesdays are no good", Wants(not_weekdays=frozenset({WED}))),
        ("only Mondays and Wednesdays", Wants(not_weekdays=only(MON, WED))),
        ("Thursday or Friday", Wants(not_weekdays=only(THU, FRI))),
        ("Thursday morning", Wants(not_weekdays=only(THU), not_after=time(12, 30))),
        ("after the school run", Wants(not_before=time(9, 30))),
        ("I do the school run", Wants(not_before=time(9, 30))),
        ("after the school run, done by 2pm", Wants(not_before=time(9, 30), not_after=time(14))),
        ("mornings, but after 10", Wants(not_before=time(10), not_after=time(12, 30))),
        ("mornings. I finish work after 2pm", Wants(not_before=time(14))),
        ("while the kids are at school", Wants(not_before=time(9, 30), not_after=time(14, 45))),
        ("before pick up", Wants(not_after=time(14, 45))),
        ("mornings only", Wants(not_after=time(12, 30))),
        ("afternoons are best", Wants(not_before=time(12))),
        ("not in the mornings", Wants(not_before=time(12))),
        ("not mornings, not Fridays", Wants(not_before=time(12), not_weekdays=frozenset({FRI}))),
        ("evenings", Wants(not_before=time(17))),
        ("after 10", Wants(not_before=time(10))),
        ("not before 10.30", Wants(not_before=time(10, 30))),
        ("after half ten", Wants(not_before=time(10, 30))),
        ("before half two", Wants(not_after=time(14, 30))),
        ("before 3", Wants(not_after=time(15))),
        ("I have to leave by 2:15pm", Wants(not_after=time(14, 15))),
        ("between 10 and 2", Wants(not_before=time(10), not_after=time(14))),
        ("from 10am to midday", Wants(not_before=time(10), not_after=time(12))),
        ("I work until 3", Wants(not_before=time(15))),
        ("by phone please", Wants(by_phone=True)),
        ("can you ring me, I can't get out", Wants(by_phone=True)),
        ("in person is better", Wants(by_phone=False)),
        ("somewhere with no stairs", Wants(room_features=frozenset({"step_free"}))),
        ("a quiet room, not Mondays", Wants(room_features=frozenset({"quiet"}), not_weekdays=frozenset({MON}))),
        ("I don't know", Wants()),
        ("is there parking?", Wants()),
        ("25:99", Wants()),
        ("after 99", Wants()),
    ],
)
def test_an_answer_about_times(said: str, expected: Wants) -> None:
    assert wants_of_answer(said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("I use a wheelchair and my rent is late", Wants(room_features=frozenset({"step_free"}))),
        ("I'm deaf and lost my job", Wants(room_features=frozenset({"hearing_loop"}))),
        ("I haven't been able to leave the house since March, I can't leave the house", Wants(by_phone=True)),
        ("I am housebound with my back", Wants(by_phone=True)),
        ("I can only do mornings only because of my shifts", Wants(not_after=time(12, 30))),
        ("I could come after the school run", Wants(not_before=time(9, 30))),
    ],
)
def test_what_a_story_says_of_the_visit(said: str, expected: Wants) -> None:
    assert wants_of_story(said) == expected


@pytest.mark.parametrize(
    "said",
    [
        "I'm being evicted on Tuesday",
        "I haven't eaten since Monday, not even on Sunday",
        "I can't get out of debt",
        "my phone was cut off and they only ring in the morning",
        "I was sanctioned after 10 weeks",
        "I sleep badly and mornings are awful",
        "I can't work on Fridays any more and lost pay",
        "he won't leave the house and I am scared",
        "I applied by phone",
    ],
)
def test_what_a_story_says_of_something_else_is_no_wish(said: str) -> None:
    assert wants_of_story(said) == Wants()


def test_what_is_newer_counts_where_they_differ() -> None:
    first = wants_of_answer("mornings only, not Tuesdays, no stairs")
    then = first.and_then(wants_of_answer("afternoons, not Fridays"))
    assert then == Wants(
        not_weekdays=frozenset({TUE, FRI}), not_before=time(12), room_features=frozenset({"step_free"})
    )
    assert then.and_then(wants_of_answer("only Tuesdays")).not_weekdays == only(TUE)


def test_what_was_said_is_kept_with_the_assessment() -> None:
    for wants in (Wants(), wants_of_answer("by phone, not Tuesdays, between 10 and 2, no stairs")):
        assert Wants.from_json(wants.as_json()) == wants
