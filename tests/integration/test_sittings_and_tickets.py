"""Who holds a conversation, how it moves by a code that is good once, and what is deleted of it in the end."""

from datetime import timedelta
from pathlib import Path

import pytest

from casework import cases, outbox, tickets
from casework import tables as t
from casework.assessment import Assessment
from casework.conversations import ConversationNotFound
from casework.outbox import Parcel
from casework.retention import REMEMBERED, erase, retain
from casework.routing import Route
from casework.sittings import end_idle_sittings, end_sitting, insert_sitting, let_in, see, start_conversation
from casework.staff import Staff, add_staff
from casework.tickets import LINKED_FOR, TYPED_FOR, link_code, show_code, typed_code
from foundation.database import Database
from tests.conftest import rows
from tests.integration.texting_fixtures import (
    ALEX,
    NOW,
    PERSON,
    SAM,
    FakeProvider,
    FakeRasa,
    answer,
    conversation_of,
    in_processes,
    incoming,
    make_turns,
    parcel,
    put,
    receive,
    seconds,
)


def start(database: Database, channel: str = "website") -> tuple[str, str]:
    return start_conversation(database, channel=channel, now=NOW)


def sit_down(database: Database, identity: str, channel: str = "website") -> str:
    with database.writing() as db:
        return insert_sitting(db, identity, channel=channel, now=NOW)


def state(database: Database, identity: str) -> str:
    return next(row["state"] for row in rows(database, t.conversation) if row["id"] == identity)


def redeem(database: Database, text: str, *, after: timedelta = timedelta()) -> str | None:
    with database.writing() as db:
        return tickets.redeem(db, text, now=NOW + after)


# ---------------------------------------------------------------- sittings
def test_a_sitting_opens_its_own_conversation_and_no_other(database: Database) -> None:
    (one, token), (two, _) = start(database), start(database)
    assert let_in(database, one, token).id == one
    for identity, secret in ((two, token), (one, ""), (one, token + "x"), ("none", token)):
        with pytest.raises(ConversationNotFound):
            let_in(database, identity, secret)
    assert token not in str(rows(database, t.sitting)), "only its hash is kept"


def test_what_opened_a_conversation_opens_it_again_until_its_sitting_ends(database: Database) -> None:
    first, token = start_conversation(database, channel="website", now=NOW, token="a first form")
    assert start_conversation(database, channel="website", now=NOW, token="a first form") == (first, token)
    assert len(rows(database, t.conversation)) == 1
    assert start_conversation(database, channel="website", now=NOW, token="another")[0] != first
    end_sitting(database, token)
    assert start_conversation(database, channel="website", now=NOW, token="a first form")[0] != first


def begin(database: Database, token: str) -> str:
    return start_conversation(database, channel="website", now=NOW, token=token)[0]


@pytest.mark.race
def test_a_first_form_that_is_sent_twice_at_once_opens_one_conversation(database: Database) -> None:
    for number in range(5):
        assert len(set(in_processes(database, begin, [(f"form {number}",)] * 4))) == 1
    assert len(rows(database, t.conversation)) == 5


@pytest.mark.race
def test_negative_control_without_the_forms_mark_each_opens_its_own(database: Database) -> None:
    assert len(set(in_processes(database, begin, [("",)] * 4))) == 4


def test_ending_one_sitting_leaves_the_others(database: Database) -> None:
    identity, first = start(database)
    second = sit_down(database, identity)
    end_sitting(database, first)
    with pytest.raises(ConversationNotFound):
        let_in(database, identity, first)
    assert let_in(database, identity, second).state == "listening"


def test_the_last_one_ends_the_conversation(database: Database) -> None:
    (identity, first), (other, _) = start(database), start(database)
    second = sit_down(database, identity)
    for token in (first, second, "nobody's"):
        end_sitting(database, token)
    assert (state(database, identity), state(database, other)) == ("ended", "listening")


def test_a_phone_that_holds_it_keeps_it_from_ending(database: Database) -> None:
    identity, token = start(database)
    receive(database, incoming("SM1", typed_code(database, identity, now=NOW)))
    end_sitting(database, token)
    assert state(database, identity) == "listening"


def end_one(database: Database, token: str) -> str:
    end_sitting(database, token)
    return "ended"


@pytest.mark.race
def test_the_last_two_that_leave_at_one_moment_end_it(database: Database) -> None:
    for _ in range(5):
        identity, first = start(database)
        assert in_processes(database, end_one, [(first,), (sit_down(database, identity),)]) == ["ended"] * 2
        assert state(database, identity) == "ended"


def test_idle_sittings_of_a_channel_are_ended(database: Database) -> None:
    (idle, _), (seen, token), (website, _) = start(database, "kiosk"), start(database, "kiosk"), start(database)
    elsewhere, _ = start(database, "kiosk")
    sit_down(database, elsewhere)  # it went on by website
    see(database, token, now=NOW + seconds(100))
    assert end_idle_sittings(database, "kiosk", before=NOW + seconds(60)) == 2
    found = {name: state(database, name) for name in (idle, seen, website, elsewhere)}
    assert found == {idle: "ended", seen: "listening", website: "listening", elsewhere: "listening"}
    assert end_idle_sittings(database, "kiosk", before=NOW + seconds(60)) == 0


# ---------------------------------------------------------------- tickets
def test_a_typed_code_is_good_once(database: Database) -> None:
    identity, _ = start(database)
    code = typed_code(database, identity, now=NOW)
    assert code not in str(rows(database, t.ticket)), "only its hash is kept"
    assert [redeem(database, code), redeem(database, code)] == [identity, None]


@pytest.mark.parametrize("how", [str, str.lower, show_code, lambda code: f"  {code[:4].lower()} - {code[4:]} \n"])
def test_a_code_may_be_typed_as_people_type(database: Database, how: object) -> None:
    identity, _ = start(database)
    code = typed_code(database, identity, now=NOW)
    assert redeem(database, how(code)) == identity  # type: ignore[operator]


def test_a_code_for_typing_lasts_15_minutes_and_a_link_seven_days(database: Database) -> None:
    identity, _ = start(database)
    for lasts, make in ((TYPED_FOR, typed), (LINKED_FOR, linked)):
        good, late = make(database, identity), make(database, identity)
        assert redeem(database, late, after=lasts) is None
        assert redeem(database, good, after=lasts - seconds(1)) == identity
    assert (timedelta(minutes=15), timedelta(days=7)) == (TYPED_FOR, LINKED_FOR)


def typed(database: Database, identity: str) -> str:
    return typed_code(database, identity, now=NOW)


def linked(database: Database, identity: str) -> str:
    with database.writing() as db:
        return link_code(db, identity, now=NOW)


def test_a_wrong_code_opens_nothing_and_spoils_nothing(database: Database) -> None:
    identity, _ = start(database)
    code = typed(database, identity)
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    assert [redeem(database, each) for each in (wrong, "", code[:-1], code + "2", "%", "hello")] == [None] * 6
    assert redeem(database, code) == identity


def test_a_links_code_is_not_forgiving(database: Database) -> None:
    identity, _ = start(database)
    code = linked(database, identity)
    assert redeem(database, code.swapcase()) is None
    assert redeem(database, f" {code}\n") == identity


def take(database: Database, code: str) -> str:
    return redeem(database, code) or "nothing"


@pytest.mark.race
@pytest.mark.parametrize("make", [typed, linked])
def test_of_several_after_one_code_one_wins(database: Database, make: object) -> None:
    identity, _ = start(database)
    for _ in range(3):
        found = in_processes(database, take, [(make(database, identity),)] * 4)  # type: ignore[operator]
        assert sorted(found) == sorted([identity] + ["nothing"] * 3)


def take_unsafely(database: Database, until: str) -> str:
    """Look, then use up."""
    with database.reading() as db:
        good = db.execute(t.ticket.select().where(t.ticket.c.used_at.is_(None))).first()
    with database.writing() as db:
        db.execute(t.ticket.update().values(used_at=NOW))
    return until if good else "nothing"


@pytest.mark.race
def test_negative_control_look_then_use_up_lets_two_in(database: Database) -> None:
    identity, _ = start(database)
    for _ in range(20):  # a race: it goes wrong nearly every time, and once is enough
        typed(database, identity)
        if in_processes(database, take_unsafely, [("won",)] * 4).count("won") > 1:
            return
    pytest.fail("it never went wrong: the race above proves nothing")


@pytest.mark.race
def test_two_phones_that_text_one_code_at_once(database: Database) -> None:
    identity, _ = start(database)
    code = typed(database, identity)
    found = in_processes(database, text_code, [(code, SAM, "SM1"), (code, ALEX, "SM2")])
    assert found == [1, 1]
    held = [row["conversation_id"] for row in rows(database, t.line)]
    assert held.count(identity) == 1
    assert len(set(held)) == 2, "the other one has a conversation of its own"


def text_code(database: Database, code: str, address: str, provider_id: str) -> int:
    return receive(database, incoming(provider_id, code, address=address))


# ---------------------------------------------------------------- by text
@pytest.mark.parametrize("known", [True, False])
def test_a_code_by_text_moves_that_phone_and_the_next_answer_goes_there(database: Database, known: bool) -> None:
    identity, token = start(database)
    if known:
        receive(database, incoming("SM0", choice=PERSON))
        assert conversation_of(database) != identity
    code = typed(database, identity)
    receive(database, incoming("SM1", f" {show_code(code).lower()} "), incoming("SM2", choice=PERSON))
    assert conversation_of(database) == identity
    rasa = FakeRasa()
    answer(make_turns(database, rasa, FakeProvider()), identity)
    assert rasa.said == [(identity, f"/{PERSON}")]
    told = [
        (row["conversation_id"], row["address"], row["body"]["text"].splitlines()[0])
        for row in rows(database, t.outbox)
    ]
    assert told[0][:2] == told[1][:2] == (identity, SAM)
    assert "You can carry on here now." in told[0][2]
    assert told[1][2] == f"heard /{PERSON}"
    assert let_in(database, identity, token).id == identity, "the page goes on too"
    assert code not in str(rows(database, t.message)), "a code is not part of what was told"


def test_what_was_asked_last_is_said_again_on_the_phone(database: Database) -> None:
    identity, _ = start(database)
    question = {
        "kind": "question", "text": "Who do you pay rent to?", "ask": "landlord",
        "choices": [{"id": "council", "label": "The council"}], "data": {"kind": "choice"},
    }  # fmt: skip
    with database.writing() as db:
        db.execute(t.conversation.update().values(current=question, state="asking"))
    receive(database, incoming("SM1", typed(database, identity)))
    answer(make_turns(database, FakeRasa(), FakeProvider()), identity)
    (told,) = {row["body"]["text"] for row in rows(database, t.outbox)}
    assert told.count("Who do you pay rent to?") == 1
    assert "The council" in told


def test_the_number_alone_never_opens_another_conversation(database: Database) -> None:
    identity, _ = start(database)
    about = f"move:{identity}"
    put(database, Parcel(about, "link", "sms", SAM, {"text": "carry on here"}, conversation_id=identity))
    receive(database, incoming("SM1", "hello"), incoming("WA1", "hello", channel="whatsapp"))
    receive(database, incoming("SM2", "7K4M2PQR"), incoming("SM3", identity))
    held = {row["conversation_id"] for row in rows(database, t.line)}
    assert identity not in held
    assert len(held) == 2, "not even the same number's on another channel"


def test_a_used_code_by_text_is_only_a_text(database: Database) -> None:
    identity, _ = start(database)
    code = typed(database, identity)
    receive(database, incoming("SM1", code, address=ALEX))
    receive(database, incoming("SM2", code, address=SAM))
    assert conversation_of(database, ALEX) == identity != conversation_of(database, SAM)
    assert [row["kind"] for row in rows(database, t.message) if row["address"] == SAM] == ["text"]


def test_a_code_texted_after_a_stop_lifts_it_and_says_so(database: Database) -> None:
    identity, _ = start(database)
    receive(database, incoming("SM1", "STOP"), incoming("SM2", typed(database, identity)))
    assert rows(database, t.opt_out) == []
    answer(make_turns(database, FakeRasa(), FakeProvider()), identity)
    text = " ".join(row["body"]["text"] for row in rows(database, t.outbox))
    assert "You asked us to stop" in text
    assert "You can carry on here now." in text


def test_move_by_text_gives_a_code_that_a_page_takes(database: Database) -> None:
    receive(database, incoming("SM1", "MOVE"))
    rasa = FakeRasa()
    answer(make_turns(database, rasa, FakeProvider()), conversation_of(database))
    assert rasa.said == []
    text = rows(database, t.outbox)[0]["body"]["text"]
    assert len(rows(database, t.ticket)) == 1
    found = [redeem_now(database, f"{one}{two}") for one, two in zip(text.split(), text.split()[1:], strict=False)]
    assert [each for each in found if each] == [conversation_of(database)]


def redeem_now(database: Database, text: str) -> str | None:
    from foundation.clock import utc_now

    with database.writing() as db:
        return tickets.redeem(db, text.strip(". "), now=utc_now())


# ---------------------------------------------------------------- what is deleted
def test_retention_deletes_what_is_settled_old_and_over(database: Database, tmp_path: Path) -> None:
    identity, _ = start(database)
    late = NOW + timedelta(days=31)
    put(database, *(parcel(f"old:{state}", state) for state in (*outbox.LAST, "waiting", "unsure")))
    put(database, parcel("new:sent", "sent"), now=late)
    with database.writing() as db:
        for row in rows(database, t.outbox):
            db.execute(t.outbox.update().where(t.outbox.c.id == row["id"]).values(state=row["body"]["text"]))
    typed(database, identity)
    other = "+447700900999"  # whoever writes gets what was held for them; nobody does here
    receive(database, incoming("old", "hello", address=other))
    receive(database, incoming("new", "hello", address=ALEX), now=late)
    retain(database, now=late, keep_days=30, keep_case_days=365, tracker=tmp_path / "none.db")
    assert {row["about"] for row in rows(database, t.outbox)} == {"old:waiting", "old:unsure", "new:sent"}
    assert rows(database, t.ticket) == []
    assert {row["address"] for row in rows(database, t.line)} == {ALEX}
    assert {row["provider_id"] for row in rows(database, t.received)} == {"old", "new"}
    retain(database, now=NOW + REMEMBERED, keep_days=90, keep_case_days=365, tracker=tmp_path / "none.db")
    assert len(rows(database, t.received)) == 2, "not a moment too early"
    after = NOW + REMEMBERED + seconds(1)
    retain(database, now=after, keep_days=90, keep_case_days=365, tracker=tmp_path / "none.db")
    assert {row["provider_id"] for row in rows(database, t.received)} == {"new"}


def test_a_good_ticket_and_an_open_line_outlive_retention(database: Database, tmp_path: Path) -> None:
    identity, _ = start(database)
    code = linked(database, identity)
    retain(database, now=NOW + timedelta(days=6), keep_days=30, keep_case_days=365, tracker=tmp_path / "none.db")
    assert redeem(database, code, after=timedelta(days=6)) == identity


def test_erase_deletes_the_persons_parcels_and_line_and_nobody_elses(database: Database, tmp_path: Path) -> None:
    add_staff(database, Staff("priya", "Priya Anand", "", "named_contact", None, 25, None), password=None)
    receive(database, incoming("SM1", choice=PERSON), incoming("SM2", choice=PERSON, address=ALEX))
    mine, theirs = conversation_of(database, SAM), conversation_of(database, ALEX)
    for identity in (mine, theirs):
        answer(make_turns(database, FakeRasa(), FakeProvider()), identity)
        linked(database, identity)
    told = Assessment(contact={"name": "Sam", "safe_contact": "call_text"})
    route = Route("named_contact", "asked", urgent=False)
    case = cases.open_case(database, mine, told, route=route, visit_reference=None, now=NOW)
    erase(database, case.reference, tracker=tmp_path / "none.db", now=NOW)
    for table in (t.outbox, t.line, t.message, t.ticket):
        assert {row["conversation_id"] for row in rows(database, table)} == {theirs}, table.name
    assert SAM not in str([rows(database, table) for table in (t.outbox, t.line, t.message, t.received)])
