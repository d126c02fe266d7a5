"""The outbox: each parcel once, in order a number, never two senders at one, and receipts only move it on."""

import pytest
import sqlalchemy as sa

from casework import fates, lines, outbox
from casework import tables as t
from casework.outbox import SAME_WORDS_AN_HOUR, Parcel, Queued
from foundation.database import Database
from tests.conftest import rows
from tests.integration.texting_fixtures import ALEX, NOW, SAM, in_processes, parcel, put, receive, seconds

LEASE = seconds(90)


def claim(database: Database, *, holder: str = "one", after: float = 0, limit: int = 50) -> list[Queued]:
    now = NOW + seconds(after)
    return outbox.claim(database, holder=holder, now=now, until=now + LEASE, limit=limit)


def send_all(database: Database, *, after: float = 0, holder: str = "one") -> list[str]:
    """Claim and settle until nothing more may go: the texts, in order."""
    texts: list[str] = []
    before: list[str] | None = None
    while before != (before := states(database)):  # until a claim changed nothing
        for each in claim(database, after=after, holder=holder):
            now = NOW + seconds(after)
            fates.sent(database, each, holder=holder, provider_id=f"theirs-{each.id}", now=now)
            texts.append(each.body["text"])
    return texts


def states(database: Database) -> list[str]:
    return [row["state"] for row in sorted(rows(database, t.outbox), key=lambda row: row["id"])]


# ---------------------------------------------------------------- written once
def test_the_same_parcel_written_again_is_one_and_keeps_its_first_words(database: Database) -> None:
    put(database, parcel(text="One"), parcel(text="Two"))
    put(database, parcel(text="Three"))
    assert [row["body"] for row in rows(database, t.outbox)] == [{"text": "One"}]


@pytest.mark.parametrize(
    "other", [{"about": "message:2"}, {"kind": "trouble"}, {"version": 1}, {"channel": "whatsapp"}]
)
def test_what_differs_in_one_of_the_four_is_another_parcel(database: Database, other: dict[str, object]) -> None:
    values = {"about": "message:1", "kind": "answer", "version": 0, "channel": "sms"}
    put(database, *(Parcel(**(values | more), address=SAM, body={}) for more in ({}, other)))  # type: ignore[arg-type]
    assert len(rows(database, t.outbox)) == 2
    assert len({row["reference"] for row in rows(database, t.outbox)}) == 2


def test_a_parcel_goes_the_way_of_the_transaction_it_was_written_in(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError), database.writing() as db:  # noqa: PT012  what is undone is the test
        outbox.put(db, parcel(), now=NOW)
        db.execute(sa.text("this is not SQL"))
    assert rows(database, t.outbox) == []


# ---------------------------------------------------------------- order
def test_to_one_number_in_the_order_of_writing_one_at_a_time(database: Database) -> None:
    put(database, *(parcel(f"message:{n}", f"{n}") for n in range(4)))
    assert [each.body["text"] for each in claim(database)] == ["0"]
    assert claim(database, holder="two") == [], "the first is under way"
    with database.writing() as db:
        db.execute(t.outbox.update().values(lease=None, state="waiting"))
    assert send_all(database) == ["0", "1", "2", "3"]


def test_a_head_that_waits_holds_up_its_own_number_and_no_other(database: Database) -> None:
    put(database, parcel("message:1", "first"), parcel("message:2", "second"))
    put(database, parcel("message:3", "other", address=ALEX), parcel("message:4", "last", address=ALEX))
    (head, _) = claim(database)
    fates.put_off(database, head, holder="one", until=NOW + seconds(600), problem="busy", unsure=False)
    assert send_all(database, after=100, holder="two") == ["other", "last"]
    assert send_all(database, after=601, holder="two") == ["first", "second"]


def test_a_number_on_two_channels_is_two_queues(database: Database) -> None:
    put(database, parcel(), Parcel("message:1", "answer", "whatsapp", SAM, {"text": "Hello"}))
    assert {each.channel for each in claim(database)} == {"sms", "whatsapp"}


@pytest.mark.parametrize("settled", ["sent", "delivered", "read", "failed", "dead", "dropped"])
def test_a_settled_head_holds_up_nothing_and_is_never_taken_again(database: Database, settled: str) -> None:
    put(database, parcel("message:1"), parcel("message:2", "next"))
    with database.writing() as db:
        db.execute(t.outbox.update().where(t.outbox.c.about == "message:1").values(state=settled))
    assert send_all(database, after=10_000) == ["next"]


def test_no_more_than_the_limit_are_taken(database: Database) -> None:
    put(database, *(parcel(f"message:{n}", address=f"+4477009001{n:02}") for n in range(5)))
    assert len(claim(database, limit=2)) == 2
    assert len(claim(database, limit=50, holder="two")) == 3


# ---------------------------------------------------------------- what must not go
def test_a_newer_version_drops_the_older_one(database: Database) -> None:
    put(database, parcel("visit:7K4M2P", "on Monday", version=1), parcel("visit:7K4M2P", "on Tuesday", version=2))
    put(database, parcel("visit:ABCDEF", "another visit", version=1))
    assert send_all(database) == ["on Tuesday", "another visit"]
    assert states(database) == ["dropped", "sent", "sent"]


def test_a_newer_version_that_was_written_first_still_wins(database: Database) -> None:
    put(database, parcel("visit:7K4M2P", "on Tuesday", version=2), parcel("visit:7K4M2P", "on Monday", version=1))
    assert send_all(database) == ["on Tuesday"]


def test_the_twenty_first_of_the_same_words_in_an_hour_waits(database: Database) -> None:
    many = SAME_WORDS_AN_HOUR + 1
    put(database, *(parcel(f"message:{n}", "Same") for n in range(many)))
    put(database, *(parcel(f"message:{100 + n}", "Same", address=ALEX) for n in range(3)))
    assert len(send_all(database)) == SAME_WORDS_AN_HOUR + 3
    assert states(database).count("waiting") == 1
    assert send_all(database, after=3500) == []
    assert send_all(database, after=3601 + 300) == ["Same"], "it is looked at every five minutes"


def test_other_words_wait_behind_too_many_of_the_same_but_are_not_lost(database: Database) -> None:
    put(database, *(parcel(f"message:{n}", "Same") for n in range(SAME_WORDS_AN_HOUR + 1)))
    put(database, parcel("message:100", "Other"))
    send_all(database)
    assert send_all(database, after=3601) == ["Same", "Other"]


# ---------------------------------------------------------------- two senders
def claimed_by(database: Database, holder: str) -> list[str]:
    return [each.body["text"] for each in claim(database, holder=holder)]


@pytest.mark.race
def test_senders_at_once_never_both_get_a_parcel(database: Database) -> None:
    for turn in range(5):
        put(database, *(parcel(f"{turn}:{n}", f"{turn}:{n}", address=f"+4477009{turn}{n:04}") for n in range(20)))
        found = in_processes(database, claimed_by, [(f"sender-{n}",) for n in range(4)])
        assert all(isinstance(each, list) for each in found), found
        got = [text for each in found for text in each]
        assert sorted(got) == sorted(set(got)), "nothing twice"
        assert set(got) == {f"{turn}:{n}" for n in range(20)}, "nothing forgotten"


def claim_unsafely(database: Database, holder: str) -> list[str]:
    """Look, then take: the same without asking again while taking."""
    with database.reading() as db:
        free = sa.select(t.outbox.c.id, t.outbox.c.body).where(t.outbox.c.lease.is_(None))
        found = db.execute(free).all()
    with database.writing() as db:
        db.execute(t.outbox.update().where(t.outbox.c.id.in_([row.id for row in found])).values(lease=holder))
    return [row.body["text"] for row in found]


@pytest.mark.race
def test_negative_control_look_then_take_gives_a_parcel_to_two(database: Database) -> None:
    for turn in range(20):  # a race: it doubles nearly every time, and once is enough
        put(database, *(parcel(f"{turn}:{n}", f"{turn}:{n}", address=f"+4477009{turn:02}{n:03}") for n in range(20)))
        found = in_processes(database, claim_unsafely, [(f"sender-{n}",) for n in range(4)])
        got = [text for each in found for text in each]
        if len(got) > len(set(got)):
            return
    pytest.fail("it never doubled: the race above proves nothing")


def test_a_dead_senders_parcel_is_taken_over_after_its_lease_and_marked_unsure(database: Database) -> None:
    put(database, parcel())
    (taken,) = claim(database, holder="dead")
    assert taken.state == "waiting"
    assert claim(database, holder="next", after=89) == []
    (again,) = claim(database, holder="next", after=91)
    assert (again.state, again.reference) == ("unsure", taken.reference)


def test_what_a_sender_says_after_its_lease_was_taken_over_changes_nothing(database: Database) -> None:
    put(database, parcel())
    (taken,) = claim(database, holder="slow")
    claim(database, holder="next", after=91)
    before = rows(database, t.outbox)
    fates.sent(database, taken, holder="slow", provider_id="x", now=NOW)
    fates.put_off(database, taken, holder="slow", until=NOW, problem="x", unsure=False)
    fates.give_up(database, taken, holder="slow", problem="x", now=NOW)
    assert rows(database, t.outbox) == before


# ---------------------------------------------------------------- receipts
def sent_one(database: Database) -> Queued:
    put(database, parcel())
    (taken,) = claim(database)
    fates.sent(database, taken, holder="one", provider_id="theirs-1", now=NOW)
    return taken


def tell(database: Database, *fates: str, reference: str | None = None, error: str | None = None) -> None:
    told = [lines.Fate(None if reference else "theirs-1", reference, fate, error) for fate in fates]
    receive(database, *told, now=NOW + seconds(5))


@pytest.mark.parametrize(
    ("fates", "state"),
    [
        (["sent"], "sent"),
        (["sent", "delivered"], "delivered"),
        (["delivered", "sent"], "delivered"),
        (["delivered", "delivered"], "delivered"),
        (["read", "delivered", "sent"], "read"),
        (["sent", "delivered", "read"], "read"),
        (["failed"], "failed"),
        (["failed", "failed"], "failed"),
        (["failed", "sent"], "failed"),
        (["sent", "failed"], "failed"),
        (["delivered", "failed"], "delivered"),
        (["read", "failed"], "read"),
    ],
)
def test_receipts_late_twice_and_out_of_order(database: Database, fates: list[str], state: str) -> None:
    sent_one(database)
    tell(database, *fates)
    (row,) = rows(database, t.outbox)
    assert row["state"] == state
    assert (row["problem"] is not None) == (state == "failed")
    assert claim(database, after=100_000) == [], "what is settled is not sent again"


def test_a_failed_receipt_keeps_its_reason(database: Database) -> None:
    sent_one(database)
    tell(database, "failed", error="30003")
    assert rows(database, t.outbox)[0]["problem"] == "30003"


@pytest.mark.parametrize("fate", ["sent", "delivered", "read", "failed"])
def test_a_receipt_by_our_reference_that_is_faster_than_the_answer_keeps_its_say(database: Database, fate: str) -> None:
    put(database, parcel())
    (taken,) = claim(database)
    tell(database, fate, reference=taken.reference)
    fates.sent(database, taken, holder="one", provider_id="theirs-1", now=NOW)
    (row,) = rows(database, t.outbox)
    assert (row["state"], row["provider_id"]) == (fate, "theirs-1")


@pytest.mark.parametrize("fate", ["sent", "delivered", "read", "failed"])
def test_what_a_receipt_settled_is_not_tried_again_when_the_answer_times_out(database: Database, fate: str) -> None:
    put(database, parcel())
    (taken,) = claim(database)
    tell(database, fate, reference=taken.reference)
    fates.put_off(database, taken, holder="one", until=NOW, problem="It did not answer.", unsure=True)
    fates.give_up(database, taken, holder="one", problem="It did not answer.", now=NOW)
    assert states(database) == [fate]
    assert claim(database, holder="two", after=1000) == []


def test_what_we_gave_up_but_arrived_after_all_is_no_dead_letter(database: Database) -> None:
    put(database, parcel())
    (taken,) = claim(database)
    fates.give_up(database, taken, holder="one", problem="It never answered.", now=NOW)
    tell(database, "delivered", reference=taken.reference)
    assert states(database) == ["delivered"]


def test_a_receipt_for_nothing_of_ours_changes_nothing(database: Database) -> None:
    sent_one(database)
    before = rows(database, t.outbox)
    receive(
        database,
        lines.Fate("nobody's", None, "read", None),
        lines.Fate(None, None, "read", None),
        lines.Fate(None, "x", "failed", "1"),
    )
    assert rows(database, t.outbox) == before
