"""Bookings (hold, then confirm) a second with 16 writer processes, beside one writer in the same run.

Spread: two writers share the openings of each of their teams and come from both ends. Hot: all go through the same
openings in the same order, so that fifteen of sixteen lose each. What they left is looked at afterwards.
"""

import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from booking.errors import OpeningTaken
from booking.openings import Opening, OpeningLeg
from booking.tables import adviser, claim, hub, leg, room, shift, visit
from booking.visits.holding import confirm_visit, hold_opening
from cli.benchmarks.figure import Figure, percentile
from cli.benchmarks.throwaway import postgresql_url, sqlite_url
from foundation.clock import cell_of, instant_of
from foundation.database import Database, metadata

WRITERS, SECONDS, TEAMS, TARGET = 16, 4.0, 133, 0.8
MOST_MS = 50.0  # what 99 of 100 calls may take: a person waits for one of them at a time
WARMING = 0.5  # seconds before the measured ones: statements are compiled and connections made
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FIRST = cell_of(NOW + timedelta(days=1))
SLOTS = 48  # openings of three legs, two cells each, for every team of three advisers and its room
LEGS, CELLS = 3, 18  # of one booking: three legs of two cells, of adviser, room and resident each
TABLES = ("hub", "room", "room_closure", "adviser", "shift", "hub_session", "hold", "claim", "visit", "leg")


@dataclass(frozen=True)
class Round:
    """What some writers did: bookings in the measured seconds, and what calls and whole bookings took, in ms."""

    booked: int
    calls: list[float]
    bookings: list[float]
    doubled: int
    partial: int


def measure() -> Iterator[Figure]:
    """Rate, p99, doubled cells and partial visits on SQLite, then on PostgreSQL. Raises NotMeasurable without it."""
    for name, place in (("sqlite", sqlite_url), ("postgresql", postgresql_url)):
        with place() as url:
            yield from figures(name, url)


def figures(name: str, url: str) -> Iterator[Figure]:
    """One writer, then sixteen, at the database `url`, which is emptied of bookings: use one made for this."""
    one = _round(url, 1, hot=False)
    for kind in ("spread", "hot"):
        many = _round(url, WRITERS, hot=kind == "hot")
        about = f"book_{name}_{kind}"
        yield Figure(
            figure=f"{about}_rate", value=many.booked / SECONDS, unit="bookings/s", reference="one writer",
            reference_value=one.booked / SECONDS, target=TARGET, at_least=True,
        )  # fmt: skip
        # An opening is had once: where all go after the same, fifteen of sixteen calls to keep one are a "no".
        yield Figure(
            figure=f"{about}_calls", value=len(many.calls) / SECONDS, unit="calls/s", reference="one writer",
            reference_value=len(one.calls) / SECONDS, target=TARGET, at_least=True,
        )  # fmt: skip
        yield Figure(
            figure=f"{about}_call_p99", value=percentile(many.calls, 99), unit="ms", reference="what a call may take",
            reference_value=MOST_MS, target=1.0,
        )  # fmt: skip
        yield Figure(
            figure=f"{about}_booking_p99", value=percentile(many.bookings, 99), unit="ms", reference="one writer",
            reference_value=percentile(one.bookings, 99),
        )  # fmt: skip
        for what, value in (("doubled_cells", many.doubled), ("partial_visits", many.partial)):
            yield Figure(
                figure=f"{about}_{what}", value=value, unit=what.split("_")[1], reference="none", reference_value=0,
                target=0.0,
            )  # fmt: skip


def _round(url: str, writers: int, *, hot: bool) -> Round:
    database = Database(url)
    _prepare(database)
    database.close()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    barrier, answers = context.Barrier(writers), context.Queue()
    plans = [_plan(writer, writers, hot=hot) for writer in range(writers)]
    processes = [
        context.Process(target=_write, args=(url, writer, plan, barrier, answers)) for writer, plan in enumerate(plans)
    ]
    for process in processes:
        process.start()
    try:
        found = [answers.get(timeout=120) for _ in processes]
    finally:
        for process in processes:
            process.join(20)
            process.terminate()
    doubled, partial = _looked_at(database)
    database.close()
    return Round(
        booked=sum(booked for booked, _, _ in found),
        calls=[wait for _, calls, _ in found for wait in calls],
        bookings=[wait for _, _, bookings in found for wait in bookings],
        doubled=doubled,
        partial=partial,
    )


def _plan(writer: int, writers: int, *, hot: bool) -> list[tuple[int, int]]:
    """The openings (team, slot) that a writer goes through."""
    teams = range(TEAMS) if hot else range(writer // 2, TEAMS, max(1, writers // 2))
    mine = [(team, slot) for team in teams for slot in range(SLOTS)]
    return mine[::-1] if writer % 2 and not hot else mine


def _write(url: str, writer: int, plan: list[tuple[int, int]], barrier: Any, answers: Any) -> None:
    """Book until the time is up: (bookings, ms of each call, ms of each booking) in the measured seconds."""
    database = Database(url)
    with database.reading() as db:
        db.execute(sa.text("SELECT 1"))
    barrier.wait(60)
    opened = time.monotonic() + WARMING
    booked, calls, bookings = 0, list[float](), list[float]()
    for number, (team, slot) in enumerate(plan):
        times = [time.monotonic()]
        if times[0] >= opened + SECONDS:
            break
        won = _book(database, _opening(team, slot), f"bench-{writer}-{number}", times)
        if opened <= times[-1] < opened + SECONDS:
            calls += [(after - before) * 1000 for before, after in pairwise(times)]
            if won:
                booked += 1
                bookings.append((times[-1] - times[0]) * 1000)
    answers.put((booked, calls, bookings))


def _book(database: Database, opening: Opening, resident: str, times: list[float]) -> bool:
    """Whether it could be had; `times` gets the end of each call."""
    try:
        kept = hold_opening(database, opening, resident=resident, now=NOW)
    except OpeningTaken:
        return False
    finally:
        times.append(time.monotonic())
    confirm_visit(database, kept.id, resident=resident, now=NOW)
    times.append(time.monotonic())
    return True


def _looked_at(database: Database) -> tuple[int, int]:
    """Cells that two visits have, from their legs; and visits without all their legs, or whose claims are not whole."""
    with database.reading() as db:
        legs = db.execute(sa.select(leg.c.visit, leg.c.adviser, leg.c.room, leg.c.start, leg.c.finish)).all()
        claims = Counter(db.scalars(sa.select(claim.c.hold).where(claim.c.state == "booked")))
        visits = db.execute(sa.select(visit.c.reference, visit.c.hold)).all()
    taken = Counter(
        (resource, cell)
        for row in legs
        for resource in (row.adviser, row.room)
        for cell in range(cell_of(row.start), cell_of(row.finish))
    )
    seen = Counter(row.visit for row in legs)
    whole = sum(seen[row.reference] == LEGS and claims[row.hold] == CELLS for row in visits)
    return sum(times - 1 for times in taken.values()), max(len(visits), len(claims)) - whole


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
