"""Every state that a service was in. Whoever changes a service does it here, so that no change goes unseen.

One row, `directory_change`, counts all changes. A writer locks it before anything else: changes become visible in the
order of their numbers (a reader who has seen 7 misses nothing up to 7), and two writers never wait for each other in
a circle.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from directory.keeping.tables import directory_change, service, service_version
from foundation.errors import FrontDoorError

BY_HAND = "desk"  # the source of a service that was first written at the desk
_TAKE_TURN = sa.text(
    "INSERT INTO directory_change (id, number) VALUES (1, 0) "
    "ON CONFLICT (id) DO UPDATE SET number = directory_change.number RETURNING number"
)


class ChangedMeanwhile(FrontDoorError):
    """The service is not in the state that the change was made from."""


@dataclass(frozen=True)
class Version:
    """A state of a service: number 1 is how it came, `by` is a username (None: a feed), `at` is aware UTC."""

    number: int
    document: dict[str, Any]
    removed: bool
    by: str | None
    why: str
    at: datetime


@dataclass(frozen=True)
class Change:
    """A new state that a service is to have. `feed` holds (source, digest, feed_document) when a feed brought it."""

    service_id: str
    document: dict[str, Any]
    why: str
    by: str | None = None
    removed: bool = False
    feed: tuple[str, str, dict[str, Any]] | None = None


def take_turn(db: sa.Connection) -> int:
    """Wait until no other writer is changing services; the turn ends with the transaction. The last change's number."""
    return int(db.execute(_TAKE_TURN).scalar_one())


def record_version(
    db: sa.Connection,
    service_id: str,
    document: dict[str, Any],
    *,
    by: str | None,
    why: str,
    now: datetime,
    removed: bool = False,
    expected: int | None = None,
) -> int:
    """Give the service this state, keep it in its history, and return its number. A service that is new is made.

    `expected` is the version that the change was made from. Raises ChangedMeanwhile when it is no longer the last.
    """
    take_turn(db)
    kept = db.execute(sa.select(service.c.version).where(service.c.id == service_id)).scalar_one_or_none()
    if expected is not None and kept != expected:
        raise ChangedMeanwhile("Somebody else has changed this service meanwhile. Look at it again first.")
    change = Change(service_id, document, why, by, removed)
    record_versions(db, [change], {service_id: kept} if kept else {}, now=now)
    return (kept or 0) + 1


def record_versions(db: sa.Connection, changes: Iterable[Change], kept: dict[str, int], *, now: datetime) -> None:
    """As `record_version`, for many at once. `kept` are the versions of those that are there, read after take_turn."""
    number = take_turn(db) + 1
    rows = [_row(change, (kept.get(change.service_id) or 0) + 1, number, now) for change in changes]
    if not rows:
        return
    new = [row for row in rows if row["version"] == 1]
    if new:
        db.execute(service.insert(), new)
    _update(db, [row for row in rows if row["version"] > 1])
    _remember(db, rows)
    db.execute(directory_change.update().values(number=number))


def history(db: sa.Connection, service_id: str) -> list[Version]:
    """Every state that the service was in, the last one first; none when there is no such service."""
    query = (
        sa.select(service_version)
        .where(service_version.c.service_id == service_id)
        .order_by(service_version.c.number.desc())
    )
    return [
        Version(row.number, row.document, row.removed, row.by, row.why, row.at) for row in db.execute(query).all()
    ]  # fmt: skip


def columns_of(document: dict[str, Any]) -> dict[str, Any]:
    """The columns that are searched, as the document has them."""
    organisation = document.get("organization") or {}
    return {
        "name": str(document["name"]),
        "organisation": str(organisation.get("name") or ""),
        "organisation_id": str(organisation.get("id") or "")[:64] or None,
        "status": str(document.get("status") or "active")[:24],
        "assured_date": str(document.get("assured_date") or "")[:10] or None,
    }


def _row(change: Change, version: int, number: int, now: datetime) -> dict[str, Any]:
    source, digest, feed_document = change.feed or (BY_HAND, "", None)
    return {
        "id": change.service_id, **columns_of(change.document), "source": source, "digest": digest,
        "document": change.document, "feed_document": feed_document, "version": version,
        "removed_at": now if change.removed else None, "changed_at": now, "change": number,
        "by": change.by, "why": change.why, "removed": change.removed, "fed": change.feed is not None,
    }  # fmt: skip


_ABOUT_THE_CHANGE = ("by", "why", "removed", "fed")
_THE_FEEDS = ("source", "digest", "feed_document")


def _update(db: sa.Connection, rows: list[dict[str, Any]]) -> None:
    for fed in (True, False):
        left_out = (*_ABOUT_THE_CHANGE, *(() if fed else _THE_FEEDS))
        some = [{k: v for k, v in row.items() if k not in left_out} for row in rows if row["fed"] is fed]
        if some:
            columns: dict[str, Any] = {column: sa.bindparam(column) for column in some[0] if column != "id"}
            named = [{"id_": row.pop("id"), **row} for row in some]
            db.execute(service.update().where(service.c.id == sa.bindparam("id_")).values(**columns), named)


def _remember(db: sa.Connection, rows: list[dict[str, Any]]) -> None:
    """The new states into the history, copied where they are: no document is sent a second time."""
    ids: dict[tuple[str | None, str], list[str]] = {}
    for row in rows:
        ids.setdefault((row["by"], row["why"]), []).append(row["id"])
    for (by, why), some in ids.items():
        told = sa.literal(by, service_version.c.by.type), sa.literal(why, service_version.c.why.type)
        state = service.c.id, service.c.version, service.c.document, service.c.removed_at.is_not(None), *told
        db.execute(
            service_version.insert().from_select(
                ["service_id", "number", "document", "removed", "by", "why", "at"],
                sa.select(*state, service.c.changed_at).where(service.c.id.in_(some)),
            )
        )
