"""The promise of a named contact: working hours in London, over nights, weekends, holidays and clock changes."""

from datetime import datetime

import pytest

from casework.promise import promise_by
from foundation.clock import LONDON
from foundation.plain_times import by_when


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("now", "urgent", "by"),
    [
        ("2026-11-23T10:00", True, "2026-11-23T12:00"),
        ("2026-11-23T10:01", True, "2026-11-23T12:15"),  # rounded up, never down
        ("2026-11-23T16:00", True, "2026-11-24T10:00"),  # an hour today, an hour tomorrow
        ("2026-11-22T15:00", True, "2026-11-23T11:00"),  # a Sunday
        ("2026-11-20T20:00", True, "2026-11-23T11:00"),  # Friday night
        ("2026-11-23T10:00", False, "2026-11-24T10:00"),
        ("2026-12-24T16:00", True, "2026-12-29T10:00"),  # Christmas and the substitute for Boxing Day
        ("2026-03-27T16:00", True, "2026-03-30T10:00"),  # clocks go forward in between
        ("2026-10-23T16:00", True, "2026-10-26T10:00"),  # clocks go back in between
    ],
)
def test_promise_counts_working_hours_only(now: str, urgent: bool, by: str) -> None:
    assert promise_by(london(now), urgent=urgent) == london(by)


def test_a_promise_is_said_in_words_that_cannot_be_mistaken() -> None:
    now = london("2026-11-23T10:00")
    assert by_when(london("2026-11-23T14:00"), now=now) == "before 2pm today"
    assert by_when(london("2026-11-24T10:30"), now=now) == "before 10:30am tomorrow"
    assert by_when(london("2026-11-27T12:00"), now=now) == "before 12 noon on Friday 27 November"
