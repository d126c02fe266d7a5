"""Visits that a change of the rota broke are settled like those that an illness hits, once somebody says so."""

import hashlib
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from booking.disruptions.lost import LostLeg, lost_legs
from booking.disruptions.planning import BY_HAND
from booking.disruptions.reading import ROTA, WAITING
from booking.disruptions.settling import DisruptionNotPossible, Settled, TellOf, settle
from booking.tables import disrupted_visit, disruption, visit
from foundation.database import Database
from foundation.languages import marked


def reseat_lost(
    database: Database,
    hub_id: str,
    references: Collection[str],
    *,
    by: str,
    now: datetime,
    tell: TellOf | None = None,
) -> Settled:
    """Find another place for those of `references` that lost theirs, by the smallest change, as `by` has asked.

    The rota stays as it is. What nothing fits is left to a person, and not tried again. Asked twice, it is one
    disruption; a crash in the middle is gone on with. Raises DisruptionNotPossible where none of them needs a place.
    """
    with database.writing() as db:
        lost = _untried(db, hub_id, now=now, only=references)
        if not lost:
            raise DisruptionNotPossible(marked("Each of these visits has its place by now, or is left to you."))
        name = _keep(db, hub_id, lost, by=by, now=now)
    return settle(database, name, now=now, tell=tell)


def _untried(db: sa.Connection, hub_id: str, *, now: datetime, only: Collection[str]) -> dict[str, list[LostLeg]]:
    """The visits that lost their ground and that nothing has left to a person yet, by reference, the earliest first."""
    lost, d = lost_legs(db, hub_id, now=now, only=only), disrupted_visit.c
    rings = sa.select(d.visit).join(visit, visit.c.reference == d.visit)
    by_hand = rings.where(d.what == BY_HAND, d.at >= visit.c.changed_at, d.visit.in_(lost))
    left = set(db.scalars(by_hand))
    return {reference: legs for reference, legs in lost.items() if reference not in left}


def _keep(db: sa.Connection, hub_id: str, lost: dict[str, list[LostLeg]], *, by: str, now: datetime) -> str:
    """The disruption and its visits, as they are to be settled; the id is the same for who sees the same."""
    v = visit.c
    seen = db.execute(sa.select(v.reference, v.version).where(v.reference.in_(lost)).order_by(v.reference))
    said = "|".join([hub_id, ROTA, *(f"{row.reference}:{row.version}" for row in seen)])
    name = hashlib.sha256(said.encode()).hexdigest()[:32]
    cells = [each.leg.cells for legs in lost.values() for each in legs]
    row = {
        "id": name, "hub": hub_id, "whom": ROTA, "first_cell": min(each.start for each in cells),
        "end_cell": max(each.stop for each in cells), "note": "", "by": by[:60], "at": now,
    }  # fmt: skip
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    kept = dialect.insert(disruption).values(**row)
    db.execute(kept.on_conflict_do_update(index_elements=[disruption.c.id], set_={"settled_at": None}))
    waiting = [{"disruption": name, "visit": reference, "what": WAITING, "at": now} for reference in lost]
    db.execute(dialect.insert(disrupted_visit).values(waiting).on_conflict_do_nothing())
    return name
