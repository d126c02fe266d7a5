"""Calendars out, read back by the library: methods, people, folding, clock changes; and FHIR by models of R4B."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fhir.resources.R4B.appointment import Appointment
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.operationoutcome import OperationOutcome
from icalendar import Calendar, Event

from booking.calendars import fhir
from booking.calendars.feeds import Owner, feed_ics
from booking.calendars.legs import BookedLeg
from booking.calendars.visit import agency_ics, visit_ics
from booking.hub import Hub
from booking.openings import OpeningLeg
from booking.visits.model import Visit

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
BASE = "https://help.example.org"
HUB = Hub(
    {"id": "h", "name": "Fitzroy Street Hub", "address": ["Fitzroy Street", "Cambridge"], "phone": "01632 960110",
     "host": "Grace", "rooms": [], "sessions": [], "agencies": {}}
)  # fmt: skip
OWNER = Owner("nurse-1", "Nurse 1", "nhs_primary")


def visit(start: datetime = NOW, **changes: object) -> Visit:
    legs = tuple(
        OpeningLeg(
            agency=agency, service_id="s", start=start + timedelta(minutes=at),
            finish=start + timedelta(minutes=at + 30), adviser=f"{agency}-1", room="room_1", room_label="Room 1",
        )
        for at, agency in ((0, "women_aid"), (45, "nhs_primary"))
    )  # fmt: skip
    made = Visit(
        reference="7K4M2P", resident="r", state="booked", version=2, start=start, finish=legs[-1].finish, legs=legs,
        host="Grace", hub=HUB,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def leg(**changes: object) -> BookedLeg:
    made = BookedLeg(
        reference="7K4M2P", number=1, agency="nhs_primary", start=NOW, finish=NOW + timedelta(minutes=30),
        adviser="nurse-1", adviser_label="Nurse 1", room_label="Room 2", by_phone=False, state="planned",
        visit_state="booked", version=3, booked_at=NOW - timedelta(days=9), changed_at=NOW - timedelta(days=2),
        arrived_at=None, hub=HUB,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def read(text: str) -> tuple[Calendar, Event]:
    calendar = Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


# ---------------------------------------------------------------- files
def test_a_file_for_anybody_is_published_and_names_nobody() -> None:
    calendar, event = read(visit_ics(visit(), now=NOW))
    assert calendar["method"] == "PUBLISH"
    assert "attendee" not in event  # RFC 5546 3.2.1: there must be none
    assert event["organizer"].startswith("mailto:")  # and there must be one


def test_the_file_of_an_e_mail_is_a_request_that_asks_for_no_answer() -> None:
    calendar, event = read(visit_ics(visit(), now=NOW, attendee="sam@example.org"))
    assert calendar["method"] == "REQUEST"
    assert event["attendee"] == "mailto:sam@example.org"  # RFC 5546 3.2.2: there must be one
    assert (event["attendee"].params["RSVP"], event["attendee"].params["PARTSTAT"]) == ("FALSE", "ACCEPTED")


def test_both_become_a_cancel_with_the_same_uid_and_a_higher_sequence() -> None:
    for attendee in ("", "sam@example.org"):
        _, before = read(visit_ics(visit(), now=NOW, attendee=attendee))
        calendar, event = read(visit_ics(visit(state="cancelled", version=3), now=NOW, attendee=attendee))
        assert (calendar["method"], event["status"]) == ("CANCEL", "CANCELLED")
        assert event["uid"] == before["uid"]
        assert event["sequence"] > before["sequence"]


def test_an_agency_gets_its_own_part_and_learns_nothing_of_the_others() -> None:
    calendar, event = read(agency_ics(visit(), "nhs_primary", now=NOW, attendee="desk@example.org"))
    assert event.decoded("dtstart") == NOW + timedelta(minutes=45)
    assert "women" not in calendar.to_ical().decode().lower()


def test_an_agency_that_is_no_longer_in_a_visit_gets_a_cancel_for_the_same_entry() -> None:
    _, before = read(agency_ics(visit(), "nhs_primary", now=NOW))
    without = visit(legs=visit().legs[:1], version=3)
    calendar, event = read(agency_ics(without, "nhs_primary", now=NOW))
    assert (calendar["method"], event["uid"]) == ("CANCEL", before["uid"])


def test_long_lines_are_folded_at_75_octets_and_come_back_whole() -> None:
    name = "Canolfan Gymunedol Tŷ’r Ysgol a’r Llyfrgell ar Heol y Frenhines; drws gwyrdd, “Front Door” ✓ " * 2
    hub = Hub({**HUB.details, "name": name})
    text = visit_ics(visit(hub=hub), now=NOW)
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert str(read(text)[1]["summary"]) == f"Visit to {name}"


@pytest.mark.parametrize(
    ("start", "wall"),
    [
        (datetime(2027, 3, 27, 10, tzinfo=UTC), "10:00"), (datetime(2027, 3, 29, 9, tzinfo=UTC), "10:00"),
        (datetime(2026, 10, 24, 9, tzinfo=UTC), "10:00"), (datetime(2026, 10, 26, 10, tzinfo=UTC), "10:00"),
    ],
)  # fmt: skip
def test_around_both_clock_changes_feed_and_file_say_the_time_on_the_wall(start: datetime, wall: str) -> None:
    for text in (visit_ics(visit(start), now=NOW), feed_ics(OWNER, [leg(start=start)], names={})):
        found = read(text)[1].decoded("dtstart")
        assert f"{found:%H:%M}" == wall
        assert found == start


# ---------------------------------------------------------------- feeds
def test_a_feed_says_when_to_come_again_and_has_a_name() -> None:
    calendar = Calendar.from_ical(feed_ics(OWNER, [], names={}))
    assert calendar.decoded("refresh-interval") == timedelta(minutes=15)
    assert calendar["refresh-interval"].params["VALUE"] == "DURATION"
    assert str(calendar["x-wr-calname"]) == "Front Door: Nurse 1"
    assert calendar.walk("VEVENT") == []


def test_a_leg_shows_a_first_name_only_where_it_is_agreed() -> None:
    for names, summary in (({}, "Visit 7K4 M2P"), ({"7K4M2P": "Sam"}, "Visit 7K4 M2P · Sam")):
        assert str(read(feed_ics(OWNER, [leg()], names=names))[1]["summary"]) == summary


def test_a_cancelled_leg_is_shown_as_cancelled_and_free() -> None:
    _, event = read(feed_ics(OWNER, [leg(visit_state="cancelled")], names={}))
    assert (event["status"], event["transp"]) == ("CANCELLED", "TRANSPARENT")


def test_the_same_facts_give_the_same_text() -> None:
    assert feed_ics(OWNER, [leg()], names={}) == feed_ics(OWNER, [leg()], names={})


# ---------------------------------------------------------------- FHIR
STATUSES = Appointment.model_fields["status"].json_schema_extra["enum_values"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "booked"),
        ({"arrived_at": NOW}, "arrived"),
        ({"state": "begun", "arrived_at": NOW}, "arrived"),
        ({"state": "done", "arrived_at": NOW}, "fulfilled"),
        ({"state": "missed"}, "noshow"),
        ({"visit_state": "cancelled"}, "cancelled"),
        ({"visit_state": "cancelled", "state": "missed"}, "cancelled"),
    ],
)
def test_an_appointment_is_valid_r4_and_has_the_right_status(changes: dict[str, object], status: str) -> None:
    made = fhir.appointment(leg(**changes), base=BASE, name="")
    read_back = Appointment.model_validate(made)
    assert read_back.status == status
    assert status in STATUSES
    assert made.keys() <= Appointment.model_fields.keys() | {"resourceType"}
    assert (read_back.start, read_back.minutesDuration) == (NOW, 30)
    assert all(each.actor or each.type for each in read_back.participant)  # app-1


def test_legs_of_one_visit_share_its_identifier_and_have_ids_of_their_own() -> None:
    both = [fhir.appointment(leg(agency=agency), base=BASE, name="") for agency in ("nhs_primary", "jobcentre")]
    assert len({str(each["identifier"]) for each in both}) == 1
    assert [each["id"] for each in both] == ["7K4M2P-nhs-primary", "7K4M2P-jobcentre"]


def test_nobody_is_named_who_did_not_agree_to_it() -> None:
    def visitor(name: str) -> str:
        return str(fhir.appointment(leg(), base=BASE, name=name)["participant"][0]["actor"]["display"])

    assert (visitor(""), visitor("Sam")) == ("Visitor", "Sam")


@pytest.mark.parametrize("number", [0, 2])
def test_a_searchset_is_a_valid_bundle(number: int) -> None:
    found = [fhir.appointment(leg(reference=f"7K4M2{n}"), base=BASE, name="") for n in range(number)]
    bundle = Bundle.model_validate(
        fhir.searchset(found, total=number, base=BASE, asked="identifier=7K4M2P", more="_count=2")
    )
    assert (bundle.type, bundle.total, len(bundle.entry or [])) == ("searchset", number, number)


def test_what_the_server_can_do_and_what_went_wrong_are_valid() -> None:
    told = CapabilityStatement.model_validate(fhir.capability(base=BASE, dated="2026-11-22"))
    assert (told.fhirVersion, told.rest[0].resource[0].type) == ("4.0.1", "Appointment")
    assert OperationOutcome.model_validate(fhir.outcome("not-found", "No.")).issue[0].code == "not-found"
