"""Letters from the desk: who may write to whom and when, what is kept, and what was new."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from casework import cases, letters
from casework import tables as t
from casework.assessment import Assessment
from casework.letters import LetterRefused
from casework.routing import Route
from casework.sittings import start_conversation
from casework.staff import Staff, add_staff, load_staff
from foundation.database import Database
from tests.conftest import rows
from web.streams import Streams, TooManyStreams

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
PERSON = Route("named_contact", "asked", urgent=False)


def staff(database: Database, username: str) -> Staff:
    found = load_staff(database, username)
    assert found is not None
    return found


def handed_over(database: Database, safe_contact: str = "call_text", state: str = "with_person") -> tuple[str, str]:
    """A conversation with Priya (Tom is the deputy): its id and the reference of its case."""
    add_staff(database, Staff("priya", "Priya Anand", "", "named_contact", None, 25, "tom"), password=None)
    add_staff(database, Staff("tom", "Tom", "", "named_contact", None, 1, "priya"), password=None)
    add_staff(database, Staff("amina", "Amina", "", "named_contact", None, 1, None), password=None)
    add_staff(database, Staff("priya_too", "Priya", "", "adviser", "jobcentre"), password=None)
    conversation, _ = start_conversation(database, channel="website", now=NOW)
    with database.writing() as db:
        db.execute(t.conversation.update().where(t.conversation.c.id == conversation).values(state=state))
    told = Assessment(contact={"name": "Sam", "safe_contact": safe_contact})
    case = cases.open_case(database, conversation, told, route=PERSON, visit_reference=None, now=NOW)
    assert (case.named_contact, case.deputy) == ("priya", "tom")
    return conversation, case.reference


def write(database: Database, reference: str, text: str = "Can you bring your letter?", who: str = "priya") -> int:
    return letters.write_letter(database, staff(database, who), reference, text, now=NOW)


def test_a_letter_is_a_message_with_the_first_name_and_a_line_in_the_case(database: Database) -> None:
    conversation, reference = handed_over(database)
    identity = write(database, reference, "  Can you bring your letter?\x07 ")
    (message,) = rows(database, t.message)
    assert (message["id"], message["conversation_id"], message["text"], message["choice"], message["status"]) == (
        identity, conversation, "", None, "answered",
    )  # fmt: skip
    (reply,) = message["replies"]
    assert reply["text"] == "Can you bring your letter?"
    assert reply["data"] == {"from": "Priya", "letter": True}
    line = rows(database, t.case_event)[-1]
    assert (line["who"], line["kind"], line["text"]) == ("Priya Anand", "letter", "Can you bring your letter?")


@pytest.mark.parametrize("who", ["amina", "priya_too"])
def test_nobody_else_writes_to_the_resident(database: Database, who: str) -> None:
    _, reference = handed_over(database)
    with pytest.raises(cases.CaseNotFound):
        write(database, reference, who=who)
    assert rows(database, t.message) == []


def test_an_adviser_who_was_made_the_deputy_does_not_write(database: Database) -> None:
    _, reference = handed_over(database)
    with database.writing() as db:
        db.execute(t.case_file.update().values(deputy="priya_too"))
    with pytest.raises(LetterRefused, match="named contact"):
        write(database, reference, who="priya_too")
    assert rows(database, t.message) == []


def test_the_deputy_writes_in_their_own_name(database: Database) -> None:
    conversation, reference = handed_over(database)
    write(database, reference, who="tom")
    assert [letter.sender for letter in letters.letters_after(database, conversation, 0)] == ["Tom"]


@pytest.mark.parametrize(
    ("state", "says"),
    [("ended", "left their conversation"), ("listening", "something new"), ("booked", "something new")],
)
def test_only_a_conversation_that_is_with_the_person_is_written_to(database: Database, state: str, says: str) -> None:
    _, reference = handed_over(database, state=state)
    with pytest.raises(LetterRefused, match=says):
        write(database, reference)
    assert says in str(letters.cannot_write(database, staff(database, "priya"), reference))
    assert rows(database, t.message) == []


def test_who_asked_not_to_be_contacted_is_not(database: Database) -> None:
    _, reference = handed_over(database, safe_contact="not_safe")
    with pytest.raises(LetterRefused, match="not to contact"):
        write(database, reference)
    assert rows(database, t.message) == []


def test_a_closed_case_an_erased_conversation_and_an_empty_letter_are_refused(database: Database) -> None:
    conversation, reference = handed_over(database)
    assert letters.cannot_write(database, staff(database, "priya"), reference) is None
    for text in ("", " \n ", "x" * 2001):
        with pytest.raises(LetterRefused):
            write(database, reference, text)
    with database.writing() as db:
        db.execute(t.conversation.delete().where(t.conversation.c.id == conversation))
    with pytest.raises(LetterRefused, match="left their conversation"):
        write(database, reference)
    with database.writing() as db:
        db.execute(t.case_file.update().values(state="closed"))
    with pytest.raises(LetterRefused, match="closed"):
        write(database, reference)
    assert rows(database, t.message) == []


def test_the_resident_gets_the_letters_after_the_last_one_seen_and_nothing_else(database: Database) -> None:
    conversation, reference = handed_over(database)
    first = write(database, reference, "One")
    with database.writing() as db:  # what the computer answered to a typed and to an empty message
        said = {"kind": "text", "text": "We passed it on", "ask": None, "choices": [], "data": {}}
        kept = {"conversation_id": conversation, "status": "answered", "at": NOW, "replies": [said]}
        db.execute(t.message.insert().values(text="thanks", choice=None, **kept))
        db.execute(t.message.insert().values(text="", choice=None, **kept))
    second = write(database, reference, "Two")
    assert [letter.text for letter in letters.letters_after(database, conversation, 0)] == ["One", "Two"]
    assert [letter.id for letter in letters.letters_after(database, conversation, first)] == [second]
    assert [(letter.conversation_id, letter.text) for letter in letters.newest_letters(database)] == [
        (conversation, "One"),
        (conversation, "Two"),
    ]


def test_a_residents_message_is_new_until_this_person_opens_the_case(database: Database) -> None:
    conversation, reference = handed_over(database)
    priya, tom = staff(database, "priya"), staff(database, "tom")
    cases.add_message_to_case(database, conversation, "Hello", now=NOW)
    write(database, reference, "Hello Sam")
    cases.add_message_to_case(database, conversation, "I have a letter", now=NOW + timedelta(minutes=1))
    assert letters.unread(database, priya) == {reference: 2}
    opened = letters.read_messages(database, priya, reference, now=NOW)
    assert [(m.text, m.from_resident, m.new) for m in opened] == [
        ("Hello", True, True),
        ("Hello Sam", False, False),
        ("I have a letter", True, True),
    ]
    again = letters.read_messages(database, priya, reference, now=NOW)
    assert [m.new for m in again] == [False, False, False]
    assert letters.unread(database, priya) == {}
    assert letters.unread(database, tom) == {reference: 2}, "what Priya read is still new to Tom"
    with pytest.raises(cases.CaseNotFound):
        letters.read_messages(database, staff(database, "amina"), reference, now=NOW)
    assert letters.unread(database, staff(database, "amina")) == {}


# ---------------------------------------------------------------- the streams of one process
async def some(found: AsyncIterator[letters.Letter | None], count: int) -> list[str]:
    """The texts of the next letters; fails when they do not come."""
    texts: list[str] = []
    async with asyncio.timeout(10):
        while len(texts) < count:
            letter = await anext(found)
            texts += [letter.text] if letter is not None else []
    return texts


def test_a_stream_brings_what_was_missed_and_what_comes_once_and_in_order(database: Database) -> None:
    conversation, reference = handed_over(database)
    seen = write(database, reference, "Seen")
    write(database, reference, "Missed")

    async def listen() -> tuple[list[str], list[str]]:
        streams = Streams(database)
        first, second = streams.open(conversation, seen), streams.open(conversation, 0)
        mine, other = streams.letters(first), streams.letters(second)
        got, theirs = await some(mine, 1), await some(other, 2)
        for text in ("One", "Two"):
            await asyncio.to_thread(write, database, reference, text)
        got += await some(mine, 2)
        theirs += await some(other, 2)
        await asyncio.sleep(2.5)  # two more looks, which find the same letters again
        assert first.queue.empty()
        assert second.queue.empty()
        streams.close(first)
        streams.close(second)
        return got, theirs

    got, theirs = asyncio.run(listen())
    assert got == ["Missed", "One", "Two"]
    assert theirs == ["Seen", "Missed", "One", "Two"]


def test_the_oldest_gives_way_and_a_full_house_says_so(database: Database) -> None:
    conversation, _ = handed_over(database)

    async def fill() -> None:
        streams = Streams(database, total=2)
        first, _second = streams.open(conversation, 0), streams.open(conversation, 0)
        with pytest.raises(TooManyStreams):
            streams.check("somebody else")
        streams.check(conversation)
        streams.open(conversation, 0)
        assert first.gave_way
        async with asyncio.timeout(10):
            assert [letter async for letter in streams.letters(first)] == []

    asyncio.run(fill())


def test_a_database_that_is_away_ends_the_streams_so_that_the_pages_ask_again(database: Database) -> None:
    conversation, _ = handed_over(database)

    async def lose() -> None:
        streams = Streams(database)
        stream = streams.open(conversation, 0)
        found = streams.letters(stream)
        waiting = asyncio.ensure_future(anext(found, None))
        await asyncio.sleep(0.3)
        with database.writing() as db:
            db.execute(sa.text("drop table message"))
        async with asyncio.timeout(10):
            assert await waiting is None
        assert not stream.gave_way
        streams.check("anybody")

    asyncio.run(lose())
    t.message.create(database.engine)
