"""A process writes one at a time; what somebody outside waits for goes past those who wait for that."""

import threading

import pytest
import sqlalchemy as sa

from casework import tables as t
from foundation.clock import utc_now
from foundation.database import Database
from tests.conftest import rows


def stop(database: Database, address: str) -> None:
    with database.writing() as db:
        db.execute(t.opt_out.insert().values(channel="sms", address=address, at=utc_now()))


def stop_now(database: Database, address: str) -> None:
    database.write_one(t.opt_out.insert(), {"channel": "sms", "address": address, "at": utc_now()})


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
    stop_now(database, "+447700900002")
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


def test_one_statement_is_all_or_nothing_and_its_error_repeats_no_words(database: Database) -> None:
    stop_now(database, "+447700900004")
    with pytest.raises(sa.exc.IntegrityError) as refused:
        stop_now(database, "+447700900004")
    assert refused.value.hide_parameters
    stop(database, "+447700900005")  # the connection that was refused is as good as new
    assert len(rows(database, t.opt_out)) == 2
    with database.writing() as db:  # and one that committed by itself does not go on doing so
        db.execute(t.opt_out.delete())
        db.rollback()
    assert len(rows(database, t.opt_out)) == 2


def test_what_somebody_said_is_not_in_an_error(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError) as broken, database.writing() as db:
        db.execute(sa.text("INSERT INTO nowhere VALUES (:said)"), {"said": "I cannot go on"})
    assert "I cannot go on" not in str(broken.value)
