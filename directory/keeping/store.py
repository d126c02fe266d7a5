"""Where services are kept: taken in one by one, each standing alone; what is already there is never lost."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from directory.feeds.integrity import problems_of
from directory.keeping.tables import quarantine, service
from directory.model import Service, ServiceBroken, Unreadable, read_service

ACTIVE = "active"


@dataclass(frozen=True)
class Taken:
    """What an import did: services that are new or changed, unchanged, and set aside with (record, reason)."""

    changed: int
    unchanged: int
    set_aside: tuple[tuple[str, str], ...]


def take_in(db: sa.Connection, documents: Iterable[Any], *, source: str, now: datetime) -> Taken:
    """Take in every record that can be; set the others aside with a reason their owner understands."""
    changed, unchanged = 0, 0
    aside: list[tuple[str, str]] = []
    seen: set[str] = set()
    db.execute(quarantine.delete().where(quarantine.c.source == source))
    for number, document in enumerate(documents, start=1):
        name = _name_of(document, number)
        try:
            read = _checked(document, seen)
            if _keep(db, read, source=source, now=now):
                changed += 1
            else:
                unchanged += 1
        except ServiceBroken as error:
            aside.append((name, str(error)))
            record = json.dumps(document, default=str)[:100_000]  # escaped: it may hold what no database takes
            db.execute(quarantine.insert().values(source=source, record=record, reason=str(error), at=now))
    return Taken(changed, unchanged, tuple(aside))


def _name_of(document: Any, number: int) -> str:
    if isinstance(document, Unreadable):
        return document.name
    named = (document.get("name") or document.get("id")) if isinstance(document, dict) else None
    return str(named or number).encode("utf-8", "replace").decode()


def _checked(document: Any, seen: set[str]) -> Service:
    if isinstance(document, Unreadable):
        raise ServiceBroken(document.reason)
    if not isinstance(document, dict):
        raise ServiceBroken("This record is not an object.")
    read = read_service(document)
    problems = problems_of(document)
    if problems:
        raise ServiceBroken(" ".join(problems))
    if read.id in seen:
        raise ServiceBroken("Another record in this feed has the same id.")
    seen.add(read.id)
    return read


def _keep(db: sa.Connection, read: Service, *, source: str, now: datetime) -> bool:
    text = json.dumps(read.document, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    kept = db.execute(sa.select(service.c.digest).where(service.c.id == read.id)).scalar_one_or_none()
    if kept == digest:
        return False
    values = {
        "name": read.name,
        "organisation": read.organisation,
        "status": str(read.document.get("status") or ACTIVE),
        "assured_date": read.assured.isoformat() if read.assured else None,
        "source": source,
        "organisation_id": str((read.document.get("organization") or {}).get("id") or "")[:64] or None,
        "digest": digest,
        "document": read.document,
        "changed_at": now,
    }
    if kept is None:
        db.execute(service.insert().values(id=read.id, **values))
    else:
        db.execute(service.update().where(service.c.id == read.id).values(**values))
    return True


def load_services(db: sa.Connection) -> list[Service]:
    """Every active service, by name."""
    query = sa.select(service.c.document).where(service.c.status == ACTIVE).order_by(service.c.name, service.c.id)
    return [read_service(document) for document in db.execute(query).scalars()]


def services_version(db: sa.Connection) -> tuple[int, datetime | None]:
    """Changes whenever any service does."""
    row = db.execute(sa.select(sa.func.count(), sa.func.max(service.c.changed_at))).one()
    return (row[0], row[1])


def all_documents(db: sa.Connection) -> list[dict[str, Any]]:
    """Every service's document, whatever its status."""
    return list(db.execute(sa.select(service.c.document).order_by(service.c.name)).scalars())
