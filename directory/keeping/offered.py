"""Whether a service is still offered, for whoever comes by an old link."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from directory.keeping.store import is_offered
from directory.keeping.tables import evidence, service
from foundation.clock import to_london

LONGEST_ID = 36
OFFERED, CLOSED_FOR_NOW, GONE = "offered", "closed_for_now", "gone"


@dataclass(frozen=True)
class Kept:
    """A service's record and how it stands: offered, temporarily closed, or gone (removed, inactive, defunct).

    `doubts`: the London days on which somebody told us that its facts are wrong and that nobody has settled.
    """

    document: dict[str, Any]
    stands: str
    doubts: tuple[date, ...] = ()


def kept_service(db: sa.Connection, service_id: str) -> Kept | None:
    """The service, whatever became of it; None when there never was one with this id."""
    if not service_id.isprintable() or len(service_id) > LONGEST_ID:  # what no database takes is nobody's id
        return None
    row = db.execute(sa.select(service).where(service.c.id == service_id)).one_or_none()
    if row is None:
        return None
    if is_offered(row):
        told = sa.select(evidence.c.at).where(evidence.c.service_id == service_id, evidence.c.settled_at.is_(None))
        return Kept(row.document, OFFERED, tuple(to_london(at).date() for at in db.execute(told).scalars()))
    closed = row.removed_at is None and row.status == "temporarily closed"
    return Kept(row.document, CLOSED_FOR_NOW if closed else GONE)
