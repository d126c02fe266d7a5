"""What repeats is the clock on the wall: over both changes of the clocks, over years, and on bank holidays."""

import json
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import govuk_bank_holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.rotas.expanding import cells_on, closures_of, days_of, sessions_of, shifts_of
from booking.rotas.holidays import NATIONS, earliest_start, is_bank_holiday, is_working_day
from foundation.clock import LONDON, instant_of, to_london
from tests.unit.rota_examples import TODAY, cells_of, hub, rule, shifts, shown

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
SUNDAY = "FREQ=WEEKLY;BYDAY=SU"
# Read from the published file itself, not through the code that is tested.
PUBLISHED = json.loads((Path(govuk_bank_holidays.__file__).with_name("bank-holidays.json")).read_text("utf-8"))
HOLIDAYS = {
    nation: {date.fromisoformat(event["date"]) for event in told["events"]} for nation, told in PUBLISHED.items()
}
minutes = st.integers(0, 24 * 60)
years = st.integers(2024, 2035)


def last_sunday(year: int, month: int) -> date:
    """By law: the clocks change on the last Sunday of March and of October (Summer Time Act 1972, as amended)."""
    return max(day for day in (date(year, month, number) for number in range(25, 32)) if day.weekday() == 6)


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        (date(2026, 3, 27), "09:00"),  # the Friday before the clocks go forward
        (date(2026, 3, 30), "08:00"),  # the Monday after
        (date(2026, 10, 23), "08:00"),  # the Friday before they go back
        (date(2026, 10, 26), "09:00"),
    ],
)
def test_nine_in_london_stays_nine_when_the_clocks_change(day: date, utc: str) -> None:
    nine = rule(start="09:00", end="17:00")
    assert shifts(nine, first=day, days=1) == [f"{day} 09:00-17:00"]
    [cells] = shifts_of([nine], [day])["a"]
    assert f"{instant_of(cells.start):%H:%M}" == utc


@pytest.mark.parametrize(
    ("start", "end", "usual", "spring", "autumn"),
    [
        ("00:00", "24:00", 96, 92, 100),
        ("00:00", "03:00", 12, 8, 16),  # a shift over the hour of the change
        ("01:00", "02:00", 4, 0, 8),  # that hour alone: it is not there, and it is there twice
        ("01:15", "01:45", 2, 0, 2),
        (
            "00:30",
            "01:30",
            4,
            2,
            4,
        ),  # until the clock first shows half past one, or jumps over it
        ("01:30", "02:30", 4, 2, 8),
        ("02:00", "03:00", 4, 4, 4),
    ],
)
def test_a_shift_at_the_change_has_the_cells_that_there_are(
    start: str, end: str, usual: int, spring: int, autumn: int
) -> None:
    night = rule(start=start, end=end, rrule=SUNDAY)
    assert [cells_of(night, day=day) for day in (date(2026, 6, 7), SPRING, AUTUMN)] == [usual, spring, autumn]


@settings(deadline=None)
@given(year=years, month=st.sampled_from([3, 10]), cuts=st.lists(minutes, min_size=3, max_size=6, unique=True))
def test_time_that_is_cut_in_pieces_is_the_same_time(year: int, month: int, cuts: list[int]) -> None:
    """On the days of both changes: nothing is counted twice, nothing is lost, and nothing runs backwards."""
    day = last_sunday(year, month)
    quarters = sorted({cut // 15 * 15 for cut in cuts})
    parts = [cells_on(day, *pair) for pair in pairwise(quarters)]
    whole = cells_on(day, quarters[0], quarters[-1])
    assert [cell for part in parts for cell in part] == list(whole)


@settings(deadline=None)
@given(year=years, start=minutes, end=minutes)
def test_a_cell_is_worked_when_all_of_it_is_between_the_two_times(year: int, start: int, end: int) -> None:
    for day in (last_sunday(year, 3), last_sunday(year, 10), date(year, 7, 1)):
        # Against walking through the day minute by minute of UTC: the shift runs from when the clock has first reached
        # `start` until it has first reached `end`.
        midnight = datetime.combine(day, time(), LONDON).astimezone(UTC)
        walk = [midnight + timedelta(minutes=number) for number in range(25 * 60 + 1)]
        first, last = (next(int(at.timestamp()) for at in walk if on_the_wall(at, day) >= m) for m in (start, end))
        around = range(first // 900, last // 900 + 1)
        expected = [cell for cell in around if first <= cell * 900 and (cell + 1) * 900 <= last]
        assert list(cells_on(day, start, end)) == expected


def on_the_wall(instant: datetime, day: date) -> int:
    """What the clock shows, in minutes since the midnight at which `day` began."""
    wall = to_london(instant)
    return 24 * 60 * (wall.date() - day).days + wall.hour * 60 + wall.minute


@settings(deadline=None, max_examples=40)
@given(
    start=st.integers(0, 92),
    length=st.integers(1, 40),
    weekday=st.integers(0, 6),
    first=st.dates(date(2024, 1, 1), date(2027, 1, 1)),
)
def test_a_weekly_rota_shows_the_same_times_on_the_wall_for_years(
    start: int, length: int, weekday: int, first: date
) -> None:
    begins, ends = start * 15, min(96, start + length) * 15
    if begins < 120 or ends <= begins:  # the hour of the change is looked at above
        begins, ends = 120, 180
    name = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[weekday]
    weekly = rule(
        start=f"{begins // 60:02}:{begins % 60:02}", end=f"{ends // 60:02}:{ends % 60:02}",
        rrule=f"FREQ=WEEKLY;BYDAY={name}",
    )  # fmt: skip
    days = days_of(first, 3 * 366)
    expected = [day for day in days if day.weekday() == weekday and day not in HOLIDAYS["england-and-wales"]]
    found = shifts_of([weekly], days)["a"]
    london = ZoneInfo("Europe/London")
    assert [instant_of(cells.start).astimezone(london).replace(tzinfo=None) for cells in found] == [
        datetime.combine(day, time(begins // 60, begins % 60)) for day in expected
    ]
    assert {len(cells) for cells in found} == {(ends - begins) // 15}


@pytest.mark.parametrize("nation", NATIONS)
def test_nobody_works_on_a_bank_holiday_of_their_nation(nation: str) -> None:
    days = days_of(date(2025, 1, 1), 4 * 365)
    worked = {
        to_london(instant_of(cells.start)).date()
        for cells in shifts_of([rule(rrule="FREQ=DAILY")], days, nation=nation)["a"]
    }
    assert worked == set(days) - HOLIDAYS[nation]
    assert [day for day in days if is_bank_holiday(day, nation)] == sorted(HOLIDAYS[nation] & set(days))
    session_days = {
        to_london(instant_of(cells.start)).date() for _, cells in sessions_of([rule("session")], days, nation=nation)
    }
    assert session_days == worked


@pytest.mark.parametrize(
    ("day", "off"),
    [
        (date(2026, 11, 30), {"scotland"}),  # St Andrew's Day
        (date(2026, 3, 17), {"northern-ireland"}),  # St Patrick's Day
        (date(2026, 7, 13), {"northern-ireland"}),  # the Battle of the Boyne (12 July is a Sunday)
        (date(2026, 1, 2), {"scotland"}),
        (date(2026, 4, 6), {"england-and-wales", "northern-ireland"}),  # Easter Monday
        (date(2026, 8, 3), {"scotland"}),  # the summer holiday comes first there
        (date(2026, 8, 31), {"england-and-wales", "northern-ireland"}),
        (date(2026, 12, 28), set(NATIONS)),  # Boxing Day is a Saturday
        (date(2026, 11, 23), set()),
    ],
)
def test_each_nation_has_its_own_days(day: date, off: set[str]) -> None:
    assert {nation for nation in NATIONS if not is_working_day(day, nation)} == off
    assert {nation for nation in NATIONS if not shifts(rule(), first=day, days=1, nation=nation)} == off


def test_somebody_who_comes_once_comes_on_a_holiday_or_a_saturday_too() -> None:
    extra = rule("extra", first_day=date(2026, 12, 28))
    saturday = rule(rrule="FREQ=WEEKLY;BYDAY=SA")
    assert shifts(rule(), extra, first=date(2026, 12, 28), days=1) == ["2026-12-28 10:00-12:00"]
    assert shifts(rule(), first=date(2026, 12, 28), days=1) == []
    assert shifts(saturday, first=date(2026, 11, 28), days=1) == ["2026-11-28 10:00-12:00"]


def test_leave_and_closures_take_out_days_or_hours() -> None:
    works = rule(start="09:00", end="17:00", rrule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")
    away = rule("leave", first_day=date(2026, 11, 24), last_day=date(2026, 11, 25))
    lunch = rule("leave", first_day=date(2026, 11, 26), rrule="FREQ=WEEKLY;BYDAY=TH", start="12:05", end="13:00")
    shut = rule("closed", "hub", first_day=date(2026, 11, 27), last_day=date(2026, 11, 27), start="15:00", end="17:00")
    room = rule("closed", "room:room_1", first_day=TODAY, last_day=TODAY)
    assert shifts(works, away, lunch, shut, room) == [
        "2026-11-23 09:00-17:00", "2026-11-26 09:00-12:00", "2026-11-26 13:00-17:00", "2026-11-27 09:00-15:00",
    ]  # fmt: skip


def test_what_is_worked_is_whole_cells_and_what_is_closed_is_all_it_touches() -> None:
    assert shifts(rule(start="09:05", end="09:55"), days=1) == ["2026-11-23 09:15-09:45"]
    flood = rule("closed", "room:r", first_day=TODAY, last_day=TODAY, start="09:05", end="09:20")
    again = rule("closed", "room:r", first_day=TODAY, last_day=TODAY, start="09:25", end="09:26")
    assert shown(closures_of([flood, again], [TODAY])["r"]) == ["2026-11-23 09:00-09:30"]


def test_sessions_never_share_a_cell_and_end_when_the_hub_closes() -> None:
    long, short = rule("session", note="Long", start="10:00", end="15:00"), rule("session", note="Short", end="16:00")
    shut = rule("closed", "hub", first_day=TODAY, last_day=TODAY, start="11:00", end="12:00")
    found = sessions_of([long, short, shut], [TODAY])
    cells = [cell for _, part in found for cell in part]
    assert len(cells) == len(set(cells)) == 4 * 5
    assert shown(part for _, part in found)[0] == "2026-11-23 10:00-11:00"


@pytest.mark.parametrize(
    ("now", "earliest"),
    [
        ("2026-11-23 09:30", "2026-11-23 11:30"),
        ("2026-11-23 06:00", "2026-11-23 11:00"),
        ("2026-11-23 14:59", "2026-11-23 16:59"),
        ("2026-11-23 15:00", "2026-11-24 09:00"),
        ("2026-11-23 16:30", "2026-11-24 10:30"),
        ("2026-11-23 22:00", "2026-11-24 11:00"),
        ("2026-11-27 15:30", "2026-11-30 09:30"),  # Friday afternoon to Monday
        ("2026-11-28 12:00", "2026-11-30 11:00"),  # Saturday
        ("2026-12-24 16:00", "2026-12-29 10:00"),  # over Christmas
        ("2026-03-27 16:00", "2026-03-30 10:00"),  # over the change to summer time
        ("2026-10-23 16:00", "2026-10-26 10:00"),
    ],
)
def test_the_earliest_start_is_two_working_hours_ahead(now: str, earliest: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=LONDON).astimezone(UTC)
    for found in (earliest_start(at), earliest_start(at, hub())):
        assert f"{to_london(found):%Y-%m-%d %H:%M}" == earliest
        assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("booking", "nation", "now", "earliest"),
    [
        ({"lead_working_hours": 0}, "england-and-wales", "2026-11-23 14:00", "2026-11-23 14:00"),
        ({"lead_working_hours": 16}, "england-and-wales", "2026-11-23 14:00", "2026-11-25 14:00"),
        ({"lead_working_hours": 0.5}, "england-and-wales", "2026-11-23 16:40", "2026-11-24 09:10"),
        ({"last_bookable": "12:00"}, "england-and-wales", "2026-11-23 11:59", "2026-11-23 13:59"),
        ({"last_bookable": "12:00"}, "england-and-wales", "2026-11-23 12:00", "2026-11-24 09:00"),
        ({"last_bookable": "12:00"}, "england-and-wales", "2026-11-27 12:00", "2026-11-30 09:00"),
        ({"last_bookable": "12:00"}, "england-and-wales", "2026-11-28 13:00", "2026-11-30 11:00"),  # a Saturday
        ({"day_begins": "10:00", "day_ends": "14:00"}, "england-and-wales", "2026-11-23 13:00", "2026-11-24 11:00"),
        ({}, "england-and-wales", "2026-11-27 16:00", "2026-11-30 10:00"),
        ({}, "scotland", "2026-11-27 16:00", "2026-12-01 10:00"),  # St Andrew's Day is no working day there
    ],
)
def test_a_hub_has_its_own_lead_time_and_last_time(booking: dict, nation: str, now: str, earliest: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=LONDON)
    found = earliest_start(at.astimezone(UTC), hub(booking=booking, nation=nation))
    assert f"{to_london(found):%Y-%m-%d %H:%M}" == earliest
