"""When a reminder is due: two days and two hours before, in the person's hours, never at night."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.safe_times import AHEAD, KINDS, SAFE_HOURS, TWO_DAYS, TWO_HOURS, hours_of, is_due, is_safe, reminder_at
from foundation.clock import LONDON, to_london

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def wall(instant: datetime | None) -> str | None:
    return None if instant is None else f"{to_london(instant):%a %H:%M}"


@pytest.mark.parametrize(
    ("start", "hours", "days", "two_hours"),
    [
        ("2026-11-26 10:00", "", "Tue 10:00", "Thu 08:00"),
        ("2026-11-26 09:00", "", "Tue 09:00", "Thu 08:00"),  # 7am is too early for a text; 8am is the nearest
        ("2026-11-26 10:00", "morning", "Tue 10:00", "Thu 09:00"),
        ("2026-11-26 10:00", "afternoon", "Tue 12:00", "Wed 14:50"),  # not at 8am: the afternoon before
        ("2026-11-26 10:00", "later", "Tue 15:00", "Wed 16:50"),
        ("2026-11-26 16:00", "morning", "Tue 11:50", "Thu 11:50"),
        ("2026-11-26 09:30", "any", "Tue 09:30", "Wed 16:50"),  # 9am is half an hour before: too late to set out
        ("2026-11-23 10:00", "", "Sat 10:00", "Mon 08:00"),  # a weekend is as good as any day
    ],
)
def test_each_reminder_has_its_nearest_safe_moment(start: str, hours: str, days: str, two_hours: str) -> None:
    at = london(start)
    assert wall(reminder_at(TWO_DAYS, at, SAFE_HOURS[hours])) == days
    assert wall(reminder_at(TWO_HOURS, at, SAFE_HOURS[hours])) == two_hours


def test_hours_that_nobody_knows_are_the_working_day() -> None:
    assert hours_of({"safe_hours": "after the school run"}) == (time(9), time(17))
    assert hours_of({}) == SAFE_HOURS[""]


@pytest.mark.parametrize("start", ["2027-03-29 10:00", "2026-10-26 10:00", "2027-03-28 10:00", "2026-10-25 10:00"])
def test_two_days_before_is_the_same_time_on_the_wall_over_a_clock_change(start: str) -> None:
    at = reminder_at(TWO_DAYS, london(start), SAFE_HOURS[""])
    assert wall(at) is not None
    assert str(wall(at)).endswith("10:00")


starts = st.integers(0, 2 * 365 * 24 * 4).map(lambda quarters: LONG_AGO + timedelta(minutes=15 * quarters))


@given(start=starts, kind=st.sampled_from(KINDS), hours=st.sampled_from(list(SAFE_HOURS.values())))
def test_a_reminder_is_always_at_a_safe_time_and_before_the_visit(start: datetime, kind: object, hours: object) -> None:
    at = reminder_at(kind, start, hours)  # type: ignore[arg-type]
    assert at is not None
    assert is_safe(at, hours)  # type: ignore[arg-type]
    assert start - AHEAD < at <= start - kind.least  # type: ignore[attr-defined]


def due(kind: object, now: datetime, *, told_at: datetime = LONG_AGO, start: str = "2026-11-26 10:00") -> bool:
    return is_due(kind, london(start), told_at=told_at, hours=SAFE_HOURS[""], now=now)  # type: ignore[arg-type]


def test_it_is_due_from_its_moment_on_while_there_is_time_to_act() -> None:
    at = london("2026-11-24 10:00")
    assert not due(TWO_DAYS, at - timedelta(seconds=1))
    assert due(TWO_DAYS, at)
    assert due(TWO_DAYS, at + timedelta(hours=9))  # we were down
    assert not due(TWO_DAYS, london("2026-11-24 21:00")), "not at night, however late we are"
    assert not due(TWO_DAYS, london("2026-11-25 15:00")), "the other reminder is near"
    assert not due(TWO_HOURS, london("2026-11-26 09:30")), "they are on their way"


@pytest.mark.parametrize(
    ("booked", "days", "hours"),
    [
        ("2026-11-20 10:00", True, True),
        ("2026-11-24 08:00", False, True),  # 50 hours ahead: they have just been told
        ("2026-11-25 10:00", False, True),  # a day ahead
        ("2026-11-26 06:30", False, False),  # on the day
    ],
)
def test_who_booked_a_short_time_ahead_gets_only_what_makes_sense(booked: str, days: bool, hours: bool) -> None:
    told_at = london(booked)
    assert due(TWO_DAYS, london("2026-11-24 10:00"), told_at=told_at) is days
    assert due(TWO_HOURS, london("2026-11-26 08:00"), told_at=told_at) is hours
