"""Sittings: each browser or kiosk that holds a conversation has a secret of its own, and can be shut out alone."""

import hashlib
import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from casework import tables as t
from casework.conversations import Conversation, ConversationNotFound, insert_conversation, load_conversation
from foundation.database import Database
from foundation.languages import spoken


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def start_conversation(database: Database, *, channel: str, now: datetime, token: str | None = None) -> tuple[str, str]:
    """A new conversation in the language spoken now: its id and the secret token of its first sitting.

    With a `token` that has opened a conversation already, it is that one: the same first form was sent again.
    """
    try:
        with database.writing() as db:
            identity = insert_conversation(db, channel=channel, language=spoken(), now=now)
            return identity, insert_sitting(db, identity, channel=channel, now=now, token=token)
    except IntegrityError:
        begun = None if token is None else _opened_by(database, token)
        if begun is None or token is None:
            raise
        return begun, token


def insert_sitting(db: sa.Connection, identity: str, *, channel: str, now: datetime, token: str | None = None) -> str:
    """One more sitting at this conversation; its token, of which only a hash is kept."""
    token = token or secrets.token_urlsafe(32)
    values = {"conversation_id": identity, "channel": channel, "opened_at": now, "seen_at": now}
    db.execute(t.sitting.insert().values(token_hash=_hash(token), **values))
    return token


def let_in(database: Database, identity: str, token: str) -> Conversation:
    """The conversation, if the token opens it. Raises ConversationNotFound."""
    if _opened_by(database, token) != identity:
        raise ConversationNotFound("We cannot find that conversation.")
    return load_conversation(database, identity)


def _opened_by(database: Database, token: str) -> str | None:
    query = sa.select(t.sitting.c.conversation_id).where(t.sitting.c.token_hash == _hash(token))
    with database.reading() as db:
        found: str | None = db.execute(query).scalar_one_or_none()
    return found


def end_sitting(database: Database, token: str) -> None:
    """Whoever holds this token can read nothing any more. What was booked stays booked.

    The conversation has ended when nobody holds it any more: no sitting, no phone.
    """
    with database.writing() as db:
        gone = db.execute(
            t.sitting.delete().where(t.sitting.c.token_hash == _hash(token)).returning(t.sitting.c.conversation_id)
        )
        _end_if_left(db, list(gone.scalars()))


def awaken(database: Database, identity: str, *, state: str) -> None:
    """Somebody holds this conversation again: one that had ended is where it was."""
    c = t.conversation.c
    with database.writing() as db:
        db.execute(t.conversation.update().where(c.id == identity, c.state == "ended").values(state=state))


def see(database: Database, token: str, *, now: datetime) -> None:
    """Somebody is still at this sitting."""
    with database.writing() as db:
        db.execute(t.sitting.update().where(t.sitting.c.token_hash == _hash(token)).values(seen_at=now))


def end_idle_sittings(database: Database, channel: str, *, before: datetime) -> int:
    """End every sitting of this channel that was last seen before then; how many those were."""
    idle = sa.select(t.sitting.c.token_hash, t.sitting.c.conversation_id).where(
        t.sitting.c.channel == channel, t.sitting.c.seen_at < before
    )
    with database.writing() as db:
        found = db.execute(idle).all()
        db.execute(t.sitting.delete().where(t.sitting.c.token_hash.in_([row.token_hash for row in found])))
        _end_if_left(db, [row.conversation_id for row in found])
    return len(found)


def _end_if_left(db: sa.Connection, conversations: list[str]) -> None:
    c = t.conversation.c
    # One after the other: of two that leave at one moment, the second must see that the first is gone.
    db.execute(sa.select(c.id).where(c.id.in_(conversations)).order_by(c.id).with_for_update())
    held = sa.or_(
        sa.exists().where(t.sitting.c.conversation_id == c.id), sa.exists().where(t.line.c.conversation_id == c.id)
    )
    db.execute(t.conversation.update().where(c.id.in_(conversations), ~held).values(state="ended"))
