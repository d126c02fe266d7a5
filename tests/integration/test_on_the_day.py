"""Who is told of what on the day: the person, agencies, the case, the next adviser; what the kiosk's screen says."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from booking.finding.finding import find_openings
from booking.progress import progress
from booking.progress.progress import progress_of
from booking.progress.states import StepNotPossible
from booking.rotas.loading import load_rota
from booking.tables import adviser
from booking.visits.changing import cancel_visit
from booking.visits.holding import confirm_visit, hold_opening
from booking.visits.model import Visit, load_visit
from casework import cases, visits
from casework import tables as t
from casework.assessment import Assessment
from casework.desk import agency_legs
from casework.disruptions import DISRUPTION, Broken, go_on, report_disruption, to_ring
from casework.following_up import follow_up
from casework.handing_over import NotAgreed, hand_over, in_one_line
from casework.routing import Route
from casework.staff import Staff, add_staff
from casework.ways import Ways
from foundation.clock import to_london
from foundation.database import Database
from tests.conftest import rows
from tests.integration.booking_fixtures import NOW, PLACE, asked
from web.kiosk.arrival import says

WAYS = Ways(sms=True, email=True, public_url="https://help.example.org")
TUESDAY = date(2026, 11, 24)
VIEW = [
    {"label": "Name", "value": "Sam Lee", "part": "contact"},
    {"label": "Language", "value": "Polish", "part": "circumstances"},
    {"label": "Need", "value": "Paying rent", "part": "need:housing"},
]


def booked(database: Database, *, agreed: tuple[str, ...] = (), named: bool = False) -> Visit:
    load_rota(database, PLACE, now=NOW)
    found = find_openings(database, asked(), resident=None, from_day=TUESDAY, days=1, now=NOW, limit=1)
    kept = hold_opening(database, found.openings[0], resident="c1", now=NOW)
    visit = confirm_visit(database, kept.id, resident="c1", now=NOW)
    assessment = Assessment()
    assessment.contact = {"name": "Sam Lee", "phone": "07700 900482", "safe_contact": "call_text"}
    assessment.consents = [
        {"agency": agency, "given": True, "parts": ["need:housing", "circumstances"], "view": VIEW} for agency in agreed
    ]
    if named:
        add_staff(database, Staff("priya", "Priya", "Adviser", "named_contact"), password=None)
    route = Route("named_contact", "asked", urgent=False) if named else Route("visit", "joint_visit", urgent=False)
    cases.open_case(database, "c1", assessment, route=route, visit_reference=visit.reference, now=NOW)
    return visit


def texts(database: Database) -> list[str]:
    return [row["body"]["text"] for row in rows(database, t.outbox) if row["channel"] == "sms"]


def lines(database: Database, kind: str) -> list[str]:
    return [row["text"] for row in rows(database, t.case_event) if row["kind"] == kind]


def ill(database: Database, name: str, *, days: int = 1) -> Any:
    first = datetime(2026, 11, 24, tzinfo=NOW.tzinfo) if days == 1 else NOW
    broken = Broken(whom=f"adviser:{name}", first=first, end=first + timedelta(days=days), note="Ill")
    return report_disruption(database, broken, by="grace", now=NOW, ways=WAYS)


def colleagues(database: Database, agency: str, name: str) -> list[str]:
    with database.reading() as db:
        return list(db.scalars(sa.select(adviser.c.id).where(adviser.c.agency == agency, adviser.c.id != name)))


def test_another_adviser_behind_the_same_door_is_no_news_for_the_person(database: Database) -> None:
    visit = booked(database)
    ill(database, visit.legs[1].adviser)
    assert load_visit(database, visit.reference).legs[1].adviser != visit.legs[1].adviser
    assert texts(database) == []
    assert lines(database, DISRUPTION) == [
        "Somebody or a room was not there. The visit stays at its time with another one."
    ]


def test_another_room_and_another_time_are_and_they_are_told_once(database: Database) -> None:
    visit = booked(database)
    flooded = Broken(whom=f"room:{visit.legs[0].room}", first=visit.start, end=visit.finish, note="Flooded")
    for _ in range(2):
        report_disruption(database, flooded, by="grace", now=NOW, ways=WAYS)
    assert len(texts(database)) == 1
    closed = Broken(whom="hub", first=visit.start, end=visit.finish)
    report_disruption(database, closed, by="grace", now=NOW, ways=WAYS)
    assert len(texts(database)) == 2
    assert len(lines(database, DISRUPTION)) == 2
    assert "Flooded" not in " ".join(texts(database)), "why is nobody's business"


def everybody_ill(database: Database, visit: Visit) -> None:
    leg = visit.legs[0]
    for name in [*colleagues(database, leg.agency, leg.adviser), leg.adviser]:
        ill(database, name, days=60)


def test_where_nothing_fits_somebody_rings_and_the_named_contact_promises_anew(database: Database) -> None:
    visit = booked(database, named=True)
    with database.writing() as db:
        db.execute(sa.update(t.case_file).values(promise_kept_at=NOW))
    everybody_ill(database, visit)
    everybody_ill(database, visit)
    (ring,) = to_ring(database, now=NOW)
    assert (ring.reference, ring.note, ring.named_contact) == (visit.reference, "Ill", "priya")
    assert lines(database, DISRUPTION) == ["The visit cannot be as planned, and nothing else fits. Please ring."]
    (case,) = rows(database, t.case_file)
    assert case["promise_kept_at"] is None
    assert case["promise_by"] > NOW
    cancel_visit(database, visit.reference, now=NOW)
    assert to_ring(database, now=NOW) == [], "it is settled"


def test_what_a_crash_left_is_gone_on_with_and_what_is_being_done_is_left_alone(database: Database) -> None:
    visit = booked(database)
    everybody_ill(database, visit)
    with database.writing() as db:
        for table in ("disrupted_visit", "case_event"):
            db.execute(sa.text(f"DELETE FROM {table}"))
        db.execute(sa.text("UPDATE disruption SET settled_at = NULL"))
    assert go_on(database, now=NOW + timedelta(seconds=30), ways=WAYS) == 0
    assert go_on(database, now=NOW + timedelta(minutes=2), ways=WAYS) > 0
    assert len(to_ring(database, now=NOW)) == 1
    assert go_on(database, now=NOW + timedelta(minutes=4), ways=WAYS) == 0


def test_the_next_agency_gets_one_line_of_what_was_agreed(database: Database) -> None:
    visit = booked(database, agreed=("city_housing", "citizens_advice", "jobcentre"))
    second = visit.legs[1].agency
    progress.begin_leg(database, visit.reference, 1, now=visit.start)
    hand_over(database, visit.reference, 1, line="", now=visit.start + timedelta(minutes=20))
    progress.finish_leg(database, visit.reference, 1, now=visit.start + timedelta(minutes=20))
    assert progress_of(database, visit.reference)[1].handed_over == "Paying rent; Language: Polish"
    who = Staff("adviser", "Ada", "", "adviser", agency=second)
    (leg,) = agency_legs(database, who, now=visit.start + timedelta(minutes=21))
    assert leg.free_now, "they are here and with nobody"
    assert leg.handed_over == "Paying rent; Language: Polish"
    progress.begin_leg(database, visit.reference, 2, now=visit.start + timedelta(minutes=22))
    (leg,) = agency_legs(database, who, now=visit.start + timedelta(minutes=23))
    assert (leg.free_now, leg.state) == (False, "begun")


def test_who_agreed_to_nothing_is_handed_over_without_a_note(database: Database) -> None:
    visit = booked(database)
    progress.begin_leg(database, visit.reference, 1, now=visit.start)
    with pytest.raises(NotAgreed):
        hand_over(database, visit.reference, 1, line="Owes two months of rent", now=visit.start)
    assert progress_of(database, visit.reference)[1].handed_over == ""
    hand_over(database, visit.reference, 1, line="", now=visit.start)
    assert progress_of(database, visit.reference)[1].handed_over == ""


def test_a_consent_that_was_taken_back_passes_nothing_on(database: Database) -> None:
    visit = booked(database, agreed=("city_housing", "citizens_advice", "jobcentre"))
    with database.writing() as db:
        db.execute(sa.update(t.consent).values(withdrawn_at=NOW))
    progress.begin_leg(database, visit.reference, 1, now=visit.start)
    with pytest.raises(StepNotPossible):
        hand_over(database, visit.reference, 1, line="anything", now=visit.start)
    hand_over(database, visit.reference, 1, line="", now=visit.start)
    assert progress_of(database, visit.reference)[1].handed_over == ""


def test_one_line_holds_whole_parts_only_and_no_way_to_reach_them() -> None:
    long = [{"label": "Need", "value": "x" * 150, "part": "need:a"}, {"label": "Age", "value": "y" * 100, "part": "c"}]
    assert in_one_line(long) == "x" * 150
    assert in_one_line([*VIEW, {"label": "Phone", "value": "07700 900482", "part": "contact"}]) == (
        "Paying rent; Language: Polish"
    )


def screen(database: Database, visit: Visit, at: datetime) -> dict[str, str]:
    visits.arrive(database, visit.reference, now=at)
    return says(load_visit(database, visit.reference), progress.here(database, visit.reference, now=at), now=at)


def test_the_screen_says_how_it_stands(database: Database) -> None:
    visit = booked(database)
    start = visit.start
    minute = timedelta(minutes=1)
    early = screen(database, visit, start - 40 * minute)
    assert "take a seat" in early["heading"]
    assert "You are early" in early["text"]
    in_time = screen(database, visit, start)
    assert "You are early" not in in_time["text"]
    assert "You told us at" in in_time["text"], "forty minutes ago"
    late = screen(database, visit, start + 12 * minute)
    assert "It is good that you came" in late["text"]
    progress.begin_leg(database, visit.reference, 1, now=start + 15 * minute)
    going_on = screen(database, visit, start + 16 * minute)
    assert "You are with" in going_on["next"]
    assert f"in {visit.legs[1].room_label}." in going_on["next"]
    assert "Your visit is on Tuesday 24 November" in screen(database, visit, start - timedelta(days=1))["heading"]
    assert "over" in screen(database, visit, start + timedelta(days=1))["heading"]
    for number in (1, 2, 3):
        if number > 1:
            progress.begin_leg(database, visit.reference, number, now=start + 60 * minute)
        progress.finish_leg(database, visit.reference, number, now=start + 60 * minute)
    assert "everyone" in screen(database, visit, start + 61 * minute)["heading"]
    assert to_london(start).date() == TUESDAY


def test_a_cancelled_visit_and_one_that_nobody_came_to_send_people_to_the_desk(database: Database) -> None:
    visit = booked(database)
    late = visit.start + timedelta(minutes=40)
    progress.no_show(database, visit.reference, now=late)
    assert "front desk" in screen(database, visit, late)["heading"]
    assert lines(database, visits.ARRIVED) == ["Arrived at the hub"], "the case knows that they came after all"
    cancelled = booked_again(database)
    assert "cancelled" in screen(database, cancelled, cancelled.start)["heading"]


def booked_again(database: Database) -> Visit:
    found = find_openings(database, asked(), resident="c2", from_day=date(2026, 11, 26), days=1, now=NOW, limit=1)
    kept = hold_opening(database, found.openings[0], resident="c2", now=NOW)
    visit = confirm_visit(database, kept.id, resident="c2", now=NOW)
    return cancel_visit(database, visit.reference, now=NOW)


def test_who_could_not_come_is_asked_kindly_once_in_their_hours(database: Database) -> None:
    visit = booked(database)
    late = visit.start + timedelta(minutes=20)
    progress.no_show(database, visit.reference, now=late)
    assert follow_up(database, ways=WAYS, now=late + timedelta(minutes=4)) == 0, "it may still be taken back"
    night = late.replace(hour=22)
    assert follow_up(database, ways=WAYS, now=night) == 0
    morning = late + timedelta(days=1)
    assert [follow_up(database, ways=WAYS, now=morning) for _ in range(3)] == [1, 0, 0]
    (text,) = texts(database)
    assert "That is all right" in text
    assert lines(database, "visit") == ["We asked whether another time suits"]


def test_nobody_is_asked_who_came_or_whose_visit_was_marked_by_mistake(database: Database) -> None:
    visit = booked(database)
    late = visit.start + timedelta(minutes=20)
    progress.no_show(database, visit.reference, now=late)
    progress.undo(database, visit.reference, None, now=late + timedelta(minutes=1))
    assert follow_up(database, ways=WAYS, now=late + timedelta(minutes=30)) == 0
    progress.no_show(database, visit.reference, now=late + timedelta(minutes=31))
    visits.arrive(database, visit.reference, now=late + timedelta(minutes=33))
    assert follow_up(database, ways=WAYS, now=late + timedelta(minutes=50)) == 0
    assert texts(database) == []
