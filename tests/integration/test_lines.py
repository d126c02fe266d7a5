"""Receiving: the same message handed over again and again is one; a new number opens one conversation; STOP holds."""

import asyncio
from collections import Counter

import pytest
import sqlalchemy as sa

from casework import lines
from casework import tables as t
from casework.assessment import Assessment
from foundation.database import Database
from tests.conftest import rows
from tests.integration.texting_fixtures import (
    AGAIN,
    ALEX,
    BACK,
    NOW,
    PERSON,
    SAM,
    FakeProvider,
    FakeRasa,
    answer,
    conversation_of,
    in_processes,
    in_threads,
    incoming,
    make_turns,
    receive,
    seconds,
)
from web.sending import Sender

PROCESSES = 5


def take_and_answer(database: Database, identity: str) -> tuple[int, int]:
    """What one worker does with one delivery: how many messages were new to it, and how many it gave to Rasa."""
    rasa = FakeRasa()
    turns = make_turns(database, rasa, FakeProvider())
    new = receive(database, incoming(identity, choice=PERSON))
    asyncio.run(turns.answer_waiting(conversation_of(database)))
    return new, len(rasa.said)


def assert_once(database: Database, found: list[tuple[int, int]]) -> None:
    assert [sum(each) for each in zip(*found, strict=True)] == [1, 1], found
    assert [row["status"] for row in rows(database, t.message)] == ["answered"]
    assert [row["about"] for row in rows(database, t.outbox)] == [f"message:{rows(database, t.message)[0]['id']}"]
    assert len(rows(database, t.conversation)) == len(rows(database, t.line)) == 1


@pytest.mark.parametrize("times", [1, 2, 5])
def test_handed_over_again_it_is_stored_and_answered_once(database: Database, times: int) -> None:
    assert_once(database, [take_and_answer(database, "SM1") for _ in range(times)])


@pytest.mark.race
@pytest.mark.parametrize("times", [2, 5])
def test_handed_over_at_once_in_threads(database: Database, times: int) -> None:
    assert_once(database, in_threads(take_and_answer, [(database, "SM1")] * times))


@pytest.mark.race
@pytest.mark.parametrize("times", [2, 5])
def test_handed_over_at_once_to_processes(database: Database, times: int) -> None:
    assert_once(database, in_processes(database, take_and_answer, [("SM1",)] * times))


def store_unsafely(database: Database, identity: str) -> int:
    """Look, then insert: what everybody writes first."""
    with database.engine.connect() as db:
        if db.execute(sa.text("SELECT 1 FROM unsafe WHERE id = :id"), {"id": identity}).first():
            return 0
    with database.writing() as db:
        db.execute(sa.text("INSERT INTO unsafe VALUES (:id)"), {"id": identity})
    return 1


@pytest.mark.race
def test_negative_control_look_then_insert_doubles(database: Database) -> None:
    with database.writing() as db:
        db.execute(sa.text("DROP TABLE IF EXISTS unsafe"))
        db.execute(sa.text("CREATE TABLE unsafe (id TEXT)"))
    doubled = False
    for attempt in range(20):  # a race: it doubles nearly every time, and once is enough
        found = in_processes(database, store_unsafely, [(f"SM{attempt}",)] * PROCESSES)
        if doubled := sum(found) > 1:
            break
    with database.writing() as db:
        db.execute(sa.text("DROP TABLE unsafe"))
    assert doubled


def test_known_again_after_its_conversation_is_deleted(database: Database) -> None:
    assert receive(database, incoming("SM1", "hello")) == 1
    with database.writing() as db:
        db.execute(t.conversation.delete())
    assert rows(database, t.message) == rows(database, t.line) == []
    assert receive(database, incoming("SM1", "hello")) == 0
    assert rows(database, t.conversation) == []


def test_the_same_id_on_another_channel_is_another_message(database: Database) -> None:
    assert receive(database, incoming("1", "hello"), incoming("1", "hello", channel="whatsapp")) == 2
    assert len(rows(database, t.line)) == 2


def take(database: Database, identity: str) -> int:
    return receive(database, incoming(identity, "hello"))


@pytest.mark.race
@pytest.mark.parametrize("turn", range(3))
def test_first_messages_of_a_new_number_at_one_moment_open_one_conversation(database: Database, turn: int) -> None:
    assert in_processes(database, take, [(f"SM{n}",) for n in range(PROCESSES)]) == [1] * PROCESSES
    assert len(rows(database, t.conversation)) == len(rows(database, t.line)) == 1
    assert {row["conversation_id"] for row in rows(database, t.message)} == {conversation_of(database)}
    assert len(rows(database, t.message)) == PROCESSES


def test_two_in_one_call_of_a_new_number_open_one_conversation(database: Database) -> None:
    assert receive(database, incoming("SM1", "hello"), incoming("SM2", "are you there")) == 2
    assert len(rows(database, t.conversation)) == 1
    assert [row["text"] for row in rows(database, t.message)] == ["hello", "are you there"]


def kinds_of(database: Database, address: str) -> list[tuple[str, str]]:
    mine = sa.select(t.message.c.kind, t.message.c.text).where(t.message.c.address == address)
    with database.reading() as db:
        return [(kind, text) for kind, text in db.execute(mine.order_by(t.message.c.id))]


@pytest.mark.parametrize("known", [False, True])
def test_in_one_call_a_stop_is_over_when_its_number_writes_again(database: Database, known: bool) -> None:
    if known:
        receive(database, incoming("known"), incoming("known too", address=ALEX))
    said = [incoming("1", "behind with the rent"), incoming("2", "Stop."), incoming("3", "no, wait")]
    receive(database, said[0], incoming("other", "hello", address=ALEX), *said[1:], incoming("4", "STOP", address=ALEX))
    before = [("text", "")] if known else []
    assert kinds_of(database, SAM) == [
        *before,
        ("text", said[0].text),
        ("stop", ""),
        ("start", ""),
        ("text", "no, wait"),
    ]
    assert kinds_of(database, ALEX) == [*before, ("text", "hello"), ("stop", "")]
    assert [row["address"] for row in rows(database, t.opt_out)] == [ALEX]


def test_what_many_known_phones_say_takes_no_more_ways_to_the_database_than_what_one_says(database: Database) -> None:
    phones = [f"+4477009005{number}" for number in range(10, 40)]
    receive(database, *(incoming(f"first-{phone}", "hello", address=phone) for phone in phones))
    ways: Counter[str] = Counter()
    counted = "one"
    sa.event.listen(database.engine, "before_cursor_execute", lambda *_: ways.update([counted]))
    receive(database, incoming("one", "hello", address=phones[0]))
    counted = "many"
    receive(database, *(incoming(f"again-{phone}", "hello", address=phone) for phone in phones))
    assert ways["many"] == ways["one"] > 0
    assert len(rows(database, t.message)) == len(phones) * 2 + 1


def test_a_call_that_fails_in_the_middle_stores_nothing(database: Database) -> None:
    naive = incoming("SM2", "x", at=NOW.replace(tzinfo=None))
    with pytest.raises((TypeError, ValueError, sa.exc.StatementError)):
        receive(database, incoming("SM1", "hello"), naive)
    assert rows(database, t.message) == rows(database, t.received) == rows(database, t.conversation) == []


# ---------------------------------------------------------------- order
def test_of_those_that_wait_the_one_sent_first_is_answered_first(database: Database) -> None:
    rasa = FakeRasa()
    turns = make_turns(database, rasa, FakeProvider())
    late = [incoming(f"SM{n}", choice=choice, at=NOW - seconds(n)) for n, choice in enumerate((PERSON, AGAIN, BACK))]
    for each in late:
        receive(database, each)
    answer(turns, conversation_of(database))
    assert [said for _, said in rasa.said] == [f"/{BACK}", f"/{AGAIN}", f"/{PERSON}"]


def test_a_phone_whose_clock_is_ahead_does_not_jump_behind_what_comes_later(database: Database) -> None:
    receive(database, incoming("SM1", "one", at=NOW + seconds(3600)), now=NOW)
    receive(database, incoming("SM2", "two", at=NOW + seconds(1)), now=NOW + seconds(1))
    assert [row["at"] for row in rows(database, t.message)] == [NOW, NOW + seconds(1)]


# ---------------------------------------------------------------- STOP and START
def outgoing(database: Database) -> list[tuple[str, str]]:
    """What a sender sends now, one after the other: kind of message and text."""
    provider = FakeProvider(name="twilio", channels=("sms", "whatsapp"))
    sender = Sender(database, {"sms": provider, "whatsapp": provider})
    while any(row["state"] == "waiting" for row in rows(database, t.outbox)):
        asyncio.run(sender.send_due())
    kinds = {row["reference"]: row["kind"] for row in rows(database, t.outbox)}
    return [(kinds[each.reference], each.body["text"]) for each in provider.sent]


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.mark.parametrize(
    "word", ["STOP", "stop", " Stop. ", "STOP ALL", "stop  all", "Unsubscribe", "OPT OUT", "stop!"]
)
def test_after_stop_nothing_goes_out_but_the_confirmation(database: Database, rasa: FakeRasa, word: str) -> None:
    turns = make_turns(database, rasa, FakeProvider())
    receive(database, incoming("SM1", choice=PERSON), now=NOW)
    answer(turns, conversation_of(database))
    receive(database, incoming("SM2", word, at=NOW + seconds(9)), now=NOW + seconds(9))
    answer(turns, conversation_of(database))
    assert [kind for kind, _ in outgoing(database)] == ["stop"]
    assert Counter(row["state"] for row in rows(database, t.outbox)) == {"dropped": 1, "sent": 1}
    assert rasa.said == [(conversation_of(database), f"/{PERSON}")], "a STOP is not told to Rasa"
    assert [row["address"] for row in rows(database, t.opt_out)] == [SAM]


@pytest.mark.parametrize("text", ["stopped", "please stop", "the bus stop", "cancel", "end", "przestań"])
def test_words_that_are_not_on_our_list_do_not_stop(database: Database, text: str) -> None:
    receive(database, incoming("SM1", text))
    assert rows(database, t.opt_out) == []
    assert [row["kind"] for row in rows(database, t.message)] == ["text"]


def test_the_confirmation_of_a_stop_asks_nothing(database: Database, rasa: FakeRasa) -> None:
    question = {
        "kind": "question", "text": "Who do you pay rent to?", "ask": "landlord",
        "choices": [{"id": "council", "label": "The council"}], "data": {"kind": "choice"},
    }  # fmt: skip
    rasa.replies[f"/{AGAIN}"] = [question]
    turns = make_turns(database, rasa, FakeProvider())
    receive(database, incoming("SM1", choice=AGAIN))
    answer(turns, conversation_of(database))
    with database.writing() as db:  # as it stands in the middle of the questions
        db.execute(t.conversation.update().values(state="asking", current=question))
        db.execute(
            t.assessment.insert().values(
                conversation_id=conversation_of(database), document=Assessment(stage="asking").as_json(), last_at=NOW
            )
        )
    receive(database, incoming("SM2", "STOP"))
    answer(turns, conversation_of(database))
    (stop,) = [row for row in rows(database, t.outbox) if row["kind"].startswith("stop")]
    assert "rent" not in stop["body"]["text"]
    assert rows(database, t.conversation)[0]["current"] == question, "it is still there when they come back"


def test_where_the_provider_confirms_a_stop_we_are_silent(database: Database, rasa: FakeRasa) -> None:
    turns = make_turns(database, rasa, FakeProvider(name="twilio", answers_stop=("sms",)))
    receive(database, incoming("SM1", "STOP"))
    answer(turns, conversation_of(database))
    assert rows(database, t.outbox) == []


def test_a_provider_that_confirms_a_stop_on_one_channel_only_leaves_the_other_to_us(
    database: Database, rasa: FakeRasa
) -> None:
    twilio = FakeProvider(name="twilio", channels=("sms", "whatsapp"), answers_stop=("sms",))
    turns = make_turns(database, rasa, twilio)
    receive(database, incoming("SM1", "STOP"), incoming("WA1", "STOP", channel="whatsapp"))
    for channel in ("sms", "whatsapp"):
        answer(turns, conversation_of(database, channel=channel))
    assert [(row["channel"], row["kind"]) for row in rows(database, t.outbox)] == [("whatsapp", "stop")]


def test_writing_again_lifts_a_stop_and_says_so_first(database: Database, rasa: FakeRasa) -> None:
    turns = make_turns(database, rasa, FakeProvider())
    receive(database, incoming("SM1", "STOP"))
    answer(turns, conversation_of(database))
    receive(database, incoming("SM2", choice=PERSON, at=NOW + seconds(60)), now=NOW + seconds(60))
    answer(turns, conversation_of(database))
    assert rows(database, t.opt_out) == []
    written = [row["body"]["text"] for row in sorted(rows(database, t.outbox), key=lambda row: row["id"])]
    assert "You asked us to stop" in written[1]
    assert f"heard /{PERSON}" in written[2]
    receive(database, incoming("SM3", choice=AGAIN, at=NOW + seconds(90)), now=NOW + seconds(90))
    answer(turns, conversation_of(database))
    assert sum("You asked us to stop" in row["body"]["text"] for row in rows(database, t.outbox)) == 1, (
        "it says it once"
    )


def test_start_lifts_a_stop_and_is_not_told_to_rasa(database: Database, rasa: FakeRasa) -> None:
    turns = make_turns(database, rasa, FakeProvider())
    receive(database, incoming("SM1", "STOP"), incoming("SM2", "START"))
    answer(turns, conversation_of(database))
    assert rows(database, t.opt_out) == []
    assert [row["kind"] for row in rows(database, t.outbox)] == ["stop", "answer"]
    assert rasa.said == []


def test_a_stop_holds_for_that_number_on_that_channel_only(database: Database, rasa: FakeRasa) -> None:
    turns = make_turns(database, rasa, FakeProvider(channels=("sms", "whatsapp"), name="twilio"))
    receive(database, incoming("SM1", "STOP"), incoming("SM2", choice=PERSON, address=ALEX))
    receive(database, incoming("WA1", choice=PERSON, channel="whatsapp"))
    for address, channel in ((SAM, "sms"), (ALEX, "sms"), (SAM, "whatsapp")):
        answer(turns, conversation_of(database, address, channel))
    assert sorted(kind for kind, _ in outgoing(database)) == ["answer", "answer", "stop"]


def test_an_address_of_whatsapp_that_hides_the_number_is_kept_whole(database: Database, rasa: FakeRasa) -> None:
    hidden = "GB." + "1" * 128  # as long as Meta says one may be
    turns = make_turns(database, rasa, FakeProvider(channels=("whatsapp",), name="twilio"))
    receive(database, incoming("WA1", choice=PERSON, channel="whatsapp", address=hidden))
    answer(turns, conversation_of(database, hidden, "whatsapp"))
    receive(database, incoming("WA2", "STOP", channel="whatsapp", address=hidden))
    assert {row["address"] for table in (t.line, t.message, t.outbox, t.opt_out) for row in rows(database, table)} == {
        hidden
    }


def test_receipts_and_messages_come_in_one_call(database: Database) -> None:
    unknown = lines.Fate("nobody's", None, "delivered", None)
    assert receive(database, unknown, incoming("SM1", "hello"), unknown) == 1
