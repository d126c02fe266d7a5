"""Who and what there is for one search, and what of it is free: as little is read as the search needs."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa

from booking.errors import OpeningsNotPossible
from booking.finding.asking import Days
from booking.hub import Hub
from booking.rotas.holidays import is_working_day
from booking.search.stock import Person, Stock, union
from booking.tables import INTERPRETERS, adviser, claim, hold, hub, hub_session, room, room_closure, shift, visit
from booking.visits.statements import BOOKED, HELD


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The people and rooms of a hub that one question is about. `teams`: who belongs to which agency."""

    hub: Hub
    teams: Mapping[str, str]
    people: Mapping[str, Person]
    rooms: Sequence[sa.Row]  # type: ignore[type-arg]

    @property
    def labels(self) -> dict[str, str]:
        """Each room's label."""
        return {row.id: row.label for row in self.rooms}

    @property
    def sites(self) -> list[str]:
        """The buildings that have a room, sorted."""
        return sorted({row.site for row in self.rooms})


def read_hub(db: sa.Connection, hub_id: str | None) -> Hub:
    """That hub, or the installation's first. Raises OpeningsNotPossible when there is none."""
    asked = sa.select(hub.c.details).order_by(hub.c.id).limit(1)
    details = db.scalar(asked if hub_id is None else asked.where(hub.c.id == hub_id))
    if details is None:
        raise OpeningsNotPossible("There are no visit times yet." if hub_id is None else f"{hub_id!r} is no hub.")
    return Hub(details)


def read_ground(
    db: sa.Connection, place: Hub, agencies: Iterable[str], *, language: str, only: Callable[[str], bool] | None
) -> Ground:
    """The advisers of `agencies`, the interpreters for `language` and the open rooms, as far as `only` lets them be."""
    wanted = [*agencies, *([INTERPRETERS] if language else [])]
    texts = (sa.cast(column, sa.Text).label(column.name) for column in (adviser.c.skills, adviser.c.languages))
    staff = db.execute(
        sa.select(adviser.c.id, adviser.c.agency, *texts, adviser.c.in_person, adviser.c.by_phone)
        .where(adviser.c.hub == place.id, adviser.c.agency.in_(wanted), adviser.c.active)
        .order_by(adviser.c.id)
    ).all()
    rooms = db.execute(sa.select(room).where(room.c.hub == place.id, room.c.open).order_by(room.c.id)).all()
    chosen = [
        row for row in staff
        if (only is None or only(f"adviser:{row.id}"))
        and (row.agency != INTERPRETERS or language in _names(row.languages))
    ]  # fmt: skip
    return Ground(
        hub=place,
        teams={row.id: row.agency for row in chosen},
        people={
            row.id: Person(
                skills=_names(row.skills), languages=_names(row.languages),
                in_person=row.in_person, by_phone=row.by_phone,
            )
            for row in chosen
        },
        rooms=[row for row in rooms if only is None or only(f"room:{row.id}")],
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _names(text: str) -> frozenset[str]:
    """A JSON list of names. Most people have one of a few."""
    return frozenset(json.loads(text))


def read_stock(
    db: sa.Connection, ground: Ground, days: Days, *, resident: str | None, now: datetime, ignoring: Sequence[str]
) -> Stock:
    """What is free on these days; claims of the holds `ignoring` do not count."""
    taken = _taken(db, ground, days, resident=resident, now=now, ignoring=ignoring)
    shifts, closed = read_shifts(db, ground, days), read_closures(db, ground, days)
    everything = days.bits(range(days.first, days.end))
    advisers: dict[str, dict[str, int]] = {}
    for name, bits in shifts.items():
        advisers.setdefault(ground.teams[name], {})[name] = bits & ~taken.get(f"adviser:{name}", 0)
    return Stock(
        first_cell=days.first,
        interpreters=advisers.pop(INTERPRETERS, {}),
        advisers=advisers,
        rooms={row.id: everything & ~taken.get(f"room:{row.id}", 0) & ~closed.get(row.id, 0) for row in ground.rooms},
        resident=everything & ~taken.get(f"resident:{resident}", 0),
        room_features={row.id: frozenset(row.features) for row in ground.rooms},
        capacities={row.id: row.capacity for row in ground.rooms},
        sites={row.id: row.site for row in ground.rooms},
        people=ground.people,
        midnights=days.midnights,
        open_hours=union([_working_hours(ground.hub, days), *shifts.values()]),
    )


def _working_hours(place: Hub, days: Days) -> int:
    rules = place.booking_rules
    return union(
        days.between(day, rules.day_begins, rules.day_ends) for day in days.dates if is_working_day(day, place.nation)
    )


def read_shifts(db: sa.Connection, ground: Ground, days: Days) -> dict[str, int]:
    """When each of the staff is there."""
    during = (shift.c.first_cell < days.end) & (shift.c.end_cell > days.first)
    asked = sa.select(shift.c.adviser, shift.c.first_cell, shift.c.end_cell).where(during)
    there: dict[str, int] = {}
    for name, first, end in db.execute(asked.join(adviser).where(adviser.c.agency.in_(set(ground.teams.values())))):
        if name in ground.teams:
            there[name] = there.get(name, 0) | days.bits(range(first, end))
    return there


def read_closures(db: sa.Connection, ground: Ground, days: Days) -> dict[str, int]:
    """When rooms that are open otherwise are closed."""
    during = (room_closure.c.first_cell < days.end) & (room_closure.c.end_cell > days.first)
    asked = sa.select(room_closure.c.room, room_closure.c.first_cell, room_closure.c.end_cell).join(room)
    closed: dict[str, int] = {}
    for name, first, end in db.execute(asked.where(during, room.c.hub == ground.hub.id)):
        closed[name] = closed.get(name, 0) | days.bits(range(first, end))
    return closed


def _taken(
    db: sa.Connection, ground: Ground, days: Days, *, resident: str | None, now: datetime, ignoring: Sequence[str]
) -> dict[str, int]:
    """The cells that are claimed, of whoever matters here: one row a resource."""
    matters = sa.union_all(
        sa.select(sa.literal("adviser:").concat(adviser.c.id)).where(
            adviser.c.hub == ground.hub.id, adviser.c.agency.in_(set(ground.teams.values()))
        ),
        sa.select(sa.literal("room:").concat(room.c.id)).where(room.c.hub == ground.hub.id),
        sa.select(sa.literal(f"resident:{resident or ''}")),
    )
    live = (claim.c.state == BOOKED) | (claim.c.until > now)
    cells = sa.func.aggregate_strings(sa.cast(claim.c.cell, sa.Text), ",")
    asked = (
        sa.select(claim.c.resource, cells)
        .where(claim.c.resource.in_(matters), claim.c.cell.between(days.first, days.end - 1), live)
        .group_by(claim.c.resource)
    )
    if ignoring:
        asked = asked.where(claim.c.hold.not_in(ignoring))
    bits = {str(cell): 1 << (cell - days.first) for cell in range(days.first, days.end)}
    return {name: sum(map(bits.__getitem__, text.split(","))) for name, text in db.execute(asked).all()}


def read_sessions(db: sa.Connection, ground: Ground, days: Days) -> int:
    """The time of these days that is ring-fenced for joint visits."""
    during = (hub_session.c.first_cell < days.end) & (hub_session.c.end_cell > days.first)
    asked = sa.select(hub_session.c.first_cell, hub_session.c.end_cell).where(
        during, hub_session.c.hub == ground.hub.id
    )
    fenced = 0
    for first, end in db.execute(asked):
        fenced |= days.bits(range(first, end))
    return fenced


def own_holds(db: sa.Connection, resident: str | None, instead_of: str | None) -> list[str]:
    """The holds that do not count: what `resident` has not confirmed, and that of the visit that is to be changed."""
    mine = sa.select(hold.c.id).where(hold.c.resident == (resident or ""), hold.c.state == HELD)
    return [*db.scalars(sa.union(mine, sa.select(visit.c.hold).where(visit.c.reference == (instead_of or ""))))]
