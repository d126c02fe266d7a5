"""The conversation when no time suits or fits: what suits is asked and heard, and what there is instead is offered."""

from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from booking.rotas.loading import load_rota
from booking.tables import adviser, search_outcome, shift, visit, waiting
from booking.visits.changing import cancel_visit
from booking.visits.holding import confirm_visit, hold_opening
from booking.visits.model import load_visit
from booking.waiting.list import offer_to
from casework import tables as t
from casework.answerers import ANSWERERS
from casework.answers_by_text import Heard, meant
from casework.assessment import Assessment, HeardNeed
from casework.assessments import load_assessment, save_assessment
from casework.cases import CaseNotFound
from casework.conversations import load_conversation, messages
from casework.rings import rang, to_ring
from casework.sittings import start_conversation
from casework.staff import Staff
from casework.steps import ending, fitting, opening, planning, searching, turning
from casework.steps.waiting import LEAVE, now_where
from casework.waiting_offers import PASS, TAKE, offer_to_those_who_wait
from casework.wanting import READY
from casework.ways import Ways
from casework.work import Said, Work
from foundation.clock import cell_of, to_london
from foundation.database import Database
from foundation.references import show_reference
from tests.conftest import rows
from tests.integration.booking_fixtures import NOW, PLACE, openings
from tests.integration.texting_fixtures import SAM, conversation_of, incoming, receive

AGENCIES = ("jobcentre", "city_housing", "citizens_advice")
CONTACT = {"name": "Sam", "phone": "07700 900123", "safe_contact": "call_text"}
WAYS = Ways(sms=True, public_url="https://front-door.example")
DAY = timedelta(days=1)


def leg_of(agency: str, first: int = 5) -> dict[str, Any]:
    return {
        "agency": agency, "service_id": f"s-{agency}", "minutes": 30, "comes_first": first, "needs": ["money_debt"],
        "what_happens": "", "uses": [], "bring": [],
    }  # fmt: skip


def somebody(database: Database, *agencies: str, said: str = "", **more: Any) -> tuple[Work, Assessment]:
    """A resident who has seen the plan, and how to reach them is known."""
    identity, _ = start_conversation(database, channel="website", now=NOW)
    plan = {"route": "visit", "legs": [leg_of(agency) for agency in agencies or AGENCIES], "alone": []}
    made = Assessment(
        stage="choosing", needs=[HeardNeed("money_debt", ["debt"])], plan=plan, said=[said] if said else [],
        route={"kind": "visit", "reason": "joint_visit", "urgent": ""}, contact=dict(CONTACT), **more,
    )  # fmt: skip
    return Work(database, PLACE, identity, NOW, WAYS), made


@pytest.fixture
def open_hub(database: Database) -> Database:
    load_rota(database, PLACE, now=NOW)
    return database


def only_these(database: Database, times: dict[str, list[tuple[int, int]]], *, by_phone: tuple[str, ...] = ()) -> None:
    """Make the rota so: for each agency, its quarters of an hour after Tuesday 10am, as [first, end)."""
    begins = cell_of(datetime(2026, 11, 24, 10, tzinfo=NOW.tzinfo))
    with database.writing() as db:
        db.execute(sa.delete(shift))
        for agency, spans in times.items():
            named = {"id": f"x-{agency}", "hub": "fitzroy_street", "agency": agency, "label": agency}
            db.execute(sa.insert(adviser).values(**named, by_phone=agency in by_phone))
            for first, end in spans:
                row = {"adviser": f"x-{agency}", "first_cell": begins + first, "end_cell": begins + end}
                db.execute(sa.insert(shift).values(**row))


def ids(reply: Any) -> list[str]:
    return [choice.id for choice in reply.choices]


def outcomes(database: Database) -> list[tuple[str, str]]:
    return [(row["what"], row["blocked_name"]) for row in rows(database, search_outcome)]


# ---------------------------------------------------------------- which times suit
def test_none_of_them_suits_so_we_ask_and_take_what_they_say(open_hub: Database) -> None:
    work, person = somebody(open_hub)
    (offered,) = opening.offer(work, person)
    shown = {each["id"] for each in offered.data["openings"]}
    (asked,) = opening.pick(work, person, Said(choice="none_of_these"))
    assert ids(asked) == [*READY, "suits_later"]
    took, again = opening.pick(work, person, Said(text="not Tuesdays, and after the school run please"))
    assert took.text == "We took that as: not on Tuesdays, not before 9:30am."
    for each in again.data["openings"]:
        start = to_london(datetime.fromisoformat(each["start"]))
        assert start.weekday() != 1
        assert (start.hour, start.minute) >= (9, 30)
        assert each["id"] not in shown
    took, _ = opening.pick(work, person, Said(choice="suits_afternoons"))
    assert took.text == "We took that as: not on Tuesdays, not before 12 noon.", "the newer time of day counts"


def test_words_that_are_no_time_are_asked_for_again(open_hub: Database) -> None:
    work, person = somebody(open_hub)
    opening.offer(work, person)
    (asked,) = opening.pick(work, person, Said(text="purple"))
    assert asked.data["error"]
    assert "suits_mornings" in ids(asked)


def test_what_was_wished_stays_with_the_visit(open_hub: Database) -> None:
    work, person = somebody(open_hub, said="I use a wheelchair and my rent is late")
    opening.offer(work, person)
    opening.pick(work, person, Said(choice="none_of_these"))
    _, offered = opening.pick(work, person, Said(text="not Tuesdays"))
    opening.pick(work, person, Said(choice=offered.data["openings"][0]["id"]))
    ending.book(work, person, Said(choice="confirm"), agreed=True)
    (row,) = rows(open_hub, visit)
    assert row["wishes"] == {"not_weekdays": [1], "room_features": ["step_free"]}
    assert outcomes(open_hub)[0][0] == "whole"
    assert len(outcomes(open_hub)) == 1, "one search, however often it was asked again"


def test_what_is_to_be_done_at_once_comes_before_what_can_wait(open_hub: Database) -> None:
    work, person = somebody(open_hub)
    assert person.plan is not None
    person.plan["legs"] = [leg_of("jobcentre", 7), leg_of("city_housing", 0), leg_of("citizens_advice", 3)]
    (offered,) = opening.offer(work, person)
    for each in offered.data["openings"]:
        order = [leg["agency"] for leg in each["legs"]]
        assert order.index("city_housing") < order.index("jobcentre")


# ---------------------------------------------------------------- nothing fits
def test_fewer_now_and_the_rest_ring(open_hub: Database) -> None:
    only_these(open_hub, {"jobcentre": [(0, 2)], "city_housing": [(2, 4)]})
    work, person = somebody(open_hub)
    (said,) = opening.offer(work, person)
    assert ids(said)[:1] == ["see_fewer"]
    assert ids(said)[-2:] == ["wait_list", "find_person"]
    assert "Citizens Advice" in said.data["why"], "who stands in the way is named"
    assert outcomes(open_hub) == [("nothing", "citizens_advice")]
    intro, offered = opening.pick(work, person, Said(choice="see_fewer"))
    assert "Citizens Advice to ring you" in intro.text
    (only,) = offered.data["openings"]
    assert [leg["agency"] for leg in only["legs"]] == ["jobcentre", "city_housing"]
    opening.pick(work, person, Said(choice=only["id"]))
    asked = ending.begin_consent(work, person)
    while person.asking:
        asked = ending.answer_consent(work, person, Said(), agreed=True)
    assert asked == []
    rings, booked = ending.book(work, person, Said(choice="confirm"), agreed=True)
    assert "Citizens Advice" in rings.text
    assert [leg["agency"] for leg in booked.data["legs"]] == ["jobcentre", "city_housing"]
    referrals = {row["agency"]: row["state"] for row in rows(open_hub, t.referral)}
    assert referrals == {"jobcentre": "sent", "city_housing": "sent", "citizens_advice": "to_ring"}
    assert outcomes(open_hub) == [("subset", "citizens_advice")]


def test_who_can_be_rung_is_in_the_visit_by_phone(open_hub: Database) -> None:
    only_these(open_hub, {"jobcentre": [(0, 2)], "city_housing": [(2, 4)], "citizens_advice": [(4, 6)]},
               by_phone=("citizens_advice",))  # fmt: skip
    with open_hub.writing() as db:
        db.execute(sa.update(adviser).where(adviser.c.id == "x-citizens_advice").values(in_person=False))
    work, person = somebody(open_hub)
    (said,) = opening.offer(work, person)
    label = next(choice.label for choice in said.choices if choice.id == "see_fewer")
    assert label.endswith("and talk to Citizens Advice by phone")
    intro, offered = opening.pick(work, person, Said(choice="see_fewer"))
    assert "ring" not in intro.text
    (only,) = offered.data["openings"]
    assert [leg["label"] for leg in only["legs"]][-1].endswith(", by phone")
    opening.pick(work, person, Said(choice=only["id"]))
    _ = ending.book(work, person, Said(choice="confirm"), agreed=True)
    (row,) = rows(open_hub, visit)
    made = load_visit(open_hub, row["reference"])
    assert [leg.by_phone for leg in made.legs] == [False, False, True]
    assert row["wishes"]["by_phone"] == ["citizens_advice"]


def test_a_wider_gap(open_hub: Database) -> None:
    only_these(open_hub, {"jobcentre": [(0, 2)], "city_housing": [(16, 18)]})
    work, person = somebody(open_hub, "jobcentre", "city_housing")
    (said,) = opening.offer(work, person)
    assert "wider_gap" in ids(said)
    _, offered = opening.pick(work, person, Said(choice="wider_gap"))
    assert offered.data["openings"][0]["waiting_minutes"] == 210
    opening.pick(work, person, Said(choice=offered.data["openings"][0]["id"]))
    ending.book(work, person, Said(choice="confirm"), agreed=True)
    assert outcomes(open_hub)[0][0] == "wider_gap"
    assert rows(open_hub, visit)[0]["wishes"]["max_waiting"] >= 210


def test_a_person_after_all(open_hub: Database) -> None:
    only_these(open_hub, {"jobcentre": [(0, 2)]})
    work, person = somebody(open_hub)
    opening.offer(work, person)
    fitting.left_to_a_person(work, person)
    assert outcomes(open_hub)[0][0] == "named_contact"


# ---------------------------------------------------------------- the waiting list
def a_full_hub(database: Database) -> str:
    """One joint time, and somebody else has it; their visit."""
    only_these(database, {"jobcentre": [(96, 98)], "city_housing": [(98, 100)]})
    kept = hold_opening(database, openings(database, *AGENCIES[:2])[0], resident="other", now=NOW)
    return confirm_visit(database, kept.id, resident="other", now=NOW).reference


def on_the_list(
    database: Database, contact: dict[str, str] | None = None, *, later: timedelta = timedelta()
) -> tuple[Work, Assessment]:
    work, person = somebody(database, *AGENCIES[:2])
    work = replace(work, now=NOW + later)
    person.contact = dict(contact or CONTACT)
    opening.offer(work, person)
    opening.pick(work, person, Said(choice="wait_list"))
    assert person.stage == "agreeing"
    ending.begin_consent(work, person)
    while person.asking:
        ending.answer_consent(work, person, Said(), agreed=True)
    (said,) = ending.finish(work, person)
    assert ids(said) == [LEAVE]
    assert person.stage == "planned"
    save_assessment(database, work.resident, person, now=NOW)
    with database.writing() as db:
        here = t.conversation.c.id == work.resident
        db.execute(t.conversation.update().where(here).values(state="planned", current=said.as_json()))
    return work, person


def texts(database: Database) -> list[str]:
    return [row["body"]["text"] for row in rows(database, t.outbox)]


def test_waiting_being_offered_and_taking_it(open_hub: Database) -> None:
    booked = a_full_hub(open_hub)
    work, person = on_the_list(open_hub)
    assert outcomes(open_hub)[0][0] == "waiting_list"
    assert offer_to_those_who_wait(open_hub, ways=WAYS, now=NOW) == []
    (still,) = now_where(work)
    assert ids(still) == [LEAVE]
    cancel_visit(open_hub, booked, now=NOW)
    assert len(offer_to_those_who_wait(open_hub, ways=WAYS, now=NOW)) == 1
    (text,) = texts(open_hub)
    assert "Reply 1 to take it, or 2 to pass it on" in text
    for word in ("Jobcentre", "housing", "debt", "council"):
        assert word.casefold() not in text.casefold(), "neutral words"
    conversation = rows(open_hub, t.conversation)[0]
    assert [choice["id"] for choice in conversation["current"]["choices"]] == [TAKE, PASS]
    (shown,) = turning.after_end(work, person, Said(choice=TAKE))
    assert shown.kind == "visit"
    assert (person.stage, person.visit_reference) == ("booked", shown.data["reference"])
    (case,) = rows(open_hub, t.case_file)
    assert case["visit_reference"] == shown.data["reference"]
    assert turning.after_end(work, person, Said(choice=TAKE))[0].kind != "openings", "a second tap books nothing"
    assert [row["state"] for row in rows(open_hub, visit)] == ["cancelled", "booked"]
    assert [row["state"] for row in rows(open_hub, waiting)] == ["booked"]


def test_passing_it_on_and_leaving(open_hub: Database) -> None:
    booked = a_full_hub(open_hub)
    work, person = on_the_list(open_hub)
    next_work, _ = on_the_list(open_hub, {"name": "Kim", "phone": "skip"}, later=timedelta(minutes=1))
    cancel_visit(open_hub, booked, now=NOW)
    offer_to_those_who_wait(open_hub, ways=WAYS, now=NOW)
    turning.after_end(work, person, Said(choice=PASS))
    assert offer_to(open_hub, work.resident, now=NOW) is None
    offer_to_those_who_wait(open_hub, ways=WAYS, now=NOW)
    assert offer_to(open_hub, next_work.resident, now=NOW) is not None, "the next in line"
    (left,) = turning.after_end(work, person, Said(choice=LEAVE))
    assert "off the waiting list" in left.text
    assert len(texts(open_hub)) == 1, "who gave no number is written to by nobody"


def test_nobody_is_written_to_who_said_that_texts_are_not_safe(open_hub: Database) -> None:
    booked = a_full_hub(open_hub)
    on_the_list(open_hub, {**CONTACT, "safe_contact": "call_only"})
    cancel_visit(open_hub, booked, now=NOW)
    assert len(offer_to_those_who_wait(open_hub, ways=WAYS, now=NOW)) == 1
    assert texts(open_hub) == []


def test_an_offer_that_ran_out_is_said_kindly(open_hub: Database) -> None:
    booked = a_full_hub(open_hub)
    work, person = on_the_list(open_hub)
    cancel_visit(open_hub, booked, now=NOW)
    (offer,) = offer_to_those_who_wait(open_hub, ways=WAYS, now=NOW)
    late = replace(work, now=offer.until + timedelta(minutes=1))
    said, still = turning.after_end(late, person, Said(choice=TAKE))
    assert "could not keep that time" in said.text
    assert ids(still) == [LEAVE]


# ---------------------------------------------------------------- the plan
def test_a_plan_without_a_joint_time_offers_a_person_first_and_other_ways_too(open_hub: Database) -> None:
    work, person = somebody(open_hub)
    person.route = {"kind": "named_contact", "reason": "no_opening", "urgent": ""}
    assert person.plan is not None
    person.plan |= {"route": "named_contact", "other_ways": True}
    only_these(open_hub, {"jobcentre": [(0, 2)], "city_housing": [(2, 4)]})
    (shown,) = planning.show_plan(deepcopy(person))
    assert ids(shown) == ["find_person", "other_ways", "plan_only"]
    (said,) = opening.use_plan(work, person, Said(choice="other_ways"))
    assert "see_fewer" in ids(said)
    assert planning.chosen_route(person).kind == "visit"
    assert searching.requests_of(person)[0].agency == "jobcentre"
    assert load_assessment(open_hub, work.resident).search == {}


# ---------------------------------------------------------------- by text
def says(database: Database, text: str, *, at: datetime, number: int = 1) -> str:
    """What a phone is told that answers the newest text of ours by `text`."""
    receive(database, incoming(f"SM{number}", text, at=at), now=at)
    conversation = load_conversation(database, conversation_of(database))
    message = messages(database, conversation.id, waiting_only=True)[-1]
    found = meant(database, conversation, message, now=at)
    assert found is not None, "it belongs to the conversation"
    asked, choice = found
    heard = Heard(database=database, asked=asked, choice=choice, message_id=message.id, ways=WAYS, now=at)
    return ANSWERERS[asked.kind](heard).text


@pytest.fixture
def texted(open_hub: Database) -> Database:
    """Sam, who spoke with us on the website, has just got a text: a time is free."""
    booked = a_full_hub(open_hub)
    on_the_list(open_hub, {**CONTACT, "phone": SAM})
    cancel_visit(open_hub, booked, now=NOW)
    offer_to_those_who_wait(open_hub, ways=WAYS, now=NOW)
    with open_hub.writing() as db:
        db.execute(t.outbox.update().values(state="sent", tried_at=NOW))
    return open_hub


def test_1_by_text_books_it_and_says_so_once(texted: Database) -> None:
    told = says(texted, "1", at=NOW + timedelta(minutes=5))
    booked = rows(texted, visit)[-1]
    assert booked["state"] == "booked"
    assert f"Your reference is {show_reference(booked['reference'])}" in told
    assert len(texts(texted)) == 1, "the answer tells it: no second text"
    (case,) = rows(texted, t.case_file)
    assert case["visit_reference"] == booked["reference"]
    assert load_assessment(texted, case["conversation_id"]).stage == "booked"
    again = says(texted, "1", at=NOW + timedelta(minutes=6), number=2)
    assert "could not keep" not in again, "they have it"
    assert len([row for row in rows(texted, visit) if row["state"] == "booked"]) == 1


def test_2_by_text_passes_it_on(texted: Database) -> None:
    assert "You stay on the list" in says(texted, "2", at=NOW + timedelta(minutes=5))
    assert [row["state"] for row in rows(texted, visit)] == ["cancelled"]
    assert [row["state"] for row in rows(texted, waiting)] == ["waiting"]
    assert offer_to_those_who_wait(texted, ways=WAYS, now=NOW + timedelta(minutes=6)) == [], "not the same one again"


def test_too_late_by_text_is_told_kindly(texted: Database) -> None:
    (place,) = rows(texted, waiting)
    assert "could not keep that time" in says(texted, "1", at=place["until"] + timedelta(minutes=1))
    assert [row["state"] for row in rows(texted, visit)] == ["cancelled"]


# ---------------------------------------------------------------- who rings
def test_an_agency_sees_whom_to_ring_and_says_that_it_rang(open_hub: Database) -> None:
    agency, other = (Staff(name, name, "", "adviser", agency=name) for name in ("citizens_advice", "cvs"))
    test_fewer_now_and_the_rest_ring(open_hub)
    (ring,) = to_ring(open_hub, agency)
    assert "07700 900123" in {line["value"] for line in ring.view}
    assert to_ring(open_hub, other) == []
    with pytest.raises(CaseNotFound):
        rang(open_hub, other, ring.referral, now=NOW)
    rang(open_hub, agency, ring.referral, now=NOW)
    rang(open_hub, agency, ring.referral, now=NOW)
    assert to_ring(open_hub, agency) == []
    said = [row["text"] for row in rows(open_hub, t.case_event) if row["kind"] == "referral"]
    assert said == ["Rang them"]


@pytest.mark.parametrize(
    ("contact", "agreed"),
    [({"phone": "07700 900123", "safe_contact": "text_only"}, True), ({"phone": "skip"}, True), (CONTACT, False)],
)
def test_who_may_not_be_rung_is_told_whom_to_call(open_hub: Database, contact: dict[str, str], agreed: bool) -> None:
    only_these(open_hub, {"jobcentre": [(0, 2)], "city_housing": [(2, 4)]})
    work, person = somebody(open_hub)
    person.contact = {"name": "Sam", **contact}
    opening.offer(work, person)
    _, offered = opening.pick(work, person, Said(choice="see_fewer"))
    opening.pick(work, person, Said(choice=offered.data["openings"][0]["id"]))
    ending.begin_consent(work, person)
    while person.asking:
        ending.answer_consent(work, person, Said(), agreed=agreed)
    told, _ = ending.book(work, person, Said(choice="confirm"), agreed=True)
    assert told.text == "To see Citizens Advice as well, call 01632 960110."
    assert "to_ring" not in {row["state"] for row in rows(open_hub, t.referral)}
