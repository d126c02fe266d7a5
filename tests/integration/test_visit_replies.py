"""What short answers by text do: a reminder's 1 and 2, times by number, and never a word that is the conversation's."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from booking.openings import read_opening_code
from booking.tables import shift
from booking.visits.model import load_visit
from casework import tables as t
from casework.answers_by_text import Question, ask
from casework.still_true import REMINDERS
from foundation.clock import cell_of, to_london, utc_now
from foundation.database import Database
from tests.conftest import rows
from tests.integration.telling_fixtures import (
    WAYS,
    break_visit,
    change,
    events,
    hold_line,
    make_hub,
    make_visit,
    parcels,
)
from tests.integration.texting_fixtures import (
    SAM,
    FakeProvider,
    FakeRasa,
    conversation_of,
    incoming,
    receive,
    seconds,
    text_reply,
)
from web.dressing import Dressing
from web.turns import Turns

REF = "7K4M2P"
PERSON = "/talk_to_person"


class Phone:
    """Sam's phone, which a reminder of a visit in two days has just reached."""

    def __init__(self, database: Database, *, line: bool = True, state: str = "sent") -> None:
        self.database, self.rasa, self.number = database, FakeRasa(), 0
        self.start = (utc_now() + timedelta(hours=47)).replace(minute=0, second=0, microsecond=0)
        make_hub(database, email="")
        make_visit(database, start=self.start, booked_at=utc_now() - timedelta(days=5))
        if line:
            hold_line(database)
        dress = Dressing(database, {"sms": FakeProvider()}, public_url="https://help.example.org")  # type: ignore[dict-item]
        self.turns = Turns(database, self.rasa, help_phone="01632 960110", dress=dress, ways=WAYS)  # type: ignore[arg-type]
        self.remind(state)

    def remind(self, state: str = "sent", *, kind: str = "remind_48h") -> None:
        """As visit_reminders and the sender leave it."""
        about, now = f"{REMINDERS}{REF}:{cell_of(self.start)}", utc_now() - seconds(60)
        with self.database.writing() as db:
            db.execute(
                t.outbox.insert().values(
                    about=about, kind=kind, version=1, channel="sms", address=SAM, conversation_id=f"c-{REF}",
                    language="en", body={"text": "Reply 1"}, body_hash="x", reference=f"r-{kind}", state=state,
                    not_before=now, written_at=now, tried_at=None if state in ("waiting", "held") else now,
                )
            )  # fmt: skip
            question = Question(
                channel="sms", address=SAM, kind=kind, about=about, version=1, choices=("keep", "change"),
                until=self.start,
            )  # fmt: skip
            ask(db, question, now=now)

    def says(self, text: str, *, at: datetime | None = None) -> str:
        """What the phone gets for it."""
        self.number += 1
        before = len(parcels(self.database))
        receive(self.database, incoming(f"SM{self.number}", text, at=at or utc_now()), now=utc_now())
        asyncio.run(self.turns.answer_waiting(conversation_of(self.database)))
        return "\n".join(row["body"]["text"] for row in parcels(self.database)[before:])

    def talks(self, current: dict[str, Any] | None) -> None:
        """The conversation goes on, and `current` waits for an answer."""
        self.says("my boiler is broken")
        with self.database.writing() as db:
            mine = t.conversation.c.id == conversation_of(self.database)
            db.execute(t.conversation.update().where(mine).values(current=current, state="asking"))


@pytest.fixture
def phone(database: Database) -> Phone:
    return Phone(database)


QUESTION = {
    "kind": "question", "text": "Who do you pay rent to?", "ask": "landlord",
    "choices": [{"id": "council", "label": "The council"}, {"id": "private", "label": "A landlord"}],
    "data": {"kind": "choice"},
}  # fmt: skip


# ---------------------------------------------------------------- 1
@pytest.mark.parametrize("text", ["1", "1.", "Yes", "one", "tak"])
def test_1_keeps_it_and_the_case_says_so(phone: Phone, text: str) -> None:
    assert phone.says(text).startswith("Thank you. See you on")
    assert len(events(phone.database, "kept")) == 1
    assert phone.rasa.said == [], "Rasa hears nothing of it"


def test_1_said_again_and_to_both_reminders_is_noted_once(phone: Phone) -> None:
    phone.says("1")
    phone.says("yes")
    phone.remind(kind="remind_2h")
    assert phone.says("1").startswith("Thank you")
    assert len(events(phone.database, "kept")) == 1


def test_a_phone_that_holds_no_conversation_can_answer_and_sees_nothing_of_the_visits_conversation(
    database: Database,
) -> None:
    phone = Phone(database, line=False)
    assert phone.says("1").startswith("Thank you")
    assert conversation_of(database) != f"c-{REF}"
    assert len(events(database, "kept")) == 1


# ---------------------------------------------------------------- whose answer it is
@pytest.mark.parametrize("state", ["waiting", "held", "dropped"])
def test_a_reminder_that_has_not_gone_out_is_not_answered(database: Database, state: str) -> None:
    phone = Phone(database, state=state)
    assert "heard 1" in phone.says("1")
    assert events(database, "kept") == []


def test_what_was_written_before_the_reminder_came_is_no_answer_to_it(phone: Phone) -> None:
    assert "heard yes" in phone.says("yes", at=utc_now() - seconds(300))
    assert events(phone.database, "kept") == []


def test_a_number_that_answers_a_later_question_of_the_conversation_is_the_conversations(phone: Phone) -> None:
    phone.talks(QUESTION)
    phone.says("1")
    assert phone.rasa.said[-1][1] == '/choose{"choice": "council"}'
    assert events(phone.database, "kept") == []


def test_a_reminder_that_came_after_the_question_is_answered_and_the_question_still_waits(database: Database) -> None:
    phone = Phone(database)
    phone.talks(QUESTION)
    phone.remind(kind="remind_2h")
    answer = phone.says("1")
    assert answer.startswith("Thank you")
    assert "rent" not in answer
    (row,) = [row for row in rows(database, t.conversation) if row["id"] == conversation_of(database)]
    assert row["current"] == QUESTION


@pytest.mark.parametrize("text", ["3", "cancel", "no", "I have no bed tonight", "12"])
def test_everything_else_goes_to_the_conversation(phone: Phone, text: str) -> None:
    phone.says(text)
    assert events(phone.database, "kept") == []
    assert [row["answered_by"] for row in rows(phone.database, t.text_question)] == [None]


def test_another_number_answers_nothing(phone: Phone) -> None:
    receive(phone.database, incoming("X1", "1", address="+447700900111", at=utc_now()), now=utc_now())
    asyncio.run(phone.turns.answer_waiting(conversation_of(phone.database, "+447700900111")))
    assert events(phone.database, "kept") == []


# ---------------------------------------------------------------- 2
def on_shift(phone: Phone) -> None:
    """Both advisers are at the hub by day for three weeks."""
    midnight = to_london(utc_now()).replace(hour=0, minute=0, second=0, microsecond=0)
    with phone.database.writing() as db:
        for day in range(1, 21):
            first = cell_of(midnight + timedelta(days=day, hours=9))
            for each in ("jobcentre-1", "nhs_primary-1"):
                db.execute(shift.insert().values(adviser=each, first_cell=first, end_cell=first + 32))


def offered(phone: Phone) -> list[str]:
    """What the numbers of the newest choice stand for."""
    return list(rows(phone.database, t.text_question)[-1]["choices"])


def test_2_offers_times_by_number_and_one_of_them_moves_the_visit(phone: Phone) -> None:
    on_shift(phone)
    text, choices = phone.says("2"), offered(phone)
    assert 2 <= len(choices) <= 4
    assert f"\n{len(choices)} None of these" in text
    moved = phone.says("1")
    assert moved.startswith("Your appointment is now on")
    visit = load_visit(phone.database, REF)
    assert (visit.start, visit.version, visit.state) == (read_opening_code(choices[0]).start, 2, "booked")
    assert [leg.agency for leg in visit.legs] == [leg.agency for leg in read_opening_code(choices[0]).legs]
    assert events(phone.database, "visit") == ["The resident moved the visit by text"]
    assert not any(row["kind"] == "moved" for row in parcels(phone.database)), "the answer itself has told them"
    assert phone.rasa.said == []


def test_none_of_these_brings_a_person_and_keeps_the_visit(phone: Phone) -> None:
    on_shift(phone)
    phone.rasa.replies[PERSON] = [text_reply("A person it is.")]
    phone.says("2")
    answer = phone.says(str(len(offered(phone))))
    assert "no time fits" in answer
    assert "A person it is." in answer
    assert load_visit(phone.database, REF).version == 1
    assert events(phone.database, "visit") == ["Asked by text for another time for the visit; none fitted"]


def test_when_nothing_is_free_a_person_comes_at_once(phone: Phone) -> None:
    phone.says("2")
    assert [said for _, said in phone.rasa.said] == [PERSON]


def test_a_time_that_is_gone_meanwhile_leaves_the_visit_and_brings_the_next_best(phone: Phone) -> None:
    on_shift(phone)
    phone.says("2")
    gone = read_opening_code(offered(phone)[0])
    with phone.database.writing() as db:
        db.execute(
            shift.delete().where(shift.c.first_cell <= cell_of(gone.start), shift.c.end_cell > cell_of(gone.start))
        )
    assert phone.says("1").startswith("Someone else took that time")
    assert load_visit(phone.database, REF).version == 1
    assert phone.says("1").startswith("Your appointment is now on")


def test_a_message_that_is_dealt_with_twice_is_told_the_same_and_moves_once(phone: Phone) -> None:
    """A crash between the change and the answer: the message is answered again."""
    on_shift(phone)
    phone.says("2")
    first = phone.says("1")
    newest = max(row["id"] for row in rows(phone.database, t.message))
    with phone.database.writing() as db:
        db.execute(t.message.update().where(t.message.c.id == newest).values(status="waiting"))
        db.execute(t.outbox.delete().where(t.outbox.c.about == f"message:{newest}"))
    before = len(parcels(phone.database))
    asyncio.run(phone.turns.answer_waiting(conversation_of(phone.database)))
    assert [row["body"]["text"] for row in parcels(phone.database)[before:]] == [first]
    assert load_visit(phone.database, REF).version == 2


# ---------------------------------------------------------------- too late
@pytest.mark.parametrize("text", ["1", "2"])
@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"state": "cancelled"}, "That appointment is cancelled"),
        (
            {"start": datetime(2027, 3, 1, 10, tzinfo=UTC)},
            "That time has changed since. Your appointment is on Monday 1",
        ),
        ({"start": datetime(2026, 1, 5, 10, tzinfo=UTC)}, "That appointment was on Monday 5 January at 10am"),
    ],
)
def test_a_stale_answer_is_told_kindly_where_things_stand(
    phone: Phone, text: str, values: dict[str, Any], says: str
) -> None:
    change(phone.database, **values)
    assert phone.says(text).startswith(says)
    assert phone.rasa.said == events(phone.database, "kept") == []


@pytest.mark.parametrize("text", ["1", "2"])
def test_a_visit_that_broke_meanwhile_is_a_persons_to_mend(phone: Phone, text: str) -> None:
    break_visit(phone.database, at=utc_now())
    assert phone.says(text).startswith("Something has changed about that appointment")
    assert events(phone.database, "kept") == []


def test_an_erased_visit_is_told_kindly_too(phone: Phone) -> None:
    with phone.database.writing() as db:
        db.execute(t.text_question.update().values(about=f"{REMINDERS}ZZZZZZ:1"))
        db.execute(t.outbox.update().values(about=f"{REMINDERS}ZZZZZZ:1"))
    assert phone.says("1").startswith("We do not have that appointment any more")
