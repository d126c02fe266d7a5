"""Conversations and their messages: stored first, answered after, in order, never lost and never answered twice.

Whoever answers a conversation holds its lease. A lease that runs out (its holder has crashed) can be taken over; what
the old holder then still tries to write down is refused.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from casework import tables as t
from casework.outbox import Parcel, put
from casework.replies import letter_in
from foundation.database import Database
from foundation.errors import FrontDoorError

PAGE_ANSWERS = timedelta(seconds=5)
STATES = ("listening", "asking", "choosing", "planned", "booked", "with_person", "ended")
_INSERT_MESSAGE = t.message.insert().returning(t.message.c.id)


class ConversationNotFound(FrontDoorError):
    """There is no such conversation, or the token is not its own. One error for both, so that nothing leaks."""


class TurnIsOver(FrontDoorError):
    """A tap on a step that is over, or words that its turn was answered with already. Nothing was stored."""


class LeaseLost(FrontDoorError):
    """Somebody else took the conversation over while this holder was slow. Nothing was written."""


@dataclass(frozen=True)
class Conversation:
    """One conversation. `current` is the reply (JSON) that waits for an answer, `turn` counts answered messages."""

    id: str
    channel: str
    language: str
    state: str
    turn: int
    current: dict[str, Any] | None
    held_text: str | None


@dataclass(frozen=True)
class StoredMessage:
    """What the resident sent, and what was replied. `status` is `waiting` until it was answered.

    `channel` and `address` (E.164) say where the answer goes by text; both are None where a page shows it.
    """

    id: int
    text: str
    choice: str | None
    parts: list[str] | None
    status: str
    replies: list[dict[str, Any]]
    at: datetime
    channel: str | None = None
    address: str | None = None
    kind: str = "text"
    attempts: int = 0


def insert_conversation(db: sa.Connection, *, channel: str, language: str, now: datetime) -> str:
    """A new conversation in this transaction; its id."""
    identity = secrets.token_hex(12)
    values = {"channel": channel, "language": language, "state": "listening", "turn": 0, "current": None}
    db.execute(t.conversation.insert().values(id=identity, started_at=now, last_at=now, **values))
    return identity


def load_conversation(database: Database, identity: str) -> Conversation:
    """The conversation, for those who are let in already (see casework.sittings). Raises ConversationNotFound."""
    with database.reading() as db:
        row = db.execute(sa.select(t.conversation).where(t.conversation.c.id == identity)).one_or_none()
    if row is None:
        raise ConversationNotFound("We cannot find that conversation.")
    return Conversation(row.id, row.channel, row.language, row.state, row.turn, row.current, row.held_text)


def choose_language(database: Database, identity: str, language: str) -> None:
    """Go on in this language (a key of foundation.languages.LANGUAGES)."""
    with database.writing() as db:
        db.execute(t.conversation.update().where(t.conversation.c.id == identity).values(language=language))


def store_message(
    database: Database,
    identity: str,
    *,
    text: str,
    choice: str | None,
    parts: list[str] | None,
    now: datetime,
    turn: int | None = None,
) -> list[int]:
    """Keep what was sent before anything is done with it. Returns the ids of all that now waits, this one last.

    The same words sent again while the first still wait (after an apology, say) are one message. `turn` is the one
    that the sender was looking at, if that is known. Raises TurnIsOver.
    """
    c = t.conversation.c
    with database.writing() as db:
        # One after the other: of two that come at one moment, the second must see what the first has stored.
        stands = db.execute(sa.select(c.turn).where(c.id == identity).with_for_update(key_share=True)).scalar()
        if turn is not None and turn != stands and (choice or _said_at(db, identity, turn) == text):
            raise TurnIsOver("This has been answered already.")
        found = db.execute(
            sa.select(t.message.c.id, t.message.c.text, t.message.c.choice)
            .where(t.message.c.conversation_id == identity, t.message.c.status == "waiting")
            .order_by(t.message.c.id)
        ).all()
        waiting = [int(row.id) for row in found]
        if any((row.text, row.choice) == (text, choice) for row in found):
            return waiting
        return [*waiting, insert_message(db, identity, text=text, choice=choice, parts=parts, now=now)]


def _said_at(db: sa.Connection, identity: str, turn: int) -> str | None:
    """The words that were answered at this turn, if it is over."""
    m = t.message.c
    query = sa.select(m.text, m.replies).where(m.conversation_id == identity, m.status == "answered").order_by(m.id)
    own = [row.text for row in db.execute(query) if letter_in(row.replies) is None]
    return own[turn] if 0 <= turn < len(own) else None


def message_row(identity: str, *, text: str, choice: str | None, now: datetime, **more: Any) -> dict[str, Any]:
    """A waiting message as a row of its table. `more` are further columns."""
    values = {"text": text, "choice": choice, "status": "waiting", "replies": [], "at": now, **more}
    return {"conversation_id": identity, **values}


def insert_message(
    db: sa.Connection, identity: str, *, text: str, choice: str | None, now: datetime, **more: Any
) -> int:
    """A waiting message in this transaction; its id. `more` are further columns."""
    row = message_row(identity, text=text, choice=choice, now=now, **more)
    return int(db.execute(_INSERT_MESSAGE, row).scalar_one())


def messages(database: Database, identity: str, *, waiting_only: bool = False) -> list[StoredMessage]:
    """The conversation's messages, oldest first; those that wait in the order in which they were sent."""
    query = sa.select(t.message).where(t.message.c.conversation_id == identity)
    if waiting_only:
        query = query.where(t.message.c.status == "waiting").order_by(t.message.c.at)
    query = query.order_by(t.message.c.id)
    with database.reading() as db:
        rows = db.execute(query).all()
    return [StoredMessage(**{name: getattr(r, name) for name in StoredMessage.__dataclass_fields__}) for r in rows]


# ---------------------------------------------------------------- leases
def lease(database: Database, identity: str, *, holder: str, until: datetime, now: datetime) -> bool:
    """Take or keep the right to answer this conversation until then. False while somebody else has it."""
    c = t.conversation.c
    free = sa.or_(c.lease.is_(None), c.lease == holder, c.leased_until < now)
    with database.writing() as db:
        done = db.execute(
            t.conversation.update().where(c.id == identity, free).values(lease=holder, leased_until=until)
        )
    return done.rowcount == 1


def release(database: Database, identity: str, *, holder: str, rest_until: datetime | None = None) -> None:
    """Give the lease back. Until `rest_until` nobody takes the conversation up unasked."""
    c = t.conversation.c
    with database.writing() as db:
        db.execute(
            t.conversation.update()
            .where(c.id == identity, c.lease == holder)
            .values(lease=None, leased_until=rest_until)
        )


def unanswered(database: Database, *, now: datetime, limit: int) -> list[str]:
    """Conversations with waiting messages that nobody is answering, longest wait first.

    What came by a page is in the hands of the request that brought it, for a start.
    """
    c = t.conversation.c
    left = sa.or_(t.message.c.channel.is_not(None), t.message.c.at < now - PAGE_ANSWERS)
    query = (
        sa.select(t.message.c.conversation_id)
        .join(t.conversation, c.id == t.message.c.conversation_id)
        .where(t.message.c.status == "waiting", sa.or_(c.leased_until.is_(None), c.leased_until < now), left)
        .group_by(t.message.c.conversation_id)
        .order_by(sa.func.min(t.message.c.id))
        .limit(limit)
    )
    with database.reading() as db:
        return list(db.execute(query).scalars())


def answer_message(
    database: Database,
    identity: str,
    message_id: int,
    *,
    holder: str,
    replies: list[dict[str, Any]],
    current: dict[str, Any] | None,
    state: str,
    held_text: str | None,
    parcels: Sequence[Parcel] = (),
    now: datetime,
) -> None:
    """Write down the answer, where the conversation now stands and what goes out by text, in one transaction.

    Raises LeaseLost, and then writes nothing.
    """
    c = t.conversation.c
    with database.writing() as db:
        moved = db.execute(
            t.conversation.update()
            .where(c.id == identity, c.lease == holder)
            .values(current=current, state=state, turn=c.turn + 1, held_text=held_text, last_at=now)
        )
        answered = db.execute(
            t.message.update()
            .where(t.message.c.id == message_id, t.message.c.status == "waiting")
            .values(status="answered", replies=replies)
        )
        if not moved.rowcount or not answered.rowcount:
            raise LeaseLost("Somebody else is answering this conversation.")
        for parcel in parcels:
            put(db, parcel, now=now)


def count_failure(database: Database, message_id: int, *, holder: str, parcel: Parcel | None, now: datetime) -> int:
    """One more attempt at this message came to nothing: how many that makes. `parcel` says sorry, once.

    Raises LeaseLost, and then writes nothing: who took the conversation over may have answered it.
    """
    c, m = t.conversation.c, t.message.c
    ours = sa.exists().where(c.id == m.conversation_id, c.lease == holder)
    with database.writing() as db:
        attempts = db.execute(
            t.message.update()
            .where(m.id == message_id, m.status == "waiting", ours)
            .values(attempts=m.attempts + 1)
            .returning(m.attempts)
        ).scalar_one_or_none()
        if attempts is None:
            raise LeaseLost("Somebody else is answering this conversation.")
        if parcel is not None:
            put(db, parcel, now=now)
        return int(attempts)
