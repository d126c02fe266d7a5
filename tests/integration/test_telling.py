"""Telling of changes: everyone concerned once, only what changed, and only in the way that is safe for them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from booking.visits.model import Visit, load_visit
from casework import tables as t
from casework.calendar_links import open_link
from casework.desk import agency_legs
from casework.staff import Staff
from casework.telling import tell_changed, texted_to
from casework.undelivered import undelivered
from foundation.database import Database
from tests.conftest import rows
from tests.integration.telling_fixtures import (
    DESK,
    NOW,
    SAFE,
    START,
    WAYS,
    change,
    hold_line,
    make_hub,
    make_visit,
    parcels,
)
from tests.integration.texting_fixtures import ALEX, SAM

REF = "7K4M2P"
EMAIL = {"phone": "", "email": "sam@example.org"}


@pytest.fixture
def hub(database: Database) -> Database:
    make_hub(database)
    return database


def tell(database: Database, kind: Any, visit: Visit | None = None, **more: Any) -> list[tuple[str, str, str]]:
    """What is told: channel, address and words of each parcel."""
    with database.writing() as db:
        tell_changed(kind, ways=more.pop("ways", WAYS), now=NOW, **more)(db, visit or load_visit(database, REF))
    return [(row["channel"], row["address"], row["body"]["text"]) for row in parcels(database)]


def to_person(told: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return [each for each in told if each[1] != DESK]


@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        ("booked", "Front Door: you have an appointment on Thursday 26 November, 10am to 11am"),
        ("moved", "Front Door: your appointment is now on Thursday 26 November, 10am to 11am"),
        ("cancelled", "Front Door: your appointment on Thursday 26 November is cancelled"),
        ("by_hand", "Front Door: something has changed about your appointment on Thursday 26 November"),
    ],
)
def test_a_text_says_when_and_where_and_neither_why_nor_with_whom(hub: Database, kind: str, begins: str) -> None:
    make_visit(hub)
    if kind == "cancelled":
        change(hub, state="cancelled")
    ((channel, address, text),) = to_person(tell(hub, kind))
    assert (channel, address) == ("sms", SAM)
    assert text.startswith(begins)
    assert text.isascii()
    assert not any(word in text.lower() for word in ("nhs", "jobcentre", "adviser", "sam"))


def test_told_twice_of_the_same_version_is_told_once(hub: Database) -> None:
    make_visit(hub)
    assert tell(hub, "moved") == tell(hub, "moved")
    assert len(parcels(hub)) == 2  # the person and one agency's desk


def test_what_is_rolled_back_was_never_told(hub: Database) -> None:
    make_visit(hub)

    def tell_and_break(db: sa.Connection) -> None:
        tell_changed("moved", ways=WAYS, now=NOW)(db, load_visit(hub, REF))
        raise RuntimeError

    with pytest.raises(RuntimeError), hub.writing() as db:
        tell_and_break(db)
    assert parcels(hub) == rows(hub, t.visit_link) == []


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        (SAFE | {"safe_contact": "call_only"}, []),
        (SAFE | {"safe_contact": "not_safe"}, []),
        (EMAIL, [("email", "sam@example.org")]),
        (EMAIL | {"safe_contact": "not_safe"}, []),
    ],
)
def test_only_the_way_that_is_safe(hub: Database, contact: dict[str, str], expected: object) -> None:
    make_visit(hub, contact=contact)
    assert [(channel, address) for channel, address, _ in to_person(tell(hub, "moved"))] == expected


def test_what_they_booked_on_their_phone_is_told_by_the_answer_itself(hub: Database) -> None:
    make_visit(hub)
    hold_line(hub, address=ALEX)
    assert to_person(tell(hub, "booked")) == []
    assert [each[:2] for each in to_person(tell(hub, "moved"))] == [("sms", ALEX)]


def test_a_phone_with_another_conversation_of_its_own_is_still_told(hub: Database) -> None:
    make_visit(hub)
    make_visit(hub, "BBBBBB")
    hold_line(hub, "BBBBBB", address=SAM)
    assert [each[:2] for each in to_person(tell(hub, "booked"))] == [("sms", SAM)]


def test_who_learns_of_it_in_an_answer_is_not_told_again(hub: Database) -> None:
    make_visit(hub)
    assert to_person(tell(hub, "moved", answered_to=SAM)) == []


def test_an_e_mail_carries_a_private_link_to_the_calendar_file(hub: Database) -> None:
    make_visit(hub, contact=EMAIL)
    ((_, _, text),) = to_person(tell(hub, "moved"))
    secret = text.rpartition("/calendar/visit/")[2].removesuffix(".ics")
    linked = open_link(hub, secret, now=NOW)
    assert linked is not None
    assert (linked.reference, linked.whom) == (REF, "")
    assert open_link(hub, secret + "x", now=NOW) is None
    assert open_link(hub, secret, now=NOW + timedelta(days=30)) is None
    assert secret not in str(rows(hub, t.visit_link))


def test_no_case_and_no_contact_means_nobody_is_written_to(hub: Database) -> None:
    make_visit(hub)
    with hub.writing() as db:
        db.execute(sa.delete(t.case_file))
    assert to_person(tell(hub, "moved")) == []
    assert [each[:2] for each in to_person(tell(hub, "booked", contact=SAFE))] == [("sms", SAM)]


def test_whatsapp_gets_the_shape_of_its_provider(hub: Database) -> None:
    make_visit(hub)
    hold_line(hub, channel="whatsapp")
    with hub.writing() as db:
        tell_changed("moved", ways=replace(WAYS, whatsapp="meta"), now=NOW)(db, load_visit(hub, REF))
    (row,) = [row for row in parcels(hub) if row["channel"] == "whatsapp"]
    assert row["body"]["type"] == "text"
    assert row["body"]["text"]["body"].startswith("Front Door: your appointment is now")


# ---------------------------------------------------------------- only what changed
def reseated(database: Database, **legs: Any) -> list[tuple[str, str, str]]:
    """Change the second leg, the nurse's, and tell of it."""
    make_visit(database)
    before = load_visit(database, REF)
    first, second = before.legs
    after = replace(before, version=2, legs=(first, replace(second, **legs)))
    return tell(database, "reseated", after, before=before)


def test_another_adviser_of_the_same_agency_is_told_to_that_agency_alone(hub: Database) -> None:
    told = reseated(hub, adviser="nhs_primary-2")
    assert [each[:2] for each in told] == [("email", DESK)]
    assert "Visit 7K4 M2P has changed" in told[0][2]


def test_another_room_at_the_same_time_is_told_in_those_words(hub: Database) -> None:
    ((_, _, text),) = to_person(reseated(hub, room="room_2", room_label="Room 2"))
    assert "10am to 11am, stays at the same time" in text


def test_an_agency_whose_part_did_not_change_is_not_written_to(hub: Database) -> None:
    make_visit(hub)
    before = load_visit(hub, REF)
    first, second = before.legs
    after = replace(before, version=2, legs=(replace(first, adviser="jobcentre-2"), second))
    assert tell(hub, "reseated", after, before=before) == []


def test_an_agency_that_is_not_needed_any_more_hears_that_it_is_cancelled_for_them(hub: Database) -> None:
    make_visit(hub)
    before = load_visit(hub, REF)
    after = replace(before, version=2, legs=before.legs[:1], finish=before.legs[0].finish)
    told = tell(hub, "reseated", after, before=before)
    assert "your appointment is now" in to_person(told)[0][2]
    assert [text.startswith("Visit 7K4 M2P is cancelled for you") for _, to, text in told if to == DESK] == [True]


def test_an_agency_reads_its_own_part_and_no_word_about_the_person(hub: Database) -> None:
    make_visit(hub)
    ((_, _, text),) = [each for each in tell(hub, "booked") if each[1] == DESK]
    assert "Thursday 26 November, 10:30am to 11am, Room 1" in text
    assert not any(word in text for word in ("Sam", "07700", "jobcentre"))


@pytest.mark.parametrize("email", ["", DESK])
def test_an_agency_without_an_address_is_not_written_to(database: Database, email: str) -> None:
    make_hub(database, email=email)
    make_visit(database)
    assert any(each[1] == DESK for each in tell(database, "moved")) is bool(email)


def test_the_visits_page_says_to_which_number_it_went(hub: Database) -> None:
    make_visit(hub)
    assert texted_to(hub, REF) is None
    tell(hub, "moved")
    assert texted_to(hub, REF) == SAM[-3:]


# ---------------------------------------------------------------- at an agency's desk
def desk(database: Database, now: datetime) -> list[tuple[str, bool, bool]]:
    nurse = Staff("nia", "Nia", "", "adviser", agency="nhs_primary")
    return [
        (each.visit_reference, each.cancelled, each.changed_at is not None)
        for each in agency_legs(database, nurse, now=now)
    ]


def test_an_agencys_desk_shows_what_changed_and_what_was_cancelled_for_two_days(hub: Database) -> None:
    make_visit(hub)
    make_visit(hub, "BBBBBB")
    make_visit(hub, "CCCCCC")
    assert desk(hub, NOW) == [("7K4M2P", False, False), ("BBBBBB", False, False), ("CCCCCC", False, False)]
    change(hub, "BBBBBB", changed_at=NOW)
    change(hub, "CCCCCC", changed_at=NOW, state="cancelled")
    assert sorted(desk(hub, NOW + timedelta(hours=1)))[1:] == [("BBBBBB", False, True), ("CCCCCC", True, True)]
    later = NOW + timedelta(days=2, hours=1)
    assert sorted(desk(hub, later)) == [("7K4M2P", False, False), ("BBBBBB", False, False)]
    assert desk(hub, START + timedelta(hours=2)) == []


def test_an_e_mail_to_a_person_that_does_not_arrive_is_at_the_desk_without_their_name(hub: Database) -> None:
    make_visit(hub, contact=EMAIL)
    tell(hub, "moved")
    with hub.writing() as db:
        db.execute(t.outbox.update().values(state="failed"))
    lost = undelivered(hub, Staff("priya", "Priya", "", "named_contact"))
    assert [each.ending for each in lost] == ["@nhs.example.org"], "a case of nobody's desk is not shown to others"
    with hub.writing() as db:
        db.execute(t.case_file.update().values(named_contact="priya"))
    lost = undelivered(hub, Staff("priya", "Priya", "", "named_contact"))
    assert sorted(each.ending for each in lost) == ["@example.org", "@nhs.example.org"]
