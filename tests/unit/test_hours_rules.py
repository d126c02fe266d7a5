"""Repetitions by iCalendar's rules, beside calendars that anybody can look at and a count day by day."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.hours.reading import DAYS, Dated, Pattern, minutes, read_exceptions, read_schedule
from directory.hours.rules import SPAN_DAYS

HOURS = {"opens_at": "10:00", "closes_at": "12:00"}
FIRST, LAST = date(2026, 11, 1), date(2026, 12, 31)


def dates(first: date = FIRST, last: date = LAST, **schedule: Any) -> list[str]:
    read = read_schedule(HOURS | schedule)
    assert isinstance(read, Pattern), schedule
    return [f"{day:%d %b}" for day in sorted(read.rule.dates(first, last))]


# A wall calendar of November and December 2026 (the 1st of November is a Sunday, the 1st of December a Tuesday).
@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ({"freq": "MONTHLY", "byday": "1TU"}, ["03 Nov", "01 Dec"]),
        ({"freq": "MONTHLY", "byday": "-1FR"}, ["27 Nov", "25 Dec"]),
        ({"byday": "2MO"}, ["09 Nov", "14 Dec"]),  # a number means monthly
        ({"freq": "MONTHLY", "byday": "+3WE,1SA"}, ["07 Nov", "18 Nov", "05 Dec", "16 Dec"]),
        ({"freq": "MONTHLY", "byday": "5MO"}, ["30 Nov"]),  # December has four
        ({"freq": "MONTHLY", "bymonthday": "1,15"}, ["01 Nov", "15 Nov", "01 Dec", "15 Dec"]),
        ({"freq": "MONTHLY", "bymonthday": "-1"}, ["30 Nov", "31 Dec"]),
        ({"freq": "MONTHLY", "bymonthday": "31"}, ["31 Dec"]),
        ({"freq": "MONTHLY", "dtstart": "2026-01-31"}, ["31 Dec"]),  # only months that have a 31st
        ({"freq": "MONTHLY", "dtstart": "2026-09-10", "interval": 2}, ["10 Nov"]),
        ({"freq": "MONTHLY", "dtstart": "2025-12-10", "interval": 3}, ["10 Dec"]),
        ({"freq": "WEEKLY", "dtstart": "2026-11-03", "interval": 2, "until": "2026-11-30"}, ["03 Nov", "17 Nov"]),
        ({"byday": "TU", "dtstart": "2020-01-07", "interval": 2, "until": "2026-11-30"}, ["03 Nov", "17 Nov"]),
        ({"freq": "WEEKLY", "byday": "SU", "dtstart": "2026-12-10", "until": "2026-12-20"}, ["13 Dec", "20 Dec"]),
        ({"freq": "WEEKLY", "byday": "MO", "dtstart": "2026-11-16", "count": 3}, ["16 Nov", "23 Nov", "30 Nov"]),
        ({"freq": "DAILY", "dtstart": "2026-11-02", "interval": 20}, ["02 Nov", "22 Nov", "12 Dec"]),
        ({"freq": "YEARLY", "dtstart": "2019-12-24"}, ["24 Dec"]),
        ({"freq": "YEARLY", "dtstart": "2023-12-24", "interval": 2}, []),  # 2025 and 2027
        ({"freq": "YEARLY", "byyearday": "335"}, ["01 Dec"]),
        ({"freq": "weekly", "byday": "Thursday", "until": "2026-11-12"}, ["05 Nov", "12 Nov"]),
        ({"byday": "sat", "until": "2026-11-08"}, ["07 Nov"]),
        ({"freq": "WEEKLY", "byday": "TH,FR", "bymonthday": "2,3,4"}, ["03 Dec", "04 Dec"]),  # the standard's own
    ],
)  # fmt: skip
def test_on_which_days(schedule: dict[str, Any], expected: list[str]) -> None:
    assert dates(**schedule) == expected


def test_every_other_week_is_counted_in_weeks_that_begin_when_it_says() -> None:
    """The example of RFC 5545, 3.8.5.3: every other week, Tuesday and Sunday, from 5 August 1997, four times."""
    told = {"freq": "WEEKLY", "interval": 2, "count": 4, "byday": "TU,SU", "dtstart": "1997-08-05"}
    window = (date(1997, 8, 1), date(1997, 9, 30))
    assert dates(*window, **told, wkst="MO") == ["05 Aug", "10 Aug", "19 Aug", "24 Aug"]
    assert dates(*window, **told, wkst="SU") == ["05 Aug", "17 Aug", "19 Aug", "31 Aug"]


@given(
    start=st.dates(date(1995, 1, 1), date(2026, 1, 1)),
    interval=st.integers(1, 9),
    days=st.sets(st.integers(0, 6), min_size=1),
    ahead=st.integers(0, 500),
)
def test_however_long_ago_it_began_the_weeks_are_the_right_ones(
    start: date, interval: int, days: set[int], ahead: int
) -> None:
    byday = ",".join(DAYS[day] for day in days)
    read = read_schedule(HOURS | {"freq": "WEEKLY", "interval": interval, "byday": byday, "dtstart": f"{start}"})
    assert isinstance(read, Pattern)
    first = date(2026, 1, 1) + timedelta(days=ahead)
    monday = start - timedelta(days=start.weekday())
    window = [first + timedelta(days=n) for n in range(100)]
    counted = {day for day in window if (day - monday).days // 7 % interval == 0 and day.weekday() in days}
    assert read.rule.dates(first, window[-1]) == counted


@given(
    start=st.dates(date(1995, 1, 1), date(2026, 1, 1)), interval=st.integers(1, 30), ahead=st.integers(0, 500),
    freq=st.sampled_from(["DAILY", "MONTHLY", "YEARLY"]),
)  # fmt: skip
def test_days_months_and_years_are_counted_from_the_first(start: date, interval: int, ahead: int, freq: str) -> None:
    read = read_schedule(HOURS | {"freq": freq, "interval": interval, "dtstart": f"{start}"})
    assert isinstance(read, Pattern)
    first = date(2026, 1, 1) + timedelta(days=ahead)
    window = [first + timedelta(days=n) for n in range(400)]

    def holds(day: date) -> bool:
        if freq == "DAILY":
            return (day - start).days % interval == 0
        months = (day.year - start.year) * 12 + day.month - start.month
        return day.day == start.day and months % (interval * (12 if freq == "YEARLY" else 1)) == 0

    assert read.rule.dates(first, window[-1]) == {day for day in window if holds(day)}


def test_a_million_days_are_never_made() -> None:
    daily = read_schedule(HOURS | {"freq": "DAILY", "dtstart": "0001-01-01"})
    assert isinstance(daily, Pattern)
    assert len(daily.rule.dates(date(2026, 1, 1), date(9999, 12, 31))) == SPAN_DAYS + 1
    assert read_schedule(HOURS | {"freq": "DAILY", "dtstart": "2026-01-01", "count": 1_000_000}) is None
    assert read_schedule(HOURS | {"freq": "DAILY", "dtstart": "0001-01-01", "count": 5}) is None
    never = {"freq": "DAILY", "dtstart": "2026-01-01", "count": 5, "bymonthday": "1", "byyearday": "2"}
    assert read_schedule(HOURS | never) is None


@pytest.mark.parametrize(
    "schedule",
    [
        {},
        {"freq": "WEEKLY"},
        {"freq": "WEEKLY", "byday": "MO", "interval": 2},  # which of the two weeks?
        {"freq": "WEEKLY", "byday": "2MO"},
        {"freq": "MONTHLY"},
        {"freq": "MONTHLY", "byday": "6MO"},
        {"freq": "HOURLY", "byday": "MO"},
        {"freq": "WEEKLY", "byday": "weekdays"},
        {"freq": "WEEKLY", "byday": "MO,XX"},
        {"freq": "WEEKLY", "byday": "MO," * 1000},
        {"freq": "WEEKLY", "byday": "MO", "interval": 0},
        {"freq": "WEEKLY", "byday": "MO", "interval": "often"},
        {"freq": "WEEKLY", "byday": "MO", "dtstart": "soon"},
        {"freq": "MONTHLY", "bymonthday": "32"},
        {"freq": "MONTHLY", "bymonthday": "0"},
        {"freq": "WEEKLY", "byday": "MO", "opens_at": "nine"},
        {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:60"},
        {"freq": "WEEKLY", "byday": "MO", "opens_at": "25:00"},
        {"freq": "WEEKLY", "byday": "MO", "closes_at": None},
        {"freq": "WEEKLY", "byday": "MO", "opens_at": "12:00"},  # noon to noon
        {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00-05:00"},  # New York
        {"freq": "WEEKLY", "byday": "MO", "timezone": "America/New_York"},
        {"description": "weekday mornings"},
    ],
)
def test_what_has_no_clear_meaning_is_left_to_people(schedule: dict[str, Any]) -> None:
    assert read_schedule(HOURS | schedule) is None


@given(st.dictionaries(
    st.sampled_from(["freq", "byday", "bymonthday", "interval", "count", "dtstart", "until", "opens_at", "closes_at",
                     "valid_from", "valid_to", "timezone", "closed", "wkst", "byweekno", "byyearday"]),
    st.one_of(st.none(), st.integers(-400, 99999), st.floats(), st.text(max_size=12), st.sampled_from(
        ["WEEKLY", "MONTHLY", "YEARLY", "DAILY", "MO", "2TU", "2026-11-22", "0001-01-01", "09:00", "24:00", "1"])),
    max_size=8,
))  # fmt: skip
def test_whatever_a_feed_says_nothing_breaks(schedule: dict[str, Any]) -> None:
    read = read_schedule(schedule)
    if isinstance(read, Pattern):
        assert len(read.rule.dates(FIRST, LAST)) <= 61
        assert 0 <= read.span[0] < read.span[1] <= read.span[0] + 1440
    read_exceptions([schedule, None, 7, [schedule]])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("09:00", 540),
        ("9:05", 545),
        ("0930", 570),
        ("09:00:00", 540),
        ("09:00Z", 540),
        ("17:30+01:00", 1050),
        ("00:00", 0),
    ],
)
def test_times_are_the_clock_on_the_wall(text: str, found: int) -> None:
    assert minutes(text) == found


def test_the_end_of_the_day() -> None:
    assert [minutes(text, closing=True) for text in ("24:00", "23:59", "23:59:59", "23:45")] == [1440, 1440, 1440, 1425]
    with pytest.raises(ValueError, match="no time"):
        minutes("24:00")


def test_exceptions_in_our_words_and_in_those_of_older_feeds() -> None:
    christmas, boxing, eve = date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 24)
    assert read_exceptions(
        [
            {"date": "2026-12-25", "closed": True, "reason": "Christmas."},
            {"from": "2026-12-25", "to": "2026-12-26", "closed": True},
            {"date": "2026-12-24", "opens_at": "10:00", "closes_at": "12:00"},
            {"id": "1", "start_date": "2026-12-25", "end_date": "2026-12-26", "closed": "true"},
            {"date": "2026-12-24", "opens_at": "late"},
            {"closed": True},
            {"from": "2026-12-26", "to": "2026-12-25", "closed": True},
            "Christmas",
        ]
    ) == [
        Dated(christmas, christmas, (), "Christmas."),
        Dated(christmas, boxing, ()),
        Dated(eve, eve, ((600, 720),)),
        Dated(christmas, boxing, ()),
        Dated(eve, eve, None),
    ]


def test_a_schedule_of_named_days_is_an_exception() -> None:
    """As a feed of UK 1.0 comes in: `holiday_schedules` among the schedules."""
    closed = {"valid_from": "2026-12-25", "valid_to": "2026-12-28", "closed": True}
    assert read_schedule(closed) == Dated(date(2026, 12, 25), date(2026, 12, 28), ())
    other = HOURS | {"valid_from": "2026-12-29", "valid_to": "2026-12-29", "closed": False}
    assert read_schedule(other) == Dated(date(2026, 12, 29), date(2026, 12, 29), ((600, 720),))
    usual = HOURS | {"byday": "MO", "closed": False}
    assert isinstance(read_schedule(usual), Pattern)
    once = HOURS | {"dtstart": "2026-12-01"}
    assert read_schedule(once) == Dated(date(2026, 12, 1), date(2026, 12, 1), ((600, 720),))
