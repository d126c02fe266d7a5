"""After a crash: what was done for a message is said again, and Rasa is told where the conversation stands."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import steps
from actions.steps import ResumeAction, StepAction
from casework.assessment import Assessment
from casework.assessments import save_assessment
from casework.replies import Reply
from casework.work import Said, Work
from foundation.clock import utc_now
from foundation.database import Database, metadata
from foundation.settings import get_settings


def heard(message_id: int) -> dict[str, Any]:
    return {"event": "user", "text": "rent", "metadata": {"message_id": message_id}, "parse_data": {}}


def tracker(*events: dict[str, Any]) -> Tracker:
    """Rasa's memory, ending with the newest message."""
    newest = next(event for event in reversed(events) if event["event"] == "user")
    latest = {"intent": {"name": "tell"}, "entities": [], "metadata": newest["metadata"]}
    return Tracker("resident", {}, latest, list(events), False, None, {}, "action_listen")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An action server with a database of its own."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'actions.db'}")
    get_settings.cache_clear()
    steps._database.cache_clear()
    metadata.create_all(Database(f"sqlite:///{tmp_path / 'actions.db'}").engine)


def act(name: str, memory: Tracker, taken: list[str]) -> list[str]:
    """Run one action; what it says. `taken` counts the steps that were really taken."""

    def step(work: Work, assessment: Assessment, said: Said, intent: str) -> list[Reply]:
        taken.append(name)
        return [Reply("text", f"{name} {len(taken)}")]

    replies, _ = StepAction(name, step)._work(memory)
    return [reply["text"] for reply in replies]


def test_the_same_action_repeats_what_it_said(here: None) -> None:
    taken: list[str] = []
    assert act("action_assess", tracker(heard(1)), taken) == ["action_assess 1"]
    assert act("action_assess", tracker(heard(1)), taken) == ["action_assess 1"]
    assert act("action_assess", tracker(heard(1), heard(2)), taken) == ["action_assess 2"]
    assert taken == ["action_assess", "action_assess"]


def test_a_second_action_of_the_same_turn_is_taken(here: None) -> None:
    taken: list[str] = []
    act("action_assess", tracker(heard(1)), taken)
    assert act("action_make_plan", tracker(heard(1)), taken) == ["action_make_plan 2"]
    assert taken == ["action_assess", "action_make_plan"]


@pytest.mark.parametrize(
    ("stage", "asking", "answer"),
    [("asking", "tenure", None), ("consent", "housing", None), ("consent", None, "done"), ("planning", None, None)],
)
def test_rasa_is_told_where_the_conversation_stands(
    here: None, stage: str, asking: str | None, answer: str | None
) -> None:
    save_assessment(steps._database(), "resident", Assessment(stage=stage, asking=asking), now=utc_now())
    dispatcher = CollectingDispatcher()
    events = asyncio.run(ResumeAction().run(dispatcher, tracker(heard(1)), {}))
    slots = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    assert slots["stage"] == stage
    assert slots["consent_answer"] == answer, "when all agencies were asked about the form is complete at once"
    assert {"event": "active_loop", "timestamp": None, "name": None} in events
    assert [said["custom"]["kind"] for said in dispatcher.messages] == ["resumed"]
