"""One turn of a conversation, on any channel: store, check for a crisis, ask Rasa, write down the answer."""

import asyncio
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from casework import conversations as kept
from casework.assessment import hear
from casework.assessments import load_assessment, save_assessment
from casework.conversations import Conversation, StoredMessage
from casework.replies import Reply, waits
from casework.safety import record_crisis, safety_reply, wave_off
from casework.work import words
from foundation.clock import utc_now
from foundation.database import Database
from foundation.plain_text import clean, has_words, without_commands
from understanding import understand
from web.choices import ANY_TIME, ids_of, meant_choice, nothing_to_skip
from web.rasa import BotNotAnswering, Rasa

STATE_OF = {
    "listening": "listening", "confirming": "asking", "asking": "asking", "planning": "asking",
    "choosing": "choosing", "openings": "choosing", "contact": "choosing", "agreeing": "choosing",
    "consent": "choosing", "checking": "choosing", "planned": "planned", "booked": "booked",
    "with_person": "with_person",
}  # fmt: skip
PATIENCE = 3  # failures of one message, with all parts well, before it is set aside


@dataclass(frozen=True)
class Outcome:
    """What to show after a turn: the new replies, the state, and what now waits for the resident."""

    replies: list[dict[str, Any]]
    state: str


class Turns:
    """Takes messages in, one at a time in each conversation, whatever happens to Rasa."""

    def __init__(self, database: Database, rasa: Rasa, *, help_phone: str) -> None:
        self._database, self._rasa, self._help_phone = database, rasa, help_phone
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._failures: Counter[int] = Counter()

    def start(self, channel: str) -> tuple[str, str, list[dict[str, Any]]]:
        """A new conversation: id, token and the welcome, which needs nobody to be awake but us."""
        identity, token = kept.start_conversation(self._database, channel=channel, now=utc_now())
        return identity, token, [Reply("text", words("welcome.text")).as_json()]

    async def take(
        self,
        identity: str,
        token: str,
        *,
        text: str = "",
        choice: str | None = None,
        parts: list[str] | None = None,
        turn: int | None = None,
    ) -> Outcome:
        """Take one message in and answer it. Raises ConversationNotFound.

        `turn` is the turn that the sender was looking at. A tap made on an older one (a second click, another tab,
        the back button) is not carried out again: the sender is shown where things stand. Text is never dropped.
        """
        async with self._locks[identity]:
            conversation = await asyncio.to_thread(kept.load_conversation, self._database, identity, token)
            choice, text = (choice or None), clean(text)
            if choice and turn is not None and turn != conversation.turn:
                return await asyncio.to_thread(self._where, conversation)
            await asyncio.to_thread(self._store, conversation, text, choice, parts)
            return await self._work_off(conversation, token)

    async def catch_up(self, identity: str, token: str) -> None:
        """Answer what was left waiting while Rasa was away. Raises ConversationNotFound."""
        async with self._locks[identity]:
            conversation = await asyncio.to_thread(kept.load_conversation, self._database, identity, token)
            if await asyncio.to_thread(kept.messages, self._database, identity, waiting_only=True):
                await self._work_off(conversation, token)

    def _store(self, conversation: Conversation, text: str, choice: str | None, parts: list[str] | None) -> None:
        waiting = kept.messages(self._database, conversation.id, waiting_only=True)
        if not any(m.text == text and m.choice == choice for m in waiting):  # sent again after an apology
            kept.store_message(self._database, conversation.id, text=text, choice=choice, parts=parts, now=utc_now())

    async def _work_off(self, conversation: Conversation, token: str) -> Outcome:
        said: list[dict[str, Any]] = []
        for message in await asyncio.to_thread(kept.messages, self._database, conversation.id, waiting_only=True):
            try:
                said += await self._answer(conversation, message)
            except BotNotAnswering:
                if await self._is_hopeless(message.id):
                    said += await self._set_aside(conversation, message)
                    continue
                sorry = Reply("text", words("trouble", phone=self._help_phone)).as_json()
                return Outcome([*said, sorry], conversation.state)
            conversation = await asyncio.to_thread(kept.load_conversation, self._database, conversation.id, token)
        return Outcome(said, conversation.state)

    async def _is_hopeless(self, message_id: int) -> bool:
        """Whether this message fails again and again while everything else is well: then it must not block the rest."""
        self._failures[message_id] += 1
        often = self._failures[message_id] >= PATIENCE
        return often and await self._rasa.ready() and await self._rasa.actions_ready()

    async def _set_aside(self, conversation: Conversation, message: StoredMessage) -> list[dict[str, Any]]:
        replies = [Reply("text", words("set_aside", phone=self._help_phone)).as_json()]
        await asyncio.to_thread(
            kept.answer_message,
            self._database,
            conversation.id,
            message.id,
            replies=replies,
            current=conversation.current,
            state=conversation.state,
            held_text=conversation.held_text,
            now=utc_now(),
        )
        return replies

    async def _answer(self, conversation: Conversation, message: StoredMessage) -> list[dict[str, Any]]:
        replies, held = await self._replies(conversation, message)
        state = await asyncio.to_thread(self._state, conversation.id)
        if replies[-1]["kind"] == "safety":
            current = replies[-1]
        elif any(waits(reply) for reply in replies):
            current = next(reply for reply in reversed(replies) if waits(reply))
        elif conversation.current is not None and state not in ("listening", "planned", "booked", "with_person"):
            current = conversation.current  # a question in between: what was asked is still open
            replies = [*replies, current]
        else:
            current = None
        await asyncio.to_thread(
            kept.answer_message,
            self._database,
            conversation.id,
            message.id,
            replies=replies,
            current=current,
            state=state,
            held_text=held,
            now=utc_now(),
        )
        return replies

    async def _replies(
        self, conversation: Conversation, message: StoredMessage
    ) -> tuple[list[dict[str, Any]], str | None]:
        """The replies, and the text that is held back while a safety answer stands."""
        choice = message.choice or meant_choice(message.text, conversation.current)
        if choice == "carry_on" and conversation.held_text is not None:
            await asyncio.to_thread(self._assess, conversation.id, wave_off)
            return await self._tell_rasa(conversation, message, conversation.held_text), None
        if choice:
            if choice in ANY_TIME and not nothing_to_skip(choice, conversation.current):
                return await self._rasa_says(conversation, message, f"/{ANY_TIME[choice]}", {}), None
            if choice not in ids_of(conversation.current):
                return self._done_already(conversation), conversation.held_text
            payload = "/choose" + json.dumps({"choice": choice})
            return await self._rasa_says(conversation, message, payload, {}), None
        if not has_words(message.text):
            key = "no_words" if message.text else "empty"
            return [Reply("text", words(key)).as_json()], conversation.held_text
        return await self._check_then_tell(conversation, message)

    async def _check_then_tell(
        self, conversation: Conversation, message: StoredMessage
    ) -> tuple[list[dict[str, Any]], str | None]:
        understood = await asyncio.to_thread(understand, message.text)
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
    ) -> list[dict[str, Any]]:
        if heard is None:
            heard = (await asyncio.to_thread(understand, text)).as_json()
        return await self._rasa_says(conversation, message, without_commands(text), {"text": text, "heard": heard})

    async def _rasa_says(
        self, conversation: Conversation, message: StoredMessage, payload: str, extra: dict[str, Any]
    ) -> list[dict[str, Any]]:
        metadata = {"message_id": message.id, "parts": message.parts, **extra}
        return await self._rasa.say(conversation.id, payload, metadata)

    def _assess(self, identity: str, change: Any) -> None:
        assessment = load_assessment(self._database, identity)
        change(assessment)
        save_assessment(self._database, identity, assessment, now=utc_now())

    def _state(self, identity: str) -> str:
        return STATE_OF[load_assessment(self._database, identity).stage]

    def _done_already(self, conversation: Conversation) -> list[dict[str, Any]]:
        sorry = Reply("text", words("done_already")).as_json()
        return [sorry, *self._last(conversation)]

    def _where(self, conversation: Conversation) -> Outcome:
        return Outcome(self._done_already(conversation), conversation.state)

    def _last(self, conversation: Conversation) -> list[dict[str, Any]]:
        if conversation.current is not None:
            return [conversation.current]
        for message in reversed(kept.messages(self._database, conversation.id)):
            shown = [r for r in message.replies if r["kind"] in ("visit", "handoff", "plan")]
            if shown:
                return shown[-1:]
        return []
