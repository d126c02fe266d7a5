"""Rotas in files: CSV and iCalendar, out and in again; and every wrong one refused in plain words."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from booking.errors import RotaNotReadable
from booking.rotas.calendars import read_calendar, write_calendar
from booking.rotas.files import read_rota_bytes, read_rota_file
from booking.rotas.rules import Person, Rotas, Rule
from booking.rotas.sheets import read_sheet, write_sheet
from tests.unit.rota_examples import HEAD, PLACE, TODAY, hub, rule, shifts

MORE = HEAD + ",rrule,except,room,skills,languages,by_phone,in_person,note\n"
A = Person(id="a", agency="cvs", label="A", languages=frozenset({"pl", "uk"}), by_phone=True)
B = Person(id="b", agency="jobcentre", label="Coach, B; “the second”", skills=frozenset({"debt"}))
RULES = (
    rule(rrule="FREQ=WEEKLY;BYDAY=TU,TH", hub="h"),
    rule(rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", first_day=date(2026, 1, 1), last_day=date(2026, 12, 31), hub="h"),
    rule(rrule="FREQ=MONTHLY;BYDAY=-1FR", start="22:00", end="24:00", hub="h"),
    rule(rrule="FREQ=DAILY;COUNT=5", first_day=TODAY, hub="h", except_days=(date(2026, 11, 25),)),
    rule(whom="adviser:b", hub="h"),
    rule("leave", "adviser:b", first_day=TODAY, last_day=date(2026, 12, 4), note="A course", hub="h"),
    rule("leave", first_day=TODAY, last_day=TODAY, start="09:00", end="10:30", hub="h"),
    rule("leave", first_day=TODAY, rrule="FREQ=WEEKLY;BYDAY=FR", hub="h"),
    rule("leave", first_day=TODAY, last_day=date(2026, 12, 4), except_days=(date(2026, 12, 1),), hub="h"),
    rule("extra", "adviser:b", first_day=date(2026, 11, 28), start="01:30", end="02:30", hub="h"),
    rule("session", note="Tuesday, late", rrule="FREQ=WEEKLY;BYDAY=TU", hub="h"),
    rule("closed", "hub", first_day=date(2026, 12, 24), last_day=date(2027, 1, 3), note="Christmas", hub="h"),
    rule("closed", "room:room_1", first_day=TODAY, last_day=TODAY, start="09:00", end="12:00", hub="h"),
)
EVERY = Rotas(people=(A, B), rules=RULES)


def by_id(rota: Rotas) -> tuple[set[Person], dict[str, Rule]]:
    return set(rota.people), {each.id: each for each in rota.rules}


def test_csv_comes_back_as_it_went() -> None:
    assert by_id(read_sheet(write_sheet(EVERY), "h")) == by_id(EVERY)


def test_icalendar_comes_back_as_it_went() -> None:
    text = write_calendar(EVERY)
    assert by_id(read_calendar(text, "h")) == by_id(EVERY)
    lines = text.replace("\r\n ", "").split("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "DTSTART;TZID=Europe/London:20260112T100000" in lines  # the first Monday of every other week from 1 January
    assert "RRULE:FREQ=WEEKLY;UNTIL=20261231T100000Z;INTERVAL=2;BYDAY=MO" in lines
    assert "DTEND;VALUE=DATE:20261205" in lines  # the day after the last
    assert "BEGIN:VTIMEZONE" in lines


def test_the_demonstration_comes_back_from_both() -> None:
    rota = read_rota_file(PLACE / "rota.csv", hub(), today=TODAY)
    assert len(rota.rules) > 30
    for text in (write_sheet(rota), write_calendar(rota)):
        again = read_rota_bytes(text.encode(), "again", hub(), today=TODAY)
        assert by_id(again) == by_id(rota)


times = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
# Without the backslash: the library that reads calendars takes an escaped one before an N for a new line.
letters = st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"], exclude_characters="\\")
texts = st.text(letters, max_size=30).map(str.strip)
some_days = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    start, end = sorted(draw(st.lists(times, min_size=2, max_size=2, unique=True)))
    first, last = sorted(draw(st.lists(some_days, min_size=2, max_size=2)))
    kind = draw(st.sampled_from(["works", "extra", "leave", "closed"]))
    days = draw(st.sampled_from(["", "FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=MONTHLY;BYDAY=1TU", "FREQ=DAILY;INTERVAL=2"]))
    hours = {} if kind in ("leave", "closed") and draw(st.booleans()) else {"start": start, "end": end}
    whom = draw(st.sampled_from(["hub", "room:room_1"])) if kind == "closed" else "adviser:a"
    ends = {"last_day": last} if (last - first).days > 62 or not days else {}
    excepted = tuple(draw(st.lists(some_days, max_size=3)))
    return rule(
        kind, whom, first_day=first, rrule=days, except_days=excepted, note=draw(texts), hub="h", **hours, **ends
    )


@settings(deadline=None)
@given(st.lists(rules(), min_size=1, max_size=4, unique_by=lambda each: each.id))
def test_any_rota_comes_back_from_both(made: list[Rule]) -> None:
    people = (A,) if any(each.adviser for each in made) else ()
    rota = Rotas(people=people, rules=tuple(made))
    assert by_id(read_sheet(write_sheet(rota), "h")) == by_id(rota)
    assert by_id(read_calendar(write_calendar(rota), "h")) == by_id(rota)


def test_the_sheets_of_today_stay_readable() -> None:
    rota = read_sheet(HEAD + "\na,cvs,Ann,works,Mon Wed,09:00,12:00,,\na,cvs,Ann,leave,,,,2026-11-25,2026-11-25\n", "h")
    assert [(one.rrule, one.start, one.first_day) for one in rota.rules] == [
        ("FREQ=WEEKLY;BYDAY=MO,WE", "09:00", None), ("", "", date(2026, 11, 25)),
    ]  # fmt: skip
    assert shifts(*rota.rules) == ["2026-11-23 09:00-12:00"]
    [person] = rota.people
    assert (person.agency, person.label, person.in_person, person.by_phone) == ("cvs", "Ann", True, False)


def test_no_weekdays_are_the_working_week_and_spreadsheets_may_write_times_their_way() -> None:
    rota = read_sheet(HEAD + "\r\na,cvs,Ann,works,,9:00,12:00:00,,\r\n,,,,,,,,\r\n", "h")
    assert len(shifts(*rota.rules)) == 5
    assert shifts(*rota.rules)[0] == "2026-11-23 09:00-12:00"


def test_more_columns_say_who_can_do_what() -> None:
    sheet = MORE + (
        "a,cvs,Ann,works,,09:00,12:00,2026-01-05,,FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,2026-02-02,,"
        "debt rent,pl uk,yes,no,Hi\n"
        "a,,,leave,,,,2026-11-25,2026-11-25,,,,,,,,\n"
        "b,cvs,Ben,,,,,,,,,,,,,,\n"
        ",,Late,session,Wed,15:30,18:30,,,,,,,,,,\n"
        ",,,closed,,,,2026-12-24,2026-12-24,,,room_1,,,,,Painting\n"
    )
    rota = read_rota_bytes(sheet.encode(), "r.csv", hub(), today=TODAY)
    ann, ben = rota.people
    assert (ann.skills, ann.languages, ann.by_phone, ann.in_person) == ({"debt", "rent"}, {"pl", "uk"}, True, False)
    assert (ben.id, ben.active) == ("b", True)
    works, leave, session, closed = rota.rules
    assert (works.rrule, works.except_days) == ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", (date(2026, 2, 2),))
    assert (leave.whom, session.whom, session.note, closed.room, closed.note) == (
        "adviser:a", "hub", "Late", "room_1", "Painting",
    )  # fmt: skip


def line(text: str) -> str:
    return f"{HEAD}\n{text}\n"


def more(text: str) -> str:
    return f"{MORE}{text}\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("  \n\n", "empty"),
        (HEAD + "\n", "no lines"),
        (HEAD + "\n,,,,,,,,\n", "no lines"),
        ("adviser,agency\n", "no column label, kind"),
        (HEAD + ",colour\na,cvs,A,works,Mon,09:00,12:00,,,blue\n", "a column “colour”, which we do not know"),
        (HEAD + ",from\n", "two columns of one name"),
        (line("a,cvs,A,works,Mon,9,12:00,,"), "Line 2 of the rota is wrong: “9” is no time"),
        (line("a,cvs,A,works,Mon,25:00,26:00,,"), "Line 2 .*“25:00” is no time"),
        (line("a,cvs,A,works,Mon,12:00,09:00,,"), r"Line 2 .*start \(12:00\) must be before end \(09:00\)"),
        (line("a,cvs,A,works,Mon,12:00,12:00,,"), "must be before end"),
        (line("a,cvs,A,works,Mon,12:00,,,"), "Line 2 .*needs a start and an end"),
        (line("a,cvs,A,works,Funday,09:00,12:00,,"), "Line 2 .*“Funday” is not one of Mon"),
        (line("a,cvs,A,works,Mon,09:00,12:00,2026-02-30,"), "Line 2 .*“2026-02-30” is no date"),
        (line("a,cvs,A,works,Mon,09:00,12:00,24/11/2026,"), "Line 2 .*“24/11/2026” is no date"),
        (line("a,cvs,A,works,Mon,09:00,12:00,0001-01-01,"), "Line 2 .*not between 2000 and 2099"),
        (line("a,cvs,A,works,Mon,09:00,12:00,2026-12-01,2026-11-01"), "Line 2 .*ends on 2026-11-01, before it starts"),
        (line("a,cvs,A,works,Mon,09:00,12:00,2026-11-24,2026-11-25"), "Line 2 .*never happens"),
        (line("a,cvs,A,leave,,,,,"), "Line 2 .*leave needs a first day"),
        (line("a,cvs,A,leave,,,,2026-11-24,"), "leave needs a first and a last day"),
        (line("a.b,cvs,A,works,Mon,09:00,12:00,,"), "Line 2 .*adviser is “a.b”"),
        (line("a,,A,works,Mon,09:00,12:00,,"), "Line 2 .*agency is “”"),
        (line("a,cvs,A,sleeps,Mon,09:00,12:00,,"), "Line 2 .*kind is “sleeps”"),
        (line("a,cvs,A,session,Mon,09:00,12:00,,"), "Line 2 .*session is for the hub"),
        (line(",cvs,A,works,Mon,09:00,12:00,,"), "Line 2 .*names no adviser"),
        (line("a,cvs,A,works,Mon,09:00,12:00,,,extra"), "Line 2 .*more cells than columns"),
        (line("a,butchers,A,works,Mon,09:00,12:00,,"), "names “butchers”, which is no agency of Fitzroy Street Hub"),
        (
            line("a,cvs,A,works,Mon,09:00,12:00,,\na,jobcentre,A,works,Tue,09:00,12:00,,"),
            "Line 3 .*a has agency “jobcentre” here and “cvs” in line 2",
        ),
        (line('a,cvs,"A,works,Mon,09:00,12:00,,'), "Line . of the rota cannot be read"),
        (
            line("a,cvs,A,works,Mon Tue,09:00,12:00,,\nb,cvs,B,works,Mon,09:00,12:00,,\n"
                 "a,cvs,A,works,Tue,11:45,14:00,,"),
            "Line 2 and line 4 overlap for a on 2026-11-24",
        ),
        (
            more("a,cvs,A,works,,09:00,12:00,2026-11-23,,FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,,,,,,,\n"
                 "a,cvs,A,works,,11:00,13:00,2026-12-07,,FREQ=MONTHLY;BYDAY=1MO,,,,,,,"),
            "Line 2 and line 3 overlap for a on 2026-12-07",
        ),
        (
            more(",,One,session,Tue,10:00,12:00,,,,,,,,,,\n,,Two,session,Tue,11:00,13:00,,,,,,,,,,"),
            "Line 2 and line 3 overlap for the hub",
        ),
        (more("a,cvs,A,works,,09:00,12:00,,,FREQ=SECONDLY,,,,,,,"), "Line 2 .*FREQ=SECONDLY repeats within a day"),
        (more("a,cvs,A,works,,09:00,12:00,2026-01-01,,FREQ=DAILY;COUNT=1000000,,,,,,,"), "Line 2 .*COUNT=1000000"),
        (more("a,cvs,A,works,,09:00,12:00,,,FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30,,,,,,,"), "Line 2 .*never happens"),
        (
            more("a,cvs,A,works,,09:00,12:00,2026-03-01,,FREQ=WEEKLY;BYDAY=MO;UNTIL=20260201,,,,,,,"),
            "Line 2 .*before it starts",
        ),
        (more("a,cvs,A,works,Mon,09:00,12:00,,,FREQ=WEEKLY;BYDAY=MO,,,,,,,"), "Line 2 .*weekdays or rrule, not both"),
        (more(",,,closed,,,,2026-12-24,2026-12-24,,,cellar,,,,,"), "Line 2: “cellar” is no room of Fitzroy"),
        (more("a,cvs,A,works,Mon,09:00,12:00,,,,,,,,maybe,,"), "Line 2 .*“maybe” must be yes or no"),
        (more("a,cvs,A,works,Mon,09:00,12:00,,,,,,,Polish,,,"), "a: “Polish” is no language code"),
        (more("a,cvs,A,works,Mon,09:00,12:00,,,,,,,,no,no,"), "neither in person nor by phone"),
        (more("a,interpreters,A,works,Mon,09:00,12:00,,,,,,,,yes,,"), "say for which languages"),
        (more("a,cvs,A,works,Mon,09:00,12:00,,,,soon,,,,,,"), "Line 2 .*“soon” is no date"),
    ],
)  # fmt: skip
def test_a_wrong_sheet_is_refused_with_its_line(text: str, says: str) -> None:
    with pytest.raises(RotaNotReadable, match=says):
        read_rota_bytes(text.encode(), "rota.csv", hub(), today=TODAY)


def test_hours_that_touch_do_not_overlap_nor_do_other_days_weeks_and_years() -> None:
    sheet = line(
        "a,cvs,A,works,Mon,09:00,12:00,,\na,cvs,A,works,Mon,12:00,14:00,,\na,cvs,A,works,Tue,09:00,14:00,,2026-11-30\n"
        "a,cvs,A,works,Tue,10:00,14:00,2026-12-01,\na,cvs,A,leave,,,,2026-11-24,2026-11-24\nb,cvs,B,works,Mon,09:00,12:00,,"
    )
    assert len(read_rota_bytes(sheet.encode(), "rota.csv", hub(), today=TODAY).rules) == 6


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("caf\xe9".encode("latin-1"), "not written in UTF-8. Save it as “CSV UTF-8”"),
        (HEAD.encode("utf-16"), "not written in UTF-8"),
        (b"x" * (4 * 1024 * 1024 + 1), "larger than 4 MB"),
        (b"\x00\x00" + HEAD.encode(), "no column|cannot be read"),
    ],
)
def test_what_is_no_text_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(RotaNotReadable, match=says):
        read_rota_bytes(content, "rota.csv", hub(), today=TODAY)


def test_a_mark_that_spreadsheets_put_before_utf_8_is_no_letter() -> None:
    sheet = b"\xef\xbb\xbf" + line("a,cvs,Zo\xeb,works,Mon,09:00,12:00,,").encode()
    assert read_rota_bytes(sheet, "rota.csv", hub(), today=TODAY).people[0].label == "Zo\xeb"


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(RotaNotReadable, match=r"gone\.csv cannot be read"):
        read_rota_file(tmp_path / "gone.csv", hub(), today=TODAY)


EVENT = [
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20260101T000000Z",
    "SUMMARY:Ann works", "DTSTART;TZID=Europe/London:20261124T100000", "DTEND;TZID=Europe/London:20261124T120000",
    "RRULE:FREQ=WEEKLY;BYDAY=TU", "CATEGORIES:works", "ATTENDEE;CN=Ann;X-AGENCY=cvs:urn:x-frontdoor:adviser:a",
    "END:VEVENT", "END:VCALENDAR",
]  # fmt: skip


def event(*changes: tuple[str, str]) -> bytes:
    text = "\r\n".join(EVENT) + "\r\n"
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def test_a_calendar_made_elsewhere_is_read() -> None:
    rota = read_rota_bytes(event(), "rota.ics", hub(), today=TODAY)
    [found] = rota.rules
    assert (found.kind, found.whom, found.rrule, found.first_day, found.last_day) == (
        "works", "adviser:a", "FREQ=WEEKLY;BYDAY=TU", date(2026, 11, 24), None,
    )  # fmt: skip
    assert rota.people == (Person(id="a", agency="cvs", label="Ann"),)
    floating = event((";TZID=Europe/London", ""))
    assert read_rota_bytes(floating, "rota.ics", hub(), today=TODAY) == rota
    lasting = event(("DTEND;TZID=Europe/London:20261124T120000", "DURATION:PT2H"))
    assert read_rota_bytes(lasting, "rota.ics", hub(), today=TODAY) == rota


def test_an_event_that_was_moved_in_another_calendar_begins_where_it_was_moved_to() -> None:
    text = write_calendar(Rotas(people=(A,), rules=(rule(rrule="FREQ=WEEKLY;BYDAY=TU", first_day=date(2026, 11, 20)),)))
    assert read_calendar(text, "h").rules[0].first_day == date(2026, 11, 20)
    moved = text.replace("20261124T", "20261208T")
    assert read_calendar(moved, "h").rules[0].first_day == date(2026, 12, 8)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("RRULE:FREQ=WEEKLY;BYDAY=TU", "RRULE:FREQ=SECONDLY", r"Event 1 \(Ann works\) is wrong: .* within a day"),
        ("RRULE:FREQ=WEEKLY;BYDAY=TU", "RRULE:FREQ=DAILY;COUNT=1000000", "COUNT=1000000"),
        ("RRULE:FREQ=WEEKLY;BYDAY=TU", "RRULE:FREQ=WEEKLY;UNTIL=20260101", "before it starts"),
        ("RRULE:FREQ=WEEKLY;BYDAY=TU", "RRULE:FREQ=NEVER", "Event 1|cannot be read"),
        ("RRULE:FREQ=WEEKLY;BYDAY=TU", "RDATE:20261201T100000Z", "cannot read RDATE"),
        ("UID:1", "UID:1\r\nRECURRENCE-ID:20261201T100000Z", "cannot read RECURRENCE-ID"),
        ("UID:1", "UID:1\r\nSTATUS:CANCELLED", "CANCELLED: take it out"),
        ("DTEND;TZID=Europe/London:20261124T120000", "DTEND;TZID=Europe/London:20261124T090000", "must be before end"),
        ("DTEND;TZID=Europe/London:20261124T120000", "DTEND;TZID=Europe/London:20261125T090000", "ends on another day"),
        ("DTEND;TZID=Europe/London:20261124T120000", "COMMENT:x", "no DTEND"),
        ("DTSTART;TZID=Europe/London:20261124T100000", "COMMENT:x", "no DTSTART"),
        ("Europe/London", "Europe/Paris", "times are in Europe/Paris"),
        ("20261124T100000", "20269924T100000", "Event 1|cannot be read"),
        ("CATEGORIES:works", "CATEGORIES:party", "kind is “party”"),
        ("CATEGORIES:works", "COMMENT:x", "needs one category"),
        ("urn:x-frontdoor:adviser:a", "mailto:ann@example.org", "must say for whom"),
        ("X-AGENCY=cvs", "X-AGENCY=butchers", "names “butchers”, which is no agency"),
        ("BEGIN:VEVENT", "BEGIN:VTODO", "cannot be read|no events"),
        ("END:VCALENDAR", "", "cannot be read|no events"),
    ],
)  # fmt: skip
def test_a_wrong_calendar_is_refused_with_its_event(old: str, new: str, says: str) -> None:
    with pytest.raises(RotaNotReadable, match=says):
        read_rota_bytes(event((old, new)), "rota.ics", hub(), today=TODAY)


def test_other_calendars_see_the_same_days() -> None:
    """What an export says, read by the library alone: the first time of each event is one of the rule's days."""
    for component in Calendar.from_ical(write_calendar(EVERY)).walk("VEVENT"):
        [same] = [each for each in RULES if each.id == str(component["UID"]).partition("@")[0]]
        day = component["DTSTART"].dt
        first = day if not same.start else day.date()
        assert same.in_force(first) or first in same.except_days
        assert same.start in ("", f"{day:%H:%M}")


def test_two_lines_that_overlap_in_the_past_only_are_let_be() -> None:
    old = [rule(last_day=date(2026, 6, 1)), rule(start="11:00", end="13:00")]
    text = write_sheet(Rotas(people=(A,), rules=tuple(replace(each, hub="h") for each in old)))
    read_rota_bytes(text.encode(), "rota.csv", hub(), today=TODAY)
    with pytest.raises(RotaNotReadable, match="overlap"):
        read_rota_bytes(text.encode(), "rota.csv", hub(), today=date(2026, 5, 1))
