"""Visits that lost their ground: somebody or a room of a planned leg is not there at its time, by the rota as it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from booking.changes.breaking import Ground
from booking.changes.rota import booked_where, standing_of, the_hub
from booking.openings import OpeningLeg
from booking.progress.states import PLANNED
from booking.tables import leg, visit
from foundation.clock import to_london


@dataclass(frozen=True, kw_only=True)
class LostLeg:
    """Leg `number` of a visit, and what it lacks: "adviser", "interpreter" or "room"."""

    number: int
    leg: OpeningLeg
    why: str


def lost_legs(
    db: sa.Connection, hub_id: str, *, now: datetime, only: Collection[str] | None = None
) -> dict[str, list[LostLeg]]:
    """The legs still to come that lack something, by their visit's reference, the earliest first.

    Judged as a change of the rota is before it is made, so that what was seen then is what is found here. `only`: these
    visits and no others.
    """
    where = [visit.c.hub == hub_id, leg.c.state == PLANNED, leg.c.start > now]
    if only is not None:
        where.append(leg.c.visit.in_(only))
    planned = sorted(booked_where(db, *where), key=lambda each: (each.leg.start, each.reference, each.number))
    if not planned:
        return {}
    days = sorted({to_london(each.leg.start).date() for each in planned})
    ground = Ground(standing_of(db, hub_id), days, the_hub(db, hub_id).nation)
    found: dict[str, list[LostLeg]] = {}
    for each in planned:
        if why := ground.lacks(each):
            found.setdefault(each.reference, []).append(LostLeg(number=each.number, leg=each.leg, why=why))
    return found
