"""A message that Rasa hears again after a crash: what was done is said again, and no other step is taken with it."""

from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker

from actions import steps
from actions.steps import StepAction
from casework.assessment import Assessment
from casework.replies import Reply
from casework.work import Said, Work
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


def test_when_rasa_has_moved_on_no_other_step_is_taken(here: None) -> None:
    taken: list[str] = []
    act("action_assess", tracker(heard(1)), taken)
    assert act("action_confirm_needs", tracker(heard(1), heard(1)), taken) == ["action_assess 1"]
    spoken = {"event": "bot", "text": "action_assess 1"}
    assert act("action_use_plan", tracker(heard(1), heard(1), spoken), taken) == [], "it is said once"
    assert taken == ["action_assess"]


def test_a_second_action_of_the_same_turn_is_taken(here: None) -> None:
    taken: list[str] = []
    act("action_assess", tracker(heard(1)), taken)
    assert act("action_make_plan", tracker(heard(1)), taken) == ["action_make_plan 2"]
    assert taken == ["action_assess", "action_make_plan"]
