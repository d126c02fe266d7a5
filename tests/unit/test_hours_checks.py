"""What an owner is told about days, holidays, terms and buses that cannot be read."""

from typing import Any

import pytest

from directory.feeds.checks.ours import problems


@pytest.mark.parametrize(
    "ours",
    [
        {},
        {"bank_holidays": "closed", "term_time": True, "by_appointment": True},
        {"term_time": "E10000003"},
        {"exceptions": [{"date": "2026-12-25", "closed": True}, {"from": "2026-12-24", "to": "2026-12-28"}]},
        {"buses": [{"route": "Citi 2", "stop": "Emmanuel Street", "walk_minutes": 4}]},
    ],
)
def test_what_can_be_read_is_well(ours: dict[str, Any]) -> None:
    assert list(problems(ours)) == []


@pytest.mark.parametrize(
    ("ours", "told"),
    [
        ({"bank_holidays": "shut"}, "bank_holidays is 'shut'; use one of: closed, open, unknown."),
        ({"exceptions": [{"closed": True}]}, "An exception to the hours names no day"),
        ({"exceptions": [{"from": "2026-12-28", "to": "2026-12-24", "closed": True}]}, "its last is before its first"),
        ({"exceptions": [{"date": "Christmas", "closed": True}]}, "An exception to the hours names no day"),
        ({"term_time": "Essex"}, "term_time is 'Essex'; use true, or the GSS code"),
        ({"buses": [{"route": "Citi 2"}]}, "A bus needs a route and a stop"),
    ],
)
def test_what_cannot_is_told_in_a_sentence(ours: dict[str, Any], told: str) -> None:
    (problem,) = problems(ours)
    assert told in str(problem)
