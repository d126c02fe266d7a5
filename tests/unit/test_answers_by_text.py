"""Which short answers are a number."""

import pytest

from casework.answers_by_text import numbered, picked


@pytest.mark.parametrize(
    "text", ["1", " 1 ", "1.", "1)", "(1)", "One", "one.", "YES", "yes!", "ok", "1️⃣", "\uff11", "tak"]
)
def test_a_first_choice(text: str) -> None:
    assert picked(text, yes=True) == 1


@pytest.mark.parametrize("text", ["2", "2.", "two", "Two!", "2️⃣"])
def test_a_second_choice(text: str) -> None:
    assert picked(text, yes=True) == 2


@pytest.mark.parametrize(
    "text", ["", "0", "10", "12", "1 2", "1st please", "yes but", "no", "cancel", "stop", "change", "at number 2", "²³"]
)
def test_what_belongs_to_the_conversation(text: str) -> None:
    assert picked(text, yes=True) is None


def test_a_yes_is_no_answer_where_there_are_times_to_choose_from() -> None:
    assert picked("yes", yes=False) is None
    assert picked("3", yes=False) == 3


def test_choices_are_numbered_one_a_line() -> None:
    assert numbered(["Monday", "None"]) == "1 Monday\n2 None"
