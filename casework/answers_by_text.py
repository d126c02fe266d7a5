"""Questions that we sent by text, and the short answers to them: "1", "2.", "yes", "dwa".

An answer counts for the newest question to its number, once that question has gone out, and only where no talk that
began later waits for an answer of its own. It opens nothing: who answers is known by the number alone, and what is
told goes back to that number.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from casework import tables as t
from casework.conversations import Conversation, StoredMessage
from casework.ways import Ways
from casework.work import words
from foundation.database import Database
from foundation.languages import LANGUAGES, speaking

LEFT = ("unsure", "sent", "delivered", "read")  # a parcel that a phone may show
CLOCKS_DIFFER = timedelta(seconds=2)
ANSWERED_KINDLY = timedelta(days=14)  # so long after its end a question still gets a kind word


@dataclass(frozen=True, kw_only=True)
class Question:
    """What 1, 2, ... stand for. With the `about`, `kind` and `version` of the parcel that asks, where one does."""

    channel: str
    address: str
    kind: str
    about: str
    version: int
    choices: tuple[str, ...]
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Asked(Question):
    """A question that was sent. `answered_by` is the message that answered it first, if one did."""

    id: int
    answered_by: int | None


@dataclass(frozen=True)
class Answer:
    """What the person is told; `to_person` when a person has to go on from here."""

    text: str
    to_person: bool = False


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One short answer: to which question, and which of its choices. `over`: the question's time has run out."""

    database: Database
    asked: Asked
    choice: str
    message_id: int
    ways: Ways
    now: datetime

    @property
    def over(self) -> bool:
        """Whether the question's time has run out."""
        return self.now >= self.asked.until


type Answerer = Callable[[Heard], Answer]


def ask(db: sa.Connection, question: Question, *, now: datetime, after_message: int | None = None) -> None:
    """Remember a question in the transaction that sends it. `after_message`: it is part of the answer to that one."""
    if after_message is None:
        mine = sa.and_(t.line.c.channel == question.channel, t.line.c.address == question.address)
        held = sa.select(t.line.c.conversation_id).where(mine).scalar_subquery()
        newest = sa.select(sa.func.coalesce(sa.func.max(t.message.c.id), 0)).where(t.message.c.conversation_id == held)
        after_message = int(db.execute(newest).scalar_one())
    values: dict[str, Any] = {name: getattr(question, name) for name in Question.__dataclass_fields__}
    values |= {"choices": list(question.choices), "asked_at": now, "after_message": after_message}
    db.execute(t.text_question.insert().values(**values))


def settle(db: sa.Connection, heard: Heard, answer: Answer) -> Answer:
    """Write down, in the transaction that acts on it, that the question is answered and what is told.

    A message that is dealt with twice, because its answer was lost, is told the same.
    """
    kept = {"text": answer.text, "to_person": answer.to_person}
    q = t.text_question.c
    db.execute(t.text_question.update().where(q.id == heard.asked.id).values(answered_by=heard.message_id, answer=kept))
    return answer


def told_before(database: Database, message_id: int) -> Answer | None:
    """What this message was told when it was dealt with before."""
    query = sa.select(t.text_question.c.answer).where(t.text_question.c.answered_by == message_id)
    with database.reading() as db:
        found = db.execute(query).scalars().first()
    return None if found is None else Answer(**found)


def meant(
    database: Database, conversation: Conversation, message: StoredMessage, *, now: datetime
) -> tuple[Asked, str] | None:
    """The question that this message answers and which choice it picks; None: it belongs to the conversation."""
    number = picked(message.text, yes=False)
    if message.choice or message.channel is None or (number is None and picked(message.text, yes=True) is None):
        return None
    with database.reading() as db:
        asked = _newest(db, message, now)
        if asked is None or _talk_goes_on(db, conversation, message, asked):
            return None
    number = picked(message.text, yes=len(asked.choices) == 2)
    return (asked, asked.choices[number - 1]) if number is not None and number <= len(asked.choices) else None


def picked(text: str, *, yes: bool) -> int | None:
    """The number that a short answer names: 1 for "1", "1.", "one", "jeden"; with `yes` also for a yes."""
    said = _plain(text)
    if said.isdecimal() and len(said) == 1:
        return int(said) or None
    for language in LANGUAGES:
        with speaking(language):
            named = [_plain(word) for word in words("typed.numbers").split(",")]
            yeses = [_plain(word) for word in words("typed.yes").split(",")] if yes else []
        if said in named:
            return named.index(said) + 1
        if said in yeses:
            return 1
    return None


def _plain(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    return "".join(letter for letter in spread if letter.isalnum() or letter == " ").strip()


def _newest(db: sa.Connection, message: StoredMessage, now: datetime) -> Asked | None:
    """The newest question that this number can have seen when it wrote; none when that is long over."""
    q, o = t.text_question.c, t.outbox.c
    of_it = (o.about == q.about, o.kind == q.kind, o.version == q.version, o.channel == q.channel)
    seen = (o.state.in_(LEFT), o.tried_at <= message.at + CLOCKS_DIFFER)
    went = sa.or_(~sa.exists().where(*of_it), sa.exists().where(*of_it, *seen))
    mine = (q.channel == message.channel, q.address == message.address, q.after_message < message.id)
    query = sa.select(t.text_question).where(*mine, q.until > now - ANSWERED_KINDLY, went).order_by(q.id.desc())
    row = db.execute(query.limit(1)).one_or_none()
    if row is None:
        return None
    asked = Asked(**{name: getattr(row, name) for name in Asked.__dataclass_fields__})
    return Asked(**{**asked.__dict__, "choices": tuple(row.choices)})


def _talk_goes_on(db: sa.Connection, conversation: Conversation, message: StoredMessage, asked: Asked) -> bool:
    """Whether the conversation waits for an answer to something that was said after the question was sent."""
    if conversation.current is None:
        return False
    m, q = t.message.c, t.text_question.c
    after = sa.select(q.after_message).where(q.id == asked.id).scalar_subquery()
    ours = sa.select(q.answered_by).where(q.answered_by.is_not(None))
    since = (m.conversation_id == conversation.id, m.id > after, m.id < message.id, m.id.not_in(ours))
    return bool(db.execute(sa.select(sa.exists().where(*since, m.status == "answered"))).scalar_one())


def numbered(labels: Sequence[str]) -> str:
    """`1 Monday...`, one a line."""
    return "\n".join(f"{number} {label}" for number, label in enumerate(labels, start=1))
