"""The edge's turns with a Rasa of our own making: what fails is kept, tried again, and never blocks for ever."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from casework import tables as t
from casework.assessment import Assessment
from casework.assessments import save_assessment
from casework.replies import Reply
from foundation.clock import utc_now
from foundation.database import Database, metadata
from tests.conftest import rows
from web.rasa import BotAway, BotNotAnswering, BotSilent
from web.turns import PATIENCE, Turns


class FakeRasa:
    """Fails for the payloads in `failing`; `well` says whether its health is good."""

    def __init__(self) -> None:
        self.failing: set[str] = set()
        self.well = True
        self.silent = self.away = False
        self.resume: Callable[[str], object] | None = lambda sender: None  # what the actions do then
        self.hears: Callable[[str], object] = lambda sender: None
        self.said: list[tuple[str, int]] = []

    async def say(self, sender: str, message: str, metadata: dict[str, Any]) -> list[dict[str, Any]]:
        self.said.append((message, metadata["message_id"]))
        if self.away:
            raise BotAway("slow")
        if message == "/resume":
            if self.resume is None:
                raise BotSilent("the actions are away")
            self.resume(sender)
            return [Reply("resumed", "").as_json()]
        if self.silent:
            raise BotSilent("nothing")
        if message in self.failing:
            raise BotNotAnswering("down")
        self.hears(sender)
        return [{"kind": "text", "text": f"heard {message}", "ask": None, "choices": [], "data": {}}]

    async def ready(self) -> bool:
        return self.well

    async def actions_ready(self) -> bool:
        return self.well


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture
def turns(tmp_path: Path, rasa: FakeRasa) -> Turns:
    database = Database(f"sqlite:///{tmp_path / 'turns.db'}")
    metadata.create_all(database.engine)
    return Turns(database, rasa, help_phone="01632 960110")  # type: ignore[arg-type]


def choose(turns: Turns, talk: tuple[str, str], choice: str) -> list[str]:
    outcome = asyncio.run(turns.take(talk[0], talk[1], choice=choice))
    return [reply["text"] for reply in outcome.replies]


def test_what_failed_is_kept_and_answered_first_when_rasa_is_back(turns: Turns, rasa: FakeRasa) -> None:
    identity, token, _ = turns.start("website")
    rasa.failing, rasa.well = {"/talk_to_person", "/start_again"}, False
    assert "nothing is lost" in choose(turns, (identity, token), "talk_to_person")[0]
    rasa.failing = set()
    assert choose(turns, (identity, token), "start_again") == ["heard /talk_to_person", "heard /start_again"]
    assert {row["status"] for row in rows(turns._database, t.message)} == {"answered"}


def test_a_message_that_always_fails_is_set_aside_and_the_next_one_answered(turns: Turns, rasa: FakeRasa) -> None:
    identity, token, _ = turns.start("website")
    rasa.failing = {"/talk_to_person"}
    for _ in range(PATIENCE - 1):
        assert "nothing is lost" in choose(turns, (identity, token), "talk_to_person")[-1]
    answers = choose(turns, (identity, token), "start_again")
    assert "01632 960110" in answers[0]
    assert answers[1] == "heard /start_again"
    assert len(rows(turns._database, t.message)) == 2, "it is kept"


def test_nothing_is_set_aside_while_a_part_is_down(turns: Turns, rasa: FakeRasa) -> None:
    identity, token, _ = turns.start("website")
    rasa.failing, rasa.well = {"/talk_to_person"}, False
    for _ in range(PATIENCE + 2):
        choose(turns, (identity, token), "talk_to_person")
    assert [row["status"] for row in rows(turns._database, t.message)] == ["waiting"]


def test_sent_again_after_an_apology_it_is_one_message(turns: Turns, rasa: FakeRasa) -> None:
    identity, token, _ = turns.start("website")
    rasa.failing, rasa.well = {"/talk_to_person"}, False
    choose(turns, (identity, token), "talk_to_person")
    choose(turns, (identity, token), "talk_to_person")
    assert len(rows(turns._database, t.message)) == 1
    assert len({message_id for _, message_id in rasa.said}) == 1


@pytest.mark.parametrize(
    ("text", "language"),
    [("nie mam pieniędzy na jedzenie dla dzieci", "pl"), ("no money for food for the kids", "en")],
)
def test_who_begins_in_a_language_that_we_speak_is_answered_in_it(turns: Turns, text: str, language: str) -> None:
    identity, token, _ = turns.start("website")
    asyncio.run(turns.take(identity, token, text=text))
    assert rows(turns._database, t.conversation)[0]["language"] == language


def test_a_foreign_word_later_on_changes_nothing(turns: Turns) -> None:
    identity, token, _ = turns.start("website")
    asyncio.run(turns.take(identity, token, text="no money for food for the kids"))
    asyncio.run(turns.take(identity, token, text="nie mam pieniędzy na jedzenie dla dzieci"))
    assert rows(turns._database, t.conversation)[0]["language"] == "en"


def test_an_answer_that_was_lost_on_its_way_is_found_with_the_assessment(turns: Turns, rasa: FakeRasa) -> None:
    identity, token, _ = turns.start("website")
    lost = Reply("text", "Your plan").as_json()
    done = {"message": 1, "actions": {"action_make_plan": [[lost], []]}}
    save_assessment(turns._database, identity, Assessment(done=done), now=utc_now())
    rasa.silent = True
    assert choose(turns, (identity, token), "start_again") == ["Your plan"]
    assert "nothing is lost" in choose(turns, (identity, token), "talk_to_person")[-1], "the next one has no answer yet"


def saved(turns: Turns, identity: str, stage: str, message_id: int, *told: str) -> None:
    """What the actions have done for a message: where they stand, and what each of them said."""
    actions = {f"action_{n}": [[Reply("text", text).as_json()], []] for n, text in enumerate(told)}
    assessment = Assessment(stage=stage, done={"message": message_id, "actions": actions})
    save_assessment(turns._database, identity, assessment, now=utc_now())


def test_an_ordinary_turn_tells_rasa_nothing_about_where_it_stands(turns: Turns, rasa: FakeRasa) -> None:
    identity, token, _ = turns.start("website")
    assert choose(turns, (identity, token), "talk_to_person") == ["heard /talk_to_person"]
    assert [said for said, _ in rasa.said] == ["/talk_to_person"]


def test_where_rasa_stands_somewhere_else_it_is_told_and_asked_again(turns: Turns, rasa: FakeRasa) -> None:
    identity, token, _ = turns.start("website")
    rasa.silent = True

    def back_in_step(_: str) -> None:
        rasa.silent = False

    rasa.resume = back_in_step
    assert choose(turns, (identity, token), "talk_to_person") == ["heard /talk_to_person"]
    assert [said for said, _ in rasa.said] == ["/talk_to_person", "/resume", "/talk_to_person"]


@pytest.mark.parametrize("stage", ["planning", "agreeing", "consent"])
def test_a_turn_that_broke_off_between_two_steps_is_finished(turns: Turns, rasa: FakeRasa, stage: str) -> None:
    identity, token, _ = turns.start("website")
    saved(turns, identity, stage, 1, "I heard that too.")
    rasa.resume = lambda sender: saved(turns, sender, "choosing", 1, "I heard that too.", "Your plan")
    assert choose(turns, (identity, token), "talk_to_person") == ["I heard that too.", "Your plan"]
    assert [said for said, _ in rasa.said] == ["/resume"], "it is not said anew"


def test_half_an_answer_is_none(turns: Turns, rasa: FakeRasa) -> None:
    identity, token, _ = turns.start("website")
    carried_out = []

    def dies_in_the_middle(sender: str) -> None:
        carried_out.append(sender)
        saved(turns, sender, "choosing", 1, "heard /talk_to_person", "and this was lost on its way")

    rasa.hears = dies_in_the_middle
    told = choose(turns, (identity, token), "talk_to_person")
    assert told == ["heard /talk_to_person", "and this was lost on its way"]
    assert len(carried_out) == 1


def test_while_the_actions_are_away_a_turn_that_broke_off_waits(turns: Turns, rasa: FakeRasa) -> None:
    identity, token, _ = turns.start("website")
    saved(turns, identity, "planning", 1, "I heard that too.")
    rasa.resume, rasa.well = None, False
    assert "nothing is lost" in choose(turns, (identity, token), "talk_to_person")[-1]
    assert [row["status"] for row in rows(turns._database, t.message)] == ["waiting"]


def test_a_bot_that_is_slow_for_hours_sets_nothing_aside(turns: Turns, rasa: FakeRasa) -> None:
    identity, token, _ = turns.start("website")
    rasa.away = True
    for _ in range(PATIENCE + 2):
        assert "nothing is lost" in choose(turns, (identity, token), "talk_to_person")[-1]
    rasa.away = False
    assert choose(turns, (identity, token), "talk_to_person") == ["heard /talk_to_person"]
