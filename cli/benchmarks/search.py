"""Joint openings end to end from the database, beside only reading who and what is taken; and how the cost grows.

The hub: 5 agencies with 50 advisers each and 50 rooms, 28 days, three quarters of all time booked.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from booking.finding.asking import Days, midnight
from booking.finding.finding import PARTS, find_openings
from booking.finding.ground import own_holds, read_ground, read_hub, read_stock
from booking.openings import LegRequest, OpeningsResult
from booking.rotas.holidays import is_working_day
from cli.benchmarks.figure import Figure, milliseconds, pair, percentile
from cli.benchmarks.hubs import hub_with, names_of
from foundation.clock import to_london, utc_now
from foundation.database import Database

AGENCIES, ADVISERS, DAYS, USE = 5, 50, 28, 0.75
TIMES, TARGET, MOST_MS = 60, 3.0, 50.0
RESIDENT = "bench"
LATE = 22  # of 28: the first day on which the last agency comes, where all the days have to be read
GROWN = {"agencies": (2, 3, 4, 5, 6, 7, 8), "advisers": (10, 25, 50, 100, 150, 200), "days": (7, 14, 28, 56, 90)}
USUAL = {"agencies": 5, "advisers": 100, "days": 28}


def measure() -> Iterator[Figure]:
    """p50 and p95 of a search, beside the read it needs: with time in the first days, and in the last week alone."""
    now = _morning(utc_now())
    for name, late in (("search", None), ("search_last_week", LATE)):
        with hub_with(agencies=AGENCIES, advisers=ADVISERS, days=DAYS, use=USE, now=now, late=late) as database:
            ours, bare = _timed(database, now, days=DAYS, read_days=DAYS if late else PARTS[0])
        yield from pair(name, ours, bare, reference="reading what it needs alone", percents=(50, 95), target=TARGET)
        if late is None:
            yield Figure(
                figure="search_p95_ms", value=percentile(ours, 95), unit="ms", reference="stated: at most",
                reference_value=MOST_MS, target=1.0,
            )  # fmt: skip


def _timed(
    database: Database, now: datetime, *, days: int, read_days: int, agencies: int = AGENCIES, times: int = TIMES
) -> tuple[list[float], list[float]]:
    """Milliseconds of the search and of the read alone, turn by turn so that both meet the same machine."""
    searched: list[float] = []
    bare: list[float] = []
    for _ in range(times):
        searched.append(milliseconds(lambda: _find(database, agencies, now=now, days=days)))
        bare.append(milliseconds(lambda: _read(database, agencies, now=now, days=read_days)))
    return searched, bare


def _find(database: Database, agencies: int, *, now: datetime, days: int) -> OpeningsResult:
    legs = [LegRequest(agency=name, service_id="bench", minutes=30) for name in names_of(agencies)]
    today = to_london(now).date()
    return find_openings(database, legs, resident=RESIDENT, from_day=today, days=days, now=now)


def _read(database: Database, agencies: int, *, now: datetime, days: int) -> None:
    """The same rows from the database, made into bitsets, and nothing more."""
    today = to_london(now).date()
    with database.reading() as db:
        ground = read_ground(db, read_hub(db, None), names_of(agencies), language="", only=None)
        whole = Days(first=midnight(today), end=midnight(today + timedelta(days=days)))
        read_stock(db, ground, whole, resident=RESIDENT, now=now, ignoring=own_holds(db, RESIDENT, None))


def _morning(now: datetime) -> datetime:
    """Nine on the next Monday: the same days of the week whenever it is measured."""
    wall = to_london(now) + timedelta(days=7 - to_london(now).weekday())
    return wall.replace(hour=9, minute=0, second=0, microsecond=0)


# ---------------------------------------------------------------- growth
def grow(echo: Callable[[str], object], *, times: int = 7) -> dict[str, list[tuple[int, float]]]:
    """Milliseconds of the processor for a search that has to look at every day, for each size in GROWN.

    The sizes that do not grow are those of USUAL; `advisers` are those of all agencies together.
    """
    now, grown = _morning(utc_now()), dict[str, list[tuple[int, float]]]()
    for what, sizes in GROWN.items():
        for size in sizes:
            took = _processor(USUAL | {what: size}, now, times)
            grown.setdefault(what, []).append((size, took))
            echo(f"{what} {size}: {took:.1f} ms")
    return grown


def _processor(sizes: dict[str, int], now: datetime, times: int) -> float:
    """The least of some measurements: what else the machine does only ever adds to it."""
    agencies, days = sizes["agencies"], sizes["days"]
    today = to_london(now).date()
    last = max(number for number in range(days) if is_working_day(today + timedelta(days=number)))
    advisers = max(1, sizes["advisers"] // agencies)
    with hub_with(agencies=agencies, advisers=advisers, days=days, use=USE, now=now, late=last) as database:
        took = []
        for _ in range(times):
            begun = time.process_time()
            _find(database, agencies, now=now, days=days)
            took.append((time.process_time() - begun) * 1000)
    return min(took)
