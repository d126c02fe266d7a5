"""Sixteen processes after one opening, started at a barrier: one wins, nothing is doubled, nothing is left half done.

The negative control runs the same race with check-then-insert and no key: it must double, or the race proves nothing.
"""

import multiprocessing
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from booking.errors import HoldExpired, OpeningTaken
from booking.rotas.loading import load_rota
from booking.tables import claim, leg, visit
from booking.visits.changing import change_visit
from booking.visits.holding import confirm_visit, hold_opening
from booking.visits.model import load_visit, read_opening
from foundation.database import Database
from tests.integration.booking_fixtures import NOW, PLACE, count, openings

WRITERS = 16
pytestmark = [pytest.mark.race, pytest.mark.timeout(180)]


def in_processes(database: Database, work: Callable[..., str], arguments: list[tuple[Any, ...]]) -> list[str]:
    """What `work(database, *arguments)` returned in each of as many processes, which begin together."""
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(len(arguments)), context.SimpleQueue()
    url = database.url.render_as_string(hide_password=False)
    database.engine.dispose()  # a child must not inherit an open connection

    def run(each: tuple[Any, ...]) -> None:
        own = Database(url)
        with own.reading() as db:
            db.execute(sa.text("SELECT 1"))
        barrier.wait(60)
        try:
            answers.put(work(own, *each))
        except Exception as error:  # noqa: BLE001  the test looks at it
            answers.put(f"{type(error).__name__}: {error}")

    processes = [context.Process(target=run, args=(each,)) for each in arguments]
    for process in processes:
        process.start()
    found = [answers.get() for _ in processes]
    for process in processes:
        process.join(60)
    return found


def book(database: Database, code: str, resident: str, seconds: float = 0) -> str:
    now = NOW + timedelta(seconds=seconds)
    try:
        kept = hold_opening(database, read_opening(database, code), resident=resident, now=now)
        return "won " + confirm_visit(database, kept.id, resident=resident, now=now).reference
    except OpeningTaken:
        return "taken"


def assert_whole(database: Database) -> None:
    """Every claim belongs to a booked visit, and every visit has all its claims."""
    with database.reading() as db:
        found = Counter((row.hold, row.state) for row in db.execute(sa.select(claim)))
        visits = db.execute(sa.select(visit.c.reference, visit.c.hold, visit.c.resident)).all()
    expected = Counter()
    for row in visits:
        booked = load_visit(database, row.reference)
        span = int((booked.finish - booked.start).total_seconds()) // 900
        expected[row.hold, "booked"] = span + 2 * sum(len(each.cells) for each in booked.legs)
    assert found == expected


def test_sixteen_after_one_opening(database: Database) -> None:
    load_rota(database, PLACE, now=NOW)
    best = openings(database)[0]
    found = in_processes(database, book, [(best.id, f"resident-{n}") for n in range(WRITERS)])
    assert Counter(answer.split()[0] for answer in found) == {"won": 1, "taken": WRITERS - 1}, found
    assert (count(database, visit), count(database, leg)) == (1, 3)
    assert_whole(database)


def test_sixteen_after_openings_that_overlap_in_part(database: Database) -> None:
    """Different openings over the same advisers, so that claims collide in the middle of a transaction."""
    load_rota(database, PLACE, now=NOW)
    codes = [openings(database, *names)[0].id for names in (
        ("jobcentre", "city_housing", "citizens_advice"), ("citizens_advice", "city_housing"),
        ("city_housing", "jobcentre"), ("cvs", "city_housing", "jobcentre"),
    )]  # fmt: skip
    found = in_processes(database, book, [(codes[n % 4], f"resident-{n}") for n in range(WRITERS)])
    kinds = Counter(answer.split()[0] for answer in found)
    assert set(kinds) == {"won", "taken"}, found
    assert kinds["won"] == count(database, visit) <= 4
    assert_whole(database)


def test_sixteen_take_over_one_hold_at_its_last_instant_while_its_owner_confirms(database: Database) -> None:
    load_rota(database, PLACE, now=NOW)
    best = openings(database)[0]
    kept = hold_opening(database, best, resident="owner", now=NOW)
    seconds = (kept.until - NOW).total_seconds()
    jobs = [(confirm, kept.id)] + [(book, best.id, f"resident-{n}", seconds) for n in range(WRITERS - 1)]
    found = in_processes(database, lambda own, job, *rest: job(own, *rest), jobs)
    kinds = Counter(answer.split()[0] for answer in found)
    assert kinds["won"] == 1, found
    assert set(kinds) <= {"won", "taken", "expired"}, found
    assert_whole(database)


def confirm(database: Database, hold_id: str) -> str:
    now = NOW + timedelta(minutes=10, microseconds=-1)
    try:
        return "won " + confirm_visit(database, hold_id, resident="owner", now=now).reference
    except HoldExpired:
        return "expired"


def test_sixteen_confirm_the_same_hold(database: Database) -> None:
    load_rota(database, PLACE, now=NOW)
    kept = hold_opening(database, openings(database)[0], resident="owner", now=NOW)
    found = in_processes(database, confirm, [(kept.id,)] * WRITERS)
    assert len(set(found)) == 1
    assert found[0].startswith("won ")
    assert count(database, visit) == 1


def move(database: Database, reference: str, code: str) -> str:
    try:
        return f"won {change_visit(database, reference, read_opening(database, code), now=NOW).version}"
    except OpeningTaken:
        return "taken"


def test_two_visits_that_swap_never_lose_their_place(database: Database) -> None:
    load_rota(database, PLACE, now=NOW)
    first, second, third = openings(database)
    references = [book(database, each.id, f"resident-{n}").split()[1] for n, each in enumerate((first, second))]
    wishes = [(references[0], second.id), (references[1], first.id), (references[0], third.id)]
    found = in_processes(database, move, wishes)
    assert all(answer == "taken" or answer.startswith("won ") for answer in found), found
    assert_whole(database)


def book_unsafely(database: Database, cells: list[tuple[str, int]], resident: str) -> str:
    """Check, then insert: what everybody writes first."""
    with database.engine.connect() as db:
        for resource, cell in cells:
            where = "resource = :resource AND cell = :cell"
            taken = db.execute(sa.text(f"SELECT 1 FROM unsafe WHERE {where}"), {"resource": resource, "cell": cell})
            if taken.first():
                return "taken"
    with database.writing() as db:
        rows = [{"resource": resource, "cell": cell, "resident": resident} for resource, cell in cells]
        db.execute(sa.text("INSERT INTO unsafe VALUES (:resource, :cell, :resident)"), rows)
    return "won"


def test_negative_control_check_then_insert_doubles(database: Database) -> None:
    load_rota(database, PLACE, now=NOW)
    with database.writing() as db:
        db.execute(sa.text("DROP TABLE IF EXISTS unsafe"))
        db.execute(sa.text("CREATE TABLE unsafe (resource TEXT, cell INTEGER, resident TEXT)"))
    cells = [each for each in openings(database)[0].claims("x") if not each[0].startswith("resident")]
    for _ in range(20):  # a race: it doubles nearly every time, and once is enough
        found = in_processes(database, book_unsafely, [(cells, f"resident-{n}") for n in range(WRITERS)])
        if found.count("won") > 1:
            break
        with database.writing() as db:
            db.execute(sa.text("DELETE FROM unsafe"))
    with database.writing() as db:
        doubled = sa.text("SELECT resource FROM unsafe GROUP BY resource, cell HAVING COUNT(*) > 1")
        assert db.execute(doubled).first() is not None
        db.execute(sa.text("DROP TABLE unsafe"))
