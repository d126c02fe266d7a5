"""RRULEs: read strictly, bounded before anything is expanded, and the days that RFC 5545 gives."""

from datetime import date, datetime, time, timedelta
from itertools import islice
from time import process_time

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from booking.rotas.recurring import happens, read_rrule

JAN = date(2026, 1, 1)  # a Thursday


def days(text: str, first: date | None, low: date, high: date) -> list[str]:
    return [f"{day:%m-%d}" for day in sorted(happens(read_rrule(text, first=first).rrule, first, low, high))]


@pytest.mark.parametrize(
    ("text", "first", "expected"),
    [
        ("FREQ=WEEKLY;BYDAY=TU,TH", None, ["01-01", "01-06", "01-08", "01-13", "01-15"]),
        ("RRULE:FREQ=WEEKLY;BYDAY=TU", JAN, ["01-06", "01-13"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", date(2026, 1, 5), ["01-05"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", date(2026, 1, 12), ["01-12"]),
        ("FREQ=WEEKLY", JAN, ["01-01", "01-08", "01-15"]),
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=1", JAN, ["01-05"]),
        ("FREQ=DAILY;COUNT=3", date(2025, 12, 30), ["01-01"]),
        ("FREQ=DAILY;INTERVAL=10", JAN, ["01-01", "01-11"]),
        ("FREQ=MONTHLY;BYDAY=2TU", None, ["01-13"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-17", None, ["01-15"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", None, ["01-01"]),
        ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=7", None, ["01-07"]),
        ("FREQ=YEARLY;BYYEARDAY=4", None, ["01-04"]),
        ("", None, [f"01-{number:02}" for number in range(1, 16)]),
    ],
)
def test_a_rule_holds_on_its_days(text: str, first: date | None, expected: list[str]) -> None:
    assert days(text, first, JAN, date(2026, 1, 15)) == expected


def test_every_other_week_stays_every_other_week_over_years() -> None:
    """The bug that comes of counting from the beginning of the window instead of the first day."""
    first = date(2020, 1, 6)
    rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"
    for low in (date(2026, 11, 1) + timedelta(days=number) for number in range(30)):
        assert {(day - first).days % 14 for day in happens(rule, first, low, low + timedelta(days=60))} == {0}


@given(
    st.sampled_from(
        ["FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;BYDAY=WE", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=DAILY;COUNT=50"]
    ),
    st.dates(date(2024, 1, 1), date(2026, 1, 1)),
    st.integers(0, 700),
    st.integers(0, 90),
)
def test_a_window_shows_what_the_whole_shows_there(rule: str, first: date, ahead: int, length: int) -> None:
    low = first + timedelta(days=ahead)
    high = low + timedelta(days=length)
    whole = happens(rule, first, first, first + timedelta(days=800))
    assert happens(rule, first, low, high) == {day for day in whole if low <= day <= high}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("FREQ=SECONDLY", "FREQ=SECONDLY repeats within a day"),
        ("FREQ=MINUTELY;COUNT=1000000", "FREQ=MINUTELY repeats within a day"),
        ("FREQ=HOURLY", "repeats within a day"),
        ("FREQ=DAILY;COUNT=1000000", "COUNT=1000000: it must be from 1 to 3660"),
        ("FREQ=DAILY;COUNT=0", "COUNT=0"),
        ("FREQ=DAILY;BYHOUR=9,10", "BYHOUR is not for shifts"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0"),  # dateutil would never come back from this one
        ("FREQ=DAILY;INTERVAL=999", "INTERVAL=999"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "never happens"),
        ("FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31", "never happens"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9", "never happens"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", "never happens"),  # from a Thursday
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTH=2;BYMONTHDAY=1", "never happens"),  # from a January
        ("FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1", "never happens"),
        ("FREQ=YEARLY;BYWEEKNO=5", "BYWEEKNO goes with"),
        ("FREQ=WEEKLY;BYDAY=2TU", "has a number in a month or a year only"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "numbers go from 1 to 31"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "numbers go from 1 to 31"),
        ("FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=1", "numbers go from 1 to 12"),
        ("FREQ=WEEKLY;BYDAY=XX", "“BYDAY=XX” is no part of a rule"),
        ("FREQ=WEEKLY;BYDAY=MO;BYDAY=TU", "no part of a rule"),
        ("FREQ=FORTNIGHTLY", "no part of a rule"),
        ("BYDAY=MO", "how often"),
        ("every tuesday", "no part of a rule"),
        ("FREQ=WEEKLY;UNTIL=20251231;BYDAY=MO", r"ends \(UNTIL 2025-12-31\) before it starts \(2026-01-01\)"),
        ("FREQ=WEEKLY;UNTIL=20260231;BYDAY=MO", "UNTIL=20260231 is no day"),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20260401", "not both"),
        ("FREQ=WEEKLY;BYEASTER=1", "no part of a rule"),
        ("FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * 400), "too long"),
        ("FREQ=WEEKLY;BYDAY=MO\nEXDATE:20260105", "no part of a rule"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_at_once(text: str, says: str) -> None:
    began = process_time()
    with pytest.raises(ValueError, match=says):
        read_rrule(text, first=JAN)
    assert process_time() - began < 1  # dateutil takes half a minute for one that never happens


@pytest.mark.parametrize(
    "text", ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "FREQ=WEEKLY", "FREQ=DAILY;COUNT=3", "FREQ=MONTHLY"]
)
def test_a_rule_that_is_counted_from_its_first_day_needs_one(text: str) -> None:
    with pytest.raises(ValueError, match="needs one"):
        read_rrule(text, first=None)
    read_rrule(text, first=JAN)


@pytest.mark.parametrize(
    ("until", "start", "last"),
    [
        ("20261231", 600, "2026-12-31"),
        ("20261231T100000", 600, "2026-12-31"),
        ("20261231T095959", 600, "2026-12-30"),  # that day's shift begins later
        ("20260701T090000Z", 600, "2026-07-01"),  # ten o'clock in summer
        ("20260701T083000Z", 600, "2026-06-30"),
        ("20260630T233000Z", 0, "2026-07-01"),  # it is tomorrow already in London
    ],
)
def test_until_is_a_last_day(until: str, start: int, last: str) -> None:
    found = read_rrule(f"FREQ=WEEKLY;UNTIL={until}", first=JAN, start=start)
    assert (found.rrule, str(found.until)) == ("FREQ=WEEKLY", last)


def test_one_rule_is_written_in_one_way() -> None:
    for text in ("byday=th,tu ; freq=weekly;interval=1;wkst=MO".replace(" ", ""), "FREQ=WEEKLY;BYDAY=TU,TH"):
        assert read_rrule(text, first=None).rrule == "FREQ=WEEKLY;BYDAY=TU,TH"
    assert read_rrule("FREQ=DAILY", first=None).rrule == ""


def several(name: str, most: int, *, signed: bool = True) -> st.SearchStrategy[str]:
    low = -most if signed else 1
    numbers = st.lists(st.integers(low, most).filter(bool), min_size=1, max_size=4, unique=True)
    return numbers.map(lambda found: f";{name}=" + ",".join(map(str, found)))


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    # dateutil asks for both at once where weekdays with and without a number stand side by side; RFC 5545 for either.
    numbered = draw(
        st.sampled_from([[""], {"MONTHLY": ["1", "2", "-1"], "YEARLY": ["1", "10", "-2"]}.get(frequency, [""])])
    )
    day = st.builds(str.__add__, st.sampled_from(numbered), st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]))
    parts = [
        st.lists(day, min_size=1, max_size=3, unique=True).map(lambda days: ";BYDAY=" + ",".join(days)),
        several("BYMONTH", 12, signed=False),
        several("BYMONTHDAY", 31),
    ]
    if frequency == "YEARLY":
        parts += [
            several("BYYEARDAY", 366),
            several("BYWEEKNO", 53, signed=False).map(lambda weeks: weeks + ";BYDAY=MO,SU"),
        ]
    if frequency == "MONTHLY":
        parts += [several("BYSETPOS", 4)]
    chosen = draw(st.lists(st.sampled_from(parts), max_size=2, unique_by=id))
    told = {text[1:].split("=")[0]: text for part in chosen for text in [draw(part)]}
    assume(not ("BYSETPOS" in told and len(told) == 1))
    assume("".join(told.values()).count("BYDAY") <= 1)
    interval = draw(st.integers(1, 4))
    count = draw(st.sampled_from(["", ";COUNT=7"]))
    return f"FREQ={frequency};INTERVAL={interval}{count}" + "".join(told.values())


@settings(max_examples=200, deadline=None)
@given(rules(), st.dates(date(2024, 1, 1), date(2026, 1, 1)))
def test_it_gives_the_days_that_dateutil_gives(text: str, first: date) -> None:
    try:
        rule = read_rrule(text, first=first).rrule
    except ValueError:
        return  # one that never happens; dateutil would look for it up to the year 9999
    high = first + timedelta(days=1500)
    found = sorted(happens(rule, first, first, high))
    assume(len(found) > 3)  # dateutil would look on for the next one of a rare rule for centuries
    begins = datetime.combine(first, time())
    theirs = list(islice((each.date() for each in rrulestr(text, dtstart=begins)), len(found)))
    assert found == theirs


@settings(deadline=None)
@given(st.text(alphabet="FREQ=WEKLYDAIMONTHUSB;,0123456789-+ \n:", max_size=60))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    try:
        read = read_rrule(text, first=JAN)
    except ValueError:
        return
    assert happens(read.rrule, JAN, JAN, JAN + timedelta(days=8 * 366 + 2))
