"""What providers hand us is in the letterbox before it is acknowledged, and leaves it when it is sorted."""

import asyncio
import logging
from typing import Any

import pytest
import sqlalchemy as sa

from casework import letterbox, lines
from casework import tables as t
from casework.lines import Fate, Incoming
from foundation.clock import utc_now
from foundation.database import Database
from tests.conftest import rows
from tests.integration.test_sending import until
from tests.integration.texting_fixtures import (
    ALEX,
    NOW,
    SAM,
    FakeProvider,
    FakeRasa,
    in_threads,
    incoming,
    make_turns,
    parcel,
    put,
)
from web.post import Post
from web.providers.base import Arrived

HELLO = "my landlord wants us out"


def sort(database: Database) -> int:
    return letterbox.sort(database, letterbox.to_sort(database), language="en", now=NOW)


def test_it_is_kept_as_it_came_and_sorted_in_its_order(database: Database) -> None:
    put(database, parcel("message:1"))
    reference = rows(database, t.outbox)[0]["reference"]
    letterbox.keep(database, [incoming("SM1", HELLO), Fate(None, reference, "delivered", None)], now=NOW)
    letterbox.keep(database, [incoming("SM2", "and the gas"), incoming("SM3", "hello", address=ALEX)], now=NOW)
    assert rows(database, t.message) == []
    assert sort(database) == 3
    told = [(row["address"], row["text"]) for row in rows(database, t.message)]
    assert sorted(told, key=lambda each: each[0]) == [(ALEX, "hello"), (SAM, HELLO), (SAM, "and the gas")]
    assert rows(database, t.outbox)[0]["state"] == "delivered"
    assert rows(database, t.letterbox) == []


def test_what_came_twice_is_stored_once(database: Database) -> None:
    for _ in range(2):
        letterbox.keep(database, [incoming("SM1", HELLO)], now=NOW)
    assert sort(database) == 1
    letterbox.keep(database, [incoming("SM1", HELLO)], now=NOW)
    assert sort(database) == 0
    assert len(rows(database, t.message)) == 1


def test_two_that_sort_at_once_store_each_message_once(database: Database) -> None:
    for number in range(12):
        letterbox.keep(database, [incoming(f"SM{number}", f"{HELLO} {number}")], now=NOW)
    assert sum(in_threads(sort, [(database,)] * 4)) + sort(database) == 12
    assert len(rows(database, t.message)) == 12
    assert rows(database, t.letterbox) == []


def test_a_crash_after_the_acknowledgement_loses_nothing(database: Database) -> None:
    """Nobody sorted it: the process that took it in is gone, and the next one finds it when it starts."""
    arrived = Arrived("sms", "notify", "SM1", SAM, "text", utc_now(), HELLO)

    def post() -> Post:
        return Post(database, make_turns(database, FakeRasa(), FakeProvider()), {}, letters=[])

    async def start_again() -> None:
        running = asyncio.create_task(post().run())
        await until(lambda: rows(database, t.message) != [])
        running.cancel()

    asyncio.run(post().take_in([arrived]))
    assert len(rows(database, t.letterbox)) == 1
    asyncio.run(start_again())
    assert [row["text"] for row in rows(database, t.message)] == [HELLO]


@pytest.fixture
def unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Something in us breaks on one message, always."""
    real = lines.take_in

    def breaks(db: sa.Connection, items: list[Incoming | Fate], **more: Any) -> int:
        new = real(db, items, **more)
        if any(isinstance(item, Incoming) and item.text == "bad" for item in items):
            raise KeyError("bad")
        return new

    monkeypatch.setattr(lines, "take_in", breaks)


@pytest.mark.usefixtures("unreadable")
def test_one_that_breaks_us_holds_up_no_other_and_stays(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    letterbox.keep(database, [incoming("SM1", "bad")], now=NOW)
    letterbox.keep(database, [incoming("SM2", HELLO, address=ALEX)], now=NOW)
    with caplog.at_level(logging.ERROR):
        assert sort(database) == 1
    assert [row["text"] for row in rows(database, t.message)] == [HELLO]
    assert "could not be sorted" in caplog.text
    for _ in range(letterbox.TRIES):
        assert sort(database) == 0
    assert letterbox.to_sort(database) == []
    assert [row["tries"] for row in rows(database, t.letterbox)] == [letterbox.TRIES]


@pytest.mark.usefixtures("unreadable")
def test_one_that_breaks_us_takes_none_of_its_call_with_it(database: Database) -> None:
    call = [incoming("SM1", HELLO), incoming("SM2", "bad", address=ALEX), incoming("SM3", "and the gas")]
    letterbox.keep(database, call, now=NOW)
    assert sort(database) == 2
    assert [row["text"] for row in rows(database, t.message)] == [HELLO, "and the gas"]
    assert [[told["message"]["text"] for told in row["told"]] for row in rows(database, t.letterbox)] == [["bad"]]


@pytest.mark.usefixtures("unreadable")
def test_who_is_erased_is_erased_here_too(database: Database) -> None:
    letterbox.keep(database, [incoming("SM1", "bad")], now=NOW)
    letterbox.keep(database, [incoming("SM2", "bad", address=ALEX)], now=NOW)
    assert sort(database) == 0
    letterbox.keep(database, [incoming("SM3", HELLO)], now=NOW)  # just came: it is sorted in a moment
    with database.writing() as db:
        letterbox.forget(db, [SAM])
    left = [row["told"][0]["message"] for row in rows(database, t.letterbox)]
    assert [(told["address"], told["text"]) for told in left] == [(ALEX, "bad"), (SAM, HELLO)]


def test_where_the_database_cannot_be_had_no_try_is_lost(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    letterbox.keep(database, [incoming("SM1", HELLO)], now=NOW)

    def away(*_: object, **__: object) -> int:
        raise sa.exc.OperationalError("select", {}, ValueError("the server is away"))

    with monkeypatch.context() as patched:
        patched.setattr(lines, "take_in", away)
        with pytest.raises(sa.exc.OperationalError):
            sort(database)
    assert [row["tries"] for row in rows(database, t.letterbox)] == [0]
    assert sort(database) == 1
