"""A small hub made by hand, processes that begin together, and what must be true of the tables afterwards."""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from booking.errors import HoldExpired, OpeningTaken, VisitChanged, VisitOver
from booking.openings import Opening, OpeningLeg, read_opening_code
from booking.tables import INTERPRETERS, adviser, claim, hold, hub, leg, room, shift, visit
from booking.visits.holding import confirm_visit, hold_opening
from booking.visits.model import load_visit
from foundation.clock import cell_of, instant_of
from foundation.database import Database

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # a Monday
MINUTE = timedelta(minutes=1)
TEN = cell_of(datetime(2026, 11, 24, 10, 0, tzinfo=UTC))  # Tuesday, ten o'clock
LONG = range(TEN - 8, TEN + 92)
WRITERS = 16
AGENCIES = ("housing", "work", "advice")
REFUSED = {OpeningTaken: "taken", HoldExpired: "expired", VisitOver: "over", VisitChanged: "changed"}


def build(database: Database) -> Database:
    """Three agencies with two advisers each, two interpreters and four rooms, from Tuesday 08:00 for 25 hours."""
    details = {"id": "h", "name": "Hub", "host": "Grace", "phone": "01632 960000", "address": ["1 Street"], "rooms": []}
    people = [
        {"id": f"{agency}-{letter}", "agency": agency, "skills": ["appeals"] if letter == "a" else [], "by_phone": True}
        for agency in AGENCIES
        for letter in "ab"
    ]
    people += [
        {"id": f"helper-{code}", "agency": INTERPRETERS, "skills": [], "by_phone": False} for code in ("ro", "pl")
    ]
    with database.writing() as db:
        db.execute(sa.insert(hub).values(id="h", details=details))
        features = {"r1": ["step_free"], "r2": ["step_free"], "r3": [], "r4": []}
        db.execute(
            sa.insert(room), [{"id": n, "hub": "h", "label": n.upper(), "features": f} for n, f in features.items()]
        )
        for each in people:
            languages = [each["id"][-2:]] if each["agency"] == INTERPRETERS else []
            db.execute(sa.insert(adviser).values(hub="h", label=each["id"], languages=languages, **each))
            db.execute(sa.insert(shift).values(adviser=each["id"], first_cell=LONG.start, end_cell=LONG.stop))
    return database


def one(agency: str, *, at: int, cells: int = 2, who: str = "a", where: str = "r1", helper: str = "") -> OpeningLeg:
    """A leg that begins `at` cells after ten o'clock on Tuesday."""
    return OpeningLeg(
        agency=agency, service_id=f"s-{agency}", start=instant_of(TEN + at), finish=instant_of(TEN + at + cells),
        adviser=f"{agency}-{who}", room=where, interpreter=helper,
    )  # fmt: skip


def three(at: int = 0, order: Sequence[str] = AGENCIES, **how: Any) -> Opening:
    """All three agencies, one after the other, half an hour each."""
    return Opening(legs=tuple(one(agency, at=at + 2 * number, **how) for number, agency in enumerate(order)))


def book(database: Database, opening: Opening, resident: str, *, now: datetime = NOW) -> str:
    """Hold, then confirm; the reference."""
    kept = hold_opening(database, opening, resident=resident, now=now)
    return confirm_visit(database, kept.id, resident=resident, now=now).reference


def in_processes(database: Database, jobs: Sequence[tuple[Any, ...]], *, meeting: int | None = None) -> list[str]:
    """What each job `(work, *arguments)` came to in a process of its own, all begun together, in no order.

    `work(database, meet, *arguments)`: `meet()` waits for all those that meet (`meeting`; usually everybody). What the
    domain refuses comes as one word.
    """
    context = multiprocessing.get_context("fork")
    start, answers = context.Barrier(len(jobs)), context.SimpleQueue()
    meet = context.Barrier(meeting or len(jobs))
    url = database.url.render_as_string(hide_password=False)
    database.engine.dispose()  # a child must not inherit an open connection

    def run(work: Callable[..., str], *arguments: Any) -> None:
        own = Database(url)
        with own.reading() as db:
            db.execute(sa.text("SELECT 1"))
        start.wait(60)
        try:
            answers.put(work(own, lambda: meet.wait(60), *arguments))
        except tuple(REFUSED) as error:
            answers.put(REFUSED[type(error)])
        except Exception as error:  # noqa: BLE001  the test looks at it
            answers.put(f"{type(error).__name__}: {error}")

    processes = [context.Process(target=run, args=job) for job in jobs]
    for process in processes:
        process.start()
    found = [answers.get() for _ in processes]
    for process in processes:
        process.join(60)
    return found


def kinds(answers: Sequence[str]) -> Counter[str]:
    """How many came to what."""
    return Counter(answer.split()[0] for answer in answers)


def doubled(database: Database) -> list[tuple[str, int]]:
    """The cells of people and rooms that two booked visits have: from the legs themselves, whatever the claims say."""
    with database.reading() as db:
        references = list(db.scalars(sa.select(visit.c.reference).where(visit.c.state == "booked")))
    taken = Counter(
        cell
        for reference in references
        for booked in [load_visit(database, reference)]
        for cell in Opening(legs=booked.legs).claims(booked.resident)
    )
    return sorted(cell for cell, times in taken.items() if times > 1)


def wrong(database: Database) -> list[str]:
    """What is not whole: claims that differ from legs, holds without claims, claims without either, cells twice."""
    with database.reading() as db:
        claims: dict[str, set[tuple[str, int, str]]] = {}
        for row in db.execute(sa.select(claim)):
            claims.setdefault(row.hold, set()).add((row.resource, row.cell, row.state))
        holds = db.execute(sa.select(hold)).all()
        visits = {row.hold: row.reference for row in db.execute(sa.select(visit).where(visit.c.state == "booked"))}
        orphans = set(db.scalars(sa.select(leg.c.visit))) ^ set(db.scalars(sa.select(visit.c.reference)))
    found = [f"legs without a visit, or a visit without legs: {orphans}"] if orphans else []
    for row in holds:
        expected: set[tuple[str, int, str]] = set()
        if row.id in visits:
            booked = load_visit(database, visits[row.id])
            expected = {(*each, "booked") for each in Opening(legs=booked.legs).claims(booked.resident)}
        elif row.state == "held":
            expected = {(*each, "held") for each in read_opening_code(row.opening).claims(row.resident)}
        if row.id in visits and row.state != "confirmed":
            found.append(f"a visit whose hold is {row.state}")
        if claims.pop(row.id, set()) != expected:
            found.append(f"hold {row.id} ({row.state}) has not the claims of its legs")
    found += [f"claims of nobody: {claims}"] if claims else []
    return found + [f"twice: {each}" for each in doubled(database)]


def without_key(database: Database) -> None:
    """For negative controls: the table of claims loses the key that makes a double booking impossible."""
    with database.writing() as db:
        db.execute(sa.text("DROP TABLE claim"))
        columns = "resource VARCHAR(96), cell INTEGER, hold VARCHAR(32), state VARCHAR(8), until TIMESTAMP"
        zone = " WITH TIME ZONE" if database.dialect == "postgresql" else ""
        db.execute(sa.text(f"CREATE TABLE claim ({columns}{zone})"))


def later(each: OpeningLeg, cells: int) -> OpeningLeg:
    """The same leg so many cells later."""
    return replace(each, start=each.start + cells * 15 * MINUTE, finish=each.finish + cells * 15 * MINUTE)
