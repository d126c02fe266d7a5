"""Finding openings: from the rota and the claims in the database to bitsets, and from the search back to instants."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import reduce

import sqlalchemy as sa

from booking.errors import OpeningsNotPossible
from booking.finding.occupancy import Rota, read_rota_between
from booking.openings import MAX_LEGS, LegRequest, Opening, OpeningLeg, OpeningsResult
from booking.rotas.rota import earliest_start
from booking.search.joint import Found, Stock, find_blocker, find_joint_openings
from booking.tables import visit
from booking.visits import store
from booking.wishes import Wishes
from foundation.clock import LONDON, cell_of, instant_of, to_london
from foundation.database import Database

MAX_DAYS = 90
NOON = time(12)
NO_WISHES = Wishes()


def find_openings(
    database: Database,
    agencies: Sequence[LegRequest],
    *,
    resident: str | None,
    from_day: date,
    days: int,
    now: datetime,
    limit: int = 3,
    instead_of: str | None = None,
    wishes: Wishes = NO_WISHES,
    hub: str | None = None,
    only: Callable[[str], bool] | None = None,
    why_not_sooner: bool = False,
) -> OpeningsResult:
    """Joint openings for all of `agencies`, best first, on `days` London days from `from_day`.

    What the resident holds, and the visit `instead_of` (a reference) that is to be changed, count as free. `hub` is an
    id; None is the installation's first. `only` says whether a resource ("adviser:ID", "room:ID") may be taken.
    Blockers are told when nothing fits, and with `why_not_sooner` also of the days before the first opening.
    Raises OpeningsNotPossible when the question itself is wrong. Writes nothing.
    """
    with database.reading() as db:
        _check(db, agencies, from_day=from_day, days=days, now=now)
        first = max(_midnight(from_day), -(-int(earliest_start(now).timestamp()) // 900))
        end = _midnight(from_day + timedelta(days=days))
        if first >= end:
            return OpeningsResult(openings=(), blocked_by=None)
        ignoring = _own_holds(db, resident, instead_of)
        rota = read_rota_between(db, first, end, now=now, ignoring=ignoring)
    return _search(agencies, rota, resident=resident, first=first, end=end, limit=limit)


def _check(db: sa.Connection, agencies: Sequence[LegRequest], *, from_day: date, days: int, now: datetime) -> None:
    if not 1 <= len(agencies) <= MAX_LEGS:
        raise OpeningsNotPossible(f"Ask for 1 to {MAX_LEGS} agencies at a time: you asked for {len(agencies)}.")
    if not 1 <= days <= MAX_DAYS:
        raise OpeningsNotPossible(f"Ask for 1 to {MAX_DAYS} days: you asked for {days}.")
    if from_day < to_london(now).date():
        raise OpeningsNotPossible(f"{from_day.isoformat()} is in the past.")
    known = store.the_hub(db).agencies
    for leg in agencies:
        if leg.agency not in known:
            names = ", ".join(sorted(known))
            raise OpeningsNotPossible(f"{leg.agency!r} is no agency of this hub. There are: {names}.")


def _own_holds(db: sa.Connection, resident: str | None, instead_of: str | None) -> list[str]:
    mine = store.open_holds_of(db, resident) if resident else []
    row = store.visit_row(db, visit.c.reference == instead_of) if instead_of else None
    return [*mine, row.hold] if row else mine


def _midnight(day: date) -> int:
    return cell_of(datetime.combine(day, time(), LONDON))


def _search(
    agencies: Sequence[LegRequest], rota: Rota, *, resident: str | None, first: int, end: int, limit: int
) -> OpeningsResult:
    starts = _halves(first, end)
    # The hub sessions are kept for joined-up visits; one agency alone gets them only when there is nothing else.
    fences = [rota.sessions, ()] if len(agencies) == 1 else [()]
    for fence in fences:
        stock = _stock(rota, resident=resident, first=first, end=end, fence=fence)
        found = find_joint_openings(agencies, stock, days=starts, limit=limit)
        if found:
            return OpeningsResult(openings=tuple(_opening(each, agencies, rota) for each in found), blocked_by=None)
    everywhere = reduce(int.__or__, (half for halves in starts for half in halves))
    return OpeningsResult(openings=(), blocked_by=find_blocker(agencies, stock, starts=everywhere))


def _halves(first: int, end: int) -> list[tuple[int, int]]:
    """For each London day between the cells its morning and its afternoon, as bitsets from `first` on."""
    day, last = to_london(instant_of(first)).date(), to_london(instant_of(end - 1)).date()
    halves = []
    while day <= last:
        noon, over = cell_of(datetime.combine(day, NOON, LONDON)), _midnight(day + timedelta(days=1))
        halves.append((_bits(range(_midnight(day), noon), first, end), _bits(range(noon, over), first, end)))
        day += timedelta(days=1)
    return halves


def _bits(cells: range, first: int, end: int) -> int:
    start, stop = max(cells.start, first) - first, min(cells.stop, end) - first
    return ((1 << (stop - start)) - 1) << start if stop > start else 0


def _stock(rota: Rota, *, resident: str | None, first: int, end: int, fence: Sequence[range]) -> Stock:
    def taken(resource: str) -> int:
        return reduce(lambda bits, cell: bits | 1 << (cell - first), rota.taken.get(resource, ()), 0)

    def union(ranges: Sequence[range]) -> int:
        return reduce(lambda bits, cells: bits | _bits(cells, first, end), ranges, 0)

    all_time = (1 << (end - first)) - 1
    fenced = union(fence)
    return Stock(
        first_cell=first,
        advisers={
            agency: {name: union(cells) & ~fenced & ~taken(f"adviser:{name}") for name, cells in team.items()}
            for agency, team in rota.shifts.items()
        },
        rooms={name: all_time & ~taken(f"room:{name}") for name in rota.rooms},
        resident=all_time & ~taken(f"resident:{resident}") if resident else all_time,
        room_features=rota.rooms,
    )


def _opening(found: Found, agencies: Sequence[LegRequest], rota: Rota) -> Opening:
    return Opening(
        legs=tuple(
            OpeningLeg(
                agency=agencies[leg.request].agency,
                service_id=agencies[leg.request].service_id,
                start=instant_of(leg.start),
                finish=instant_of(leg.finish),
                adviser=leg.adviser,
                room=leg.room,
                room_label=rota.labels[leg.room],
            )
            for leg in found.legs
        )
    )
