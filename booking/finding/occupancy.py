"""What stands in the rota and what is taken: one read for one search."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from booking.tables import adviser, claim, hub_session, room, shift
from booking.visits.statements import BOOKED


@dataclass(frozen=True, kw_only=True)
class Rota:
    """What stands in the rota and is taken between two cells."""

    shifts: Mapping[str, Mapping[str, Sequence[range]]]  # agency -> adviser -> cells
    rooms: Mapping[str, frozenset[str]]  # room -> features
    labels: Mapping[str, str]  # room -> label
    sessions: Sequence[range]
    taken: Mapping[str, Sequence[int]]  # resource -> cells


def read_rota_between(db: sa.Connection, first: int, end: int, *, now: datetime, ignoring: Iterable[str] = ()) -> Rota:
    """Shifts, rooms, sessions and claims that touch the cells [first, end); claims of holds `ignoring` do not count."""
    shifts: dict[str, dict[str, list[range]]] = {}
    during = (shift.c.first_cell < end) & (shift.c.end_cell > first)
    for row in db.execute(sa.select(adviser.c.agency, shift).join(adviser).where(during)):
        shifts.setdefault(row.agency, {}).setdefault(row.adviser, []).append(range(row.first_cell, row.end_cell))
    rooms = db.execute(sa.select(room).where(room.c.open).order_by(room.c.id)).all()
    during = (hub_session.c.first_cell < end) & (hub_session.c.end_cell > first)
    sessions = db.execute(sa.select(hub_session.c.first_cell, hub_session.c.end_cell).where(during))
    taken: dict[str, list[int]] = {}
    live = (claim.c.state == BOOKED) | (claim.c.until > now)
    where = claim.c.cell.between(first, end - 1) & live & claim.c.hold.not_in(list(ignoring))
    for resource, cell in db.execute(sa.select(claim.c.resource, claim.c.cell).where(where)):
        taken.setdefault(resource, []).append(cell)
    return Rota(
        shifts=shifts,
        rooms={row.id: frozenset(row.features) for row in rooms},
        labels={row.id: row.label for row in rooms},
        sessions=[range(*row) for row in sessions],
        taken=taken,
    )
