"""What becomes of a parcel: sent, put off, kept until they write again, given up; and what its receipts say."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from casework import tables as t
from casework.outbox import KNOCK, OPEN, RANK, Parcel, Queued, put
from foundation.database import Database


def sent(database: Database, parcel: Queued, *, holder: str, provider_id: str, now: datetime) -> None:
    """The provider has it. A receipt that was faster keeps its say."""
    o = t.outbox.c
    with database.writing() as db:
        db.execute(
            t.outbox.update()
            .where(o.id == parcel.id, o.lease == holder)
            .values(
                provider_id=provider_id,
                state=sa.case((o.state.in_(OPEN), "sent"), else_=o.state),
                settled_at=now,
                lease=None,
                problem=None,
            )
        )


def put_off(database: Database, parcel: Queued, *, holder: str, until: datetime, problem: str, unsure: bool) -> None:
    """Not now: to be tried again then. `unsure` when the provider may have it already. A receipt keeps its say."""
    o = t.outbox.c
    state = "unsure" if unsure else "waiting"
    values = {"not_before": until, "lease": None, "problem": problem, "state": state, "attempts": o.attempts + 1}
    with database.writing() as db:
        db.execute(_in_hand(parcel, holder).values(**values))


def hold(database: Database, parcel: Queued, *, holder: str, now: datetime) -> None:
    """Keep it until its number writes again, and knock: once a day, with words that say nothing about it."""
    with database.writing() as db:
        kept = db.execute(_in_hand(parcel, holder).values(state="held", lease=None))
        if kept.rowcount:
            knock = Parcel(
                about=f"knock:{parcel.address}"[:64],
                kind=KNOCK,
                version=now.toordinal(),
                channel=parcel.channel,
                address=parcel.address,
                body={},
                conversation_id=parcel.conversation_id,
                language=parcel.language,
            )
            put(db, knock, now=now)


def let_go(db: sa.Connection, *, channel: str, address: str, now: datetime) -> None:
    """What was kept for this number goes out: it has written to us."""
    o = t.outbox.c
    mine = t.outbox.update().where(o.channel == channel, o.address == address, o.state == "held")
    db.execute(mine.values(state="waiting", not_before=now, attempts=0))


def opted_out(database: Database, parcel: Queued, *, holder: str, problem: str, now: datetime) -> None:
    """The provider says that this number said STOP to it: it goes on our own list, and the parcel is dropped."""
    with database.writing() as db:
        dialect = postgresql if db.dialect.name == "postgresql" else sqlite
        values = {"channel": parcel.channel, "address": parcel.address, "at": now}
        db.execute(dialect.insert(t.opt_out).values(**values).on_conflict_do_nothing())
        db.execute(_in_hand(parcel, holder).values(state="dropped", problem=problem, settled_at=now, lease=None))


def not_sent(database: Database, parcel: Queued, *, holder: str) -> None:
    """The provider was asked and has it not: it may be sent, if it is still to be."""
    with database.writing() as db:
        db.execute(_in_hand(parcel, holder).values(state="waiting", lease=None))


def give_up(database: Database, parcel: Queued, *, holder: str, problem: str, now: datetime) -> None:
    """No retry helps: a dead letter, for the desk to see. A receipt keeps its say."""
    with database.writing() as db:
        db.execute(_in_hand(parcel, holder).values(state="dead", problem=problem, settled_at=now, lease=None))


def _in_hand(parcel: Queued, holder: str) -> sa.Update:
    o = t.outbox.c
    return t.outbox.update().where(o.id == parcel.id, o.lease == holder, o.state.in_(OPEN))


def note_receipt(
    db: sa.Connection,
    *,
    provider_id: str | None,
    reference: str | None,
    fate: str,
    error: str | None,
    why: str | None,
    now: datetime,
) -> None:
    """What became of a parcel. Receipts come late, twice and out of order: only news moves it on."""
    o = t.outbox.c
    ours = [o.reference == reference] if reference else []
    theirs = [o.provider_id == provider_id] if provider_id else []
    if not ours and not theirs:
        return
    mine = t.outbox.update().where(sa.or_(*ours, *theirs))
    behind = [state for state, rank in RANK.items() if rank < RANK.get(fate, 2)]
    values: dict[str, Any] = {"state": fate, "settled_at": now}
    if provider_id:
        values["provider_id"] = provider_id
    if fate == "failed" and why == "window_closed":  # told only afterwards: it goes out when they write again
        db.execute(mine.where(o.state.in_((*OPEN, "sent")), o.kind != KNOCK).values(state="held", settled_at=None))
        return
    if fate == "failed":
        values["problem"] = error or "It could not be delivered."
        behind = [state for state in RANK if state not in ("delivered", "read")]
    db.execute(mine.where(o.state.in_(behind)).values(**values))
