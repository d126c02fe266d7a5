"""Changing a service by hand: by its organisation's editors alone, checked, and never over somebody else's change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from directory.feeds.integrity import problems_of
from directory.keeping.evidence import settle_rows
from directory.keeping.keepers import Keeper, only_keeper
from directory.keeping.tables import conflict, evidence, review, service, service_version
from directory.keeping.versions import record_version, take_turn
from directory.model import ServiceBroken, read_service
from directory.records.parts import PARTS, Changes, get, is_same, put
from foundation.clock import to_london
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.languages import marked
from foundation.telling import Told


class ServiceNotFound(FrontDoorError):
    """There is no such service, or no such state of it."""


class ServiceRemoved(FrontDoorError):
    """Its source no longer has the service: there is nothing to change until it comes back."""


class NotRight(FrontDoorError):
    """The record would not be right like this. `problems` are sentences for the person who typed it."""

    def __init__(self, problems: list[Told]) -> None:
        super().__init__(" ".join(map(str, problems)))
        self.problems = problems

    def said(self) -> str:
        """All of them, in the language that is spoken now."""
        return " ".join(problem.said() for problem in self.problems)


class PartChanged(FrontDoorError):
    """Somebody changed the same part meanwhile. `record` is the service as it is now, `by` who did (None: a feed)."""

    def __init__(self, record: "Record", by: str | None) -> None:
        super().__init__(marked("Somebody changed this while you were writing."))
        self.record, self.by = record, by


@dataclass(frozen=True)
class Record:
    """A service as its keepers see it. `version` counts its states; `removed_at` is a tombstone's date."""

    id: str
    name: str
    organisation: str
    organisation_id: str | None
    source: str
    document: dict[str, Any]
    version: int
    removed_at: datetime | None
    changed_at: datetime


def load_record(db: sa.Connection, service_id: str) -> Record:
    """The service as it is now. Raises ServiceNotFound."""
    query = sa.select(*(service.c[name] for name in Record.__dataclass_fields__)).where(service.c.id == service_id)
    row = db.execute(query).mappings().one_or_none()
    if row is None:
        raise ServiceNotFound(marked("There is no such service."))
    return Record(**row)


def change_part(
    database: Database, who: Keeper, service_id: str, part: str, changes: Changes, *, base: int, now: datetime
) -> int:
    """Keep one part as it was written from state `base`; the number of the state that the service is in then.

    A part that somebody else changed meanwhile is not overwritten; a change of theirs to another part is no matter.
    Raises NotYours, ServiceNotFound, ServiceRemoved, PartChanged, NotRight.
    """
    with database.writing() as db:
        kept = _turn(db, who, service_id)
        if kept.version != base and not is_same(_state(db, service_id, base), kept.document, part):
            raise PartChanged(kept, _last_by(db, kept))
        new = put(kept.document, {path: value for path, value in changes.items() if path in PARTS[part]})
        return kept.version if new == kept.document else keep(db, who, kept, new, why="edited", now=now)


def assure(database: Database, who: Keeper, service_id: str, *, base: int, now: datetime) -> int:
    """Somebody of the organisation says that the whole record, as they saw it (`base`), is right today.

    What was told about it is settled by that, and reminders are answered. Raises as `change_part`.
    """
    with database.writing() as db:
        kept = _turn(db, who, service_id)
        if kept.version != base:
            raise PartChanged(kept, _last_by(db, kept))
        return mark_assured(db, kept, by=who.username, now=now)


def mark_assured(db: sa.Connection, kept: Record, *, by: str, now: datetime) -> int:
    """The record is right as of today, in this transaction, whose turn it must be."""
    document = put(kept.document, {"assured_date": to_london(now).date().isoformat()})
    number = record_version(db, kept.id, document, by=by, why="assured", now=now, expected=kept.version)
    settle_rows(db, evidence.c.service_id == kept.id, by=by, now=now)
    db.execute(
        review.update().where(review.c.service_id == kept.id, review.c.answered_at.is_(None)).values(answered_at=now)
    )
    return number


def undo(database: Database, who: Keeper, service_id: str, *, to: int, base: int, now: datetime) -> int:
    """Bring back state `to` as a new state. Raises as `change_part`; NotRight where the old one breaks a newer rule."""
    with database.writing() as db:
        kept = _turn(db, who, service_id)
        if kept.version != base:
            raise PartChanged(kept, _last_by(db, kept))
        old = _state(db, service_id, to)
        return kept.version if old == kept.document else keep(db, who, kept, old, why="undone", now=now)


def keep(db: sa.Connection, who: Keeper, kept: Record, document: Mapping[str, Any], *, why: str, now: datetime) -> int:
    """Check and keep a new state by hand, in this transaction. Raises NotYours, NotRight."""
    only_keeper(who, kept.organisation_id)
    new = dict(document)
    check(new, kept.document)
    number = record_version(db, kept.id, new, by=who.username, why=why, now=now, expected=kept.version)
    _forget_agreed(db, kept.id, new)
    return number


def _forget_agreed(db: sa.Connection, service_id: str, document: dict[str, Any]) -> None:
    """A conflict is none any more once somebody has written here what the feed has."""
    rows = db.execute(
        sa.select(conflict.c.id, conflict.c.path, conflict.c.theirs).where(conflict.c.service_id == service_id)
    )
    agreed = [row.id for row in rows if (get(document, row.path) or None) == (row.theirs or None)]
    if agreed:
        db.execute(conflict.delete().where(conflict.c.id.in_(agreed)))


def check(new: dict[str, Any], old: dict[str, Any]) -> None:
    """Raises NotRight for problems that `new` has and `old` had not: nobody has to mend what they did not touch."""
    try:
        read_service(new)
    except ServiceBroken as error:
        raise NotRight([error.told]) from error
    known = problems_of(old)
    found = [problem for problem in problems_of(new) if problem not in known]
    if (old.get("organization") or {}).get("id") != (new.get("organization") or {}).get("id"):
        found.append(Told("A service cannot be given to another organisation here."))
    if found:
        raise NotRight(found)


def _turn(db: sa.Connection, who: Keeper, service_id: str) -> Record:
    """The record, for this person to change: nobody else changes it until the transaction ends."""
    take_turn(db)
    kept = load_record(db, service_id)
    only_keeper(who, kept.organisation_id)
    if kept.removed_at is not None:
        raise ServiceRemoved(marked("Its source no longer has this service, so it cannot be changed."))
    return kept


def _state(db: sa.Connection, service_id: str, number: int) -> dict[str, Any]:
    query = sa.select(service_version.c.document).where(
        service_version.c.service_id == service_id, service_version.c.number == number
    )
    document: dict[str, Any] | None = db.execute(query).scalar_one_or_none()
    if document is None:
        raise ServiceNotFound(marked("There is no such state of this service."))
    return document


def _last_by(db: sa.Connection, kept: Record) -> str | None:
    query = sa.select(service_version.c.by).where(
        service_version.c.service_id == kept.id, service_version.c.number == kept.version
    )
    return db.execute(query).scalar_one_or_none()
