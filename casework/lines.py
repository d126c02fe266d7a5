"""Lines: phones that hold a conversation by text. A number opens its own conversation and never another one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from casework import tables as t
from casework.conversations import insert_conversation, insert_message, message_row
from casework.fates import let_go, note_receipt
from casework.tickets import codes_in, redeem

# Our own list, on every provider. Networks and providers may act on these words too.
STOP_WORDS = {"stop", "stopall", "stop all", "unsubscribe", "optout", "opt out", "revoke"}
START_WORDS = {"start", "unstop"}
# Each message goes through these, so they are built once. What stands against answering a number is told with what
# the row of its line is, and rows are held in one order: see `take_in`.
_LINE = (t.line.c.channel, t.line.c.address)
_NUMBERS: sa.BindParameter[Any] = sa.bindparam("numbers", expanding=True)


def _stands(on: sa.ColumnElement[str], number: sa.ColumnElement[str]) -> tuple[sa.Label[bool], sa.Label[bool]]:
    stopped = sa.exists().where(t.opt_out.c.channel == on, t.opt_out.c.address == number)
    o = t.outbox.c
    held = sa.exists().where(o.channel == on, o.address == number, o.state == "held")
    return stopped.label("opted_out"), held.label("held")


_IN_ORDER = sa.select(*_LINE).where(sa.tuple_(*_LINE).in_(_NUMBERS)).order_by(*_LINE).with_for_update()
_HEARD = (
    t.line.update()
    .where(sa.tuple_(*_LINE).in_(_IN_ORDER))
    .values(heard_at=sa.bindparam("now"))
    .returning(*_LINE, t.line.c.conversation_id, *_stands(*_LINE))
)
_STANDING = sa.select(*_stands(sa.bindparam("number_on"), sa.bindparam("number")))


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


@dataclass
class _Line:
    """What is known of a number while its messages are stored, one after the other."""

    conversation_id: str | None
    opted_out: bool
    held: bool


@dataclass(frozen=True)
class Fate:
    """What became of something we sent; see web.providers.base.Receipt."""

    provider_id: str | None
    reference: str | None
    fate: str
    error: str | None
    why: str | None = None


def take_in(db: sa.Connection, items: Iterable[Incoming | Fate], *, language: str, now: datetime) -> int:
    """Bring what providers handed us to its conversations; how many messages were new.

    A message that was handed over before is not stored again.

    Each kind of row is written in an order of its own, whatever order it came in: two transactions that want the same
    rows would else wait for each other until PostgreSQL ends one.
    """
    told = list(items)
    fates = [item for item in told if isinstance(item, Fate)]
    messages = [item for item in told if isinstance(item, Incoming)]
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
    if new:
        _store(db, sorted(new, key=_number), language, now)  # of one number, as they came
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


def _store(db: sa.Connection, messages: Sequence[Incoming], language: str, now: datetime) -> None:
    """Most only say something: those are written together, as each way to the database and back is dear."""
    numbers = sorted({_number(item) for item in messages})
    found = {(row.channel, row.address): row for row in db.execute(_HEARD, {"numbers": numbers, "now": now})}
    plain: list[dict[str, Any]] = []
    for number, group in groupby(messages, key=_number):
        items, row = list(group), found.get(number)
        if row and not row.opted_out and not row.held and not any(_asks_for_more(item) for item in items):
            plain += [message_row(row.conversation_id, **_said(item, item.kind, now)) for item in items]
            continue
        line = _Line(row.conversation_id, row.opted_out, row.held) if row else _unheard(db, number)
        for item in items:
            _store_one(db, item, line, language, now)
    if plain:
        db.execute(t.message.insert(), plain)


def _store_one(db: sa.Connection, item: Incoming, line: _Line, language: str, now: datetime) -> None:
    if line.held:
        let_go(db, channel=item.channel, address=item.address, now=now)
        line.held = False
    word = _word(item)
    if word in STOP_WORDS:
        dialect = postgresql if db.dialect.name == "postgresql" else sqlite
        values = {"channel": item.channel, "address": item.address, "at": now}
        db.execute(dialect.insert(t.opt_out).values(**values).on_conflict_do_nothing())
        line.opted_out = True
        kinds = ["stop"]
    else:
        lifted = line.opted_out and _lift(db, item)  # whoever writes again wants an answer
        line.opted_out = False
        moved_to = redeem(db, item.text, now=now) if word not in START_WORDS and item.kind == "text" else None
        if moved_to is not None:
            _hold(db, item, moved_to, now)
            line.conversation_id = moved_to
        kind = "start" if word in START_WORDS else "moved" if moved_to is not None else item.kind
        kinds = ["start", kind] if lifted and kind != "start" else [kind]
    if line.conversation_id is None:
        line.conversation_id = _open(db, item, language, now)
    for kind in kinds:
        insert_message(db, line.conversation_id, **_said(item, kind, now))


def _number(item: Incoming) -> tuple[str, str]:
    return item.channel, item.address


def _word(item: Incoming) -> str:
    """What may be one of the words above; empty for what nobody typed."""
    return " ".join(item.text.split()).strip(" .!").casefold() if item.kind == "text" else ""


def _asks_for_more(item: Incoming) -> bool:
    """Whether this is more than something said: a word of ours, or what may be a code."""
    return _word(item) in STOP_WORDS | START_WORDS or (item.kind == "text" and bool(codes_in(item.text)))


def _unheard(db: sa.Connection, number: tuple[str, str]) -> _Line:
    """The line of a number that has none yet. It may have said STOP to something that we sent."""
    row = db.execute(_STANDING, {"number_on": number[0], "number": number[1]}).one()
    return _Line(None, row.opted_out, row.held)


def _lift(db: sa.Connection, item: Incoming) -> bool:
    """Whether there was a STOP of this number, which is over now."""
    stopped = sa.and_(t.opt_out.c.channel == item.channel, t.opt_out.c.address == item.address)
    return db.execute(t.opt_out.delete().where(stopped)).rowcount > 0


def _said(item: Incoming, kind: str, now: datetime) -> dict[str, Any]:
    spoken = kind in ("text", "choice")  # a code, a STOP or a picture is not part of what was told
    return {
        "text": item.text if spoken else "",
        "choice": item.choice if spoken else None,
        "channel": item.channel,
        "address": item.address,
        "kind": kind,
        "now": min(item.sent_at, now),
    }


def _open(db: sa.Connection, item: Incoming, language: str, now: datetime) -> str:
    """A conversation for a number that had none; if another message was first, its conversation."""
    identity = insert_conversation(db, channel=item.channel, language=language, now=now)
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    values = {"channel": item.channel, "address": item.address, "conversation_id": identity, "heard_at": now}
    insert = dialect.insert(t.line).values(**values).on_conflict_do_nothing()
    if db.execute(insert.returning(t.line.c.address)).first() is not None:
        return identity
    db.execute(t.conversation.delete().where(t.conversation.c.id == identity))
    mine = sa.and_(t.line.c.channel == item.channel, t.line.c.address == item.address)
    return str(db.execute(sa.select(t.line.c.conversation_id).where(mine)).scalar_one())


def _hold(db: sa.Connection, item: Incoming, identity: str, now: datetime) -> None:
    """From now on this phone holds that conversation."""
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    values = {"conversation_id": identity, "heard_at": now}
    insert = dialect.insert(t.line).values(channel=item.channel, address=item.address, **values)
    db.execute(insert.on_conflict_do_update(index_elements=["channel", "address"], set_=values))
