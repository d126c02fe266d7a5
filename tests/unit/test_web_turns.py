"""What the edge does before Rasa: choices, numbers, commands, control characters."""

import pytest

from foundation.plain_text import MAX_CHARACTERS, clean, has_words, without_commands
from web.choices import meant_choice

QUESTION = {
    "kind": "question",
    "choices": [{"id": "council", "label": "The council"}, {"id": "private", "label": "A private landlord"}],
    "data": {"kind": "choice"},
}
AGE = {"kind": "question", "choices": [{"id": "skip", "label": "Skip this question"}], "data": {"kind": "age"}}


def test_a_typed_number_or_label_is_the_choice_it_stands_for() -> None:
    assert meant_choice("2", QUESTION) == "private"
    assert meant_choice(" the COUNCIL ", QUESTION) == "council"


@pytest.mark.parametrize("text", ["3", "0", "council flat", ""])
def test_what_is_no_choice_stays_text(text: str) -> None:
    assert meant_choice(text, QUESTION) is None


def test_a_number_that_may_be_the_answer_itself_is_no_choice() -> None:
    assert meant_choice("1", AGE) is None
    assert meant_choice("1", None) is None


@pytest.mark.parametrize("text", ["/restart", "//restart", " / restart", '/choose{"choice":"confirm"}'])
def test_no_text_reaches_rasa_as_a_command(text: str) -> None:
    assert not without_commands(text).startswith("/")


def test_text_is_cleaned_but_not_lost() -> None:
    assert clean("a\x00b\x07c\r\nd\ud800") == "abc\nd"
    assert clean("<b>rent</b>") == "<b>rent</b>"
    assert len(clean("x" * 50_000)) == MAX_CHARACTERS
    assert not has_words("😀 👍 !!!")
    assert has_words("ok")
