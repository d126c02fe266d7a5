"""What could not be delivered, for the desk: who it was for is shown to those who answer for the case alone."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from casework import tables as t
from casework.cases import CaseNotFound
from casework.desk import _mine
from casework.reminders import ABOUT
from casework.staff import Staff
from foundation.database import Database

DEAD = ("dead", "failed")
PUT_ASIDE = "aside"


@dataclass(frozen=True)
class Delivery:
    """One message. `ending`: of its number the last three digits, of an e-mail the domain. `reference`: the case's."""

    id: int
    channel: str
    ending: str
    state: str
    problem: str | None
    written_at: datetime
    reference: str | None


def _deliveries(db: sa.Connection, *where: sa.ColumnElement[bool]) -> list[Delivery]:
    o = t.outbox.c
    query = (
        sa.select(o.id, o.channel, o.address, o.state, o.problem, o.written_at, t.case_file.c.reference)
        .outerjoin(t.case_file, t.case_file.c.conversation_id == o.conversation_id)
        .where(*where)
        .order_by(o.id.desc())
        .limit(200)
    )
    return [
        Delivery(
            row.id,
            row.channel,
            _ending(row.channel, row.address),
            row.state,
            row.problem,
            row.written_at,
            row.reference,
        )
        for row in db.execute(query)
    ]


def _ending(channel: str, address: str) -> str:
    return "@" + address.rpartition("@")[2] if channel == "email" else address[-3:]


def undelivered(database: Database, who: Staff) -> list[Delivery]:
    """Dead letters of this person's cases, and those of nobody's case, newest first; none for advisers."""
    if who.role != "named_contact":
        return []
    with database.reading() as db:
        mine = sa.or_(_mine(who), t.case_file.c.reference.is_(None))
        # Whether reminders to owners of records arrived is for the directory's own desk.
        return _deliveries(db, t.outbox.c.state.in_(DEAD), ~t.outbox.c.about.startswith(ABOUT), mine)


def deliveries_of(database: Database, conversation_id: str) -> list[Delivery]:
    """Everything that went or goes out by text in one conversation, newest first."""
    with database.reading() as db:
        return _deliveries(db, t.outbox.c.conversation_id == conversation_id)


def send_again(database: Database, who: Staff, delivery_id: int, *, now: datetime) -> None:
    """Try a dead letter once more, from the start. Raises CaseNotFound when it is not on this person's desk."""
    _settle(database, who, delivery_id, {"state": "waiting", "attempts": 0, "not_before": now, "settled_at": None})


def put_aside(database: Database, who: Staff, delivery_id: int, *, now: datetime) -> None:
    """Take a dead letter off the desk: it was dealt with in another way. Raises CaseNotFound."""
    _settle(database, who, delivery_id, {"state": PUT_ASIDE, "settled_at": now})


def _settle(database: Database, who: Staff, delivery_id: int, values: dict[str, object]) -> None:
    if delivery_id not in {delivery.id for delivery in undelivered(database, who)}:
        raise CaseNotFound("That message is not on your desk.")
    o = t.outbox.c
    with database.writing() as db:
        db.execute(t.outbox.update().where(o.id == delivery_id, o.state.in_(DEAD)).values(**values))
