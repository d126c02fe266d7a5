"""`kill -9` right before every statement of confirm, change, cancel and re-seat, and right after the commit is sent.

What is left is all or nothing: the claims are those of the legs, and the outbox tells exactly of what has happened.
Then the same is done again, as after a restart, and ends as if nothing had been. The negative controls (two
transactions where there must be one; telling after the commit) are caught by the same looks.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from booking.tables import hold, visit
from booking.visits import holds
from booking.visits import statements as sql
from booking.visits.changing import cancel_visit, change_visit, reseat_visit
from booking.visits.holding import confirm_visit, hold_opening
from booking.visits.making import make_visit
from booking.visits.model import Tell, Visit, load_visit
from booking.visits.wanted import Wanted
from casework.outbox import Parcel, put
from casework.tables import outbox
from foundation.database import Database
from tests.conftest import rows
from tests.integration.booking_fixtures import empty
from tests.integration.booking_world import NOW, book, build, three, wrong

pytestmark = [pytest.mark.race, pytest.mark.timeout(280)]

NOBODY, AFTER, SENT = 0, -1, -2
type Work = Callable[[Database, str, Tell], object]


@pytest.fixture
def hub(database: Database) -> Database:
    return build(database)


def tell(db: sa.Connection, changed: Visit) -> None:
    """A parcel in the transaction of what it tells of."""
    kind = "cancelled" if changed.state == "cancelled" else "booked"
    about, version = f"visit:{changed.reference}", changed.version
    put(db, Parcel(about=about, kind=kind, channel="sms", address="+44", body={}, version=version), now=NOW)


class Faults:
    """Kills this process right before its `last` statement on `database` (a commit is one), or where it says."""

    def __init__(self, database: Database, last: int) -> None:
        self.seen, self.last = 0, last
        sa.event.listen(database.engine, "connect", self._watch)
        if database.dialect == "postgresql":
            sa.event.listen(database.engine, "commit", self._commit)

    def statement(self, *_: object) -> None:
        """One is about to be run."""
        self.seen += 1
        if self.seen == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def _watch(self, connection: Any, _entry: object) -> None:
        if isinstance(connection, psycopg.Connection):
            connection.cursor_factory = self._cursors()
        else:
            connection.set_trace_callback(self.statement)

    def _cursors(self) -> type[psycopg.Cursor[Any]]:
        faults = self

        class Watched(psycopg.Cursor[Any]):
            def execute(self, *given: Any, **named: Any) -> Any:
                faults.statement()
                return super().execute(*given, **named)

            def executemany(self, *given: Any, **named: Any) -> Any:
                faults.statement()
                return super().executemany(*given, **named)

        return Watched

    def _commit(self, connection: sa.Connection) -> None:
        self.statement()
        if self.last == SENT:
            server = connection.connection.driver_connection.pgconn  # type: ignore[union-attr]
            server.send_query(b"COMMIT")
            server.flush()
            os.kill(os.getpid(), signal.SIGKILL)


def killed(database: Database, work: Work, subject: str, last: int) -> bool:
    """Whether a process that did `work` and was to die at `last` died."""
    url = database.url.render_as_string(hide_password=False)
    database.engine.dispose()

    def run() -> None:
        own = Database(url)
        with own.reading() as db:
            db.execute(sa.text("SELECT 1"))  # what a connection says first is not counted
        own.engine.dispose()
        faults = Faults(own, NOBODY)
        with own.reading() as db:
            db.execute(sa.text("SELECT 1"))
        faults.seen, faults.last = 0, last
        work(own, subject, tell)
        if last == AFTER:
            os.kill(os.getpid(), signal.SIGKILL)
        os._exit(0)

    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    process.join(60)
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode != 0


def faults(hub: Database, prepare: Callable[[Database], str], work: Work) -> Iterator[tuple[int, str, bool]]:
    """For each place to die: prepare, die there; (the place, what it was about, whether it may have been done)."""
    places, last = [AFTER] + ([SENT] if hub.dialect == "postgresql" else []), 1
    while True:
        place = places.pop() if places else last
        clean(hub)
        subject = prepare(hub)
        died = killed(hub, work, subject, place)
        if not died:
            assert place > 4, "too few statements to be what is tested"
            return
        yield place, subject, place in (AFTER, SENT)
        last += place > 0


def clean(database: Database) -> None:
    empty(database)
    with database.writing() as db:
        db.execute(sa.delete(outbox))


def state(database: Database) -> dict[str, Any]:
    """All that people can see: holds, visits with their legs, and what was told of which version."""
    with database.reading() as db:
        states = sorted(db.scalars(sa.select(hold.c.state)))
        references = list(db.scalars(sa.select(visit.c.reference)))
    visits = [load_visit(database, reference) for reference in references]
    return {
        "holds": states,
        "visits": [(each.state, each.version, [(leg.start, leg.adviser) for leg in each.legs]) for each in visits],
        "told": sorted((row["kind"], row["version"]) for row in rows(database, outbox)),
    }


def held(database: Database) -> str:
    return hold_opening(database, three(), resident="sam", now=NOW).id


def booked(database: Database) -> str:
    """A visit, and over what it would move to a hold that ran out."""
    hold_opening(database, three(6), resident="alex", now=NOW, minutes=-1)
    return book(database, three(), "sam")


def confirm(database: Database, hold_id: str, telling: Tell) -> None:
    confirm_visit(database, hold_id, resident="sam", now=NOW, tell=telling)


def change(database: Database, reference: str, telling: Tell) -> None:
    """To a time that overlaps the old one in part, over a hold that ran out."""
    change_visit(database, reference, three(2), now=NOW, tell=telling)


def cancel(database: Database, reference: str, telling: Tell) -> None:
    cancel_visit(database, reference, now=NOW, tell=telling)


def reseat(database: Database, reference: str, telling: Tell) -> None:
    reseat_visit(database, reference, three(who="b"), now=NOW, tell=telling)


@pytest.mark.parametrize(
    ("prepare", "work", "kind", "version"),
    [
        (held, confirm, "booked", 1),
        (booked, change, "booked", 2),
        (booked, cancel, "cancelled", 2),
        (booked, reseat, "booked", 2),
    ],
    ids=["confirm", "change", "cancel", "reseat"],
)
def test_killed_at_every_statement(
    hub: Database, prepare: Callable[[Database], str], work: Work, kind: str, version: int
) -> None:
    clean(hub)
    subject = prepare(hub)
    before = state(hub)
    work(hub, subject, tell)
    after = state(hub)
    assert (before["told"], after["told"]) == ([], [(kind, version)])
    for place, subject, may_be_done in faults(hub, prepare, work):
        left = state(hub)
        assert left == before or (may_be_done and left == after), place
        assert place != AFTER or left == after
        assert wrong(hub) == [], place
        if left == before:
            work(hub, subject, tell)  # after the restart, once more
            assert (state(hub), wrong(hub)) == (after, []), place


def test_a_hold_killed_at_every_statement_is_there_or_not(hub: Database) -> None:
    """Over a hold that ran out and one of the same person, so that every statement there is takes part."""

    def two_holds(database: Database) -> str:
        hold_opening(database, three(), resident="alex", now=NOW, minutes=-1)
        hold_opening(database, three(8), resident="sam", now=NOW)
        return "sam"

    def take(database: Database, resident: str, _tell: Tell) -> None:
        hold_opening(database, three(), resident=resident, now=NOW)

    for place, resident, _ in faults(hub, two_holds, take):
        assert sorted(state(hub)["holds"]) in (["held", "held"], ["expired", "held", "released"]), place
        assert wrong(hub) == [], place
        take(hub, resident, tell)
        assert wrong(hub) == [], place


def confirm_in_two(database: Database, hold_id: str, telling: Tell) -> None:
    """The hold in one transaction, the visit in another."""
    with database.writing() as db:
        assert sql.CONFIRM_HOLD.rows(db, holder=hold_id, of="sam", now=NOW)
        sql.BOOK_CLAIMS.count(db, holder=hold_id)
    with database.writing() as db:
        made = make_visit(db, hold_id, Wanted(opening=three(), resident="sam"), now=NOW)
        assert made is not None
        telling(db, made)


def change_in_two(database: Database, reference: str, telling: Tell) -> None:
    """The old cells given back in one transaction, the new ones taken in another."""
    with database.writing() as db:
        holder = db.execute(sa.select(visit.c.hold).where(visit.c.reference == reference)).scalar_one()
        holds.drop_claims(db, holder)
    change(database, reference, telling)


def cancel_and_tell_later(database: Database, reference: str, telling: Tell) -> None:
    cancelled = cancel_visit(database, reference, now=NOW)
    with database.writing() as db:
        telling(db, cancelled)


@pytest.mark.parametrize(
    ("prepare", "work", "untrue"),
    [(held, confirm_in_two, False), (booked, change_in_two, False), (booked, cancel_and_tell_later, True)],
    ids=["confirm", "change", "tell"],
)
def test_control_two_transactions_are_caught(
    hub: Database, prepare: Callable[[Database], str], work: Work, untrue: bool
) -> None:
    caught = []
    for place, _, _ in faults(hub, prepare, work):
        left = state(hub)
        told = [version for _, version in left["told"]]
        lied = any(version > 1 and version not in told for _, version, _ in left["visits"])
        if lied if untrue else wrong(hub):
            caught.append(place)
            break
    assert caught
