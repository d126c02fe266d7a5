"""Made-up hubs of any size, at any use, in a database that is thrown away."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from booking.finding.asking import first_cell
from booking.rotas.holidays import is_working_day
from booking.tables import adviser, claim, hold, hub, room, shift
from cli.benchmarks.throwaway import sqlite_url
from foundation.clock import to_london
from foundation.database import Database, metadata

OPENS, SHUTS = time(9), time(17)
LEG_CELLS = 2
DETAILS = {
    "id": "bench", "name": "Bench", "host": "Nobody", "phone": "01632 960000", "address": ["Nowhere"], "rooms": [],
}  # fmt: skip


@contextmanager
def hub_with(
    *, agencies: int, advisers: int, days: int, use: float, now: datetime, late: int | None = None
) -> Iterator[Database]:
    """`agencies` with so many `advisers` each and as many rooms as one agency has, on the working days of `days`.

    `use` is the share of everybody's and every room's time that is booked, in legs of half an hour. With `late`, the
    last agency comes only from that day (of `days`) on.
    """
    with sqlite_url() as url:
        database = Database(url)
        metadata.create_all(database.engine)
        names = names_of(agencies)
        with database.writing() as db:
            told = {name: {"label": name, "minutes": 30} for name in names}
            db.execute(sa.insert(hub).values(id="bench", details={**DETAILS, "agencies": told}))
            db.execute(sa.insert(hold).values(id="b", resident="", opening="", state="confirmed", until=now))
            for table, rows in _rows(names, advisers, days, use, now, late).items():
                db.execute(sa.insert(table), rows)
        try:
            yield database
        finally:
            database.close()


def names_of(agencies: int) -> list[str]:
    """What the agencies are called."""
    return [f"agency_{number}" for number in range(agencies)]


def _rows(
    names: list[str], advisers: int, days: int, use: float, now: datetime, late: int | None
) -> dict[sa.Table, list[dict[str, object]]]:
    rng = random.Random(1)
    first = to_london(now).date()
    work = [day for day in (first + timedelta(days=number) for number in range(days)) if is_working_day(day)]
    staff = {f"{name}-{number}": name for name in names for number in range(advisers)}
    rooms = [f"room-{number}" for number in range(advisers)]
    shifts: list[dict[str, object]] = []
    claims: list[dict[str, object]] = []
    for day in work:
        cells = _cells(day)
        there = [
            name for name, agency in staff.items()
            if late is None or agency != names[-1] or day >= first + timedelta(days=late)
        ]  # fmt: skip
        shifts += [{"adviser": name, "first_cell": cells.start, "end_cell": cells.stop} for name in there]
        for resource in [*(f"adviser:{name}" for name in there), *(f"room:{name}" for name in rooms)]:
            booked = [cell for cell in cells[::LEG_CELLS] if rng.random() < use]
            claims += [
                {"resource": resource, "cell": cell + more, "hold": "b", "state": "booked", "until": None}
                for cell in booked for more in range(LEG_CELLS)
            ]  # fmt: skip
    return {
        adviser: [{"id": name, "hub": "bench", "agency": agency, "label": name} for name, agency in staff.items()],
        room: [{"id": name, "hub": "bench", "label": name, "features": []} for name in rooms],
        shift: shifts,
        claim: claims,
    }  # fmt: skip


def _cells(day: date) -> range:
    return range(first_cell(day, OPENS), first_cell(day, SHUTS))
