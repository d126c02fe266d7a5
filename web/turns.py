"""One turn of a conversation, on any channel: store, answer in order under a lease, write down the answer once."""

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from casework import conversations as kept
from casework.assessments import load_assessment
from casework.conversations import Conversation, LeaseLost, StoredMessage, TurnIsOver
from casework.outbox import Parcel
from casework.replies import Reply, waits
from casework.sittings import let_in, start_conversation
from casework.ways import NOBODY, Ways
from casework.work import words
from foundation.clock import utc_now
from foundation.database import Database
from foundation.languages import ENGLISH, LANGUAGES, speaking
from foundation.plain_text import clean
from understanding import language_of
from web.answering import Answering, Replies
from web.rasa import BotAway, BotNotAnswering, Rasa

log = logging.getLogger("frontdoor.turns")
STATE_OF = {
    "listening": "listening", "confirming": "asking", "asking": "asking", "planning": "asking",
    "choosing": "choosing", "openings": "choosing", "contact": "choosing", "agreeing": "choosing",
    "consent": "choosing", "checking": "choosing", "planned": "planned", "booked": "booked",
    "with_person": "with_person",
}  # fmt: skip
PATIENCE = 3  # failures of one message, with all parts well, before it is set aside
LEASE = timedelta(seconds=60)  # longer than any one message takes: the bot's time-out is far below
LONGEST_REST = 15  # seconds between tries while the bot is away
WAIT_SECONDS = 40.0  # how long a page waits for an answer that somebody else is working on
LOOK_EVERY_SECONDS = 0.05

type Dress = Callable[[Conversation, StoredMessage, Replies, str], list[Parcel]]


@dataclass(frozen=True)
class Outcome:
    """What to show after a turn: the new replies, the state, and what now waits for the resident."""

    replies: Replies
    state: str


def _no_parcels(*_: object) -> list[Parcel]:
    return []


class Turns:
    """Takes messages in, answers them in order within a conversation, whatever happens to Rasa or to us."""

    def __init__(
        self, database: Database, rasa: Rasa, *, help_phone: str, dress: Dress = _no_parcels, ways: Ways = NOBODY
    ) -> None:
        self._database, self._rasa, self._help_phone, self._dress = database, rasa, help_phone, dress
        self._answering = Answering(database, rasa, ways)
        self._while_well: Counter[int] = Counter()

    def start(self, channel: str, token: str | None = None) -> tuple[str, str, Replies]:
        """A new conversation: id, token and the welcome, which needs nobody to be awake but us.

        With a `token` that has opened one already, it is that conversation.
        """
        identity, token = start_conversation(self._database, channel=channel, now=utc_now(), token=token)
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
        the back button) is not carried out again: the sender is shown where things stand. Text is never dropped, and
        the same text sent again on the same turn is the same message.
        """
        conversation = await asyncio.to_thread(let_in, self._database, identity, token)
        choice, text = (choice or None), clean(text)
        with speaking(conversation.language):
            try:
                sent: dict[str, Any] = {"text": text, "choice": choice, "parts": parts, "turn": turn, "now": utc_now()}
                waiting = await asyncio.to_thread(kept.store_message, self._database, identity, **sent)
            except TurnIsOver:
                conversation = await asyncio.to_thread(kept.load_conversation, self._database, identity)
                return Outcome(await asyncio.to_thread(self._answering.done_already, conversation), conversation.state)
            return await self._outcome(identity, waiting)

    async def catch_up(self, identity: str, token: str) -> None:
        """Answer what was left waiting while Rasa was away. Raises ConversationNotFound."""
        await asyncio.to_thread(let_in, self._database, identity, token)
        if await asyncio.to_thread(kept.messages, self._database, identity, waiting_only=True):
            await self.answer_waiting(identity)

    async def answer_waiting(self, identity: str) -> bool:
        """Answer all that waits in this conversation, oldest first. False when somebody else is at it."""
        async with self._lease(identity) as holder:
            if holder is None:
                return False
            conversation = await asyncio.to_thread(kept.load_conversation, self._database, identity)
            with speaking(conversation.language):
                for message in await asyncio.to_thread(kept.messages, self._database, identity, waiting_only=True):
                    if not await self._attempt(message, identity, holder):
                        break
        return True

    # ---------------------------------------------------------------- waiting for an answer
    async def _outcome(self, identity: str, waiting: list[int]) -> Outcome:
        """The answers to these messages; a kind sorry where the last of them has none yet."""
        with suppress(TimeoutError):
            async with asyncio.timeout(WAIT_SECONDS):
                # No event could wake us: who has the lease may be another process.
                while not await self.answer_waiting(identity):  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_EVERY_SECONDS)
        conversation = await asyncio.to_thread(kept.load_conversation, self._database, identity)
        mine = [m for m in await asyncio.to_thread(kept.messages, self._database, identity) if m.id in waiting]
        said = [reply for message in mine for reply in message.replies]
        if any(message.status == "waiting" for message in mine):
            said.append(self._trouble())
        return Outcome(said, conversation.state)

    def _trouble(self) -> dict[str, Any]:
        return Reply("text", words("trouble", phone=self._help_phone)).as_json()

    @asynccontextmanager
    async def _lease(self, identity: str) -> AsyncIterator[str | None]:
        """The right to answer this conversation, or None while somebody else has it."""
        holder = secrets.token_hex(8)
        if not await self._keep_lease(identity, holder):
            yield None
            return
        try:
            yield holder
        finally:
            rest = await asyncio.to_thread(self._rest_until, identity)
            await asyncio.to_thread(kept.release, self._database, identity, holder=holder, rest_until=rest)

    async def _keep_lease(self, identity: str, holder: str) -> bool:
        now = utc_now()
        return await asyncio.to_thread(kept.lease, self._database, identity, holder=holder, until=now + LEASE, now=now)

    def _rest_until(self, identity: str) -> Any:
        """When to look again at what could not be answered; None when nothing waits that has failed."""
        failed = [m.attempts for m in kept.messages(self._database, identity, waiting_only=True) if m.attempts]
        return utc_now() + timedelta(seconds=min(2 ** min(failed[0], 10), LONGEST_REST)) if failed else None

    # ---------------------------------------------------------------- one message
    async def _attempt(self, message: StoredMessage, identity: str, holder: str) -> bool:
        """Answer one message. False when it has to wait, and those after it."""
        conversation = await asyncio.to_thread(kept.load_conversation, self._database, identity)
        if not await self._keep_lease(identity, holder):
            return False
        conversation = await asyncio.to_thread(self._in_their_language, conversation, message)
        try:
            with speaking(conversation.language):
                return await self._answer(conversation, message, holder)
        except LeaseLost:
            log.warning("an answer came too late: somebody else had taken the conversation over")
            return False

    def _in_their_language(self, conversation: Conversation, message: StoredMessage) -> Conversation:
        """Who begins in a language that we speak is answered in it, from the first word."""
        language = ENGLISH if conversation.turn else language_of(message.text)
        if language in (ENGLISH, conversation.language) or language not in LANGUAGES:
            return conversation
        kept.choose_language(self._database, conversation.id, language)
        return replace(conversation, language=language)

    async def _answer(self, conversation: Conversation, message: StoredMessage, holder: str) -> bool:
        try:
            answer = await self._prepared(conversation, message)
        except BotAway:
            return await self._failed(conversation, message, holder, blamed=False)
        except BotNotAnswering:
            return await self._failed(conversation, message, holder)
        except Exception:  # nobody is left without an answer by a fault of ours
            log.exception("a fault of ours at a message; it is tried again, and then set aside")
            return await self._failed(conversation, message, holder)
        await self._write(conversation, message, holder, **answer)
        return True

    async def _prepared(self, conversation: Conversation, message: StoredMessage) -> dict[str, Any]:
        replies, held = await self._answering.replies(conversation, message)
        state, current = await asyncio.to_thread(self._state, conversation.id), conversation.current
        if message.kind != "stop":  # whoever says STOP is not asked again
            replies, current = _what_waits(conversation, replies, state)
        parcels = await asyncio.to_thread(self._dress, conversation, message, replies, "answer")
        return {"replies": replies, "parcels": parcels, "current": current, "state": state, "held_text": held}

    async def _failed(
        self, conversation: Conversation, message: StoredMessage, holder: str, *, blamed: bool = True
    ) -> bool:
        """Keep it for later; set it aside when it fails again and again while everything else is well."""
        sorry = await asyncio.to_thread(self._dress, conversation, message, [self._trouble()], "trouble")
        await asyncio.to_thread(
            kept.count_failure,
            self._database,
            message.id,
            holder=holder,
            parcel=sorry[0] if sorry else None,
            now=utc_now(),
        )
        if not blamed or not await self._is_hopeless(message.id):
            return False
        aside = [Reply("text", words("set_aside", phone=self._help_phone)).as_json()]
        parcels = await asyncio.to_thread(self._dress, conversation, message, aside, "answer")
        c = conversation
        stand = {"current": c.current, "state": c.state, "held_text": c.held_text}
        await self._write(c, message, holder, replies=aside, parcels=parcels, **stand)
        return True

    async def _is_hopeless(self, message_id: int) -> bool:
        """Whether it is the message: it failed again and again while everything else was well.

        Failures while a part was away do not count: after a long outage nothing is set aside.
        """
        if await self._rasa.ready() and await self._rasa.actions_ready():
            self._while_well[message_id] += 1
        if self._while_well[message_id] < PATIENCE:
            return False
        del self._while_well[message_id]
        return True

    async def _write(self, conversation: Conversation, message: StoredMessage, holder: str, **answer: Any) -> None:
        written = {"holder": holder, "now": utc_now(), **answer}
        await asyncio.to_thread(kept.answer_message, self._database, conversation.id, message.id, **written)

    def _state(self, identity: str) -> str:
        return STATE_OF[load_assessment(self._database, identity).stage]


def _what_waits(conversation: Conversation, replies: Replies, state: str) -> tuple[Replies, dict[str, Any] | None]:
    """The replies, with the open question again where something else was said in between; and what waits now."""
    if replies and replies[-1]["kind"] == "safety":
        return replies, replies[-1]
    waiting = [reply for reply in replies if waits(reply)]
    if not waiting and any(reply["data"].get("aside") for reply in replies):
        return replies, conversation.current  # nothing to do with what the conversation asks, which waits unspoken
    if waiting:
        return replies, waiting[-1]
    if conversation.current is not None and state not in ("listening", "planned", "booked", "with_person"):
        return ([*replies, conversation.current] if replies else replies), conversation.current
    return replies, None
