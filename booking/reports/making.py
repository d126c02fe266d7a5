"""Making a report, and a simulation, for a hub from its database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from booking.hub import Hub
from booking.reports import counting
from booking.reports.ahead import Ahead, read_ahead
from booking.reports.chances import FEWEST_ASKED, STARTS, chances
from booking.reports.demand import Demand, fitted
from booking.reports.past import Past, WorkingDays
from booking.reports.reading import read_past
from booking.reports.report import Report, report_of
from booking.reports.world import DAY, World
from booking.rotas.holidays import earliest_start, is_working_day
from booking.visits import store
from foundation.clock import LONDON, to_london
from foundation.database import Database

WEEKS, MOST_WEEKS = 12, 104
ASSUMED_A_DAY, ASSUMED_FULL = 6.0, 0.75
SIZES = (2, 3, 4)


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What the database says of the hub."""

    hub: Hub
    ahead: Ahead
    past: Past

    @property
    def asked(self) -> Mapping[tuple[str, ...], int]:
        """How often agencies were asked for together."""
        return counting.asked_together(self.past.searches)


def _read(database: Database, *, now: datetime, weeks: int) -> _Known:
    until = to_london(now).date()
    since = until - timedelta(days=7 * min(max(weeks, 1), MOST_WEEKS))
    with database.reading() as db:
        hub = store.the_hub(db)
        ahead = read_ahead(db, hub, now=now, works=works_at(hub))
        past = read_past(db, hub.id, since=since, until=until, now=now)
    return _Known(hub=hub, ahead=ahead, past=past)


def works_at(hub: Hub) -> Callable[[date], bool]:
    """Whether a day is a working day in the hub's nation."""
    return partial(is_working_day, nation=hub.nation)


def make_report(database: Database, *, now: datetime, weeks: int = WEEKS, seed: int = 0) -> Report:
    """The report of this installation's hub, over the last `weeks` weeks and the days ahead. Writes nothing."""
    known = _read(database, now=now, weeks=weeks)
    firsts = first_quarters(known.ahead.free.days, known.hub, now=now)
    found = chances(known.ahead.free, known.asked, first_quarters=firsts, seed=seed)
    return report_of(known.past, found, hub=known.hub.name, now=now, works=works_at(known.hub))


def first_quarters(days: Sequence[date], hub: Hub, *, now: datetime) -> list[int]:
    """For who asks as the hub opens on each of the first STARTS of `days`, the first quarter that may be offered.

    Today they ask now, if that is later. Counted from midnight of the day on which they ask, over `days` alone.
    """
    firsts = []
    for number, day in enumerate(days[:STARTS]):
        asked = max(datetime.combine(day, hub.booking_rules.day_begins, LONDON), to_london(now))
        wall = to_london(earliest_start(asked, hub))
        later = sum(day < other <= wall.date() for other in days[number:])
        firsts.append(later * DAY + -(-(wall.hour * 60 + wall.minute) // 15))
    return firsts


@dataclass(frozen=True, kw_only=True)
class Supposed:
    """What a simulation begins with: the rota, and the demand that history shows, or else a plain assumption."""

    world: World
    demand: Demand
    from_history: bool


def suppose(database: Database, *, now: datetime, a_day: float | None = None, full: float | None = None) -> Supposed:
    """The rota ahead, and who is supposed to ask: as in the last WEEKS weeks, unless `a_day` says how many.

    With fewer than FEWEST_ASKED searches, ASSUMED_A_DAY people, a third of them for 2, 3 and 4 agencies each. `full`
    is how full the agencies' diaries are besides; they are not in our database.
    """
    known = _read(database, now=now, weeks=WEEKS)
    rota = known.ahead.rota.staffed()
    asked = {agencies: count for agencies, count in known.asked.items() if set(agencies) <= set(rota.advisers)}
    enough = sum(asked.values()) >= FEWEST_ASKED
    demand = _from_history(known, asked) if enough else _assumed(rota)
    wanted = Demand(
        a_day=demand.a_day if a_day is None else a_day, mix=demand.mix, missed=demand.missed,
        full=ASSUMED_FULL if full is None else full,
    )  # fmt: skip
    return Supposed(world=rota, demand=wanted, from_history=enough)


def _from_history(known: _Known, asked: Mapping[tuple[str, ...], int]) -> Demand:
    past = known.past
    began = min(search.day for search in past.searches)
    days = len(WorkingDays(began, past.until, works_at(known.hub)).days)
    day = counting.on_the_day(past)
    recorded = day.came + day.nobody_came
    missed = day.nobody_came / recorded if recorded >= FEWEST_ASKED else 0.0
    return fitted(asked, working_days=days, missed=min(missed, 0.9), full=0.0)


def _assumed(world: World) -> Demand:
    mix = {
        agencies: 1 / len(sets)
        for sets in (world.combinations(size) for size in SIZES) for agencies in sets
    }  # fmt: skip
    return Demand(a_day=ASSUMED_A_DAY, mix=mix)
