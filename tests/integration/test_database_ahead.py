"""A process writes one at a time; what somebody outside waits for goes past those who wait for that."""

import threading

import sqlalchemy as sa

from casework import tables as t
from foundation.clock import utc_now
from foundation.database import Database
from tests.conftest import rows


def stop(database: Database, address: str, *, ahead: bool = False) -> None:
    with database.writing(ahead=ahead) as db:
        db.execute(t.opt_out.insert().values(channel="sms", address=address, at=utc_now()))


def test_what_is_waited_for_goes_ahead_of_what_waits(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with database._queue:  # as one that has its turn, and waits for a lock of its own
            begun.set()
            assert go_on.wait(30)

    first = threading.Thread(target=slow)
    first.start()
    assert begun.wait(30)
    queued = threading.Thread(target=stop, args=(database, "+447700900001"))
    queued.start()
    stop(database, "+447700900002", ahead=True)
    assert [row["address"] for row in rows(database, t.opt_out)] == ["+447700900002"]
    assert queued.is_alive(), "the other one waits for its turn"
    go_on.set()
    for thread in (first, queued):
        thread.join(30)
    assert {row["address"] for row in rows(database, t.opt_out)} == {"+447700900001", "+447700900002"}


def test_a_writer_that_breaks_gives_its_turn_back(database: Database) -> None:
    try:
        with database.writing() as db:
            db.execute(sa.text("SELECT nothing FROM nowhere"))
    except sa.exc.DBAPIError:
        stop(database, "+447700900003")
    assert len(rows(database, t.opt_out)) == 1
