"""Conversations and their messages: stored first, answered after, never lost."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from casework import tables as t
from foundation.database import Database
from foundation.errors import FrontDoorError

STATES = ("listening", "asking", "choosing", "planned", "booked", "with_person", "ended")


class ConversationNotFound(FrontDoorError):
    """There is no such conversation, or the token is not its own. One error for both, so that nothing leaks."""


@dataclass(frozen=True)
class Conversation:
    """One conversation. `current` is the reply (JSON) that waits for an answer, `turn` counts answered messages."""

    id: str
    channel: str
    state: str
    turn: int
    current: dict[str, Any] | None
    held_text: str | None


@dataclass(frozen=True)
class StoredMessage:
    """What the resident sent, and what was replied. `status` is `waiting` until it was answered."""

    id: int
    text: str
    choice: str | None
    parts: list[str] | None
    status: str
    replies: list[dict[str, Any]]
    at: datetime


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def start_conversation(
    database: Database, *, channel: str, now: datetime, current: dict[str, Any] | None = None
) -> tuple[str, str]:
    """A new conversation: its id and its secret token. Only a hash of the token is kept."""
    identity, token = secrets.token_hex(12), secrets.token_urlsafe(32)
    with database.writing() as db:
        db.execute(
            t.conversation.insert().values(
                id=identity,
                token_hash=_hash(token),
                channel=channel,
                state="listening",
                turn=0,
                current=current,
                started_at=now,
                last_at=now,
            )
        )
    return identity, token


def load_conversation(database: Database, identity: str, token: str) -> Conversation:
    """The conversation, if the token opens it. Raises ConversationNotFound."""
    with database.reading() as db:
        row = db.execute(sa.select(t.conversation).where(t.conversation.c.id == identity)).one_or_none()
    if row is None or not hmac.compare_digest(row.token_hash, _hash(token)):
        raise ConversationNotFound("We cannot find that conversation.")
    return Conversation(row.id, row.channel, row.state, row.turn, row.current, row.held_text)


def store_message(
    database: Database,
    identity: str,
    *,
    text: str,
    choice: str | None,
    parts: list[str] | None,
    now: datetime,
) -> int:
    """Keep what was sent before anything is done with it. Returns the message's id."""
    with database.writing() as db:
        result = db.execute(
            t.message.insert()
            .values(
                conversation_id=identity, text=text, choice=choice, parts=parts, status="waiting", replies=[], at=now
            )
            .returning(t.message.c.id)
        )
        return int(result.scalar_one())


def messages(database: Database, identity: str, *, waiting_only: bool = False) -> list[StoredMessage]:
    """The conversation's messages, oldest first."""
    query = sa.select(t.message).where(t.message.c.conversation_id == identity).order_by(t.message.c.id)
    if waiting_only:
        query = query.where(t.message.c.status == "waiting")
    with database.reading() as db:
        rows = db.execute(query).all()
    return [StoredMessage(r.id, r.text, r.choice, r.parts, r.status, r.replies, r.at) for r in rows]


def answer_message(
    database: Database,
    identity: str,
    message_id: int,
    *,
    replies: list[dict[str, Any]],
    current: dict[str, Any] | None,
    state: str,
    held_text: str | None,
    now: datetime,
) -> None:
    """Write down the answer to a message and where the conversation now stands, in one transaction."""
    with database.writing() as db:
        db.execute(t.message.update().where(t.message.c.id == message_id).values(status="answered", replies=replies))
        db.execute(
            t.conversation.update()
            .where(t.conversation.c.id == identity)
            .values(current=current, state=state, turn=t.conversation.c.turn + 1, held_text=held_text, last_at=now)
        )


def end_conversation(database: Database, identity: str) -> None:
    """Revoke the token: whoever holds it can read nothing any more. What was booked stays booked."""
    with database.writing() as db:
        db.execute(
            t.conversation.update()
            .where(t.conversation.c.id == identity)
            .values(token_hash=_hash(secrets.token_urlsafe(32)), state="ended")
        )
