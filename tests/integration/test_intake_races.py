"""What providers hand over is stored by several processes at once, in whatever order each call brings it."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from casework import tables as t
from casework.lines import Fate, Incoming
from foundation.database import Database
from tests.conftest import rows
from tests.integration.texting_fixtures import NOW, in_processes, incoming, parcel, put, receive

PHONES = [f"+4477009004{number}" for number in range(10, 20)]
ROUNDS = 12


def call(who: str, turn: int) -> list[Incoming]:
    """One call of a provider: a message of its own from each phone, and one that the other process has as well."""
    phones = PHONES if who == "one" else PHONES[::-1]
    own = [incoming(f"{who}-{turn}-{phone}", "hello", address=phone) for phone in phones]
    both = [incoming(f"both-{turn}-{phone}", "are you there", address=phone) for phone in phones]
    return [message for pair in zip(both, own, strict=True) for message in pair]


def take_in(database: Database, who: str) -> int:
    return sum(receive(database, *call(who, turn)) for turn in range(ROUNDS))


def note(database: Database, who: str) -> int:
    names = [row["reference"] for row in rows(database, t.outbox)]
    for fate in ("sent", "delivered", "read") * ROUNDS:
        receive_fates(database, [Fate(None, name, fate, None) for name in (names if who == "one" else names[::-1])])
    return 0


def receive_fates(database: Database, fates: list[Fate]) -> None:
    receive(database, *fates)


def take_in_as_it_comes(database: Database, who: str) -> int:
    """Row by row, in the order of the call: what everybody writes first."""
    for turn in range(ROUNDS):
        with database.writing() as db:
            for message in call(who, turn):
                db.execute(t.line.update().where(t.line.c.address == message.address).values(heard_at=NOW))
    return 0


def known(database: Database) -> None:
    """Each phone has its conversation."""
    receive(database, *(incoming(f"first-{phone}", "hello", address=phone) for phone in PHONES))


def at_once(database: Database, work: Callable[[Database, str], int]) -> list[int | str]:
    return in_processes(database, work, [("one",), ("two",)])


@pytest.mark.race
def test_calls_that_bring_the_same_phones_in_another_order_are_stored_once(database: Database) -> None:
    known(database)
    found = at_once(database, take_in)
    assert all(isinstance(each, int) for each in found), found
    assert sum(found) == len(PHONES) * ROUNDS * 3  # type: ignore[arg-type]  # each one's own, and what both had, once
    assert len(rows(database, t.message)) == len(PHONES) * (ROUNDS * 3 + 1)
    assert len(rows(database, t.line)) == len(PHONES)


@pytest.mark.race
def test_receipts_in_another_order_are_all_noted(database: Database) -> None:
    put(database, *(parcel(f"message:{number}", address=phone) for number, phone in enumerate(PHONES)))
    assert at_once(database, note) == [0, 0]
    assert {row["state"] for row in rows(database, t.outbox)} == {"read"}


@pytest.mark.race
def test_negative_control_in_the_order_of_the_call_they_wait_for_each_other(database: Database) -> None:
    known(database)
    for _ in range(20):  # a race: nearly every time it goes wrong, and once is enough
        found = at_once(database, take_in_as_it_comes)
        if any("DeadlockDetected" in str(each) for each in found):
            return
        if database.one_writer:  # SQLite's writers come one after the other, so nobody can wait for each other
            assert found == [0, 0]
            return
    pytest.fail("it never went wrong: the race above proves nothing")


def test_the_order_within_one_number_stays(database: Database) -> None:
    texts = [f"{number}" for number in range(9, 0, -1)]
    said = [incoming(f"{phone}-{text}", text, address=phone) for text in texts for phone in reversed(PHONES[:3])]
    receive(database, *said)
    of_number = sa.select(t.message.c.address, t.message.c.text).order_by(t.message.c.id)
    with database.reading() as db:
        stored = [tuple(row) for row in db.execute(of_number)]
    for phone in PHONES[:3]:
        assert [text for address, text in stored if address == phone] == texts
