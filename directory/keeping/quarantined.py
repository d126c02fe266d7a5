"""Records that an import set aside: a person of the council's team puts them right, or puts them away."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from json import JSONDecodeError
from typing import Any

import sqlalchemy as sa

from directory.feeds.integrity import problems_of
from directory.keeping.editing import NotRight
from directory.keeping.judging import faults_of
from directory.keeping.keepers import Keeper, only_manager
from directory.keeping.tables import quarantine, service
from directory.keeping.versions import Change, record_versions, take_turn
from directory.model import ServiceBroken, read_service
from foundation.clock import to_london
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.languages import marked
from foundation.telling import Told


class NoSuchRecord(FrontDoorError):
    """It is not there, or somebody settled it already."""


@dataclass(frozen=True)
class SetAside:
    """One record as its source had it, as text, with the reason why it did not go in."""

    id: int
    source: str
    name: str
    record: str
    reason: str
    at: datetime


_COLUMNS = [quarantine.c[name] for name in SetAside.__dataclass_fields__]


def set_aside(db: sa.Connection, who: Keeper, *, limit: int = 200) -> list[SetAside]:
    """Every one that waits, the newest first. Raises NotYours: the records may be anybody's."""
    only_manager(who)
    query = sa.select(*_COLUMNS).order_by(quarantine.c.at.desc(), quarantine.c.id).limit(limit)
    return [SetAside(**row) for row in db.execute(query).mappings()]


def one_set_aside(db: sa.Connection, who: Keeper, record_id: int) -> SetAside:
    """One of them. Raises NoSuchRecord, NotYours."""
    only_manager(who)
    row = db.execute(sa.select(*_COLUMNS).where(quarantine.c.id == record_id)).mappings().one_or_none()
    if row is None:
        raise NoSuchRecord(marked("That record is not set aside any more."))
    return SetAside(**row)


def said_reason(one: SetAside) -> str | None:
    """Why it was set aside, in the language that is spoken now; None where what is kept is all that we know of it.

    The reason is kept in English, as the import told it. So the record is judged again, as of that day; where the same
    comes of it, its sentences can be said in any language.
    """
    try:
        record = json.loads(one.record)
    except JSONDecodeError:
        return None
    found = faults_of(record, to_london(one.at).date()) if isinstance(record, dict) else []
    return " ".join(each.said() for each in found) if " ".join(map(str, found)) == one.reason else None


def put_away(database: Database, who: Keeper, record_id: int) -> None:
    """Take it off the list. The next import sets it aside again if it is still wrong. Raises NoSuchRecord, NotYours."""
    with database.writing() as db:
        one_set_aside(db, who, record_id)
        db.execute(quarantine.delete().where(quarantine.c.id == record_id))


def take_corrected(database: Database, who: Keeper, record_id: int, text: str, *, now: datetime) -> str:
    """Take in the record as it was put right in `text` (JSON); the id of the service.

    It counts as what the feed has: once the feed itself is right, the feed's is taken. A service that is kept already
    may be corrected only as a record of the same source. Raises NoSuchRecord, NotYours, NotRight.
    """
    with database.writing() as db:
        take_turn(db)
        aside = one_set_aside(db, who, record_id)
        document = _read(text)
        kept = db.execute(
            sa.select(service.c.version, service.c.source).where(service.c.id == document["id"])
        ).one_or_none()
        if kept is not None and kept.source != aside.source:
            raise NotRight([Told("There is a service with this id already, from another source.")])
        plain = json.dumps(document, sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(plain.encode()).hexdigest()
        change = Change(document["id"], document, "edited", who.username, feed=(aside.source, digest, document))
        record_versions(db, [change], {document["id"]: kept.version} if kept else {}, now=now)
        db.execute(quarantine.delete().where(quarantine.c.id == record_id))
        return str(document["id"])


def _read(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (JSONDecodeError, RecursionError) as error:
        raise NotRight(
            [Told("This is not whole JSON: a bracket, a comma or a quote is missing or too many.")]
        ) from error
    if not isinstance(document, dict):
        raise NotRight([Told("This is not one record: it must begin with { and end with }.")])
    try:
        read_service(document)
    except ServiceBroken as error:
        raise NotRight([error.told]) from error
    if problems := problems_of(document):
        raise NotRight(problems)
    return document
