"""Letters: what a named contact writes to a resident from the desk, and what both have written since the handoff."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from casework import tables as t
from casework.cases import Case, note
from casework.desk import _mine, _my_case
from casework.outbox import Parcel, put
from casework.replies import Reply, letter_in
from casework.staff import Staff
from casework.work import words
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.plain_text import clean

LONGEST = 2000
# Letters are looked for among the newest messages of everybody. More than these never come between two looks.
NEWEST = 1000
FROM_RESIDENT, FROM_DESK, READ = "message", "letter", "read"


type LetterReply = dict[str, Any]
type Carry = Callable[[sa.Connection, Case, int, LetterReply], list[Parcel]]


class LetterRefused(FrontDoorError):
    """The letter may not or cannot be written. The text says why, to the person at the desk."""


@dataclass(frozen=True)
class Letter:
    """A letter as the resident gets it. `id` is its message's; ids grow, so that "after this one" is a number."""

    id: int
    conversation_id: str
    sender: str
    text: str


@dataclass(frozen=True)
class DeskMessage:
    """One line between resident and desk. `new` while this person has not opened the case since it came."""

    who: str
    text: str
    at: datetime
    from_resident: bool
    new: bool


def write_letter(
    database: Database, who: Staff, reference: str, text: str, *, now: datetime, carry: Carry | None = None
) -> int:
    """Write to the resident of a case of `who`'s. Returns the id of the message that carries the letter.

    `carry` says what goes out to a phone because of it, in the same transaction.

    Raises CaseNotFound when the case is not theirs, LetterRefused when it may not or cannot be written.
    """
    said = clean(text)
    if not said:
        raise LetterRefused(words("letter.empty"))
    if len(said) > LONGEST:
        raise LetterRefused(words("letter.too_long"))
    sender = who.name.split()[0]
    reply = Reply("text", said, data={"from": sender, "letter": True}).as_json()
    with database.writing() as db:
        case = _my_case(db, who, reference)
        if (reason := _why_not(db, who, case)) is not None:
            raise LetterRefused(words(f"letter.{reason}"))
        # Also the row's lock: two letters to one resident are seen in the order of their ids.
        db.execute(t.conversation.update().where(t.conversation.c.id == case.conversation_id).values(last_at=now))
        identity = db.execute(
            t.message.insert()
            .values(
                conversation_id=case.conversation_id,
                text="",
                choice=None,
                status="answered",
                replies=[reply],
                at=now,
            )
            .returning(t.message.c.id)
        ).scalar_one()
        note(db, reference, who=who.name, kind=FROM_DESK, text=said, now=now)
        for parcel in carry(db, case, int(identity), reply) if carry else ():
            put(db, parcel, now=now)
    return int(identity)


def _why_not(db: sa.Connection, who: Staff, case: Case) -> str | None:
    """The key of the sentence that says why no letter goes to this resident now; None when one may."""
    if who.role != "named_contact":
        return "not_yours"
    if case.state != "open":
        return "closed"
    if case.contact.get("safe_contact") == "not_safe":
        return "not_safe"
    query = sa.select(t.conversation.c.state).where(t.conversation.c.id == case.conversation_id).with_for_update()
    state = db.execute(query).scalar_one_or_none()
    if state in (None, "ended"):
        return "gone"
    return None if state == "with_person" else "elsewhere"


def cannot_write(database: Database, who: Staff, reference: str) -> str | None:
    """Why the desk offers no box to write in, in a sentence; None when it does. Raises CaseNotFound."""
    with database.reading() as db:
        reason = _why_not(db, who, _my_case(db, who, reference))
    return None if reason is None else words(f"letter.{reason}")


def read_messages(database: Database, who: Staff, reference: str, *, now: datetime) -> list[DeskMessage]:
    """All that was written both ways, oldest first; what was new to `who` is so no more. Raises CaseNotFound."""
    e = t.case_event.c
    query = sa.select(t.case_event).where(e.case_reference == reference).order_by(e.id)
    with database.reading() as db:
        _my_case(db, who, reference)
        lines = db.execute(query.where(e.kind.in_((FROM_RESIDENT, FROM_DESK, READ)))).all()
    seen = max((line.id for line in lines if line.kind == READ and line.who == who.name), default=0)
    shown = [
        DeskMessage(
            line.who,
            line.text,
            line.at,
            from_resident=line.kind == FROM_RESIDENT,
            new=line.kind == FROM_RESIDENT and line.id > seen,
        )
        for line in lines
        if line.kind != READ
    ]
    if any(message.new for message in shown):
        with database.writing() as db:
            note(db, reference, who=who.name, kind=READ, text=words("letter.read"), now=now)
    return shown


def unread(database: Database, who: Staff) -> dict[str, int]:
    """How many messages of residents `who` has not opened yet, by the reference of the case."""
    e, read = t.case_event.c, t.case_event.alias("read")
    seen = (
        sa.select(sa.func.coalesce(sa.func.max(read.c.id), 0))
        .where(read.c.case_reference == e.case_reference, read.c.kind == READ, read.c.who == who.name)
        .scalar_subquery()
    )
    query = (
        sa.select(e.case_reference, sa.func.count())
        .join(t.case_file, t.case_file.c.reference == e.case_reference)
        .where(_mine(who), t.case_file.c.state == "open", e.kind == FROM_RESIDENT, e.id > seen)
        .group_by(e.case_reference)
    )
    with database.reading() as db:
        return {str(row[0]): int(row[1]) for row in db.execute(query)}


# ---------------------------------------------------------------- what the resident gets
def letters_after(database: Database, conversation_id: str, after: int) -> list[Letter]:
    """The letters of one conversation that came after the message `after`, oldest first."""
    with database.reading() as db:
        return _letters(db, t.message.c.conversation_id == conversation_id, t.message.c.id > after)


def newest_letters(database: Database) -> list[Letter]:
    """The letters among the newest messages of everybody, oldest first: one short walk down the primary key."""
    newest = sa.select(sa.func.coalesce(sa.func.max(t.message.c.id), 0)).scalar_subquery()
    with database.reading() as db:
        return _letters(db, t.message.c.id > newest - NEWEST)


def _letters(db: sa.Connection, *where: sa.ColumnElement[bool]) -> list[Letter]:
    m = t.message.c
    query = (
        sa.select(m.id, m.conversation_id, m.replies)
        .where(*where, m.text == "", m.choice.is_(None), m.status == "answered")
        .order_by(m.id)
    )
    found = [(row, letter_in(row.replies)) for row in db.execute(query)]
    return [Letter(row.id, row.conversation_id, who, row.replies[0]["text"]) for row, who in found if who is not None]
