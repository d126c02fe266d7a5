"""Whole messages through the trained models."""

import io
import json
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from understanding import command, models_ready, read_answer, understand

pytestmark = pytest.mark.skipif(not models_ready(), reason="the models are not trained: python -m understanding.train")

COUNCIL = "I lost my job in September, I'm two months behind with my rent to the council and I can't sleep for worry"
MUM = "my mum is 82 and fell twice this month. im worn out looking after her"
HIT = "He hit me again last night. I've got two kids and nowhere to go"
PRISON = "got out of prison friday no id no money sofa surfing"


def needs(text: str) -> dict[str, str | None]:
    """Need -> detail."""
    return {heard.need: heard.detail for heard in understand(text).needs}


def test_lost_job_and_council_rent() -> None:
    heard = understand(COUNCIL)
    assert {"employment", "rent_arrears", "mental_health"} <= {one.need for one in heard.needs}
    assert heard.crisis is None
    assert heard.circumstances == {"employment_status": "unemployed", "tenure": "council"}


def test_caring_for_mum() -> None:
    heard = understand(MUM)
    assert needs(MUM)["physical_health"] == "falls"
    assert "older_people_care" in needs(MUM)
    assert "employment" not in needs(MUM)
    assert heard.crisis is None
    assert any(one.on_behalf for one in heard.needs)
    assert {"carer": "yes", "age_band": "80_plus"}.items() <= heard.circumstances.items()


def test_violence_at_home() -> None:
    heard = understand(HIT)
    assert heard.crisis is not None
    assert (heard.crisis.kind, heard.crisis.role) == ("violence_abuse", "victim")
    assert {"domestic_abuse", "housing"} <= set(needs(HIT))
    assert heard.circumstances["safe_at_home"] == "no"


def test_out_of_prison_on_a_sofa() -> None:
    heard = understand(PRISON)
    assert needs(PRISON)["housing"] == "sofa_surfing"
    assert "crime_exoffender" in needs(PRISON)
    assert {"money_debt", "benefits"} & set(needs(PRISON))
    assert heard.crisis is None
    assert {"prison_leaver": "yes", "sleeping_tonight": "friends_family"}.items() <= heard.circumstances.items()


def test_an_ordinary_question_is_out_of_scope() -> None:
    heard = understand("what time does the swimming pool open?")
    assert (heard.needs, heard.crisis, heard.circumstances, heard.out_of_scope) == ((), None, {}, True)


@pytest.mark.parametrize("text", ["hiya", "yes please", "thanks", ""])
def test_small_talk_is_not_out_of_scope(text: str) -> None:
    assert not understand(text).out_of_scope


@pytest.mark.parametrize(
    "text",
    [
        "this form is killing me",
        "I could murder a curry",
        "these new boots are killing my toes",
        "could kill for a bacon sandwich",
        "was on the streets once, years ago, settled since",
        "my ex was violent years ago",
        "I'm not suicidal, just fed up",
        "which evening is the first aid course",
        "scared we might end up on the streets in two months",
        pytest.param(
            "my mum kicked off when I forgot the milk",
            marks=pytest.mark.xfail(reason="a false alarm since the threshold is set by recall"),
        ),
    ],
)
def test_no_alarm(text: str) -> None:
    assert understand(text).crisis is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I want to kill myself", "suicide_selfharm"),
        ("I've decided to end my life", "suicide_selfharm"),
        ("my boyfriend strangled me on Sunday and says he'll kill me", "violence_abuse"),
        ("nowhere to sleep tonight", "no_shelter"),
        ("next door have left their toddler on her own all day", "child_at_risk"),
        ("he's collapsed and won't wake up", "medical"),
    ],
)
def test_alarm(text: str, kind: str) -> None:
    crisis = understand(text).crisis
    assert crisis is not None
    assert crisis.kind == kind


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("my neighbour is beating his wife, I can hear her screaming through the wall", "witness"),
        ("I hit my wife last night and I'm scared I'll do it again", "harms"),
    ],
)
def test_roles(text: str, role: str) -> None:
    crisis = understand(text).crisis
    assert crisis is not None
    assert (crisis.kind, crisis.role) == ("violence_abuse", role)


def test_what_is_denied_is_not_claimed() -> None:
    assert not {"money_debt", "rent_arrears"} & set(needs("I'm not in debt, no problems with rent, just so lonely"))


def test_a_correction() -> None:
    assert set(needs("no, not the rent, the gas")) == {"energy"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=400))
@example("\ud800 lone surrogate")
@example("\x00\u202e")
@example("''''’’’’")
def test_any_text_is_understood_and_quoted_exactly(text: str) -> None:
    heard = understand(text)
    quotes = [quote for one in heard.needs for quote in one.because] + list(
        heard.crisis.because if heard.crisis else ()
    )
    assert all(quote and quote in text for quote in quotes)
    json.dumps(heard.as_json())


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["age_band", "tenure", "postcode", "children_ages", "language", "carer"]), st.text(max_size=200))
def test_any_answer_is_read_or_not(code: str, text: str) -> None:
    read_answer(code, text)


@pytest.mark.parametrize("unit", ["a", "I owe rent. ", "1 and 2, ", "he hit me ", "é\u0301 ", "CB4 ", "kids 4 & "])
def test_time_is_proportional_to_length(unit: str) -> None:
    def cost(length: int) -> float:
        text = (unit * (length // len(unit) + 1))[:length]
        started = time.process_time()
        understand(text)
        return time.process_time() - started

    cost(1000)
    assert cost(100_000) < 12 * cost(25_000) + 1.0


def test_the_command_reports_a_bad_line_and_goes_on() -> None:
    out, problems = io.StringIO(), io.StringIO()
    lines = ['{"id": 1, "text": "skint"}', "not json", '{"id": 2}', '{"id": 3, "text": "hello"}']
    assert command.run(lines, out, problems) == 3
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [answer.get("id") for answer in answers] == [1, None, 2, 3]
    assert ["error" in answer for answer in answers] == [False, True, True, False]
    assert "Line 2" in problems.getvalue()


def test_the_command_without_bad_lines() -> None:
    assert command.run(['{"id": 1, "text": "skint"}', ""], io.StringIO(), io.StringIO()) == 0
