"""Open, closed or not known, at an instant of an ordinary week, and for a record with places."""

from typing import Any

import pytest

from directory.hours import CLOSED, OPEN, UNKNOWN, OpenState, hours_of, open_at, state_of
from tests.unit.hours_examples import ALWAYS, OFFICE, london, wall, weekly


def test_an_office_in_an_ordinary_week() -> None:
    open_now = open_at(OFFICE, london("2026-11-24T10:00"))
    assert (open_now.state, wall(open_now.until), wall(open_now.next_opens)) == (
        OPEN,
        "Tue 24 Nov 17:00",
        "Wed 25 Nov 09:00",
    )
    early = open_at(OFFICE, london("2026-11-24T08:59"))
    assert (early.state, wall(early.next_opens), wall(early.next_closes)) == (
        CLOSED,
        "Tue 24 Nov 09:00",
        "Tue 24 Nov 17:00",
    )
    assert open_at(OFFICE, london("2026-11-24T09:00")).state == OPEN  # from nine exactly
    assert open_at(OFFICE, london("2026-11-24T17:00")).state == CLOSED  # until five, and no longer
    weekend = open_at(OFFICE, london("2026-11-28T12:00"))
    assert (weekend.state, wall(weekend.next_opens), weekend.unsure_on) == (CLOSED, "Mon 30 Nov 09:00", None)


@pytest.mark.parametrize("schedules", [[], [{"description": "weekday mornings"}], [weekly("MO", "nine", "17:00")]])
def test_what_is_not_known_is_never_closed(schedules: list[dict[str, Any]]) -> None:
    found = open_at(schedules, london("2026-11-24T03:00"))
    assert (found.state, found.until, found.next_opens) == (UNKNOWN, None, None)


def test_what_is_known_counts_even_when_another_part_cannot_be_read() -> None:
    mixed = [*OFFICE, {"description": "and some evenings, ask"}]
    assert open_at(mixed, london("2026-11-24T10:00")).state == OPEN
    evening = open_at(mixed, london("2026-11-24T19:00"))
    assert (evening.state, wall(evening.next_opens)) == (UNKNOWN, "Wed 25 Nov 09:00")


def test_past_midnight() -> None:
    night = [weekly("FR,SA", "22:00", "02:00")]
    assert open_at(night, london("2026-11-28T01:00")).state == OPEN  # of Friday night
    assert wall(open_at(night, london("2026-11-27T23:00")).until) == "Sat 28 Nov 02:00"
    assert open_at(night, london("2026-11-28T02:00")).state == CLOSED
    assert open_at(night, london("2026-11-27T01:00")).state == CLOSED  # Thursday night


def test_day_and_night_has_no_end_and_bank_holidays_do_not_shut_it() -> None:
    for at in ("2026-11-24T03:00", "2026-12-25T12:00", "2027-03-28T01:30"):
        assert open_at(ALWAYS, london(at)) == OpenState(OPEN)


def test_times_that_touch_are_one_opening() -> None:
    two = [
        weekly("TU", "09:00", "13:00"),
        weekly("TU", "13:00", "17:00"),
        weekly("TU", "22:00", "24:00"),
        weekly("WE", "00:00", "03:00"),
    ]
    assert wall(open_at(two, london("2026-11-24T10:00")).until) == "Tue 24 Nov 17:00"
    assert wall(open_at(two, london("2026-11-24T23:00")).until) == "Wed 25 Nov 03:00"


def test_a_place_has_its_own_hours_or_the_services() -> None:
    saturday = [weekly("SA", "10:00", "12:00")]
    document = {
        "schedules": OFFICE,
        "holiday_schedules": [{"start_date": "2026-11-26", "end_date": "2026-11-26", "closed": True}],
        "service_at_locations": [{"location": {}}, {"schedules": saturday}, {"location": {"schedules": saturday}}],
    }
    tuesday, weekend, thursday = (london(f"2026-11-{day}T11:00") for day in (24, 28, 26))
    states = [[state_of(hours_of(document, place=n), at).state for at in (tuesday, weekend)] for n in range(4)]
    assert states == [[OPEN, CLOSED], [CLOSED, OPEN], [CLOSED, OPEN], [OPEN, CLOSED]]
    assert state_of(hours_of(document), thursday).why == "exception"
