"""Owners are reminded once, in one e-mail each; by several processes at once still once; and it arrives."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from casework import outbox, tables
from casework.reminders import MOST_LINKS, not_reached, remind
from casework.staff import Staff
from casework.undelivered import undelivered
from directory.keeping import reviews
from directory.keeping.tables import review
from directory.keeping.versions import record_version
from foundation.clock import utc_now
from foundation.database import Database
from tests.conftest import rows
from tests.providers.asking import ask
from tests.providers.fakes import FakeNotify
from tests.unit.directory_fixtures import made
from web.providers.notify import Notify, NotifyAccess
from web.sending import Sender

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://help.example.org"
LINK = re.compile(rf"{URL}/review/(\S+)")


@pytest.fixture
def owned(database: Database) -> Database:
    """Ada owns two records that are due and one that is not; nobody owns the fourth."""
    owners = {"a": "ada@example.org", "b": "Ada@example.org", "c": "ada@example.org", "d": None}
    with database.writing() as db:
        for name, email in owners.items():
            owner = {"owner": {"name": "Ada", "email": email}} if email else {}
            document = made(name, **owner) | {"assured_date": "2026-11-01" if name == "c" else "2026-03-01"}
            record_version(db, name, document, by=None, why="imported", now=NOW)
    return database


def run(database: Database, *, now: datetime = NOW, by_email: bool = True) -> tuple[int, int, int]:
    done = remind(database, now=now, public_url=URL, by_email=by_email)
    return done.asked, done.emails, done.nobody


def test_one_e_mail_with_a_link_for_each_record(owned: Database) -> None:
    assert run(owned) == (2, 1, 1)
    (parcel,) = rows(owned, tables.outbox)
    assert (parcel["channel"], parcel["address"]) == ("email", "ada@example.org")
    links = LINK.findall(parcel["body"]["text"])
    with owned.reading() as db:
        assert [reviews.reviewed(db, secret, now=NOW).id for secret in links] == ["a", "b"]
    assert {row["secret_hash"] for row in rows(owned, review)}.isdisjoint(links)


def test_nobody_is_asked_twice_in_thirty_days(owned: Database) -> None:
    run(owned)
    assert run(owned, now=NOW + timedelta(days=29)) == (0, 0, 1)
    assert run(owned, now=NOW + timedelta(days=31)) == (2, 1, 1)


def test_where_nobody_carries_e_mail_nothing_is_written(owned: Database) -> None:
    assert run(owned, by_email=False) == (0, 0, 3)
    assert rows(owned, tables.outbox) == rows(owned, review) == []


def test_an_owner_of_very_many_gets_the_rest_on_the_next_day(owned: Database) -> None:
    with owned.writing() as db:
        for number in range(MOST_LINKS + 3):
            document = made(f"m{number}", owner={"email": "many@example.org"})
            record_version(db, f"m{number}", document, by=None, why="imported", now=NOW)
    assert run(owned)[:2] == (MOST_LINKS + 2, 2)
    assert run(owned, now=NOW + timedelta(days=1))[:2] == (3, 1)


@pytest.mark.race
def test_two_processes_at_the_same_time_ask_once(owned: Database) -> None:
    together = Barrier(2)

    def one(_: int) -> int:
        own = Database(owned.url.render_as_string(hide_password=False))
        try:
            together.wait()
            return run(own)[0]
        finally:
            own.close()

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(one, range(2))) == [0, 2]
    assert len(rows(owned, review)) == 2


@pytest.mark.race
def test_without_a_turn_both_would_ask(owned: Database) -> None:
    """The negative control: looking what is due outside the transaction that asks."""
    together = Barrier(2)

    def one(_: int) -> int:
        own = Database(owned.url.render_as_string(hide_password=False))
        try:
            with own.reading() as db:
                found = reviews.due(db, now=NOW)
            together.wait()
            with own.writing() as db:
                for service in found:
                    reviews.ask(db, service.service_id, now=NOW)
            return len(found)
        finally:
            own.close()

    with ThreadPoolExecutor(2) as both:
        assert list(both.map(one, range(2))) == [3, 3]
    assert len(rows(owned, review)) == 6


def test_what_does_not_arrive_is_at_the_directorys_desk_and_at_no_other(owned: Database) -> None:
    run(owned)
    (taken,) = outbox.claim(owned, holder="h", now=NOW, until=NOW + timedelta(minutes=1), limit=5)
    assert taken.channel == "email"
    with owned.writing() as db:
        db.execute(tables.outbox.update().values(state="failed", problem="No such mailbox"))
    with owned.reading() as db:
        assert [(one.address, one.problem) for one in not_reached(db)] == [("ada@example.org", "No such mailbox")]
    assert undelivered(owned, Staff("priya", "Priya", "", "named_contact")) == []


def test_a_reminder_goes_out_through_notify_and_its_link_opens(owned: Database) -> None:
    run(owned, now=utc_now())
    fake = FakeNotify()
    with fake.running():
        access = NotifyAccess(
            api_key=fake.settings()["FRONTDOOR_NOTIFY_API_KEY"],
            template="",
            email_template=fake.email_template,
            channels=("email",),
            callback_token=fake.callback_token,
            url=fake.url,
        )
        assert ask(Notify(access), lambda carrier: Sender(owned, {"email": carrier}).send_due()) == 1
    (message,) = fake.outbox("ada@example.org")
    assert "still right" in message["subject"]
    with owned.reading() as db:
        assert reviews.reviewed(db, LINK.findall(message["text"])[0], now=utc_now()).id == "a"
    assert rows(owned, tables.outbox)[0]["state"] == "sent"
