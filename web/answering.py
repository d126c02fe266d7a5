"""What one message is answered with: a crisis check first, then a choice or words for Rasa."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from casework import conversations as kept
from casework.answerers import ANSWERERS
from casework.answers_by_text import Answer, Heard, meant, told_before
from casework.assessment import hear, replies_of
from casework.assessments import load_assessment, save_assessment
from casework.conversations import Conversation, StoredMessage
from casework.replies import Reply
from casework.safety import record_crisis, safety_reply, wave_off
from casework.tickets import show_code, typed_code
from casework.ways import Ways
from casework.work import words
from foundation.clock import utc_now
from foundation.database import Database
from foundation.plain_text import has_words, without_commands
from understanding import Understanding, understand
from web.channels.said import meant_keyword, sorry_for
from web.channels.whatsapp import tapped
from web.choices import ANY_TIME, ids_of, meant_choice, nothing_to_skip
from web.rasa import BotSilent, Rasa

# One thread, since it only reckons: more would hold up each other, and the webhooks that wait to be acknowledged.
_THINKING = ThreadPoolExecutor(1, thread_name_prefix="understanding")
MOVE, THIS_NUMBER = "move", "this_number"
Replies = list[dict[str, Any]]


class Answering:
    """Finds the replies to one message. Writes what was heard of a crisis, and what a short answer by text does."""

    def __init__(self, database: Database, rasa: Rasa, ways: Ways) -> None:
        self._database, self._rasa, self._ways = database, rasa, ways

    async def replies(self, conversation: Conversation, message: StoredMessage) -> tuple[Replies, str | None]:
        """The replies, and the text that is held back while a safety answer stands. Raises BotNotAnswering."""
        if message.kind not in ("text", "choice"):
            return await asyncio.to_thread(self._not_words, conversation, message), conversation.held_text
        short = await asyncio.to_thread(self._answered_by_text, conversation, message)
        if short is not None:
            said = [Reply("text", short.text, data={"aside": True}).as_json()]
            person = f"/{ANY_TIME['talk_to_person']}"
            said += await self._rasa_says(conversation, message, person, {}) if short.to_person else []
            return said, conversation.held_text
        message = _as_meant(message, conversation.current)
        choice = message.choice
        if choice == MOVE:
            return await asyncio.to_thread(self._code, conversation), conversation.held_text
        if choice == "carry_on" and conversation.held_text is not None:
            await asyncio.to_thread(self._assess, conversation.id, wave_off)
            return await self._tell_rasa(conversation, message, conversation.held_text), None
        if choice:
            if choice in ANY_TIME and not nothing_to_skip(choice, conversation.current):
                return await self._rasa_says(conversation, message, f"/{ANY_TIME[choice]}", {}), None
            if choice not in ids_of(conversation.current):
                again = await asyncio.to_thread(self.done_already, conversation)
                return again, conversation.held_text
            payload = "/choose" + json.dumps({"choice": choice})
            return await self._rasa_says(conversation, message, payload, {}), None
        if not has_words(message.text):
            key = "no_words" if message.text else "empty"
            return [Reply("text", words(key)).as_json()], conversation.held_text
        return await self._check_then_tell(conversation, message)

    def done_already(self, conversation: Conversation) -> Replies:
        """A tap on a step that is over: where the conversation stands now."""
        return [Reply("text", words("done_already")).as_json(), *self._last(conversation)]

    def _answered_by_text(self, conversation: Conversation, message: StoredMessage) -> Answer | None:
        """What a "1" or "2" by text did, if it answers a reminder or an offer and not the conversation's question."""
        if message.channel is None or message.kind != "text":
            return None
        now = utc_now()
        if (before := told_before(self._database, message.id)) is not None:
            return before
        found = meant(self._database, conversation, message, now=now)
        if found is None:
            return None
        asked, choice = found
        heard = Heard(
            database=self._database, asked=asked, choice=choice, message_id=message.id, ways=self._ways, now=now
        )
        return ANSWERERS[asked.kind](heard)

    def _code(self, conversation: Conversation) -> Replies:
        code = show_code(typed_code(self._database, conversation.id, now=utc_now()))
        return [Reply("text", words("lines.code", code=code)).as_json()]

    def _not_words(self, conversation: Conversation, message: StoredMessage) -> Replies:
        if message.kind == "stop":
            return [Reply("text", words("lines.stop")).as_json()]
        if message.kind in ("moved", "start"):
            return [Reply("text", words(f"lines.{message.kind}")).as_json(), *self._last(conversation)]
        sorry = sorry_for(message.kind)
        return [Reply("text", sorry).as_json()] if sorry else []

    async def _check_then_tell(self, conversation: Conversation, message: StoredMessage) -> tuple[Replies, str | None]:
        understood = await _understood(message.text)
        crisis, heard = understood.crisis, understood.as_json()
        if crisis is None:
            return await self._tell_rasa(conversation, message, message.text, heard), None

        def note(assessment: Any) -> None:
            hear(assessment, message.text, heard)
            record_crisis(assessment, crisis.kind, crisis.role)

        await asyncio.to_thread(self._assess, conversation.id, note)
        return [safety_reply(crisis.kind, crisis.role).as_json()], message.text

    async def _tell_rasa(
        self, conversation: Conversation, message: StoredMessage, text: str, heard: dict[str, Any] | None = None
    ) -> Replies:
        if heard is None:
            heard = (await _understood(text)).as_json()
        return await self._rasa_says(conversation, message, without_commands(text), {"text": text, "heard": heard})

    async def _rasa_says(
        self, conversation: Conversation, message: StoredMessage, payload: str, extra: dict[str, Any]
    ) -> Replies:
        metadata = {"message_id": message.id, "parts": message.parts, "language": conversation.language, **extra}
        begun = await self._was_begun(conversation, message)
        said = [] if begun else await self._whole_answer(conversation, payload, metadata)
        said = said or await self._resumed(conversation, metadata)
        said = said or await self._whole_answer(conversation, payload, metadata)
        if not said:
            raise BotSilent("Our helper had nothing to say, twice.")
        return said

    async def _was_begun(self, conversation: Conversation, message: StoredMessage) -> bool:
        """Whether this message was worked on before, by somebody who then died or gave up."""
        if message.attempts:
            return True
        assessment = await asyncio.to_thread(load_assessment, self._database, conversation.id)
        return bool(assessment.done.get("message") == message.id)

    async def _whole_answer(self, conversation: Conversation, payload: str, metadata: dict[str, Any]) -> Replies:
        """What Rasa says; nothing when the turn broke off, by silence, before its last step or on the way to us."""
        try:
            said = await self._rasa.say(conversation.id, payload, metadata)
        except BotSilent:
            return []
        assessment = await asyncio.to_thread(load_assessment, self._database, conversation.id)
        lost = [reply for reply in replies_of(assessment, metadata["message_id"]) if reply not in said]
        return [] if lost or assessment.is_between_steps() else said

    async def _resumed(self, conversation: Conversation, metadata: dict[str, Any]) -> Replies:
        """What the actions say to a message whose turn broke off, once it is finished; nothing if they never had it.

        Rasa stands afterwards where the assessment does. Raises BotNotAnswering.
        """
        await self._rasa.say(conversation.id, "/resume", metadata)
        assessment = await asyncio.to_thread(load_assessment, self._database, conversation.id)
        if assessment.is_between_steps():
            raise BotSilent("The turn broke off once more.")
        return replies_of(assessment, metadata["message_id"])

    def _assess(self, identity: str, change: Any) -> None:
        assessment = load_assessment(self._database, identity)
        change(assessment)
        save_assessment(self._database, identity, assessment, now=utc_now())

    def _last(self, conversation: Conversation) -> Replies:
        if conversation.current is not None:
            return [conversation.current]
        for message in reversed(kept.messages(self._database, conversation.id)):
            shown = [r for r in message.replies if r["kind"] in ("visit", "handoff", "plan")]
            if shown:
                return shown[-1:]
        return []


async def _understood(text: str) -> Understanding:
    return await asyncio.get_running_loop().run_in_executor(_THINKING, understand, text)


def _as_meant(message: StoredMessage, current: dict[str, Any] | None) -> StoredMessage:
    """The message with the choice that its number, label or word stands for.

    On a phone, words such as PERSON and SKIP stand for what a page has buttons for, and THIS for its own number.
    """
    if message.choice:
        return replace(message, choice=tapped(message.choice, current)) if message.channel else message
    choice = meant_choice(message.text, current)
    if choice is None and message.channel is not None:
        choice = meant_keyword(message.text)
    if choice == THIS_NUMBER:
        asked = current is not None and current["ask"] == "phone"
        return replace(message, text=message.address or "") if asked else message
    return replace(message, choice=choice)
