"""Lines: phones that hold a conversation by text. A number opens its own conversation and never another one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from casework import tables as t
from casework.conversations import insert_conversation, insert_message
from casework.fates import let_go, note_receipt
from casework.tickets import redeem
from foundation.database import Database

# Our own list, on every provider. Networks and providers may act on these words too.
STOP_WORDS = {"stop", "stopall", "stop all", "unsubscribe", "optout", "opt out", "revoke"}
START_WORDS = {"start", "unstop"}
# A provider waits while these run, so they are built once.
_ON: sa.BindParameter[str] = sa.bindparam("number_on")
_NUMBER: sa.BindParameter[str] = sa.bindparam("number")
_HEARD = (
    t.line.update()
    .where(t.line.c.channel == _ON, t.line.c.address == _NUMBER)
    .values(heard_at=sa.bindparam("now"))
    .returning(t.line.c.conversation_id)
)
_STANDING = sa.select(
    sa.exists().where(t.opt_out.c.channel == _ON, t.opt_out.c.address == _NUMBER),
    sa.exists().where(
        t.outbox.c.channel == _ON,
        t.outbox.c.address == _NUMBER,
        t.outbox.c.state == "held",
    ),
)


@dataclass(frozen=True)
class Incoming:
    """One message from a phone, as its provider told it; `kind` is text, choice, or something we cannot read.

    `sent_at` is the provider's time: of two that wait, the one that was sent first is answered first.
    """

    channel: str
    provider_id: str
    address: str
    kind: str
    text: str
    choice: str | None
    sent_at: datetime


@dataclass(frozen=True)
class Fate:
    """What became of something we sent; see web.providers.base.Receipt."""

    provider_id: str | None
    reference: str | None
    fate: str
    error: str | None
    why: str | None = None


def take_in(database: Database, items: Iterable[Incoming | Fate], *, language: str, now: datetime) -> int:
    """Store what providers handed us, in one transaction; how many messages were new.

    A message that was handed over before is not stored again. After this the provider may forget it.

    Each kind of row is written in an order of its own, whatever order it came in: two transactions that want the same
    rows would else wait for each other until PostgreSQL ends one.
    """
    told = list(items)
    fates = [item for item in told if isinstance(item, Fate)]
    messages = [item for item in told if isinstance(item, Incoming)]
    with database.writing() as db:
        for fate in sorted(fates, key=lambda fate: (fate.reference or "", fate.provider_id or "")):
            note_receipt(
                db,
                provider_id=fate.provider_id,
                reference=fate.reference,
                fate=fate.fate,
                error=fate.error,
                why=fate.why,
                now=now,
            )
        new = _new(db, messages, now) if messages else []
        for item in sorted(new, key=lambda item: (item.channel, item.address)):  # of one number, as they came
            _store(db, item, language, now)
    return len(new)


def _new(db: sa.Connection, messages: Sequence[Incoming], now: datetime) -> list[Incoming]:
    """Those that were not handed over before, each once, as they came."""
    by_name = {(item.channel, item.provider_id): item for item in reversed(messages)}
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    received = dialect.insert(t.received).on_conflict_do_nothing()
    # Asked by what comes back: PostgreSQL's driver tells no row count of an insert.
    stored = db.execute(
        received.returning(t.received.c.channel, t.received.c.provider_id),
        [{"channel": channel, "provider_id": identity, "at": now} for channel, identity in sorted(by_name)],
    )
    names = {tuple(row) for row in stored}
    return [item for name, item in reversed(by_name.items()) if name in names]


def _store(db: sa.Connection, item: Incoming, language: str, now: datetime) -> None:
    opted_out, held = db.execute(_STANDING, _number(item)).one()
    if held:
        let_go(db, channel=item.channel, address=item.address, now=now)
    word = " ".join(item.text.split()).strip(" .!").casefold() if item.kind == "text" else ""
    if word in STOP_WORDS:
        dialect = postgresql if db.dialect.name == "postgresql" else sqlite
        values = {"channel": item.channel, "address": item.address, "at": now}
        db.execute(dialect.insert(t.opt_out).values(**values).on_conflict_do_nothing())
        _insert(db, item, "stop", language, now)
        return
    lifted = opted_out and _lift(db, item)
    if word in START_WORDS:
        _insert(db, item, "start", language, now)
        return
    moved_to = redeem(db, item.text, now=now) if item.kind == "text" else None
    if moved_to is not None:
        _hold(db, item, moved_to, now)
        if lifted:
            _insert(db, item, "start", language, now)
        _insert(db, item, "moved", language, now)
        return
    if lifted:
        _insert(db, item, "start", language, now)
    _insert(db, item, item.kind, language, now)


def _number(item: Incoming) -> dict[str, Any]:
    return {"number_on": item.channel, "number": item.address}


def _lift(db: sa.Connection, item: Incoming) -> bool:
    """Whoever writes again wants an answer: whether that ended a STOP."""
    stopped = sa.and_(t.opt_out.c.channel == item.channel, t.opt_out.c.address == item.address)
    return db.execute(t.opt_out.delete().where(stopped)).rowcount > 0


def _insert(db: sa.Connection, item: Incoming, kind: str, language: str, now: datetime) -> None:
    identity = _conversation_of(db, item, language, now)
    spoken = kind in ("text", "choice")  # a code, a STOP or a picture is not part of what was told
    insert_message(
        db,
        identity,
        text=item.text if spoken else "",
        choice=item.choice if spoken else None,
        channel=item.channel,
        address=item.address,
        kind=kind,
        now=min(item.sent_at, now),
    )


def _conversation_of(db: sa.Connection, item: Incoming, language: str, now: datetime) -> str:
    found = db.execute(_HEARD, {**_number(item), "now": now}).scalar_one_or_none()
    if found is not None:
        return str(found)
    identity = insert_conversation(db, channel=item.channel, language=language, now=now)
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    values = {"channel": item.channel, "address": item.address, "conversation_id": identity, "heard_at": now}
    insert = dialect.insert(t.line).values(**values).on_conflict_do_nothing()
    if db.execute(insert.returning(t.line.c.address)).first() is not None:
        return identity
    db.execute(t.conversation.delete().where(t.conversation.c.id == identity))  # another message was first
    mine = sa.and_(t.line.c.channel == item.channel, t.line.c.address == item.address)
    return str(db.execute(sa.select(t.line.c.conversation_id).where(mine)).scalar_one())


def _hold(db: sa.Connection, item: Incoming, identity: str, now: datetime) -> None:
    """From now on this phone holds that conversation."""
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    values = {"conversation_id": identity, "heard_at": now}
    insert = dialect.insert(t.line).values(channel=item.channel, address=item.address, **values)
    db.execute(insert.on_conflict_do_update(index_elements=["channel", "address"], set_=values))
