"""Cases in a real database: opened once, shared as agreed, given to whoever has room, erased whole."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from casework import cases, conversations, desk, retention, sittings
from casework import tables as t
from casework.assessment import Assessment, HeardNeed
from casework.assessments import load_assessment, save_assessment
from casework.consent import NAMED_CONTACT
from casework.conversations import ConversationNotFound
from casework.routing import Route
from casework.staff import SignInRefused, Staff, StaffError, add_staff, load_staff, sign_in
from casework.steps import turning
from casework.work import Said, Work
from foundation.database import Database
from foundation.settings import ROOT
from tests.conftest import rows

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
PERSON = Route("named_contact", "leaving_prison", urgent=True)


def people(database: Database, *limits: int) -> None:
    for number, limit in enumerate(limits):
        deputy = f"p{(number + 1) % len(limits)}"
        add_staff(
            database,
            Staff(f"p{number}", f"P{number}", "", "named_contact", None, limit, deputy),
            password="a long password" if number == 0 else None,
        )


def assessed(parts: list[str]) -> Assessment:
    view = [{"label": "About", "value": "x", "part": part} for part in parts]
    return Assessment(
        said=["got out of prison friday"],
        needs=[HeardNeed("housing", ["sofa surfing"]), HeardNeed("food", ["no food"])],
        circumstances={"prison_leaver": "yes"},
        contact={"name": "Sam", "phone": "07700 900123"},
        plan={"legs": [], "alone": [], "reason": "Just out of prison"},
        consents=[{"agency": NAMED_CONTACT, "given": bool(parts), "parts": parts, "view": view}],
    )


def opened(database: Database, conversation: str, parts: list[str]) -> cases.Case:
    return cases.open_case(database, conversation, assessed(parts), route=PERSON, visit_reference=None, now=NOW)


def test_a_case_asked_for_twice_is_opened_once(database: Database) -> None:
    people(database, 5)
    first, second = opened(database, "c1", ["contact"]), opened(database, "c1", ["contact"])
    assert first.reference == second.reference
    assert len(rows(database, t.case_file)) == 1


def test_the_one_with_most_room_is_named_and_the_deputy_with_them(database: Database) -> None:
    people(database, 1, 2)
    named = [opened(database, f"c{number}", []).named_contact for number in range(3)]
    assert named == ["p1", "p0", "p1"]
    assert opened(database, "c0", []).deputy == "p0"


def test_with_nobody_to_name_it_says_so_and_keeps_nothing(database: Database) -> None:
    with pytest.raises(cases.NoNamedContact):
        opened(database, "c1", ["contact"])
    assert rows(database, t.case_file) == []


@pytest.mark.parametrize(
    ("parts", "needs", "said", "phone", "reason"),
    [
        ([], [], "", None, "not_shared"),
        (["contact"], [], "", "07700 900123", "not_shared"),
        (["need:food"], ["food"], "", None, "not_shared"),
        (["words", "circumstances"], [], "got out of prison friday", None, "leaving_prison"),
    ],
)
def test_the_desk_shows_the_parts_that_were_agreed_to(
    database: Database, parts: list[str], needs: list[str], said: str, phone: str | None, reason: str
) -> None:
    people(database, 5)
    reference = opened(database, "c1", parts).reference
    who = load_staff(database, "p0")
    assert who is not None
    seen = desk.open_case_view(database, who, reference).case
    assert [need["need"] for need in seen.needs] == needs
    assert (seen.said, seen.contact.get("phone"), seen.reason) == (said, phone, reason)
    if not parts:
        assert "prison" not in str(desk.open_case_view(database, who, reference))


def test_only_the_named_contact_and_the_deputy_can_open_or_change_a_case(database: Database) -> None:
    people(database, 9, 1, 1)
    reference = opened(database, "c1", ["contact"]).reference
    stranger = load_staff(database, "p2")
    assert stranger is not None
    with pytest.raises(cases.CaseNotFound):
        desk.open_case_view(database, stranger, reference)
    with pytest.raises(cases.CaseNotFound):
        desk.keep_promise(database, stranger, reference, now=NOW)
    assert rows(database, t.case_file)[0]["promise_kept_at"] is None


def test_a_handover_swaps_the_two_and_leaves_a_line(database: Database) -> None:
    people(database, 9, 1)
    reference = opened(database, "c1", ["contact"]).reference
    who = load_staff(database, "p0")
    assert who is not None
    desk.hand_over(database, who, reference, now=NOW)
    row = rows(database, t.case_file)[0]
    assert (row["named_contact"], row["deputy"]) == ("p1", "p0")
    assert [event["kind"] for event in rows(database, t.case_event)] == ["opened", "handover"]


def test_a_conversation_opens_only_to_its_own_token(database: Database) -> None:
    identity, token = sittings.start_conversation(database, channel="website", now=NOW)
    assert sittings.let_in(database, identity, token).turn == 0
    assert token not in str(rows(database, t.conversation)), "the token itself is not kept"
    with pytest.raises(ConversationNotFound):
        sittings.let_in(database, identity, token + "x")
    sittings.end_sitting(database, token)
    with pytest.raises(ConversationNotFound):
        sittings.let_in(database, identity, token)


def test_erasing_leaves_nothing_of_the_person(database: Database, tmp_path: Path) -> None:
    people(database, 5)
    identity, _ = sittings.start_conversation(database, channel="website", now=NOW)
    conversations.store_message(database, identity, text="got out of prison", choice=None, parts=None, now=NOW)
    save_assessment(database, identity, assessed(["words"]), now=NOW)
    reference = opened(database, identity, ["words"]).reference
    retention.erase(database, reference, tracker=tmp_path / "none.db", now=NOW)
    for table in (t.conversation, t.message, t.assessment, t.case_file, t.consent, t.referral, t.case_event):
        assert rows(database, table) == [], table.name
    with pytest.raises(retention.NothingToErase):
        retention.erase(database, reference, tracker=tmp_path / "none.db", now=NOW)


def test_retention_keeps_open_cases_and_deletes_what_was_left_unfinished(database: Database, tmp_path: Path) -> None:
    people(database, 5)
    old = NOW - timedelta(days=31)
    with_case, _ = sittings.start_conversation(database, channel="website", now=old)
    without, _ = sittings.start_conversation(database, channel="website", now=old)
    fresh, _ = sittings.start_conversation(database, channel="website", now=NOW)
    save_assessment(database, without, Assessment(said=["x"]), now=old)
    opened(database, with_case, ["words"])
    tracker = tmp_path / "trackers.db"
    with closing(sqlite3.connect(tracker)) as dialogues, dialogues:
        dialogues.execute("create table events (sender_id text)")
        dialogues.executemany("insert into events values (?)", [(with_case,), (without,), (fresh,)])
    gone = retention.retain(database, now=NOW, keep_days=30, keep_case_days=365, tracker=tracker)
    with closing(sqlite3.connect(tracker)) as dialogues:
        left = {row[0] for row in dialogues.execute("select sender_id from events")}
    assert left == {with_case, fresh}
    assert (gone.conversations, gone.cases) == (1, 0)
    assert {row["id"] for row in rows(database, t.conversation)} == {with_case, fresh}
    assert load_assessment(database, without).said == []


def test_signing_in_takes_the_right_password_of_an_account_that_has_one(database: Database) -> None:
    people(database, 5, 5)
    assert sign_in(database, "P0 ", "a long password").username == "p0"
    for username, password in (("p0", "wrong"), ("p1", ""), ("nobody", "a long password")):
        with pytest.raises(SignInRefused, match="That name or password is not right"):
            sign_in(database, username, password)
    assert "a long password" not in str(rows(database, t.staff))


@pytest.mark.parametrize(
    ("person", "password"),
    [
        (Staff("a", "A", "", "king"), "a long password"),
        (Staff("a", "A", "", "adviser"), "a long password"),
        (Staff("a", "A", "", "named_contact"), "short"),
    ],
)
def test_an_account_that_cannot_work_is_not_made(database: Database, person: Staff, password: str) -> None:
    with pytest.raises(StaffError):
        add_staff(database, person, password=password)
    assert rows(database, t.staff) == []


@pytest.mark.parametrize("text", ["Please ring after 10", "can i talk to a person"])
def test_what_is_written_after_the_handoff_reaches_the_person_however_it_was_taken(
    database: Database, text: str
) -> None:
    identity, _ = sittings.start_conversation(database, channel="website", now=NOW)
    people(database, 5)
    opened(database, identity, ["contact"])
    assessment = Assessment(stage="with_person", wants_person=True)
    work = Work(database, ROOT / "directory/places/cambridge", identity, NOW)
    told = turning.talk_to_person(work, assessment, Said(text))
    assert [reply.kind for reply in told] == ["text", "handoff"]
    assert [row["text"] for row in rows(database, t.case_event) if row["kind"] == "message"] == [text]
    again = turning.talk_to_person(work, assessment, Said(choice="talk_to_person"))
    assert [reply.kind for reply in again] == ["handoff"]
