"""A browser that sends one form twice within milliseconds: it is one message, answered once, on every path."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from casework import conversations as kept
from casework import tables as t
from casework.sittings import start_conversation
from foundation.database import Database
from tests.conftest import rows
from tests.integration.texting_fixtures import NOW, PERSON, FakeRasa, in_processes, make_turns, text_reply

SENDERS = 4
WORDS, OTHERS = "👍", "🙂"  # answered without a model


def sent(database: Database, identity: str, token: str, form: dict[str, Any]) -> list[tuple[str, str]]:
    """What one request does with the form: what it gave to Rasa."""
    rasa = FakeRasa()
    rasa.replies[f"/{PERSON}"] = [text_reply("yes")]
    asyncio.run(make_turns(database, rasa).take(identity, token, **form))
    return rasa.said


@pytest.mark.race
@pytest.mark.parametrize("turn", range(3))
def test_the_same_form_at_one_moment_is_one_message(database: Database, turn: int) -> None:
    identity, token = start_conversation(database, channel="website", now=NOW)
    found = in_processes(database, sent, [(identity, token, {"choice": PERSON, "turn": 0})] * SENDERS)
    assert sum(len(said) for said in found) == 1, found
    assert [row["status"] for row in rows(database, t.message)] == ["answered"]
    assert rows(database, t.conversation)[0]["turn"] == 1


def store(database: Database, identity: str) -> list[int]:
    return kept.store_message(database, identity, text=WORDS, choice=None, parts=None, now=NOW)


@pytest.mark.race
@pytest.mark.parametrize("turn", range(3))
def test_the_same_words_at_one_moment_are_stored_once(database: Database, turn: int) -> None:
    identity, _ = start_conversation(database, channel="website", now=NOW)
    found = in_processes(database, store, [(identity,)] * SENDERS)
    (message,) = rows(database, t.message)
    assert found == [[message["id"]]] * SENDERS


def store_unsafely(database: Database, identity: str) -> int:
    """Look whether it waits already, then insert: what everybody writes first."""
    mine = sa.select(t.message.c.id).where(t.message.c.conversation_id == identity, t.message.c.status == "waiting")
    with database.reading() as db:
        if db.execute(mine).first():
            return 0
    with database.writing() as db:
        kept.insert_message(db, identity, text=WORDS, choice=None, now=NOW)
    return 1


@pytest.mark.race
def test_negative_control_look_then_insert_doubles(database: Database) -> None:
    for _ in range(20):  # a race: it doubles nearly every time, and once is enough
        identity, _token = start_conversation(database, channel="website", now=NOW)
        if sum(in_processes(database, store_unsafely, [(identity,)] * SENDERS)) > 1:
            return
    pytest.fail("it never went wrong: the race above proves nothing")


def answered(database: Database) -> tuple[str, str, FakeRasa]:
    """A conversation whose first turn was answered: WORDS."""
    identity, token = start_conversation(database, channel="website", now=NOW)
    rasa = FakeRasa()
    with database.writing() as db:
        identified = kept.insert_message(db, identity, text=WORDS, choice=None, now=NOW)
    assert kept.lease(database, identity, holder="a", until=NOW, now=NOW)
    kept.answer_message(
        database, identity, identified, holder="a", replies=[text_reply("heard")], current=None, state="listening",
        held_text=None, now=NOW,
    )  # fmt: skip
    kept.release(database, identity, holder="a")
    return identity, token, rasa


@pytest.mark.parametrize(("form", "taken"), [
    ({"text": WORDS, "turn": 0}, 0),
    ({"choice": PERSON, "turn": 0}, 0),
    ({"text": OTHERS, "turn": 0}, 1),  # other words, from an old page: never dropped
    ({"text": WORDS, "turn": 1}, 1),  # the same words again, on the page that came after
    ({"text": WORDS}, 1),
    ({"text": WORDS, "turn": 7}, 1),
])  # fmt: skip
def test_what_was_answered_between_is_not_carried_out_again(
    database: Database, form: dict[str, Any], taken: int
) -> None:
    identity, token, rasa = answered(database)
    outcome = asyncio.run(make_turns(database, rasa).take(identity, token, **form))
    assert len(rows(database, t.message)) == 1 + taken
    assert outcome.replies, "the sender sees where things stand"


def test_a_letter_between_is_no_turn(database: Database) -> None:
    identity, token, rasa = answered(database)
    letter = {**text_reply("Hello, Sam here"), "data": {"letter": True, "from": "Sam"}}
    values = {"text": "", "choice": None, "status": "answered", "replies": [letter], "at": NOW}
    with database.writing() as db:
        db.execute(t.message.insert().values(conversation_id=identity, **values))
    turns = make_turns(database, rasa)
    asyncio.run(turns.take(identity, token, text=OTHERS, turn=1))
    asyncio.run(turns.take(identity, token, text=OTHERS, turn=1))
    assert len(rows(database, t.message)) == 3
