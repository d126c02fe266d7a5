"""A language chosen in the middle of a conversation: what waits is said again in it; nothing else changes."""

from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from casework import conversations as kept
from casework import tables as t
from casework.again import go_on_in
from casework.assessment import Assessment, HeardNeed
from casework.assessments import load_assessment, save_assessment
from casework.sittings import start_conversation
from casework.work import Work
from foundation.database import Database

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
PLACE = Path(__file__).resolve().parents[2] / "directory" / "places" / "cambridge"
CARD = {
    "need_label": "Food",
    "needs": ["food"],
    "service": "Foodbank",
    "service_id": "gone",
    "agency": "cvs",
    "uses": [],
}
OPENING = {
    "id": "x", "start": "2026-11-26T10:00:00+00:00", "finish": "2026-11-26T10:30:00+00:00", "tag": "Soonest",
    "waiting_minutes": 0, "legs": [{"agency": "jobcentre", "label": "Jobcentre Plus"}],
}  # fmt: skip
PLAN = {"route": "visit", "reason": "x", "legs": [CARD], "alone": [], "uncovered": [{"need": "legal", "label": "x"}]}
ASKED = {"kind": "question", "text": "In English?", "ask": None, "choices": [], "data": {}}


def at(stage: str, **more: Any) -> Assessment:
    return Assessment(
        stage=stage, needs=[HeardNeed("food", ["no food"])], plan=deepcopy(PLAN), openings=[deepcopy(OPENING)],
        opening=deepcopy(OPENING), route={"kind": "visit", "reason": "joint_visit", "urgent": ""}, **more,
    )  # fmt: skip


def standing(database: Database, assessment: Assessment, current: dict[str, Any] | None = ASKED) -> Work:
    identity, _ = start_conversation(database, channel="website", now=NOW)
    save_assessment(database, identity, assessment, now=NOW)
    with database.writing() as db:
        db.execute(t.conversation.update().where(t.conversation.c.id == identity).values(current=current))
    return Work(database, PLACE, identity, NOW)


@pytest.mark.parametrize(
    ("assessment", "said"),
    [
        (at("asking", asking="postcode"), "Jaki jest twój kod pocztowy?"),
        (at("contact", asking="name"), "Jak mamy się do ciebie zwracać?"),
        (at("consent", asking="jobcentre"), "Czy możemy o tym powiedzieć tej instytucji: Jobcentre Plus"),
        (at("listening"), "W czym potrzebujesz pomocy?"),
        (at("confirming"), "Dziękujemy za tę wiadomość."),
        (at("openings"), "Wybierz termin wizyty."),
        (at("checking"), "Sprawdź swoją wizytę, potem ją umów"),
        (at("choosing"), "To jest twój plan."),
        (at("planned"), "To jest twój plan."),
    ],
    ids=lambda value: value.stage if isinstance(value, Assessment) else "",
)
def test_what_waits_is_said_in_polish_at_the_same_stage(database: Database, assessment: Assessment, said: str) -> None:
    work = standing(database, assessment)
    go_on_in(work, "pl")
    conversation = kept.load_conversation(database, work.resident)
    assert (conversation.language, conversation.turn) == ("pl", 0)
    assert conversation.current is not None
    assert conversation.current["text"].startswith(said)
    after = load_assessment(database, work.resident)
    assert (after.stage, after.asking) == (assessment.stage, assessment.asking)


def test_a_plan_and_times_that_were_made_get_our_words_anew_and_keep_the_services_own(database: Database) -> None:
    work = standing(database, at("choosing"))
    go_on_in(work, "pl")
    after = load_assessment(database, work.resident)
    assert after.plan is not None
    assert (after.plan["legs"][0]["need_label"], after.plan["legs"][0]["service"]) == ("Jedzenie", "Foodbank")
    assert after.plan["uncovered"] == [{"need": "legal", "label": "Twoje prawa", "council": ""}]
    assert after.openings[0]["tag"] == "Najbliższy"
    go_on_in(work, "en")
    after = load_assessment(database, work.resident)
    assert after.plan is not None
    assert after.plan["reason"] == "You can see these services in one visit."
    assert after.openings[0]["legs"][0]["label"] == "Jobcentre Plus"


def test_a_safety_answer_that_stands_is_said_again(database: Database) -> None:
    crisis = [{"kind": "suicide_selfharm", "role": None, "waved_off": False}]
    work = standing(database, at("listening", crises=crisis), {**ASKED, "kind": "safety"})
    go_on_in(work, "pl")
    current = kept.load_conversation(database, work.resident).current
    assert current is not None
    assert current["kind"] == "safety"
    assert current["text"].startswith("Cieszymy się, że o tym mówisz.")


def test_while_a_message_waits_nothing_is_said_again(database: Database) -> None:
    work = standing(database, at("asking", asking="postcode"))
    kept.store_message(database, work.resident, text="CB4 3EH", choice=None, parts=None, now=NOW)
    go_on_in(work, "pl")
    conversation = kept.load_conversation(database, work.resident)
    assert (conversation.language, conversation.current) == ("pl", ASKED)


def test_before_anything_was_asked_nothing_is(database: Database) -> None:
    work = standing(database, Assessment(), None)
    go_on_in(work, "pl")
    assert kept.load_conversation(database, work.resident).current is None
