"""Parts that were edited by hand and that the feed has changed since: somebody says which of the two is right."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from directory.keeping.editing import keep, load_record
from directory.keeping.evidence import theirs as on_their_lists
from directory.keeping.keepers import Keeper, only_keeper
from directory.keeping.tables import conflict, service
from directory.keeping.versions import take_turn
from directory.records.parts import get, put
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.languages import marked


class NoSuchConflict(FrontDoorError):
    """It is not there, or somebody settled it already."""


@dataclass(frozen=True)
class Conflict:
    """One part of a service with two values: `ours` counts until it is settled; None is "nothing there"."""

    id: int
    service_id: str
    service: str
    organisation: str
    organisation_id: str | None
    path: str
    ours: Any
    theirs: Any
    at: datetime


def open_conflicts(
    db: sa.Connection, who: Keeper, *, service_id: str | None = None, limit: int = 200
) -> list[Conflict]:
    """What waits on this person's lists, the oldest first; of one service, if one is named."""
    query = (
        sa.select(
            *(conflict.c[name] for name in ("id", "service_id", "path", "theirs", "at")),
            service.c.name.label("service"),
            service.c.organisation,
            service.c.organisation_id,
            service.c.document,
        )
        .join(service)
        .where(on_their_lists(who))
        .order_by(conflict.c.at, conflict.c.id)
        .limit(limit)
    )
    if service_id is not None:
        query = query.where(conflict.c.service_id == service_id)
    # Ours is what counts now: it may have been changed again since the feed came with its own.
    return [
        Conflict(ours=get(row["document"], row["path"]), **{key: row[key] for key in row if key != "document"})
        for row in db.execute(query).mappings()
    ]


def settle_conflict(
    database: Database, who: Keeper, conflict_id: int, *, take: Literal["ours", "theirs"], now: datetime
) -> str:
    """Keep ours or take the feed's; the id of the service.

    What the feed has now is known already, so that the next import asks no second time. Raises NoSuchConflict,
    NotYours, NotRight.
    """
    with database.writing() as db:
        take_turn(db)
        row = db.execute(sa.select(conflict).where(conflict.c.id == conflict_id)).one_or_none()
        if row is None:
            raise NoSuchConflict(marked("That is settled already."))
        kept = load_record(db, row.service_id)
        only_keeper(who, kept.organisation_id)
        if take == "theirs":
            keep(db, who, kept, put(kept.document, {row.path: row.theirs}), why="settled", now=now)
        db.execute(conflict.delete().where(conflict.c.id == conflict_id))
        return kept.id
