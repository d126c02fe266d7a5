"""Reminders of visits: whom they reach and how, once each whatever runs, and never of what is no longer so."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from casework import outbox
from casework import tables as t
from casework.visit_reminders import remind_of_visits
from casework.ways import Ways
from foundation.clock import utc_now
from foundation.database import Database
from foundation.settings import Settings
from tests.conftest import rows
from tests.integration.telling_fixtures import (
    NOW,
    SAFE,
    START,
    TWO_DAYS_BEFORE,
    TWO_HOURS_BEFORE,
    WAYS,
    break_visit,
    change,
    hold_line,
    make_hub,
    make_visit,
    parcels,
)
from tests.integration.texting_fixtures import ALEX, SAM, FakeProvider, in_processes
from tests.providers.asking import ask
from tests.providers.fakes import Fake, FakeNotify, FakeTwilio
from web.channels.segments import segments
from web.providers.setup import make_providers
from web.reminding import remind_residents
from web.sending import Sender

MINUTE = timedelta(minutes=1)


@pytest.fixture
def hub(database: Database) -> Database:
    make_hub(database)
    return database


def remind(database: Database, now: datetime = TWO_DAYS_BEFORE, ways: Ways = WAYS) -> tuple[int, int]:
    done = remind_of_visits(database, ways=ways, now=now)
    return done.written, done.failed


def claim(database: Database, now: datetime) -> list[str]:
    """What would go out now."""
    taken = outbox.claim(database, holder="s", now=now, until=now + MINUTE, limit=9)
    return [each.kind for each in taken]


def state(database: Database) -> tuple[str, str]:
    (row,) = parcels(database)
    return row["state"], row["problem"]


def test_both_reminders_go_out_once_and_say_nothing_of_the_matter(hub: Database) -> None:
    make_visit(hub)
    assert remind(hub, TWO_DAYS_BEFORE - MINUTE) == (0, 0)
    assert remind(hub) == (1, 0)
    assert remind(hub, TWO_HOURS_BEFORE) == (1, 0)
    assert [(row["kind"], row["channel"], row["address"]) for row in parcels(hub)] == [
        ("remind_48h", "sms", SAM),
        ("remind_2h", "sms", SAM),
    ]
    text = parcels(hub)[0]["body"]["text"]
    assert text == (
        "Front Door: your appointment is on Thursday 26 November at 10am, at Fitzroy Street Hub. Reply 1 to keep it, "
        "or 2 to change it. Your reference is 7K4 M2P."
    )
    assert text.isascii(), "one letter outside the plain alphabet doubles the price"


def test_a_rerun_never_sends_twice(hub: Database) -> None:
    """Known from peers: a job that runs again, or in two processes, texts everybody again."""
    make_visit(hub)
    assert [remind(hub, TWO_DAYS_BEFORE + number * MINUTE)[0] for number in range(4)] == [1, 0, 0, 0]
    assert len(parcels(hub)) == len(rows(hub, t.text_question)) == 1


def run(database: Database) -> int:
    return remind(database)[0]


@pytest.mark.race
def test_several_processes_at_once_write_each_reminder_once(hub: Database) -> None:
    for number in range(4):
        make_visit(hub, f"7K4M2{number}", contact=SAFE | {"phone": f"07700 90010{number}"})
    assert sum(in_processes(hub, run, [()] * 5)) == 4
    assert len(parcels(hub)) == len(rows(hub, t.text_question)) == 4


def run_unsafely(database: Database) -> int:
    """Look, then write: what everybody writes first."""
    with database.engine.connect() as db:
        if db.execute(sa.text("SELECT 1 FROM reminded")).first():
            return 0
    with database.writing() as db:
        db.execute(sa.text("INSERT INTO reminded VALUES ('7K4M2P')"))
    return 1


@pytest.mark.race
def test_negative_control_looking_before_writing_reminds_twice(database: Database) -> None:
    with database.writing() as db:
        db.execute(sa.text("DROP TABLE IF EXISTS reminded"))
        db.execute(sa.text("CREATE TABLE reminded (reference TEXT)"))
    doubled = False
    for _ in range(20):
        doubled = sum(in_processes(database, run_unsafely, [()] * 5)) > 1
        if doubled:
            break
        with database.writing() as db:
            db.execute(sa.text("DELETE FROM reminded"))
    with database.writing() as db:
        db.execute(sa.text("DROP TABLE reminded"))
    assert doubled


def test_one_bad_recipient_never_stops_the_others(hub: Database, caplog: pytest.LogCaptureFixture) -> None:
    """Known from peers: the first address that cannot be read ends the run, and nobody after it is reminded."""
    make_visit(hub, "AAAAAA", contact={"phone": 7, "safe_contact": "call_text"})
    make_visit(hub, "BBBBBB", contact={"phone": "not a number", "safe_contact": "call_text"})
    make_visit(hub, "BBBBBC", contact=["a", "list"])
    make_visit(hub, "CCCCCC")
    assert remind(hub) == (1, 2)
    assert [row["about"].split(":")[1] for row in parcels(hub)] == ["CCCCCC"]
    assert "could not be written" in caplog.text
    assert "AAAAAA" not in caplog.messages[0]


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        (SAFE, ("sms", SAM)),
        (SAFE | {"safe_contact": "text_only"}, ("sms", SAM)),
        (SAFE | {"safe_contact": "call_only"}, None),
        (SAFE | {"safe_contact": "not_safe"}, None),
        ({"name": "Sam", "phone": "07700 900482"}, None),  # whether texts are safe was never said
        ({"name": "Sam"}, None),
        ({"phone": "", "email": "sam@example.org"}, ("email", "sam@example.org")),
        ({"phone": "", "email": "sam@example.org", "safe_contact": "text_only"}, ("email", "sam@example.org")),
        ({"phone": "", "email": "sam@example.org", "safe_contact": "not_safe"}, None),
    ],
)
def test_it_goes_the_persons_own_way_or_not_at_all(hub: Database, contact: dict[str, str], expected: object) -> None:
    make_visit(hub, contact=contact)
    assert remind(hub)[0] == (expected is not None)
    assert [(row["channel"], row["address"]) for row in parcels(hub)] == ([expected] if expected else [])


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_the_phone_that_holds_the_conversation_comes_first_unless_messages_are_not_safe(
    hub: Database, channel: str
) -> None:
    make_visit(hub)
    hold_line(hub, channel=channel, address=ALEX)
    remind(hub)
    assert [(row["channel"], row["address"]) for row in parcels(hub)] == [(channel, ALEX)]
    make_visit(hub, "BBBBBB", contact=SAFE | {"safe_contact": "call_only"})
    hold_line(hub, "BBBBBB", channel=channel, address="+447700900199")
    assert remind(hub) == (0, 0)


def test_who_has_only_e_mail_gets_a_link_instead_of_numbers_to_reply_with(hub: Database) -> None:
    make_visit(hub, contact={"phone": "", "email": "sam@example.org"})
    remind(hub)
    (row,) = parcels(hub)
    assert row["body"]["subject"] == "Your appointment"
    assert "https://help.example.org/visit/7K4M2P" in row["body"]["text"]
    assert "Reply 1" not in row["body"]["text"]
    assert rows(hub, t.text_question) == []


def test_where_nobody_carries_messages_nothing_is_written(hub: Database) -> None:
    make_visit(hub)
    assert remind(hub, ways=Ways()) == (0, 0)


def test_on_whatsapp_after_a_day_of_silence_the_template_knocks_first(hub: Database) -> None:
    make_visit(hub)
    hold_line(hub, channel="whatsapp")
    with hub.writing() as db:
        db.execute(t.line.update().values(heard_at=NOW - timedelta(days=30)))
    remind(hub)
    provider = FakeProvider(name="twilio", channels=("whatsapp",))
    (taken,) = outbox.claim(
        hub, holder="s", now=TWO_DAYS_BEFORE + MINUTE, until=TWO_DAYS_BEFORE + timedelta(hours=1), limit=9
    )
    sender = Sender(hub, {"whatsapp": provider})
    sender._holder = "s"
    asyncio.run(sender._send(taken))
    assert [(row["kind"], row["state"]) for row in parcels(hub)] == [("remind_48h", "held"), ("knock", "waiting")]
    assert provider.sent == []


# ---------------------------------------------------------------- what is no longer so
def test_the_reminder_of_a_moved_visit_is_dropped_and_the_new_time_gets_its_own(hub: Database) -> None:
    make_visit(hub)
    remind(hub)
    later = START + timedelta(days=7)
    change(hub, start=later, finish=later + timedelta(hours=1))
    assert claim(hub, TWO_DAYS_BEFORE + MINUTE) == []
    assert state(hub) == ("dropped", "The visit is not at that time any more.")
    assert remind(hub, TWO_DAYS_BEFORE + timedelta(days=7)) == (1, 0)


def test_the_reminder_of_a_cancelled_visit_is_dropped(hub: Database) -> None:
    make_visit(hub)
    remind(hub)
    change(hub, state="cancelled")
    assert claim(hub, TWO_DAYS_BEFORE + MINUTE) == []
    assert state(hub)[0] == "dropped"
    assert remind(hub, TWO_HOURS_BEFORE) == (0, 0)


def test_a_visit_at_the_same_time_is_not_reminded_of_again_because_its_room_changed(hub: Database) -> None:
    make_visit(hub)
    remind(hub)
    change(hub)
    assert remind(hub, TWO_DAYS_BEFORE + MINUTE) == (0, 0)
    assert claim(hub, TWO_DAYS_BEFORE + MINUTE) == ["remind_48h"], "what was written is still true"


def test_what_is_still_true_goes_out(hub: Database) -> None:
    make_visit(hub)
    remind(hub)
    assert claim(hub, TWO_DAYS_BEFORE + MINUTE) == ["remind_48h"]


def test_a_provider_that_comes_back_at_night_does_not_wake_anybody(hub: Database) -> None:
    make_visit(hub)
    remind(hub)
    assert claim(hub, START - timedelta(hours=37)) == []  # 9pm on Tuesday
    (row,) = parcels(hub)
    assert (row["state"], row["not_before"]) == ("waiting", START - timedelta(hours=26))  # 8am
    assert claim(hub, START - timedelta(hours=26)) == ["remind_48h"]


def test_one_that_cannot_go_in_time_is_dropped(hub: Database) -> None:
    make_visit(hub, contact=SAFE | {"safe_hours": "afternoon"})
    remind(hub, START - timedelta(hours=46))
    assert claim(hub, START - timedelta(hours=19)) == []  # 3pm the day before; the next safe hour is after the visit
    assert state(hub) == ("dropped", "There is no safe time left for it.")


def test_who_says_meanwhile_that_messages_are_not_safe_gets_none(hub: Database) -> None:
    make_visit(hub)
    remind(hub)
    with hub.writing() as db:
        db.execute(t.case_file.update().values(contact=SAFE | {"safe_contact": "not_safe"}))
    assert claim(hub, TWO_DAYS_BEFORE + MINUTE) == []
    assert state(hub)[0] == "dropped"


def test_who_was_told_of_it_this_morning_is_not_reminded_at_noon(hub: Database) -> None:
    make_visit(hub, booked_at=TWO_DAYS_BEFORE - timedelta(hours=2))
    assert remind(hub) == (0, 0)
    assert remind(hub, TWO_HOURS_BEFORE) == (1, 0)
    assert NOW < START


def test_a_visit_that_broke_and_waits_for_a_person_is_not_reminded_of(hub: Database) -> None:
    make_visit(hub)
    remind(hub)
    break_visit(hub, at=TWO_DAYS_BEFORE)
    assert claim(hub, TWO_DAYS_BEFORE + MINUTE) == []
    assert state(hub)[0] == "dropped"
    assert remind(hub, TWO_HOURS_BEFORE) == (0, 0)
    change(hub, changed_at=TWO_DAYS_BEFORE + MINUTE)  # the person rang, and it was moved
    assert remind(hub, TWO_HOURS_BEFORE) == (1, 0)


# ---------------------------------------------------------------- through the providers' own libraries
@pytest.mark.parametrize("make_fake", [FakeNotify, FakeTwilio], ids=["notify", "twilio"])
def test_it_reaches_a_phone_as_one_segment_with_its_provider(hub: Database, make_fake: Callable[[], Fake]) -> None:
    fake = make_fake()
    start = (utc_now() + timedelta(hours=47)).replace(minute=0, second=0, microsecond=0)
    make_visit(hub, start=start, booked_at=utc_now() - timedelta(days=5))
    hold_line(hub)
    with hub.writing() as db:  # Sam is at the phone, so that any hour is a safe one
        db.execute(t.line.update().values(heard_at=utc_now()))
    due = next(each for each in hours_before(start) if remind(hub, each)[0])
    assert due < start
    with hub.writing() as db:
        db.execute(t.outbox.update().values(not_before=utc_now() - MINUTE))
    with fake.running():
        told = {name.removeprefix("FRONTDOOR_").lower(): value for name, value in fake.settings().items()}
        carrier = make_providers(Settings(public_url="https://help.example.org", **told))["sms"]
        assert ask(carrier, lambda one: Sender(hub, {"sms": one}).send_due()) == 1
    (message,) = fake.outbox(SAM)
    assert "Reply 1 to keep it, or 2 to change it." in message["text"]
    assert segments(message["text"]).count == 1
    assert state(hub)[0] == "sent"


def hours_before(start: datetime) -> list[datetime]:
    return [start - timedelta(hours=each) for each in range(70, 20, -1)]


# ---------------------------------------------------------------- the edge
class Reminding:
    """As much of an edge as the task needs. The first look meets a database that is away."""

    def __init__(self, database: Database) -> None:
        self.database, self.ways, self.looked = database, WAYS, 0
        self.post = SimpleNamespace(sender=SimpleNamespace(wake=asyncio.Event()))

    async def in_thread(self, work: Any, *args: Any, **kwargs: Any) -> Any:
        self.looked += 1
        if self.looked == 1:
            raise sa.exc.OperationalError("select", {}, Exception("away"))
        return await asyncio.to_thread(work, *args, **kwargs | {"now": TWO_DAYS_BEFORE})


def test_the_edge_writes_them_wakes_the_sender_and_outlives_a_fault(
    hub: Database, caplog: pytest.LogCaptureFixture
) -> None:
    make_visit(hub)
    edge = Reminding(hub)

    async def until_woken() -> None:
        task = asyncio.create_task(remind_residents(edge, every=0.01))  # type: ignore[arg-type]
        async with asyncio.timeout(30):
            await edge.post.sender.wake.wait()
        task.cancel()

    asyncio.run(until_woken())
    assert "tried again" in caplog.text
    assert len(parcels(hub)) == 1
