"""Hours are the clock on the wall, on the nights on which it changes too."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from directory.hours import CLOSED, OPEN, UNKNOWN, open_at
from directory.hours.reading import DAYS
from directory.hours.state import instant
from foundation.clock import LONDON, to_london
from tests.unit.hours_examples import AUTUMN, EVERY_DAY, OFFICE, SPRING, wall, weekly


def test_nine_is_nine_before_and_after_both_clock_changes() -> None:
    every_day = [
        weekly(
            EVERY_DAY,
            "09:00",
            "17:00",
        )
    ]
    for change, before, after in ((AUTUMN, 8, 9), (SPRING, 9, 8)):
        for day, hour in ((change - timedelta(days=1), before), (change, after)):
            found = open_at(every_day, datetime.combine(day, time(7), UTC))
            assert found.next_opens == datetime.combine(day, time(hour), UTC), day


def test_a_night_is_an_hour_longer_in_autumn_and_shorter_in_spring() -> None:
    night = [weekly("SA", "22:00", "06:00")]
    for change, hours in ((AUTUMN, 9), (SPRING, 7), (date(2026, 11, 29), 8)):
        found = open_at(night, datetime.combine(change - timedelta(days=1), time(12), LONDON))
        assert found.next_opens is not None
        assert found.next_closes is not None
        assert found.next_closes - found.next_opens == timedelta(hours=hours)


def test_hours_that_the_clock_jumps_over() -> None:
    """Between one and two in the morning of 28 March 2027 there is no such time in London."""
    assert instant(SPRING, 90) == instant(SPRING, 60) == instant(SPRING, 120) == datetime(2027, 3, 28, 1, tzinfo=UTC)
    gone = [weekly("SU", "01:15", "01:45")]
    found = open_at(gone, datetime(2027, 3, 27, 12, tzinfo=UTC))
    assert (found.state, wall(found.next_opens)) == (CLOSED, "Sun 04 Apr 01:15")
    partly = open_at([weekly("SU", "01:30", "03:00")], datetime(2027, 3, 28, 1, 30, tzinfo=UTC))
    assert (partly.state, wall(partly.until)) == (OPEN, "Sun 28 Mar 03:00")


minute = st.integers(0, 24 * 60 - 1)


def instants(first: date, last: date) -> st.SearchStrategy[datetime]:
    return st.datetimes(datetime.combine(first, time()), datetime.combine(last, time()), timezones=st.just(UTC))


def on_days(days: set[int], opens: int, closes: int) -> dict[str, Any]:
    return weekly(",".join(DAYS[day] for day in days), *(f"{at // 60:02}:{at % 60:02}" for at in (opens, closes)))


@given(
    days=st.sets(st.integers(0, 6), min_size=1), opens=minute, closes=minute,
    at=st.one_of(
        instants(date(2026, 10, 23), date(2026, 10, 28)),  # round the change of autumn
        instants(date(2027, 3, 26), date(2027, 3, 30)),  # round the change of spring
        instants(date(2026, 1, 1), date(2027, 12, 1)),
    ),
)  # fmt: skip
def test_open_is_what_the_clock_on_the_wall_says(days: set[int], opens: int, closes: int, at: datetime) -> None:
    """Read off the wall, without instants: is it one of the days, and between the two times?"""
    if opens == closes or closes == 1439:
        return
    shown = to_london(at)
    if shown.fold or (shown.date() == SPRING and {opens // 60, closes // 60} & {1}):
        return  # the hour that comes twice, and the one that never comes, have tests of their own
    now = shown.hour * 60 + shown.minute
    today, yesterday = shown.weekday() in days, (shown.weekday() - 1) % 7 in days
    within = opens <= now < closes if closes > opens else now >= opens
    expected = (today and within) or (yesterday and closes < opens and now < closes)
    found = open_at([on_days(days, opens, closes)], at, bank_holidays="open")
    assert (found.state == OPEN) == expected
    assert found.state != UNKNOWN


@given(
    days=st.sets(st.integers(0, 6), min_size=1), opens=minute, closes=minute,
    at=instants(date(2026, 10, 20), date(2027, 4, 5)),
)  # fmt: skip
def test_what_is_promised_comes_true(days: set[int], opens: int, closes: int, at: datetime) -> None:
    """At `until` it has closed, at `next_opens` it is open, and in between it never is."""
    if opens == closes:
        return
    schedule = on_days(days, opens, closes)

    def state(when: datetime) -> str:
        return open_at([schedule], when, bank_holidays="open").state

    found = open_at([schedule], at, bank_holidays="open")
    if found.until is None and found.state == OPEN:
        return  # day and night
    tick = timedelta(seconds=1)
    if found.until:
        assert state(found.until - tick) == OPEN
        assert state(found.until) == CLOSED
    assert found.next_opens is not None
    assert state(found.next_opens) == OPEN
    assert state(found.next_opens - tick) == CLOSED
    begins = found.until or at
    assert state(begins + (found.next_opens - begins) / 2) == CLOSED


@given(st.lists(st.sampled_from([*OFFICE, weekly("SA", "10:00", "12:00"), weekly("FR", "22:00", "02:00")]), max_size=3),
       instants(date(2026, 1, 1), date(2027, 12, 1)))  # fmt: skip
def test_with_a_part_that_cannot_be_read_it_is_never_closed(schedules: list[dict[str, Any]], at: datetime) -> None:
    assert open_at([*schedules, {"notes": "and by arrangement"}], at).state != CLOSED
