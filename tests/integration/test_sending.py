"""The sender against a provider that breaks in every way: once each, tried again in time, given up in the end."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from casework import lines
from casework import tables as t
from casework.outbox import Parcel, claim
from foundation.clock import utc_now
from foundation.database import Database
from tests.conftest import rows
from tests.integration.texting_fixtures import (
    AGAIN,
    ALEX,
    PERSON,
    SAM,
    FakeProvider,
    FakeRasa,
    conversation_of,
    in_processes,
    incoming,
    make_turns,
    parcel,
    put,
    receive,
    rested,
    seconds,
)
from web.post import Post
from web.providers.base import Arrived, KeyRefused, OptedOut, Outgoing, Receipt, Refused, TryLater, Unsure, WindowClosed
from web.sending import FIRST_REST, LONGEST_REST, MOST_ATTEMPTS, Sender


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider()


@pytest.fixture
def sender(database: Database, provider: FakeProvider) -> Sender:
    return Sender(database, {"sms": provider})


def send(sender: Sender) -> int:
    return asyncio.run(sender.send_due())


def write(database: Database, *parcels: Parcel) -> None:
    put(database, *(parcels or [parcel()]), now=utc_now() - seconds(1))


def only(database: Database) -> dict[str, object]:
    (row,) = rows(database, t.outbox)
    return row


def rest(database: Database) -> float:
    """How long until the one parcel is tried again, in seconds."""
    until = only(database)["not_before"]
    assert isinstance(until, datetime)
    return (until - utc_now()).total_seconds()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that happens in a moment."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  what is awaited happens in a database
            await asyncio.sleep(0.02)


def test_what_is_sent_is_written_down_with_the_providers_id_and_goes_once(
    database: Database, sender: Sender, provider: FakeProvider
) -> None:
    write(database)
    assert [send(sender), send(sender)] == [1, 0]
    row = only(database)
    assert (row["state"], row["provider_id"], row["lease"]) == ("sent", f"theirs-{row['reference']}", None)
    (outgoing,) = provider.sent
    assert (outgoing.to, outgoing.channel, outgoing.body) == (SAM, "sms", {"text": "Hello"})
    assert (outgoing.reference, outgoing.written_at) == (row["reference"], row["written_at"])
    assert provider.looked == []


def test_nobody_carries_the_channel(database: Database) -> None:
    write(database)
    send(Sender(database, {}))
    assert only(database)["state"] == "dead"


# ---------------------------------------------------------------- what breaks
def test_refused_is_dead_at_once_and_the_next_goes(database: Database, sender: Sender, provider: FakeProvider) -> None:
    provider.troubles = [Refused("Not a mobile number.")]
    write(database, parcel("message:1", "one"), parcel("message:2", "two"))
    send(sender), send(sender)
    assert [(row["state"], row["problem"]) for row in rows(database, t.outbox)] == [
        ("dead", "Not a mobile number."),
        ("sent", None),
    ]
    assert provider.texts == ["two"]


@pytest.mark.parametrize(("asked", "least"), [(100.0, 100.0), (None, FIRST_REST), (0.5, FIRST_REST)])
def test_try_later_waits_as_long_as_the_provider_asks(
    database: Database, sender: Sender, provider: FakeProvider, asked: float | None, least: float
) -> None:
    provider.troubles = [TryLater("Busy.", seconds=asked)]
    write(database)
    send(sender)
    assert least - 30 < rest(database) <= least
    assert (only(database)["state"], only(database)["attempts"]) == ("waiting", 1)
    assert send(sender) == 0 or asked != 100.0, "not before its time"
    rested(database)
    send(sender)
    assert provider.texts == ["Hello"]
    assert provider.looked == [], "what was never taken need not be looked up"


def test_rests_grow_to_their_limit_and_then_it_is_given_up(
    database: Database, sender: Sender, provider: FakeProvider
) -> None:
    provider.troubles = [TryLater("Down.")] * 50
    write(database)
    rests, before = [], utc_now()
    while only(database)["state"] == "waiting":
        assert send(sender) == 1
        rests.append(rest(database))
        rested(database)
    took = (utc_now() - before).total_seconds()
    assert only(database)["state"] == "dead"
    assert only(database)["problem"] == "Down."
    assert len(provider.troubles) == 50 - MOST_ATTEMPTS
    expected = [min(FIRST_REST * 4**n, LONGEST_REST) for n in range(MOST_ATTEMPTS - 1)]
    assert all(abs(is_ - should) < took + 1 for is_, should in zip(rests, expected, strict=False)), rests
    assert expected[-1] == LONGEST_REST
    assert send(sender) == 0


def test_one_number_that_fails_holds_up_no_other(database: Database, sender: Sender, provider: FakeProvider) -> None:
    provider.refusing = {SAM: TryLater("Its handset is off.")}
    write(database, parcel("message:1", "one"), parcel("message:2", "two"), parcel("message:3", "alex", address=ALEX))
    for _ in range(3):
        send(sender)
    assert provider.texts == ["alex"]
    provider.refusing = {}
    rested(database)
    send(sender), send(sender)
    assert provider.texts == ["alex", "one", "two"], "in order when it is back"


@pytest.mark.parametrize("taken", [True, False])
def test_unsure_looks_before_it_sends_again(
    database: Database, sender: Sender, provider: FakeProvider, taken: bool
) -> None:
    provider.troubles, provider.lost_answers = [Unsure("It did not answer.")], int(taken)
    write(database)
    send(sender)
    assert (only(database)["state"], only(database)["attempts"]) == ("unsure", 1)
    rested(database)
    while only(database)["state"] != "sent":
        send(sender)
    assert provider.texts == ["Hello"], "once, whether it was taken the first time or not"
    assert provider.looked == [only(database)["reference"]]


def test_while_it_cannot_be_looked_up_it_is_not_sent(
    database: Database, sender: Sender, provider: FakeProvider
) -> None:
    provider.troubles, provider.lost_answers = [Unsure("It did not answer.")], 1
    provider.find_troubles = [TryLater("It cannot be asked."), TryLater("It cannot be asked.", seconds=500)]
    write(database)
    for _ in range(3):
        send(sender)
        rested(database)
    assert only(database)["state"] == "unsure"
    send(sender)
    assert (only(database)["state"], len(provider.sent)) == ("sent", 1)


def send_and_die(database: Database) -> str:
    """A sender whose process ends after the provider took the message and before we wrote that down."""
    (taken,) = claim(database, holder="dead", now=utc_now(), until=utc_now() + seconds(90), limit=8)
    return taken.reference


def test_a_sender_that_dies_after_the_provider_took_it_leaves_nothing_to_send_again(
    database: Database, sender: Sender, provider: FakeProvider
) -> None:
    write(database, parcel("message:1", "one"), parcel("message:2", "two"))
    (reference,) = in_processes(database, send_and_die, [()])
    provider.lost_answers, provider.troubles = 1, [Unsure("died")]
    with pytest.raises(Unsure):  # the provider has it
        asyncio.run(provider.send(_outgoing_of(database, reference)))
    assert send(sender) == 0, "its lease still runs"
    rested(database)
    send(sender), send(sender)
    assert provider.texts == ["one", "two"]
    assert provider.looked == [reference]
    assert {row["state"] for row in rows(database, t.outbox)} == {"sent"}


def test_negative_control_without_a_look_it_goes_twice(
    database: Database, sender: Sender, provider: FakeProvider
) -> None:
    """The same death, but what the dead sender left is taken for never sent."""
    write(database, parcel("message:1", "one"))
    (reference,) = in_processes(database, send_and_die, [()])
    provider.lost_answers, provider.troubles = 1, [Unsure("died")]
    with pytest.raises(Unsure):
        asyncio.run(provider.send(_outgoing_of(database, reference)))
    rested(database)
    with database.writing() as db:
        db.execute(t.outbox.update().values(state="waiting"))
    send(sender)
    assert provider.texts == ["one", "one"]


def _outgoing_of(database: Database, reference: str) -> Outgoing:
    row = next(row for row in rows(database, t.outbox) if row["reference"] == reference)
    return Outgoing("sms", reference, row["address"], row["body"])


def test_a_stop_between_a_death_and_the_next_attempt_holds(
    database: Database, sender: Sender, provider: FakeProvider
) -> None:
    write(database, parcel("message:1", "one"))
    in_processes(database, send_and_die, [()])  # it died before the provider heard of it
    receive(database, incoming("SM1", "STOP"), now=utc_now())
    rested(database)
    for _ in range(3):
        send(sender)
    assert provider.sent == []
    assert only(database)["state"] == "dropped"


def test_what_is_no_longer_true_after_a_death_does_not_go(
    database: Database, sender: Sender, provider: FakeProvider
) -> None:
    write(database, parcel("visit:7K4M2P", "on Monday", version=1))
    in_processes(database, send_and_die, [()])
    write(database, parcel("visit:7K4M2P", "on Tuesday", version=2))
    rested(database)
    for _ in range(4):
        send(sender)
    assert provider.texts == ["on Tuesday"]


def test_a_fault_of_ours_at_one_parcel_stops_no_other_and_not_the_sender(
    database: Database, sender: Sender, provider: FakeProvider
) -> None:
    provider.refusing = {SAM: KeyError("a bug")}
    write(database, parcel("message:1", "one"), parcel("message:2", "alex", address=ALEX))

    async def work() -> None:
        running = asyncio.create_task(sender.run())
        await until(lambda: len(provider.sent) == 1)
        await until(lambda: rows(database, t.outbox)[0]["attempts"] == 1)
        assert not running.done()
        running.cancel()

    asyncio.run(work())
    assert provider.texts == ["alex"]


def test_a_database_that_is_away_for_a_moment_does_not_stop_the_sender(
    database: Database, sender: Sender, provider: FakeProvider
) -> None:
    with database.writing() as db:
        db.execute(sa.text("ALTER TABLE outbox RENAME TO away"))

    async def work() -> None:
        running = asyncio.create_task(sender.run())
        await asyncio.wait([running], timeout=0.5)
        with database.writing() as db:
            db.execute(sa.text("ALTER TABLE away RENAME TO outbox"))
        await asyncio.to_thread(write, database)
        await until(lambda: provider.texts == ["Hello"])
        running.cancel()

    asyncio.run(work())


# ---------------------------------------------------------------- side by side
def test_a_slow_answer_for_one_number_holds_up_no_other(
    database: Database, sender: Sender, provider: FakeProvider
) -> None:
    class Slow(FakeProvider):
        async def send(self, outgoing: Outgoing) -> str:
            if outgoing.to == SAM:
                await asyncio.Event().wait()
            return await super().send(outgoing)

    slow = Slow()
    one = Sender(database, {"sms": slow})
    write(database)

    async def work() -> None:
        running = asyncio.create_task(one.run())
        await until(lambda: only(database)["lease"] is not None)
        await asyncio.to_thread(write, database, parcel("message:2", "alex", address=ALEX))
        one.wake.set()
        await until(lambda: slow.texts == ["alex"])
        running.cancel()

    asyncio.run(work())


@pytest.mark.race
def test_two_senders_in_two_processes_send_each_once(database: Database) -> None:
    numbers = [f"+447700900{n:03}" for n in range(30)]
    write(database, *(parcel(f"{number}:{n}", f"{number}:{n}", address=number) for number in numbers for n in (1, 2)))
    found = in_processes(database, _drain, [(), (), ()])
    assert all(isinstance(each, list) for each in found), found
    assert sorted(text for each in found for text in each) == sorted(f"{a}:{n}" for a in numbers for n in (1, 2))
    assert {row["state"] for row in rows(database, t.outbox)} == {"sent"}


def _drain(database: Database) -> list[str]:
    provider = FakeProvider()
    sender = Sender(database, {"sms": provider})
    while any(row["state"] not in ("sent",) for row in rows(database, t.outbox)):
        send(sender)
    return provider.texts


def test_one_slow_answer_of_the_bot_holds_up_no_other_conversation(database: Database, provider: FakeProvider) -> None:
    rasa = FakeRasa()
    post = Post(database, make_turns(database, rasa, provider), {"sms": provider}, letters=[])

    async def work() -> None:
        rasa.hold[f"/{PERSON}"] = asyncio.Event()
        running = asyncio.create_task(post.run())
        await post.take_in([Arrived("sms", "notify", "SM1", SAM, "choice", utc_now(), choice=PERSON)])
        await until(lambda: len(rasa.said) == 1)
        await post.take_in([Arrived("sms", "notify", "SM2", SAM, "choice", utc_now(), choice=AGAIN)])
        await post.take_in([Arrived("sms", "notify", "SM3", ALEX, "choice", utc_now(), choice=AGAIN)])
        await until(lambda: [row["address"] for row in rows(database, t.outbox)] == [ALEX])
        assert len(rasa.said) == 2, "what the slow one sent next waits behind"
        rasa.hold[f"/{PERSON}"].set()
        await until(lambda: len(rows(database, t.outbox)) == 3)
        running.cancel()

    asyncio.run(work())
    assert [said for who, said in rasa.said if who == conversation_of(database)] == [f"/{PERSON}", f"/{AGAIN}"]


# ---------------------------------------------------------------- WhatsApp's window
REMINDER = {"type": "text", "text": {"body": "Your appointment is tomorrow."}}


def silent_for(database: Database, hours: float) -> None:
    """Sam wrote so long ago; somebody else just now."""
    receive(database, incoming("WA1", "hello", channel="whatsapp"), now=utc_now() - timedelta(hours=hours))
    receive(database, incoming("WA2", "hello", channel="whatsapp", address=ALEX), now=utc_now())


def whatsapp() -> FakeProvider:
    return FakeProvider(name="meta", channels=("whatsapp",))


@pytest.mark.parametrize("hours", [0, 23.9])
def test_within_24_hours_our_own_words_go_out(database: Database, hours: float) -> None:
    provider = whatsapp()
    silent_for(database, hours)
    write(database, Parcel("visit:7K4M2P", "reminder", "whatsapp", SAM, REMINDER))
    send(Sender(database, {"whatsapp": provider}))
    assert [(each.conversing, each.body) for each in provider.sent] == [(True, REMINDER)]


@pytest.mark.parametrize("hours", [24.1, 72])
def test_after_24_hours_we_knock_once_and_keep_our_words_until_they_write(database: Database, hours: float) -> None:
    provider = whatsapp()
    silent_for(database, hours)
    write(database, Parcel("visit:7K4M2P", "reminder", "whatsapp", SAM, REMINDER))
    write(database, Parcel("message:9", "letter", "whatsapp", SAM, {"type": "text", "text": {"body": "Priya: hello"}}))
    sender = Sender(database, {"whatsapp": provider})
    for _ in range(4):
        send(sender)
    assert [(each.conversing, each.body) for each in provider.sent] == [(False, {})], "one knock, without a word of it"
    receive(database, incoming("WA3", "yes?", channel="whatsapp"), now=utc_now())
    for _ in range(3):
        send(sender)
    said = [each.body["text"]["body"] for each in provider.sent[1:]]
    assert said == ["Your appointment is tomorrow.", "Priya: hello"]


def test_a_number_that_never_wrote_is_knocked_at_too(database: Database) -> None:
    provider = whatsapp()
    write(database, Parcel("visit:7K4M2P", "reminder", "whatsapp", SAM, REMINDER))
    for _ in range(2):
        send(Sender(database, {"whatsapp": provider}))
    assert [each.conversing for each in provider.sent] == [False]


def test_a_window_that_the_provider_says_is_closed_is_closed(database: Database) -> None:
    provider = whatsapp()
    silent_for(database, 1)
    provider.troubles = [WindowClosed("131047")]
    write(database, Parcel("visit:7K4M2P", "reminder", "whatsapp", SAM, REMINDER))
    for _ in range(3):
        send(Sender(database, {"whatsapp": provider}))
    assert [each.conversing for each in provider.sent] == [False]
    assert {row["state"] for row in rows(database, t.outbox) if row["kind"] == "reminder"} == {"held"}


def test_told_only_by_a_receipt_it_is_kept_as_well(database: Database) -> None:
    provider = whatsapp()
    silent_for(database, 1)
    write(database, Parcel("visit:7K4M2P", "reminder", "whatsapp", SAM, REMINDER))
    send(Sender(database, {"whatsapp": provider}))
    fate = lines.Fate(None, provider.sent[0].reference, "failed", "131047", "window_closed")
    receive(database, fate, now=utc_now())
    assert [row["state"] for row in rows(database, t.outbox)] == ["held"]


# ---------------------------------------------------------------- refusals that say more
def test_a_stop_that_only_the_provider_heard_is_on_our_list_too(database: Database, provider: FakeProvider) -> None:
    provider.troubles = [OptedOut("21610")]
    write(database, parcel())
    write(database, parcel("message:2"))
    sender = Sender(database, {"sms": provider})
    for _ in range(2):
        send(sender)
    assert [row["address"] for row in rows(database, t.opt_out)] == [SAM]
    assert {row["state"] for row in rows(database, t.outbox)} == {"dropped"}


def test_a_key_that_is_refused_makes_nothing_a_dead_letter(database: Database, provider: FakeProvider) -> None:
    provider.troubles = [KeyRefused("401")]
    write(database, parcel())
    send(Sender(database, {"sms": provider}))
    (row,) = rows(database, t.outbox)
    assert row["state"] == "waiting"
    assert row["not_before"] > utc_now() + timedelta(minutes=4)


# ---------------------------------------------------------------- the whole post room
def test_from_the_hook_to_the_provider_and_its_receipt(database: Database, provider: FakeProvider) -> None:
    rasa = FakeRasa()
    turns = make_turns(database, rasa, provider)
    post = Post(database, turns, {"sms": provider}, letters=["C"])

    async def work() -> None:
        running = [asyncio.create_task(post.run()), asyncio.create_task(post.sender.run())]
        arrived = Arrived("sms", "notify", "SM1", SAM, "choice", utc_now(), choice=PERSON)
        await asyncio.gather(*(post.take_in([arrived]) for _ in range(3)))
        await until(lambda: len(provider.sent) == 1)
        await until(lambda: only(database)["state"] == "sent")
        reference = provider.sent[0].reference
        await post.take_in([Receipt("notify", None, reference, "delivered", utc_now())])
        await until(lambda: only(database)["state"] == "delivered")
        for task in running:
            task.cancel()

    asyncio.run(work())
    assert [text.splitlines()[0] for text in provider.texts] == [f"heard /{PERSON}"]
    assert only(database)["state"] == "delivered"
    assert rasa.said == [(conversation_of(database), f"/{PERSON}")]


async def sorted_by(post: Post, items: list[Arrived]) -> None:
    """They come in and are sorted; nothing is answered."""
    await post.take_in(items)
    for names in await post._unsorted(1):
        await post._sort(names)


def test_signs_that_no_database_takes_are_left_out(database: Database, provider: FakeProvider) -> None:
    post = Post(database, make_turns(database, FakeRasa(), provider), {"sms": provider}, letters=[])
    told = Arrived("sms", "notify", "SM1", SAM, "text", utc_now(), "I lost\x00 my \ud800job")
    asyncio.run(sorted_by(post, [told]))
    assert [row["text"] for row in rows(database, t.message)] == ["I lost my job"]


def test_a_location_becomes_an_area_and_the_place_is_kept_nowhere(database: Database, provider: FakeProvider) -> None:
    post = Post(database, make_turns(database, FakeRasa(), provider), {"sms": provider}, letters=["C"])
    here = Arrived("whatsapp", "meta", "WA1", SAM, "location", utc_now(), place=(52.2053, 0.1218))
    sea = Arrived("whatsapp", "meta", "WA2", SAM, "location", utc_now(), place=(53.5, 2.5))
    asyncio.run(sorted_by(post, [here, sea]))
    kept = [(row["kind"], row["text"]) for row in rows(database, t.message)]
    assert kept == [("text", "CB2 3"), ("location", "")]


def test_a_conversation_that_breaks_us_stops_no_other(database: Database, provider: FakeProvider) -> None:
    rasa = FakeRasa()
    turns = make_turns(database, rasa, provider)
    post = Post(database, turns, {"sms": provider}, letters=[])

    async def work() -> None:
        receive(database, incoming("SM1", choice=PERSON), now=utc_now())
        with database.writing() as db:  # something that none of our code can read
            broken = {"conversation_id": conversation_of(database), "document": {"stage": "?"}, "last_at": utc_now()}
            db.execute(t.assessment.insert().values(**broken))
        receive(database, incoming("SM2", choice=PERSON, address=ALEX), now=utc_now())
        running = asyncio.create_task(post.run())
        await until(lambda: set(told()) == {(SAM, "trouble"), (ALEX, "answer")})
        receive(database, incoming("SM3", choice=PERSON, address=ALEX), now=utc_now())
        await until(lambda: told().count((ALEX, "answer")) == 2)
        assert not running.done()
        running.cancel()

    def told() -> list[tuple[str, str]]:
        return [(row["address"], row["kind"]) for row in rows(database, t.outbox)]

    asyncio.run(work())
    mine = [row["status"] for row in rows(database, t.message) if row["address"] == ALEX]
    assert mine == ["answered", "answered"]


def test_dead_letters_of_lines_are_not_told_twice(database: Database, sender: Sender, provider: FakeProvider) -> None:
    write(database)
    send(sender)
    told = lines.Fate(f"theirs-{provider.sent[0].reference}", None, "failed", "30003")
    for _ in range(2):
        receive(database, told, now=utc_now())
    assert (only(database)["state"], only(database)["problem"]) == ("failed", "30003")
