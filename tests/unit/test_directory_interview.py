"""Questions: only what can change the answer, the most telling first; labels that mean one thing."""

import re
from typing import Any

import pytest

from directory.circumstances import QUESTIONS, value_label
from directory.deciding.eligibility import BANDS
from directory.deciding.plan import make_plan
from directory.deciding.questions import next_question
from directory.inferences import infer_needs
from foundation.needs import NEEDS
from tests.unit.directory_examples import HIT_AGAIN, LOST_JOB, MUM_FELL, OUT_OF_PRISON, cambridge, made_up

STORIES = [LOST_JOB, MUM_FELL, HIT_AGAIN, OUT_OF_PRISON]
MOST = 6


def interview(needs: list[str], answers: dict[str, Any]) -> list[str]:
    told: dict[str, Any] = {}
    while (code := next_question(cambridge(), needs, told)) is not None:
        assert code not in told
        told[code] = answers.get(code, "skip")
    return list(told)


@pytest.mark.parametrize("story", STORIES)
def test_every_interview_ends_soon(story: tuple[list[str], dict[str, Any]]) -> None:
    assert len(interview(*story)) <= MOST


@pytest.mark.parametrize("story", STORIES)
def test_where_areas_matter_the_postcode_comes_first(story: tuple[list[str], dict[str, Any]]) -> None:
    assert next_question(cambridge(), story[0], {}) == "postcode"


def test_a_landlord_is_asked_about_only_where_rent_is_the_trouble() -> None:
    assert "tenure" in interview(*LOST_JOB)
    assert "tenure" not in interview(*MUM_FELL)


@pytest.mark.parametrize("need", NEEDS)
def test_somebody_who_skips_everything_is_let_go(need: str) -> None:
    assert len(interview([need], {})) <= MOST


@pytest.mark.parametrize("need", NEEDS)
def test_what_is_asked_can_change_the_plan(need: str) -> None:
    told = {"postcode": "CB4 3EH"}
    code = next_question(cambridge(), [need], told)
    if code is None:
        return
    values = list(BANDS) if code == "age_band" else [id for id, _ in QUESTIONS[code].choices] or [["3"], ["15"], "none"]
    plans = {make_plan(cambridge(), [need], told | {code: value}).key() for value in values}
    assert plans != {make_plan(cambridge(), [need], told).key()}


def test_nothing_is_asked_when_there_is_nothing_to_choose() -> None:
    only = made_up("Only", needs=[{"need": "food", "strength": 3}])
    assert next_question([only], ["food"], {}) is None
    assert next_question([], ["food"], {}) is None
    assert next_question([only], [], {}) is None


def test_an_outcome_besides_the_plan_can_make_a_question_worth_asking() -> None:
    only = made_up("Only", needs=[{"need": "domestic_abuse", "strength": 3}])
    assert next_question([only], ["domestic_abuse"], {}) is None
    asked = next_question([only], ["domestic_abuse"], {}, outcome=lambda told: told.get("safe_at_home"))
    assert asked == "safe_at_home"


@pytest.mark.parametrize(
    ("code", "word", "value"),
    [
        ("tenure", "council", "council"), ("tenure", "housing association", "housing_association"),
        ("tenure", "private", "private"), ("tenure", "owner", "owner"), ("tenure", "family", "family_friends"),
        ("tenure", "hostel", "hostel"), ("tenure", "none", "none"),
        ("sleeping_tonight", "own home", "own_home"), ("sleeping_tonight", "friend", "friends_family"),
        ("sleeping_tonight", "hostel", "hostel"), ("sleeping_tonight", "street", "street"),
        ("employment_status", "employed", "employed"), ("employment_status", "self-employed", "self_employed"),
        ("employment_status", "unemployed", "unemployed"), ("employment_status", "student", "student"),
        ("employment_status", "retired", "retired"),
        ("income_band", "none", "none"), ("income_band", "low", "low"), ("income_band", "enough", "enough"),
        ("benefits_received", "none", "none"), ("benefits_received", "universal credit", "universal_credit"),
        ("benefits_received", "pip", "pip"), ("benefits_received", "pension credit", "pension_credit"),
        ("household", "live alone", "alone"), ("household", "partner", "couple"),
        ("household", "with children", "with_children"), ("household", "single parent", "single_parent"),
        ("household", "with my parents", "with_parents"),
        ("immigration_status", "british", "british_settled"), ("immigration_status", "visa", "visa"),
        ("immigration_status", "refugee", "refugee"), ("immigration_status", "asylum", "asylum_seeker"),
        ("access_needs", "none", "none"), ("access_needs", "step-free", "step_free"),
        ("access_needs", "hearing", "hearing"),
    ],
)  # fmt: skip
def test_a_word_finds_the_choice_that_it_means(code: str, word: str, value: str) -> None:
    """As somebody reads down a list: a label that begins with the word, or else the first that has it."""
    shown = {id: f"{label} {id}" for id, label in QUESTIONS[code].choices}
    begins = [id for id, text in shown.items() if re.search(rf"^{re.escape(word)}\b", text, re.IGNORECASE)]
    has = [id for id, text in shown.items() if re.search(re.escape(word), text, re.IGNORECASE)]
    assert (begins or has)[0] == value


@pytest.mark.parametrize(
    "code", [code for code, q in QUESTIONS.items() if {"yes", "no"} <= {id for id, _ in q.choices}]
)
def test_yes_and_no_begin_with_yes_and_no(code: str) -> None:
    labels = dict(QUESTIONS[code].choices)
    assert labels["yes"].startswith("Yes")
    assert labels["no"].startswith("No")


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.code)
def test_every_question_says_what_and_why_in_short_sentences(question: Any) -> None:
    assert question.text.endswith("?")
    assert question.why.endswith(".")
    sentences = re.split(r"(?<=[.?])\s+", f"{question.text} {question.why} {question.hint}")
    assert max(len(sentence.split()) for sentence in sentences) < 20
    assert (question.asked_for or frozenset()) <= set(NEEDS)
    assert bool(question.choices) == (question.kind == "choice")


def test_every_rule_asks_what_there_is_a_question_for() -> None:
    assert {code for service in cambridge() for code in service.asks_about} <= set(QUESTIONS)


def test_values_in_plain_words() -> None:
    assert value_label("age_band", "65_79") == "65 to 79"
    assert value_label("children_ages", [4, 9]) == "4, 9"
    assert value_label("tenure", "houseboat") == "houseboat"  # what has no label is shown as it is


@pytest.mark.parametrize(
    ("needs", "told", "guessed"),
    [
        (["employment"], {"employment_status": "unemployed"}, "benefits"),
        (["rent_arrears"], {"employment_status": "unemployed"}, "money_debt"),
        (["housing"], {"safe_at_home": "no"}, "domestic_abuse"),
    ],
)
def test_guesses_say_why(needs: list[str], told: dict[str, Any], guessed: str) -> None:
    found = {guess.need: guess.because for guess in infer_needs(needs, told)}
    assert found[guessed].startswith("because ")


def test_what_was_said_is_not_guessed() -> None:
    told = {"employment_status": "unemployed"}
    assert infer_needs(["employment", "benefits"], told) == []
    assert infer_needs(["employment"], {"employment_status": "employed"}) == []
