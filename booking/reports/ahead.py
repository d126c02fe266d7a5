"""The coming working days of a hub, from the database: the same people, rooms and rules as a search reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from booking.finding.asking import Days, midnight, terms_of
from booking.finding.ground import Ground, read_ground, read_sessions, read_shifts, read_stock
from booking.hub import Hub
from booking.reports.world import DAY, World
from booking.wishes import Wishes
from foundation.clock import to_london

DAYS_AHEAD = 60  # how far a rota is expanded
USUAL_MINUTES = 30
NOBODY = Wishes()


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """The coming working days of a hub: `rota` as if nothing were booked, `free` as it is now."""

    rota: World
    free: World


def read_ahead(db: sa.Connection, hub: Hub, *, now: datetime, works: Callable[[date], bool]) -> Ahead:
    """The working days from today to the last one on the rota. Today is whole in it, what is past of it too."""
    today = to_london(now).date()
    span = Days(first=midnight(today), end=midnight(today + timedelta(days=DAYS_AHEAD)))
    ground = read_ground(db, hub, hub.agencies, language="", only=None)
    there = read_shifts(db, ground, span)
    stock = read_stock(db, ground, span, resident=None, now=now, ignoring=())
    last = max((bits.bit_length() for bits in there.values()), default=0)
    days = [day for day in span.dates if works(day) and midnight(day) - span.first < last]
    cut = _Cut([midnight(day) - span.first for day in days])
    free = World(
        days=tuple(days),
        # An agency with nobody on the rota is there to be asked for, and never free.
        advisers={agency: cut.each(stock.advisers.get(agency, {})) for agency in sorted(hub.agencies)},
        rooms=cut.each(stock.rooms),
        sessions=cut.days_of(read_sessions(db, ground, span)),
        minutes={name: int(about.get("minutes", USUAL_MINUTES)) for name, about in hub.agencies.items()},
        sites=stock.sites,
        people=stock.people,
        terms=terms_of(hub, NOBODY, ground.sites),
    )
    return Ahead(rota=_unbooked(free, ground, cut.each(there)), free=free)


def _unbooked(free: World, ground: Ground, there: Mapping[str, int]) -> World:
    teams: dict[str, dict[str, int]] = {agency: {} for agency in free.advisers}
    for name, bits in there.items():
        teams[ground.teams[name]][name] = bits
    return free.with_free(advisers=teams, rooms=dict.fromkeys(free.rooms, free.all_time))


class _Cut:
    """Takes the working days out of bitsets of cells. On a working day no clock changes: cells are wall time."""

    def __init__(self, begins: list[int]) -> None:
        self._begins = begins

    def days_of(self, bits: int) -> int:
        """The same bits, one working day after the other."""
        whole = (1 << DAY) - 1
        return sum((bits >> begin & whole) << number * DAY for number, begin in enumerate(self._begins))

    def each(self, bitsets: Mapping[str, int]) -> dict[str, int]:
        """All of them, by their names."""
        return {name: self.days_of(bits) for name, bits in bitsets.items()}
