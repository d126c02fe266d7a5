"""Services that their source no longer has: kept with their history, and no longer offered, until they return."""

from dataclasses import dataclass
from datetime import datetime
from itertools import batched

import sqlalchemy as sa

from directory.keeping.tables import service
from directory.keeping.versions import Change, record_versions, take_turn
from foundation.database import Database

FEW = 5  # so many may vanish at once whatever their share is
BATCH = 100


@dataclass(frozen=True)
class Gone:
    """How many were let go, or `kept_back` because they were too many to believe it."""

    removed: int
    kept_back: int


def let_go(database: Database, source: str, seen: set[str], *, now: datetime, insist: bool) -> Gone:
    """Let go of what `source` had and has no longer: `seen` are the ids that it has, read to its end.

    When more than half of them would go at once, the feed is more likely to be broken: nothing is removed, unless
    somebody insists.
    """
    with database.reading() as db:
        query = sa.select(service.c.id).where(service.c.source == source, service.c.removed_at.is_(None))
        here = list(db.execute(query.order_by(service.c.id)).scalars())
    gone = [id for id in here if id not in seen]
    if len(gone) > FEW and 2 * len(gone) > len(here) and not insist:
        return Gone(0, len(gone))
    return Gone(sum(_remove(database, source, ids, now) for ids in batched(gone, BATCH)), 0)


def _remove(database: Database, source: str, ids: tuple[str, ...], now: datetime) -> int:
    columns = service.c.id, service.c.version, service.c.document
    with database.writing() as db:
        take_turn(db)
        # Asked again in the turn: another import may have brought one back meanwhile.
        still = service.c.id.in_(ids), service.c.source == source, service.c.removed_at.is_(None)
        rows = db.execute(sa.select(*columns).where(*still)).all()
        changes = [Change(row.id, row.document, "removed", removed=True) for row in rows]
        record_versions(db, changes, {row.id: row.version for row in rows}, now=now)
    return len(rows)
