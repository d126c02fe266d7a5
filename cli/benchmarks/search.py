"""Joint openings for five agencies over 28 days, end to end, beside only reading who and what is taken."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from booking.finding.finding import find_openings
from booking.finding.occupancy import read_rota_between
from booking.openings import LegRequest
from booking.visits.holding import confirm_visit, hold_opening
from cli.benchmarks.figure import Figure, milliseconds, pair
from cli.benchmarks.throwaway import cambridge
from foundation.clock import cell_of, to_london, utc_now
from foundation.database import Database

AGENCIES = ("jobcentre", "city_housing", "citizens_advice", "cvs", "county_adults")
DAYS, VISITS, TIMES, TARGET = 28, 30, 60, 3.0


def measure() -> Iterator[Figure]:
    """p50 and p95 in milliseconds of one search, at a hub with visits in it."""
    now = utc_now()
    with cambridge() as database:
        _fill(database, now)
        ours, bare = [], []
        for _ in range(TIMES):
            ours.append(milliseconds(lambda: _find(database, AGENCIES, now=now)))
            bare.append(milliseconds(lambda: _read(database, now)))
    yield from pair("search", ours, bare, reference="reading the occupancy alone", percents=(50, 95), target=TARGET)


def _find(database: Database, agencies: tuple[str, ...], *, now: datetime, resident: str | None = None) -> list[str]:
    legs = [LegRequest(agency=name, service_id="bench", minutes=30, after=at) for at, name in enumerate(agencies)]
    found = find_openings(database, legs, resident=resident, from_day=_today(now), days=DAYS, now=now).openings
    if resident and found:
        kept = hold_opening(database, found[0], resident=resident, now=now)
        confirm_visit(database, kept.id, resident=resident, now=now)
    return [opening.id for opening in found]


def _fill(database: Database, now: datetime) -> None:
    """Visits of three agencies, one after the other, so that the search has something to work round."""
    for number in range(VISITS):
        three = tuple(AGENCIES[(number + step) % len(AGENCIES)] for step in range(3))
        _find(database, three, now=now, resident=f"bench-{number}")


def _today(now: datetime) -> date:
    return to_london(now).date()


def _read(database: Database, now: datetime) -> None:
    with database.reading() as db:
        first = cell_of(now)
        read_rota_between(db, first, first + int(timedelta(days=DAYS).total_seconds()) // 900, now=now)
