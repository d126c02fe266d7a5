from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from booking.calendars.visit import visit_ics
from booking.hub import Hub
from booking.openings import OpeningLeg
from booking.visits.model import Visit

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


def visit(start: datetime, state: str = "booked", version: int = 1) -> Visit:
    leg = OpeningLeg(
        agency="women_aid", service_id="s", start=start, finish=start + timedelta(minutes=45),
        adviser="benefits-adviser", room="room_1", room_label="Room 1",
    )  # fmt: skip
    hub = Hub(
        {"id": "h", "name": "Fitzroy Street Hub", "address": ["Fitzroy Street", "Cambridge"], "phone": "01632 960110",
         "host": "Grace", "rooms": [], "sessions": [], "agencies": {}}
    )  # fmt: skip
    return Visit(
        reference="7K4M2P", resident="r", state=state, version=version, start=start, finish=leg.finish, legs=(leg,),
        host="Grace", hub=hub,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("start", "wall", "offset"),
    [
        (datetime(2026, 7, 7, 9, tzinfo=UTC), "2026-07-07 10:00", 1),
        (datetime(2026, 12, 8, 10, tzinfo=UTC), "2026-12-08 10:00", 0),
        (datetime(2026, 3, 30, 9, tzinfo=UTC), "2026-03-30 10:00", 1),
        (datetime(2026, 10, 26, 10, tzinfo=UTC), "2026-10-26 10:00", 0),
    ],
)
def test_a_calendar_reads_the_right_london_time(start: datetime, wall: str, offset: int) -> None:
    calendar = Calendar.from_ical(visit_ics(visit(start), now=NOW))
    [event] = calendar.walk("VEVENT")
    found = event.decoded("dtstart")
    assert f"{found:%Y-%m-%d %H:%M}" == wall
    assert found.utcoffset() == timedelta(hours=offset)
    assert found == start
    assert event.decoded("dtend") - found == timedelta(minutes=45)
    assert event["dtstart"].params["TZID"] == "Europe/London"


def test_its_own_time_zone_has_both_halves_of_the_year() -> None:
    calendar = Calendar.from_ical(visit_ics(visit(NOW), now=NOW))
    [zone] = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/London"
    assert {part["TZOFFSETTO"].to_ical() for part in zone.subcomponents} == {"+0000", "+0100"}


def test_a_new_version_replaces_the_old_entry_and_a_cancelled_one_takes_it_away() -> None:
    booked = visit(NOW)
    files = [booked, replace(booked, version=2), replace(booked, version=3, state="cancelled")]
    calendars = [Calendar.from_ical(visit_ics(each, now=NOW)) for each in files]
    events = [calendar.walk("VEVENT")[0] for calendar in calendars]
    assert len({str(event["uid"]) for event in events}) == 1
    assert [int(event["sequence"]) for event in events] == [1, 2, 3]
    assert [str(calendar["method"]) for calendar in calendars] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert str(events[2]["status"]) == "CANCELLED"


def test_nothing_tells_what_the_visit_is_about() -> None:
    text = visit_ics(visit(NOW), now=NOW).lower()
    for word in ("women", "benefit", "adviser", "room"):
        assert word not in text
    assert "summary:visit to fitzroy street hub" in text
