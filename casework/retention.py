"""How long things are kept, and how everything about one person is deleted."""

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from booking.errors import VisitOver
from booking.visits.changing import cancel_visit
from booking.waiting.list import forget, forget_ended
from casework import letterbox
from casework import tables as t
from casework.answers_by_text import ANSWERED_KINDLY
from casework.outbox import LAST
from directory.keeping.forgetting import forget_settled
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.references import read_reference

# Providers hand the same message over again for days, never for months.
REMEMBERED = timedelta(days=60)


class NothingToErase(FrontDoorError):
    """No case or visit has this reference."""


@dataclass(frozen=True)
class Gone:
    """How much a run of retention deleted."""

    conversations: int
    cases: int


def retain(database: Database, *, now: datetime, keep_days: int, keep_case_days: int, tracker: Path) -> Gone:
    """Delete what has been kept long enough: unfinished conversations with their dialogues, closed cases, and more.

    `keep_days` after the last message where no case was opened, or after what was told about a service was settled;
    `keep_case_days` after a case was closed.
    """
    old, old_case = now - timedelta(days=keep_days), now - timedelta(days=keep_case_days)
    with database.writing() as db:
        cases = db.execute(
            t.case_file.delete().where(t.case_file.c.state == "closed", t.case_file.c.closed_at < old_case)
        )
        kept = sa.select(t.case_file.c.conversation_id)
        unkept = sa.select(t.conversation.c.id).where(t.conversation.c.last_at < old, t.conversation.c.id.not_in(kept))
        stale = list(db.execute(unkept).scalars())
        db.execute(
            t.assessment.delete().where(t.assessment.c.last_at < old, t.assessment.c.conversation_id.not_in(kept))
        )
        gone = db.execute(t.conversation.delete().where(t.conversation.c.id.in_(stale)))
        settled = t.outbox.c.state.in_(LAST)
        db.execute(t.outbox.delete().where(t.outbox.c.written_at < old, settled))
        db.execute(t.ticket.delete().where(t.ticket.c.until < now))
        forget_ended(db, before=old)
        db.execute(t.visit_link.delete().where(t.visit_link.c.until < now))
        db.execute(t.text_question.delete().where(t.text_question.c.until < now - ANSWERED_KINDLY))
        db.execute(t.letterbox.delete().where(t.letterbox.c.at < old))  # what could not be sorted
        db.execute(t.received.delete().where(t.received.c.at < now - REMEMBERED))
        forget_settled(db, before=old, now=now)
    _forget_dialogues(tracker, stale)
    return Gone(gone.rowcount, cases.rowcount)


def erase(database: Database, reference: str, *, tracker: Path, now: datetime) -> None:
    """Delete the person's case, visit, consents, messages, assessment and dialogue. Raises NothingToErase."""
    code = read_reference(reference)
    with database.reading() as db:
        row = db.execute(
            sa.select(t.case_file).where(sa.or_(t.case_file.c.reference == code, t.case_file.c.visit_reference == code))
        ).one_or_none()
    if row is None:
        raise NothingToErase("No case or visit has that reference.")
    if row.visit_reference:
        with suppress(VisitOver):  # it lies in the past; its claims hold no name
            cancel_visit(database, row.visit_reference, now=now)
    with database.writing() as db:
        forget(db, row.conversation_id)
        _forget_questions(db, row.conversation_id)
        if row.visit_reference:
            db.execute(t.visit_link.delete().where(t.visit_link.c.visit == row.visit_reference))
            db.execute(t.outbox.delete().where(t.outbox.c.about.startswith(f"visit:{row.visit_reference}")))
        db.execute(t.case_file.delete().where(t.case_file.c.reference == row.reference))
        db.execute(t.conversation.delete().where(t.conversation.c.id == row.conversation_id))
        db.execute(t.outbox.delete().where(t.outbox.c.conversation_id == row.conversation_id))
        db.execute(t.assessment.delete().where(t.assessment.c.conversation_id == row.conversation_id))
    _forget_dialogues(tracker, [row.conversation_id])


def _forget_questions(db: sa.Connection, conversation_id: str) -> None:
    """What was asked by text of the phones that this conversation was written to, and what of theirs waits still."""
    for table in (t.outbox, t.line):
        numbers = sa.select(table.c.address).where(table.c.conversation_id == conversation_id)
        letterbox.forget(db, db.scalars(numbers).all())
        db.execute(t.text_question.delete().where(t.text_question.c.address.in_(numbers)))


def _forget_dialogues(tracker: Path, conversations: list[str]) -> None:
    """Rasa's own record of what was said, one file of SQLite; none before the first conversation."""
    if tracker.exists() and conversations:
        with closing(sqlite3.connect(tracker, timeout=20)) as dialogues, dialogues:
            dialogues.executemany("delete from events where sender_id = ?", [(each,) for each in conversations])
