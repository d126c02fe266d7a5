"""Opening hours as people say them."""

from typing import Any

import pytest

from directory.hours import in_words
from directory.labels import hours_word


def weekly(days: str, opens: str, closes: str, **more: Any) -> dict[str, Any]:
    return {"id": "1", "freq": "WEEKLY", "byday": days, "opens_at": opens, "closes_at": closes, **more}


@pytest.mark.parametrize(
    ("schedules", "words"),
    [
        ([weekly("MO,TU,WE,TH,FR", "09:00:00", "17:00:00")], "Monday to Friday, 9am to 5pm"),
        ([weekly("TU,TH", "09:30", "12:00")], "Tuesday and Thursday, 9:30am to 12 noon"),
        ([weekly("MO,WE,FR", "13:15", "20:00")], "Monday, Wednesday and Friday, 1:15pm to 8pm"),
        ([weekly("MO,TU,WE,TH,FR,SA,SU", "08:00", "20:00")], "Every day, 8am to 8pm"),
        ([weekly("MO,TU,WE,TH,FR,SA,SU", "00:00", "23:59")], hours_word("always")),
        (
            [weekly("SA", "10:00", "13:00"), weekly("MO,TU,WE,TH,FR", "09:00", "17:00")],
            "Monday to Friday, 9am to 5pm; Saturday, 10am to 1pm",
        ),
        ([weekly("MO", "09:00", "17:00"), weekly("TU", "09:00", "17:00")], "Monday and Tuesday, 9am to 5pm"),
        ([weekly("FR", "22:00", "24:00")], "Friday, 10pm to midnight"),
    ],
)
def test_hours_in_words(schedules: list[dict[str, Any]], words: str) -> None:
    assert in_words(schedules) == words


@pytest.mark.parametrize(
    "schedules",
    [[], [{"id": "1", "description": "weekday mornings"}], [{"id": "1", "byday": "MO", "opens_at": "09:00"}]],
)
def test_what_is_not_known_is_ring_first_and_never_closed(schedules: list[dict[str, Any]]) -> None:
    assert in_words(schedules) == "Ring first to check when they are open"
