"""Who changed the rota, its people and rooms, and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from booking.tables import rota_change
from foundation.database import Database


@dataclass(frozen=True, kw_only=True)
class Made:
    """A change that was made. `before` and `after`: {"rules", "people", "rooms"}, those that differ, as JSON."""

    at: datetime
    by: str
    note: str
    before: dict[str, list[dict[str, Any]]]
    after: dict[str, list[dict[str, Any]]]


def changes_made(database: Database, hub_id: str, *, limit: int = 50) -> tuple[Made, ...]:
    """The changes of a hub's rota, the newest first."""
    columns = [rota_change.c[name] for name in ("at", "by", "note", "before", "after")]
    query = sa.select(*columns).where(rota_change.c.hub == hub_id).order_by(rota_change.c.id.desc()).limit(limit)
    with database.reading() as db:
        return tuple(Made(**row._mapping) for row in db.execute(query))
