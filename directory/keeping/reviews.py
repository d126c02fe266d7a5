"""Asking the people who own a record whether it is still right, by a private link that is good for 30 days.

Opening the link changes nothing, since programs open links in e-mails too; only a button on its page does.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from directory.freshness import CHECK_DAYS
from directory.keeping.editing import PartChanged, Record, load_record, mark_assured
from directory.keeping.evidence import record_evidence
from directory.keeping.keepers import Keeper, only_seen
from directory.keeping.tables import review, service
from directory.keeping.versions import take_turn
from directory.records.parts import get
from foundation.clock import to_london
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.languages import marked

GOOD_FOR = timedelta(days=30)
BY_LINK = "review link"  # stands in the history where a username would


class ReviewOver(FrontDoorError):
    """The link was used, is too old, or never was one; which of these is not said."""


@dataclass(frozen=True)
class Due:
    """A service that nobody has checked for 90 days or more. `name` and `email` are its owner's, None if not known."""

    service_id: str
    service: str
    organisation: str
    assured: date | None
    owner: str | None
    email: str | None


def due(db: sa.Connection, *, now: datetime, limit: int = 500) -> list[Due]:
    """Services to ask about: due for a check, and not asked about in the last 30 days. The longest unchecked first."""
    lately = sa.exists().where(review.c.service_id == service.c.id, review.c.asked_at > now - GOOD_FOR)
    query = (
        sa.select(service.c.id, service.c.name, service.c.organisation, service.c.document)
        .where(is_due(now), ~lately)
        .order_by(service.c.assured_date.is_not(None), service.c.assured_date, service.c.id)
        .limit(limit)
    )
    return [_due(row) for row in db.execute(query)]


def is_due(now: datetime) -> sa.ColumnElement[bool]:
    """The condition on `service` for those that are open to people and were last checked more than 90 days ago."""
    since = (to_london(now).date() - timedelta(days=CHECK_DAYS)).isoformat()
    old = sa.or_(service.c.assured_date.is_(None), service.c.assured_date < since)
    return sa.and_(service.c.removed_at.is_(None), service.c.status == "active", old)


def _due(row: Any) -> Due:
    owner = get(row.document, "front_door.owner")
    owner = owner if isinstance(owner, dict) else {}
    told = str(row.document.get("assured_date") or "")[:10]
    return Due(
        row.id, row.name, row.organisation, date.fromisoformat(told) if told else None,
        str(owner.get("name") or "") or None, str(owner.get("email") or "") or None,
    )  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One request to an owner, and what came of it: `answered_at` is None while it waits."""

    service_id: str
    service: str
    asked_at: datetime
    until: datetime
    answered_at: datetime | None


def asked(db: sa.Connection, *, limit: int = 100) -> list[Asked]:
    """The last requests, the newest first."""
    query = (
        sa.select(
            review.c.service_id,
            service.c.name.label("service"),
            review.c.asked_at,
            review.c.until,
            review.c.answered_at,
        )
        .join(service)
        .order_by(review.c.id.desc())
        .limit(limit)
    )
    return [Asked(**row) for row in db.execute(query).mappings()]


def ask(db: sa.Connection, service_id: str, *, now: datetime) -> str:
    """The secret of a new link to review this service, in this transaction. It is kept nowhere but in the link."""
    secret = secrets.token_urlsafe(24)
    values = {"secret_hash": _hash(secret), "asked_at": now, "until": now + GOOD_FOR}
    db.execute(review.insert().values(service_id=service_id, **values))
    return secret


def ask_by_hand(database: Database, who: Keeper, service_id: str, *, now: datetime) -> str:
    """The same for somebody at the desk, who hands the link on. Raises NotYours, ServiceNotFound."""
    with database.writing() as db:
        only_seen(who, load_record(db, service_id).organisation_id)
        return ask(db, service_id, now=now)


def reviewed(db: sa.Connection, secret: str, *, now: datetime) -> Record:
    """The service that a link is for. Raises ReviewOver."""
    return load_record(db, _open(db, secret, now).service_id)


def still_right(database: Database, secret: str, *, base: int, now: datetime) -> Record:
    """Its owner says that the record, as they saw it (`base`), is right. Raises ReviewOver, PartChanged."""
    with database.writing() as db:
        take_turn(db)
        kept = load_record(db, _open(db, secret, now).service_id)
        if kept.version != base:
            raise PartChanged(kept, None)
        mark_assured(db, kept, by=BY_LINK, now=now)
        return kept


def something_wrong(database: Database, secret: str, *, part: str, now: datetime) -> Record:
    """Its owner says that a part is wrong: that is evidence until it is mended. Raises ReviewOver, ValueError."""
    with database.writing() as db:
        found = _open(db, secret, now)
        record_evidence(db, found.service_id, kind="said_wrong", part=part, now=now)
        db.execute(review.update().where(review.c.id == found.id).values(answered_at=now))
        return load_record(db, found.service_id)


def _open(db: sa.Connection, secret: str, now: datetime) -> Any:
    query = (
        sa.select(review.c.id, review.c.service_id)
        .join(service)
        .where(
            review.c.secret_hash == _hash(secret),
            review.c.until > now,
            review.c.answered_at.is_(None),
            service.c.removed_at.is_(None),
        )
    )
    row = db.execute(query).one_or_none()
    if row is None:
        raise ReviewOver(marked("This link was used, or is too old."))
    return row


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
