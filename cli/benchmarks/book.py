"""Bookings (hold, then confirm) a second with 16 writer processes, beside one writer in the same run."""

import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from booking.errors import OpeningTaken
from booking.openings import Opening, OpeningLeg
from booking.tables import adviser, claim, hub, room, shift
from booking.visits.holding import confirm_visit, hold_opening
from cli.benchmarks.figure import Figure, percentile
from cli.benchmarks.throwaway import postgresql_url, sqlite_url
from foundation.clock import cell_of, instant_of
from foundation.database import Database, metadata

WRITERS, SECONDS, TEAMS, TARGET = 16, 4.0, 133, 0.8
WARMING = 0.5  # seconds before the measured ones: statements are compiled and connections made
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FIRST = cell_of(NOW + timedelta(days=1))
SLOTS = 48  # openings of three legs, two cells each, for every team of three advisers and its room
CELLS = 18  # of one booking: three legs of two cells, of adviser, room and resident each
TABLES = ("hub", "room", "room_closure", "adviser", "shift", "hub_session", "hold", "claim", "visit", "leg")  # parents first


@dataclass(frozen=True)
class Round:
    """What some writers did: bookings in the measured seconds, and how long each hold and confirm took, in ms."""

    booked: int
    waits: list[float]
    wrong_cells: int


def measure() -> Iterator[Figure]:
    """Rate, p99 and lost or doubled cells on SQLite, then on PostgreSQL. Raises NotMeasurable without its server."""
    for name, place in (("sqlite", sqlite_url), ("postgresql", postgresql_url)):
        with place() as url:
            yield from figures(name, url)


def figures(name: str, url: str) -> list[Figure]:
    """One writer, then sixteen, at the database `url`, which is emptied of bookings: use one made for this."""
    one, many = _round(url, 1), _round(url, WRITERS)
    beside = "one writer"
    return [
        Figure(
            figure=f"book_{name}_rate", value=many.booked / SECONDS, unit="bookings/s", reference=beside,
            reference_value=one.booked / SECONDS, target=TARGET, at_least=True,
        ),
        Figure(
            figure=f"book_{name}_p99", value=percentile(many.waits, 99), unit="ms", reference=beside,
            reference_value=percentile(one.waits, 99),
        ),
        Figure(
            figure=f"book_{name}_wrong_cells", value=many.wrong_cells, unit="cells", reference="none",
            reference_value=0, target=0.0,
        ),
    ]  # fmt: skip


def _round(url: str, writers: int) -> Round:
    database = Database(url)
    _prepare(database)
    database.close()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    barrier, answers = context.Barrier(writers), context.Queue()
    processes = [context.Process(target=_write, args=(url, n, writers, barrier, answers)) for n in range(writers)]
    for process in processes:
        process.start()
    try:
        found = [answers.get(timeout=120) for _ in processes]
    finally:
        for process in processes:
            process.join(20)
            process.terminate()
    with database.reading() as db:
        cells = db.execute(sa.select(sa.func.count()).select_from(claim)).scalar_one()
    database.close()
    return Round(
        booked=sum(measured for _, measured, _ in found),
        waits=[wait for _, _, waits in found for wait in waits],
        wrong_cells=abs(cells - CELLS * sum(booked for booked, _, _ in found)),
    )


def _write(url: str, writer: int, writers: int, barrier: Any, answers: Any) -> None:
    """Book until the time is up; two writers share each team's openings in opposite order, so that they meet."""
    database = Database(url)
    with database.reading() as db:
        db.execute(sa.text("SELECT 1"))
    mine = [(team, slot) for team in range(writer // 2, TEAMS, max(1, writers // 2)) for slot in range(SLOTS)]
    if writer % 2:
        mine.reverse()
    barrier.wait(60)
    opened = time.monotonic() + WARMING
    booked, measured, waits = 0, 0, []
    for number, (team, slot) in enumerate(mine):
        begun = time.monotonic()
        if begun >= opened + SECONDS:
            break
        won = _book(database, _opening(team, slot), f"bench-{writer}-{number}")
        ended = time.monotonic()
        booked += won
        if opened <= ended < opened + SECONDS:
            measured += won
            waits.append((ended - begun) * 1000)
    answers.put((booked, measured, waits))


def _book(database: Database, opening: Opening, resident: str) -> bool:
    try:
        kept = hold_opening(database, opening, resident=resident, now=NOW)
        confirm_visit(database, kept.id, resident=resident, now=NOW)
    except OpeningTaken:
        return False
    return True


def _opening(team: int, slot: int) -> Opening:
    begins = FIRST + slot * 6
    return Opening(
        legs=tuple(
            OpeningLeg(
                agency="bench", service_id="bench", start=instant_of(begins + 2 * leg),
                finish=instant_of(begins + 2 * leg + 2), adviser=f"bench-{team}-{leg}", room=f"room-{team}",
            )
            for leg in range(3)
        )
    )  # fmt: skip


def _prepare(database: Database) -> None:
    metadata.create_all(database.engine, tables=[metadata.tables[name] for name in TABLES])
    details = {"id": "bench", "name": "Bench", "host": "Bench", "phone": "", "address": []}
    names = [f"bench-{team}-{leg}" for team in range(TEAMS) for leg in range(3)]
    rooms = [{"id": f"room-{team}", "hub": "bench", "label": "R", "features": []} for team in range(TEAMS)]
    end = FIRST + SLOTS * 6
    with database.writing() as db:
        for name in reversed(TABLES):
            db.execute(sa.delete(metadata.tables[name]))
        db.execute(sa.insert(hub).values(id="bench", details=details, rota_source="place"))
        db.execute(sa.insert(room), rooms)
        db.execute(sa.insert(adviser), [{"id": n, "hub": "bench", "agency": "bench", "label": n} for n in names])
        db.execute(sa.insert(shift), [{"adviser": n, "first_cell": FIRST, "end_cell": end} for n in names])
