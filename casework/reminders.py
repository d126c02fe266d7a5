"""Reminders to the people who own records: one e-mail each with a link for every record of theirs that is due."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from casework import tables as t
from casework.outbox import Parcel, put
from casework.work import words
from directory.keeping.reviews import Due, ask, due
from directory.keeping.versions import take_turn
from foundation.database import Database

MOST_LINKS = 40  # in one e-mail; the rest follows on the next day
LONGEST_ADDRESS = 160  # as the outbox has it
FAILED = ("dead", "failed")
ABOUT = "reviews:"


@dataclass(frozen=True)
class Reminded:
    """What one run did: records asked about, e-mails written, records that nobody can be asked about by e-mail."""

    asked: int
    emails: int
    nobody: int


@dataclass(frozen=True)
class NotReached:
    """An e-mail that did not arrive: to whom, when it was written, and why not."""

    address: str
    written_at: datetime
    problem: str


def remind(database: Database, *, now: datetime, public_url: str, by_email: bool) -> Reminded:
    """Ask about every record that is due and has an owner with an address. Safe to run at any time, by several.

    Nobody is asked twice within 30 days. Where nobody carries e-mail (`by_email`), nothing is written: the desk lists
    what is due.
    """
    with database.writing() as db:
        take_turn(db)  # so that two processes do not both ask
        by_owner: dict[str, list[Due]] = {}
        for one in due(db, now=now):
            by_owner.setdefault(_address(one) if by_email else "", []).append(one)
        nobody = by_owner.pop("", [])
        for address, several in by_owner.items():
            put(db, _email(db, address, several[:MOST_LINKS], now=now, public_url=public_url), now=now)
        asked = sum(min(len(several), MOST_LINKS) for several in by_owner.values())
    return Reminded(asked, len(by_owner), len(nobody))


def _address(one: Due) -> str:
    address = (one.email or "").strip()
    return address.casefold() if len(address) <= LONGEST_ADDRESS else ""


def _email(db: sa.Connection, address: str, several: Sequence[Due], *, now: datetime, public_url: str) -> Parcel:
    lines = [f"{one.service}\n{public_url}/review/{ask(db, one.service_id, now=now)}" for one in several]
    text = words("reviews.text", links="\n\n".join(lines))
    return Parcel(
        about=f"{ABOUT}{secrets.token_hex(12)}",
        kind="review",
        channel="email",
        address=address,
        body={"subject": words("reviews.subject"), "text": text},
    )


def not_reached(db: sa.Connection, *, limit: int = 50) -> list[NotReached]:
    """Reminders that could not be delivered, the newest first."""
    o = t.outbox.c
    query = (
        sa.select(o.address, o.written_at, o.problem)
        .where(o.channel == "email", o.about.startswith(ABOUT), o.state.in_(FAILED))
        .order_by(o.id.desc())
        .limit(limit)
    )
    return [NotReached(row.address, row.written_at, row.problem or "") for row in db.execute(query)]
