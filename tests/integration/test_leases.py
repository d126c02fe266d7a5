"""Answering: in order within a conversation, side by side between them, never twice, whatever happens to whom."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from casework import conversations as kept
from casework import tables as t
from casework.conversations import LeaseLost
from foundation.clock import utc_now
from foundation.database import Database
from tests.conftest import rows
from tests.integration.texting_fixtures import (
    AGAIN,
    ALEX,
    BACK,
    NOW,
    PERSON,
    FakeProvider,
    FakeRasa,
    answer,
    conversation_of,
    in_processes,
    in_threads,
    incoming,
    make_turns,
    parcel,
    receive,
    seconds,
    text_reply,
)
from web.turns import LEASE, LONGEST_REST, PATIENCE, Turns


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture
def turns(database: Database, rasa: FakeRasa) -> Turns:
    return make_turns(database, rasa, FakeProvider())


def talk(database: Database, *choices: str, **more: Any) -> str:
    """A conversation by text with these messages waiting; its id."""
    start = len(rows(database, t.received))
    for number, choice in enumerate(choices, start=start):
        receive(database, incoming(f"SM{number}", choice=choice, at=NOW + seconds(number), **more), now=utc_now())
    return conversation_of(database, **more)


def statuses(database: Database) -> list[str]:
    return [row["status"] for row in sorted(rows(database, t.message), key=lambda row: row["id"])]


def written(database: Database) -> list[tuple[str, str]]:
    """Kind and first line of every parcel."""
    found = sorted(rows(database, t.outbox), key=lambda row: row["id"])
    return [(row["kind"], row["body"]["text"].splitlines()[0]) for row in found]


# ---------------------------------------------------------------- the lease itself
def test_one_holder_at_a_time(database: Database) -> None:
    identity = talk(database, PERSON)
    hold = {"until": NOW + seconds(60), "now": NOW}
    assert kept.lease(database, identity, holder="one", **hold)
    assert kept.lease(database, identity, holder="one", **hold), "its holder may keep it"
    assert not kept.lease(database, identity, holder="two", **hold)
    kept.release(database, identity, holder="two")
    assert not kept.lease(database, identity, holder="two", **hold), "nobody gives back what another has"
    kept.release(database, identity, holder="one")
    assert kept.lease(database, identity, holder="two", **hold)


def test_a_lease_that_ran_out_is_taken_over(database: Database) -> None:
    identity = talk(database, PERSON)
    kept.lease(database, identity, holder="dead", until=NOW + seconds(60), now=NOW)
    assert not kept.lease(database, identity, holder="next", until=NOW + seconds(120), now=NOW + seconds(60))
    assert kept.lease(database, identity, holder="next", until=NOW + seconds(180), now=NOW + seconds(61))


def try_lease(database: Database, identity: str, holder: str) -> str:
    got = kept.lease(database, identity, holder=holder, until=NOW + seconds(60), now=NOW)
    return "got" if got else "not"


@pytest.mark.race
def test_of_many_who_want_a_lease_at_once_one_gets_it(database: Database) -> None:
    identity = talk(database, PERSON)
    found = in_processes(database, try_lease, [(identity, f"holder-{n}") for n in range(6)])
    assert sorted(found) == ["got"] + ["not"] * 5


def try_unsafely(database: Database, identity: str, holder: str) -> str:
    """Look, then take."""
    where = sa.text("SELECT lease FROM conversation WHERE id = :id")
    with database.reading() as db:
        if db.execute(where, {"id": identity}).scalar_one() is not None:
            return "not"
    with database.writing() as db:
        db.execute(sa.text("UPDATE conversation SET lease = :me WHERE id = :id"), {"me": holder, "id": identity})
    return "got"


@pytest.mark.race
def test_negative_control_look_then_take_gives_it_to_two(database: Database) -> None:
    identity = talk(database, PERSON)
    for _ in range(20):  # a race: two get it nearly every time, and once is enough
        found = in_processes(database, try_unsafely, [(identity, f"holder-{n}") for n in range(6)])
        if found.count("got") > 1:
            return
        with database.writing() as db:
            db.execute(t.conversation.update().values(lease=None))
    pytest.fail("it never went wrong: the race above proves nothing")


# ---------------------------------------------------------------- the late answer of a dead holder
def late(database: Database, identity: str, holder: str) -> None:
    (message,) = kept.messages(database, identity)
    kept.answer_message(
        database,
        identity,
        message.id,
        holder=holder,
        replies=[text_reply("late")],
        current=text_reply("late"),
        state="asking",
        held_text="late",
        parcels=[parcel("message:late", "late")],
        now=NOW + seconds(99),
    )


@pytest.mark.parametrize("answered", [True, False])
def test_the_late_answer_of_a_dead_holder_writes_nothing(database: Database, turns: Turns, answered: bool) -> None:
    identity = talk(database, PERSON)
    kept.lease(database, identity, holder="dead", until=NOW - timedelta(days=9), now=NOW - timedelta(days=10))
    if answered:  # the next one has done everything and given the lease back
        answer(turns, identity)
    else:  # the next one is still at it
        kept.lease(database, identity, holder="next", until=NOW + LEASE, now=NOW)
    before = [rows(database, table) for table in (t.message, t.conversation, t.outbox)]
    with pytest.raises(LeaseLost):
        late(database, identity, "dead")
    assert [rows(database, table) for table in (t.message, t.conversation, t.outbox)] == before


def test_the_same_answer_by_its_rightful_holder_writes_all_three(database: Database) -> None:
    """The control of the test above: it is the lease that keeps the late one out, and nothing else."""
    identity = talk(database, PERSON)
    kept.lease(database, identity, holder="me", until=NOW + LEASE, now=NOW)
    late(database, identity, "me")
    assert statuses(database) == ["answered"]
    assert rows(database, t.conversation)[0]["held_text"] == "late"
    assert written(database) == [("answer", "late")]


def test_an_answered_message_is_not_answered_again_by_the_same_holder(database: Database) -> None:
    identity = talk(database, PERSON)
    kept.lease(database, identity, holder="me", until=NOW + LEASE, now=NOW)
    late(database, identity, "me")
    with pytest.raises(LeaseLost):
        late(database, identity, "me")
    assert rows(database, t.conversation)[0]["turn"] == 1, "nothing of the second was written"


def test_the_late_failure_of_a_dead_holder_says_no_sorry(database: Database, turns: Turns) -> None:
    identity = talk(database, PERSON)
    (message,) = kept.messages(database, identity)
    kept.lease(database, identity, holder="dead", until=NOW - timedelta(days=9), now=NOW - timedelta(days=10))
    answer(turns, identity)
    before = rows(database, t.outbox)
    with pytest.raises(LeaseLost):
        kept.count_failure(database, message.id, holder="dead", parcel=parcel("message:late"), now=NOW)
    assert rows(database, t.outbox) == before
    assert rows(database, t.message)[0]["attempts"] == 0


def test_an_answer_that_is_overtaken_while_the_bot_thinks_is_thrown_away(
    database: Database, turns: Turns, rasa: FakeRasa
) -> None:
    identity = talk(database, PERSON)
    other = FakeRasa()
    other.replies[f"/{PERSON}"] = [text_reply("from the next one")]

    async def work() -> None:
        rasa.hold[f"/{PERSON}"] = asyncio.Event()
        slow = asyncio.create_task(turns.answer_waiting(identity))
        while not rasa.said:  # noqa: ASYNC110  it comes from a thread
            await asyncio.sleep(0.01)
        with database.writing() as db:  # its lease runs out
            db.execute(t.conversation.update().values(leased_until=NOW - timedelta(days=9)))
        assert await make_turns(database, other, FakeProvider()).answer_waiting(identity)
        rasa.hold[f"/{PERSON}"].set()
        await slow

    asyncio.run(work())
    assert written(database) == [("answer", "from the next one")]
    assert rows(database, t.conversation)[0]["turn"] == 1


# ---------------------------------------------------------------- many workers
def answer_all(database: Database) -> list[str]:
    """One worker of several: answers whatever is in nobody's hands, until nothing waits."""
    rasa = FakeRasa()
    turns = make_turns(database, rasa, FakeProvider())
    while "waiting" in {row["status"] for row in rows(database, t.message)}:
        for identity in kept.unanswered(database, now=utc_now(), limit=8):
            answer(turns, identity)
    return [f"{who} {said}" for who, said in rasa.said]


@pytest.mark.race
def test_three_workers_answer_everything_once(database: Database) -> None:
    for number in range(8):
        talk(database, PERSON, AGAIN, BACK, address=f"+44770090012{number}")
    found = in_processes(database, answer_all, [(), (), ()])
    assert all(isinstance(each, list) for each in found), found
    said = sorted(line for each in found for line in each)
    identities = [row["id"] for row in rows(database, t.conversation)]
    assert said == sorted(f"{identity} /{choice}" for identity in identities for choice in (PERSON, AGAIN, BACK))
    assert len(rows(database, t.outbox)) == len(said) == 24
    assert {row["turn"] for row in rows(database, t.conversation)} == {3}
    assert_in_order(database)


def assert_in_order(database: Database) -> None:
    """What goes out to a number stands in the order in which it was asked."""
    for identity in {row["conversation_id"] for row in rows(database, t.message)}:
        asked = [f"message:{m.id}" for m in sorted(kept.messages(database, identity), key=lambda m: m.at)]
        told = [row for row in rows(database, t.outbox) if row["conversation_id"] == identity]
        assert [row["about"] for row in sorted(told, key=lambda row: row["id"])] == asked


@pytest.mark.race
def test_two_workers_at_one_conversation_answer_in_order(database: Database) -> None:
    talk(database, PERSON, AGAIN, BACK, PERSON, AGAIN, BACK)
    found = in_threads(answer_all, [(database,), (database,)])
    assert all(isinstance(each, list) for each in found), found
    said = [line for each in found for line in each]
    assert len(said) == 6
    assert_in_order(database)


def test_conversations_are_answered_side_by_side(database: Database, turns: Turns, rasa: FakeRasa) -> None:
    one, two = talk(database, PERSON), talk(database, PERSON, address=ALEX)

    async def work() -> None:
        rasa.hold[f"/{PERSON}"] = asyncio.Event()
        both = [asyncio.create_task(turns.answer_waiting(identity)) for identity in (one, two)]
        async with asyncio.timeout(20):
            while len(rasa.said) < 2:  # noqa: ASYNC110  it comes from a thread
                await asyncio.sleep(0.01)
        rasa.hold[f"/{PERSON}"].set()
        await asyncio.gather(*both)

    asyncio.run(work())
    assert statuses(database) == ["answered", "answered"]


def test_who_finds_it_in_other_hands_leaves_it_alone(database: Database, turns: Turns, rasa: FakeRasa) -> None:
    identity = talk(database, PERSON)
    kept.lease(database, identity, holder="other", until=utc_now() + LEASE, now=utc_now())
    assert not answer(turns, identity)
    assert rasa.said == []
    assert kept.unanswered(database, now=utc_now(), limit=8) == []
    assert kept.unanswered(database, now=utc_now() + LEASE + seconds(1), limit=8) == [identity]


# ---------------------------------------------------------------- a bot that is away
def test_while_the_bot_is_away_one_sorry_goes_out_and_rests_grow(
    database: Database, turns: Turns, rasa: FakeRasa
) -> None:
    identity = talk(database, PERSON)
    rasa.failing, rasa.well = {f"/{PERSON}"}, False
    rests = []
    for _ in range(9):
        answer(turns, identity)
        before = utc_now()
        until = rows(database, t.conversation)[0]["leased_until"]
        rests.append(round((until - before).total_seconds()))
        assert kept.unanswered(database, now=before, limit=8) == [], "it rests"
        assert kept.unanswered(database, now=until + seconds(1), limit=8) == [identity]
    assert [kind for kind, _ in written(database)] == ["trouble"]
    assert rests == sorted(rests)
    assert rests[0] <= 2 < rests[3]
    assert rests[-1] == pytest.approx(LONGEST_REST, abs=2)
    assert statuses(database) == ["waiting"]
    rasa.failing = set()
    answer(turns, identity)
    assert statuses(database) == ["answered"]
    assert [kind for kind, _ in written(database)] == ["trouble", "answer"]
    assert rows(database, t.conversation)[0]["leased_until"] is None, "and it rests no longer"


def test_what_comes_while_the_bot_is_away_waits_behind_and_is_answered_in_order(
    database: Database, turns: Turns, rasa: FakeRasa
) -> None:
    identity = talk(database, PERSON, AGAIN)
    rasa.failing, rasa.well = {f"/{PERSON}"}, False
    answer(turns, identity)
    assert rasa.said == [(identity, f"/{PERSON}")], "the second is not even tried"
    rasa.failing = set()
    answer(turns, identity)
    assert [line for kind, line in written(database) if kind == "answer"] == [f"heard /{PERSON}", f"heard /{AGAIN}"]


def test_a_message_without_hope_is_set_aside_and_the_next_is_answered(
    database: Database, turns: Turns, rasa: FakeRasa
) -> None:
    identity = talk(database, PERSON, AGAIN)
    rasa.failing = {f"/{PERSON}"}
    for _ in range(PATIENCE - 1):
        answer(turns, identity)
    assert statuses(database) == ["waiting", "waiting"]
    answer(turns, identity)
    assert statuses(database) == ["answered", "answered"]
    kinds = [kind for kind, _ in written(database)]
    assert kinds == ["trouble", "answer", "answer"]
    assert "cannot deal with that message by computer" in written(database)[1][1]
    assert written(database)[2][1] == f"heard /{AGAIN}"


def test_nothing_is_set_aside_while_a_part_is_down(database: Database, turns: Turns, rasa: FakeRasa) -> None:
    identity = talk(database, PERSON)
    rasa.failing, rasa.well = {f"/{PERSON}"}, False
    for _ in range(PATIENCE + 3):
        answer(turns, identity)
    assert statuses(database) == ["waiting"]


def test_a_fault_of_ours_counts_as_a_failure_and_blocks_nothing_for_ever(
    database: Database, turns: Turns, rasa: FakeRasa
) -> None:
    identity = talk(database, PERSON, AGAIN)
    rasa.replies[f"/{PERSON}"] = [{"kind": "no such kind"}]  # what no renderer knows
    for _ in range(PATIENCE):
        answer(turns, identity)
    assert statuses(database) == ["answered", "answered"]
    assert [kind for kind, _ in written(database)] == ["trouble", "answer", "answer"]


def test_a_page_shows_its_sorry_itself_and_nothing_goes_out(database: Database, turns: Turns, rasa: FakeRasa) -> None:
    identity, token, _ = turns.start("website")
    rasa.failing, rasa.well = {f"/{PERSON}"}, False
    outcome = asyncio.run(turns.take(identity, token, choice=PERSON))
    assert "nothing is lost" in outcome.replies[-1]["text"]
    assert rows(database, t.outbox) == []
