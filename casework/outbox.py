"""The outbox: what goes out by text, written in the transaction of what it tells of, sent once, in order a number.

`UNIQUE(about, kind, version, channel)` keeps a retried step from writing twice. A parcel that is no longer true (a
later version of the same thing is written) and one to a number that said STOP are dropped at sending, not sent.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from casework import tables as t
from casework.still_true import drop_untrue_reminders
from foundation.database import Database

# Both providers of texts bar a number that is sent the same words again and again.
SAME_WORDS_AN_HOUR = 20
STOP_CONFIRMED = "stop"
LAST = ("sent", "delivered", "read", "failed", "dead", "dropped", "aside", "held")
KNOCK = "knock"  # the template with which WhatsApp lets us ask for an answer, after a day of silence
# What we gave up may have arrived all the same: then its receipt is right, not we.
RANK = {"waiting": 0, "unsure": 0, "dead": 0, "sent": 1, "delivered": 2, "read": 3}
OPEN = ("waiting", "unsure")


@dataclass(frozen=True)
class Parcel:
    """Something to send. `body` is what the channel's renderer made; see web.providers.base.Outgoing."""

    about: str
    kind: str
    channel: str
    address: str
    body: Mapping[str, Any]
    version: int = 0
    conversation_id: str | None = None
    language: str = "en"


@dataclass(frozen=True)
class Queued:
    """A parcel that this sender has the lease of. `heard_at` is when its number last wrote to us.

    `state` is `unsure` where an earlier attempt (at `tried_at`) may have reached the provider: look before sending.
    """

    id: int
    channel: str
    address: str
    kind: str
    conversation_id: str | None
    body: dict[str, Any]
    reference: str
    language: str
    state: str
    attempts: int
    written_at: datetime
    tried_at: datetime | None
    heard_at: datetime | None


def put(db: sa.Connection, parcel: Parcel, *, now: datetime) -> bool:
    """Write a parcel in this transaction. False, and nothing happens, when the same one is there."""
    body = dict(parcel.body)
    values = {
        "about": parcel.about,
        "kind": parcel.kind,
        "version": parcel.version,
        "channel": parcel.channel,
        "address": parcel.address,
        "conversation_id": parcel.conversation_id,
        "language": parcel.language,
        "body": body,
        "body_hash": hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest(),
        "reference": secrets.token_hex(12),
        "state": "waiting",
        "not_before": now,
        "written_at": now,
    }
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(t.outbox).values(**values).on_conflict_do_nothing()
    return db.execute(insert.returning(t.outbox.c.id)).first() is not None


def put_alone(database: Database, parcel: Parcel, *, now: datetime) -> None:
    """Write a parcel that tells of nothing else that is being written."""
    with database.writing() as db:
        put(db, parcel, now=now)


def written_about(database: Database, about: str) -> int:
    """How many parcels tell of this."""
    with database.reading() as db:
        return int(db.execute(sa.select(sa.func.count()).where(t.outbox.c.about == about)).scalar_one())


def claim(database: Database, *, holder: str, now: datetime, until: datetime, limit: int) -> list[Queued]:
    """Lease up to `limit` parcels that may go now, at most one a number: the oldest that is not settled."""
    o, earlier = t.outbox.c, t.outbox.alias("earlier")
    first = ~sa.exists().where(
        earlier.c.channel == o.channel,
        earlier.c.address == o.address,
        earlier.c.state.in_(OPEN),
        earlier.c.id < o.id,
    )
    free = sa.or_(o.lease.is_(None), o.leased_until < now)
    due = (o.state.in_(OPEN), o.not_before <= now, free)
    query = sa.select(o.id).where(*due, first).order_by(o.id).limit(limit)
    with database.reading() as db:
        found = list(db.execute(query).scalars())
    if not found:
        return []
    with database.writing() as db:
        mine = db.execute(
            t.outbox.update().where(o.id.in_(found), *due).values(lease=holder, leased_until=until).returning(o.id)
        )
        ids = list(mine.scalars())
        _drop_what_must_not_go(db, ids, now)
        joined = t.outbox.outerjoin(t.line, sa.and_(t.line.c.channel == o.channel, t.line.c.address == o.address))
        rows = db.execute(
            sa.select(t.outbox, t.line.c.heard_at)
            .select_from(joined)
            .where(o.id.in_(ids), o.state.in_(OPEN), o.lease == holder)
            .order_by(o.id)
        ).all()
        # Should this sender die while it sends, the next one must look first.
        looked_up = sa.case((o.state == "waiting", now), else_=o.tried_at)
        taken = t.outbox.update().where(o.id.in_([row.id for row in rows]))
        db.execute(taken.values(state="unsure", tried_at=looked_up))
    return [Queued(**{name: getattr(row, name) for name in Queued.__dataclass_fields__}) for row in rows]


def _drop_what_must_not_go(db: sa.Connection, ids: list[int], now: datetime) -> None:
    """Out of date, or to a number that said STOP: dropped. Too often the same words: later."""
    o, other = t.outbox.c, t.outbox.alias("other")
    stopped = sa.exists().where(t.opt_out.c.channel == o.channel, t.opt_out.c.address == o.address)
    newer = sa.exists().where(other.c.about == o.about, other.c.channel == o.channel, other.c.version > o.version)
    mine = t.outbox.update().where(o.id.in_(ids), o.state == "waiting")
    done = {"state": "dropped", "settled_at": now, "lease": None}
    db.execute(mine.where(stopped, o.kind != STOP_CONFIRMED).values(problem="The number said STOP.", **done))
    db.execute(mine.where(newer).values(problem="A newer one was written.", **done))
    drop_untrue_reminders(db, ids, now)
    hour_ago = now - timedelta(hours=1)
    same = (
        sa.select(sa.func.count())
        .select_from(other)
        .where(
            other.c.channel == o.channel,
            other.c.address == o.address,
            other.c.body_hash == o.body_hash,
            other.c.settled_at > hour_ago,
            other.c.state.in_(("sent", "delivered", "read")),
        )
        .scalar_subquery()
    )
    later = {"not_before": now + timedelta(minutes=5), "lease": None, "problem": "The same words too often."}
    db.execute(mine.where(same >= SAME_WORDS_AN_HOUR).values(**later))
