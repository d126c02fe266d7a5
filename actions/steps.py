"""One Rasa action a step of the conversation. Each loads the assessment, calls its step, saves, and speaks.

What each action did for a message was saved with the assessment, by the message's `message_id`: an action that runs
for it again repeats that word for word. The assessment says where a conversation stands; Rasa only remembers it. When a
turn broke off (something died, or was slow), the edge says `/resume`: Rasa is told where it stands, and goes on.
"""

import asyncio
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from casework.assessment import Assessment
from casework.assessments import load_assessment, save_assessment
from casework.replies import Reply
from casework.steps import asking, contact, ending, hearing, opening, planning, turning
from casework.ways import Ways
from casework.work import Said, Work
from foundation.clock import utc_now
from foundation.database import Database
from foundation.languages import ENGLISH, speaking
from foundation.settings import get_settings

Events = list[dict[str, Any]]
Step = Callable[[Work, Assessment, Said, str], list[Reply]]
DONE = "done"


@cache
def _database() -> Database:
    return Database(get_settings().database_url)


class StepAction(Action):
    """Runs one step of casework for the conversation that Rasa is in."""

    def __init__(self, name: str, step: Step) -> None:
        self._name, self._step = name, step

    def name(self) -> str:
        """The name that the domain knows this action by."""
        return self._name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Do the step in a thread: the database must not hold up other conversations."""
        replies, events = await asyncio.to_thread(self._work, tracker)
        for reply in replies:
            dispatcher.utter_message(json_message=reply)
        return events

    def _work(self, tracker: Tracker) -> tuple[list[dict[str, Any]], Events]:
        settings, now = get_settings(), utc_now()
        work = Work(_database(), settings.place_folder, tracker.sender_id, now, Ways.of(settings))
        assessment = load_assessment(work.database, tracker.sender_id)
        metadata = tracker.latest_message.get("metadata") or {}
        if assessment.done.get("message") != metadata.get("message_id"):
            assessment.done = {"message": metadata.get("message_id"), "actions": {}}
        actions = assessment.done["actions"]
        if self._name not in actions:
            said = _said(tracker, metadata)
            intent = (tracker.latest_message.get("intent") or {}).get("name") or ""
            with speaking(metadata.get("language") or ENGLISH):
                made = [reply.as_json() for reply in self._step(work, assessment, said, intent)]
            # Made here and not taken from above: a step may have put a new assessment in the old one's place.
            assessment.done = {
                "message": metadata.get("message_id"),
                "actions": {**actions, self._name: [made, self._events(assessment)]},
            }
            save_assessment(work.database, tracker.sender_id, assessment, now=now)
        replies, events = assessment.done["actions"][self._name]
        return replies, events

    def _events(self, assessment: Assessment) -> Events:
        return [SlotSet("stage", assessment.stage), *_empty_answers()]


class FormAction(StepAction):
    """Takes one answer of a form. Says nothing and sets nothing when the message was not an answer to it."""

    def __init__(self, form: str, step: Step) -> None:
        super().__init__(f"validate_{form}_form", step)
        self._slot = f"{form}_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Nothing unless this turn is an answer to the form: the message that opened it is not one."""
        if tracker.slots_to_validate().get(self._slot) in (None, DONE):
            return []
        if _same(tracker.active_loop.get("trigger_message") or {}, tracker.latest_message):
            return [SlotSet(self._slot, None)]  # the message that opened the form is no answer to it
        return await super().run(dispatcher, tracker, domain)

    def _events(self, assessment: Assessment) -> Events:
        return [SlotSet("stage", assessment.stage), SlotSet(self._slot, None if assessment.asking else DONE)]


class TurningAction(StepAction):
    """A step that leaves whatever form is open: the rules open the one that fits the new stage."""

    def _events(self, assessment: Assessment) -> Events:
        return [ActiveLoop(None), SlotSet("requested_slot", None), *super()._events(assessment)]


class ResumeAction(Action):
    """Tells Rasa where the conversation stands. Rules open the form or take the step that comes there.

    It says `resumed`, which the edge alone reads: silence would mean that Rasa has not heard it.
    """

    def name(self) -> str:
        """The name that the domain knows this action by."""
        return "action_resume"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Leave whatever form Rasa is in, and stand where the assessment does."""
        assessment = await asyncio.to_thread(load_assessment, _database(), tracker.sender_id)
        dispatcher.utter_message(json_message={"kind": "resumed"})
        complete = assessment.stage == "consent" and assessment.asking is None
        events = [ActiveLoop(None), SlotSet("requested_slot", None), SlotSet("stage", assessment.stage)]
        return [*events, *_empty_answers(), *([SlotSet("consent_answer", DONE)] if complete else [])]


def _empty_answers() -> Events:
    """Every form begins without an answer."""
    return [SlotSet(f"{form}_answer", None) for form in ("circumstances", "contact", "consent")]


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether these are one message: `/resume` carries the id of the message that it is about."""
    return _id_of(one) == _id_of(other) and one.get("text") == other.get("text")


def _id_of(message: dict[str, Any]) -> Any:
    return (message.get("metadata") or {}).get("message_id")


def _said(tracker: Tracker, metadata: dict[str, Any]) -> Said:
    choice = next((e["value"] for e in tracker.latest_message.get("entities") or [] if e["entity"] == "choice"), None)
    parts = metadata.get("parts")
    text = "" if choice else metadata.get("text", "")
    return Said(text, choice, None if parts is None else tuple(parts), metadata.get("heard") or {})


def _agreed(said: Said, intent: str) -> bool | None:
    """What a yes or no, tapped or typed, means; None when it is neither."""
    if said.choice in ("yes", "confirm") or intent == "affirm":
        return True
    return False if said.choice == "no" or intent == "deny" else None


def all_actions() -> Iterable[Action]:
    """Every action that the domain names, ready to be registered."""
    yield from (
        StepAction("action_assess", lambda w, a, s, i: hearing.assess(w, a, s)),
        StepAction("action_confirm_needs", lambda w, a, s, i: hearing.confirm(w, a, s, agreed=bool(_agreed(s, i)))),
        StepAction("action_make_plan", lambda w, a, s, i: planning.plan_for(w, a)),
        StepAction("action_use_plan", lambda w, a, s, i: opening.use_plan(w, a, s)),
        StepAction("action_pick_opening", lambda w, a, s, i: opening.pick(w, a, s)),
        StepAction("action_ask_consent", lambda w, a, s, i: ending.begin_consent(w, a)),
        StepAction("action_finish", lambda w, a, s, i: ending.finish(w, a)),
        StepAction("action_book", lambda w, a, s, i: ending.book(w, a, s, agreed=bool(_agreed(s, i)))),
        StepAction("action_after_end", lambda w, a, s, i: turning.after_end(w, a, s)),
        FormAction("circumstances", lambda w, a, s, i: asking.answer(w, a, s, skipped=i == "skip")),
        FormAction("contact", lambda w, a, s, i: contact.answer(w, a, s, skipped=i == "skip")),
        FormAction("consent", lambda w, a, s, i: ending.answer_consent(w, a, s, agreed=_agreed(s, i))),
        TurningAction("action_talk_to_person", lambda w, a, s, i: turning.talk_to_person(w, a, s)),
        TurningAction("action_go_back", lambda w, a, s, i: turning.go_back(w, a)),
        TurningAction("action_start_again", lambda w, a, s, i: turning.start_again(w, a)),
        ResumeAction(),
    )
