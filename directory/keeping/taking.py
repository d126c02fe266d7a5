"""Good records of a feed into the database: new ones, changed ones with what was edited by hand, returning ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from directory.keeping.judging import Good
from directory.keeping.merging import Clash, Merged, merge
from directory.keeping.tables import conflict, service
from directory.keeping.versions import Change, record_versions, take_turn


@dataclass(frozen=True)
class Taken:
    """How many services changed, and how many parts wait for somebody to settle them."""

    changed: int
    clashes: int


@dataclass(frozen=True)
class _Step:
    """What one record comes to."""

    record: Good
    change: Change | None  # none: what counts is as it was
    merged: Merged | None  # none: it is new


def take(db: sa.Connection, records: Sequence[Good], *, source: str, now: datetime) -> Taken:
    """Take them in, in this transaction."""
    take_turn(db)
    kept = {row.id: row for row in db.execute(_NOW.where(service.c.id.in_([record.id for record in records])))}
    fresh = [record for record in records if _is_news(kept.get(record.id), record, source)]
    documents = _documents(db, [record.id for record in fresh if record.id in kept])
    steps = [_step(record, kept.get(record.id), documents.get(record.id), source) for record in fresh]
    changes = [step.change for step in steps if step.change]
    record_versions(db, changes, {id: row.version for id, row in kept.items()}, now=now)
    _same_in_effect(db, [step.record for step in steps if not step.change], source)
    clashes = [(step.record.id, clash) for step in steps if step.merged for clash in step.merged.clashes]
    merged = [step for step in steps if step.merged]
    if merged:
        _agree(db, merged)
    _clash(db, clashes, now)
    return Taken(len(changes), len(clashes))


def known_digests(db: sa.Connection, ids: Sequence[str], source: str) -> dict[str, str]:
    """By id, the digest of what `source` has had; only of services that it still has."""
    mine = service.c.source == source, service.c.removed_at.is_(None), service.c.id.in_(ids)
    return {row.id: row.digest for row in db.execute(sa.select(service.c.id, service.c.digest).where(*mine))}


_NOW = sa.select(service.c.id, service.c.version, service.c.digest, service.c.source, service.c.removed_at)


def _is_news(row: Any, record: Good, source: str) -> bool:
    return row is None or row.digest != record.digest or row.source != source or row.removed_at is not None


def _documents(db: sa.Connection, ids: list[str]) -> dict[str, tuple[dict[str, Any], dict[str, Any] | None]]:
    if not ids:
        return {}
    query = sa.select(service.c.id, service.c.document, service.c.feed_document).where(service.c.id.in_(ids))
    return {row.id: (row.document, row.feed_document) for row in db.execute(query)}


def _step(record: Good, row: Any, had: tuple[dict[str, Any], dict[str, Any] | None] | None, source: str) -> _Step:
    feed = (source, record.digest, record.document)
    if row is None or had is None:
        return _Step(record, Change(record.id, record.document, "imported", feed=feed), None)
    ours, base = had
    merged = merge(base, ours, record.document)
    if row.removed_at is not None:
        return _Step(record, Change(record.id, merged.document, "returned", feed=feed), merged)
    if merged.document == ours:
        return _Step(record, None, merged)
    return _Step(record, Change(record.id, merged.document, "imported", feed=feed), merged)


def _same_in_effect(db: sa.Connection, records: list[Good], source: str) -> None:
    """What counts did not change, but what the feed has did."""
    rows = [{"id_": r.id, "source": source, "digest": r.digest, "feed_document": r.document} for r in records]
    if rows:
        columns: dict[str, Any] = {key: sa.bindparam(key) for key in ("source", "digest", "feed_document")}
        db.execute(service.update().where(service.c.id == sa.bindparam("id_")).values(**columns), rows)


def _agree(db: sa.Connection, steps: list[_Step]) -> None:
    """Where both sides say the same again, there is nothing left to settle."""
    query = sa.select(conflict.c.id, conflict.c.service_id, conflict.c.path)
    open_ones = db.execute(query.where(conflict.c.service_id.in_([step.record.id for step in steps]))).all()
    agreed = {step.record.id: step.merged.agreed for step in steps if step.merged}
    over = [row.id for row in open_ones if row.path in agreed[row.service_id]]
    if over:
        db.execute(conflict.delete().where(conflict.c.id.in_(over)))


def _clash(db: sa.Connection, clashes: list[tuple[str, Clash]], now: datetime) -> None:
    for service_id, clash in clashes:
        db.execute(conflict.delete().where(conflict.c.service_id == service_id, conflict.c.path == clash.path))
    rows = [{"service_id": id, "path": c.path, "ours": c.ours, "theirs": c.theirs, "at": now} for id, c in clashes]
    if rows:
        db.execute(conflict.insert(), rows)
