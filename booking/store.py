"""The SQL of booking. Every function takes an open connection: whose transaction it is, the use case decides."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from booking.errors import OpeningTaken
from booking.hub import Hub
from booking.openings import Opening, OpeningLeg
from booking.tables import adviser, claim, hold, hub, hub_session, leg, room, shift, visit

HELD, RELEASED, EXPIRED, CONFIRMED = "held", "released", "expired", "confirmed"
DEADLOCK = "40P01"  # SQLSTATE
BOOKED, CANCELLED = "booked", "cancelled"


@dataclass(frozen=True, kw_only=True)
class Rota:
    """What stands in the rota and is taken between two cells."""

    shifts: Mapping[str, Mapping[str, Sequence[range]]]  # agency -> adviser -> cells
    rooms: Mapping[str, frozenset[str]]  # room -> features
    labels: Mapping[str, str]  # room -> label
    sessions: Sequence[range]
    taken: Mapping[str, Sequence[int]]  # resource -> cells


def the_hub(db: sa.Connection) -> Hub:
    """The hub of this installation. Raises OpeningTaken when no rota was ever loaded."""
    row = db.execute(sa.select(hub.c.details).order_by(hub.c.id).limit(1)).first()
    if row is None:
        raise OpeningTaken("There are no visit times yet. Please ask us for a person.")
    return Hub(row.details)


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


def room_labels(db: sa.Connection) -> dict[str, str]:
    """Each room's label."""
    return {row.id: row.label for row in db.execute(sa.select(room.c.id, room.c.label))}


_ROOMS = sa.select(room.c.id).where(room.c.open)
_SHIFTS = (
    sa.select(adviser.c.agency, shift.c.adviser, shift.c.first_cell, shift.c.end_cell)
    .join(adviser)
    .where(shift.c.adviser.in_(sa.bindparam("advisers", expanding=True)))
    .where(shift.c.first_cell < sa.bindparam("end"), shift.c.end_cell > sa.bindparam("first"))
)


def on_rota(db: sa.Connection, opening: Opening) -> bool:
    """Whether every leg has an adviser of its agency on shift, and a room that is open."""
    first, end = opening.legs[0].cells.start, opening.legs[-1].cells.stop
    names = [each.adviser for each in opening.legs]
    shifts = db.execute(_SHIFTS, {"advisers": names, "first": first, "end": end}).all()
    rooms = set(db.scalars(_ROOMS))
    return all(each.room in rooms and any(_covers(row, each) for row in shifts) for each in opening.legs)


def _covers(row: Any, each: OpeningLeg) -> bool:
    works = (row.adviser, row.agency) == (each.adviser, each.agency)
    return works and bool(row.first_cell <= each.cells.start and each.cells.stop <= row.end_cell)


def expire_holds_over(db: sa.Connection, cells: Sequence[tuple[str, int]], now: datetime) -> None:
    """Take back what holds that ran out still have of `cells` (or of cells between them)."""
    resources, numbers = {resource for resource, _ in cells}, [cell for _, cell in cells]
    over = claim.c.resource.in_(sorted(resources)) & claim.c.cell.between(min(numbers), max(numbers))
    stale = over & (claim.c.state == HELD) & (claim.c.until <= now)
    for holder in sorted(set(db.scalars(sa.select(claim.c.hold).where(stale)))):
        # The hold's row decides between this and a confirmation at the same moment.
        if _end_hold(db, holder, EXPIRED, hold.c.until <= now):
            db.execute(sa.delete(claim).where(claim.c.hold == holder))


def release_holds_of(db: sa.Connection, resident: str) -> None:
    """Let go of what `resident` holds and has not confirmed: a person holds one opening at a time."""
    mine = sa.select(hold.c.id).where((hold.c.resident == resident) & (hold.c.state == HELD)).order_by(hold.c.id)
    for holder in db.scalars(mine).all():
        if _end_hold(db, holder, RELEASED, sa.true()):
            db.execute(sa.delete(claim).where(claim.c.hold == holder))


def _end_hold(db: sa.Connection, holder: str, state: str, when: sa.ColumnElement[bool]) -> bool:
    ended = sa.update(hold).where((hold.c.id == holder) & (hold.c.state == HELD) & when).values(state=state)
    return db.execute(ended).rowcount == 1


def confirm_hold(db: sa.Connection, holder: str, now: datetime) -> bool:
    """The one conditional UPDATE: true once, for whoever comes while the hold lasts."""
    if not _end_hold(db, holder, CONFIRMED, hold.c.until > now):
        return False
    db.execute(sa.update(claim).where(claim.c.hold == holder).values(state=BOOKED, until=None))
    return True


def add_claims(
    db: sa.Connection, cells: Sequence[tuple[str, int]], *, holder: str, state: str, until: datetime | None
) -> None:
    """Claim `cells`, sorted, all or none. Raises OpeningTaken when one is somebody else's."""
    rows = [{"resource": name, "cell": cell, "hold": holder, "state": state, "until": until} for name, cell in cells]
    try:
        if rows:
            db.execute(sa.insert(claim), rows)  # cached once, sent as many
    except sa.exc.IntegrityError as error:
        raise OpeningTaken from error
    except sa.exc.OperationalError as error:
        # Writers whose clocks differ can meet in a ring over a hold that runs out; PostgreSQL ends one of them.
        if getattr(error.orig, "sqlstate", None) != DEADLOCK:
            raise
        raise OpeningTaken from error


def drop_claims(db: sa.Connection, holder: str, cells: Iterable[tuple[str, int]] | None = None) -> None:
    """Give back the cells that `holder` has: all of them, or these."""
    if cells is None:
        db.execute(sa.delete(claim).where(claim.c.hold == holder))
        return
    for name, cell in cells:
        one = (claim.c.resource == name) & (claim.c.cell == cell)
        db.execute(sa.delete(claim).where(one & (claim.c.hold == holder)))


def claims_of(db: sa.Connection, holder: str) -> set[tuple[str, int]]:
    """The cells that `holder` has."""
    rows = db.execute(sa.select(claim.c.resource, claim.c.cell).where(claim.c.hold == holder))
    return {(row.resource, row.cell) for row in rows}


def open_holds_of(db: sa.Connection, resident: str) -> list[str]:
    """Holds of `resident` that are not confirmed."""
    return list(db.scalars(sa.select(hold.c.id).where((hold.c.resident == resident) & (hold.c.state == HELD))))


def write_legs(db: sa.Connection, reference: str, opening: Opening) -> None:
    """The legs of a visit that has none yet."""
    names = ("agency", "service_id", "start", "finish", "adviser", "room", "room_label")
    rows = [
        {"visit": reference, "number": number} | {name: getattr(each, name) for name in names}
        for number, each in enumerate(opening.legs, 1)
    ]
    db.execute(sa.insert(leg), rows)


def replace_legs(db: sa.Connection, reference: str, opening: Opening) -> None:
    """Put the legs of `opening` in place of those that the visit had."""
    db.execute(sa.delete(leg).where(leg.c.visit == reference))
    write_legs(db, reference, opening)


def visit_row(db: sa.Connection, where: sa.ColumnElement[bool]) -> sa.Row[Any] | None:
    """The visit that `where` picks."""
    return db.execute(sa.select(visit).where(where)).first()


def legs_of(db: sa.Connection, reference: str) -> tuple[OpeningLeg, ...]:
    """The legs of a visit, in order."""
    names = ("agency", "service_id", "start", "finish", "adviser", "room", "room_label")
    columns = [leg.c[name] for name in names]
    rows = db.execute(sa.select(*columns).where(leg.c.visit == reference).order_by(leg.c.number))
    return tuple(OpeningLeg(**row._mapping) for row in rows)


def hub_by_id(db: sa.Connection, hub_id: str) -> Hub:
    """That hub."""
    return Hub(db.execute(sa.select(hub.c.details).where(hub.c.id == hub_id)).scalar_one())
