"""How old facts may be, and what evidence against them does."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.freshness import freshness, label, may_be_booked

TODAY = date(2026, 11, 22)
WORSE = ["fresh", "check", "stale"]


def ago(*days: int) -> list[date]:
    return [TODAY - timedelta(days=n) for n in days]


@pytest.mark.parametrize(
    ("assured", "tier"),
    [
        (date(2026, 11, 22), "fresh"),
        (date(2026, 8, 24), "fresh"),  # 90 days
        (date(2026, 8, 23), "check"),
        (date(2026, 5, 26), "check"),  # 180 days
        (date(2026, 5, 25), "stale"),
        (None, "stale"),
        (date(2026, 11, 23), "fresh"),  # made sure today, by a source whose day has begun already
        (date(2026, 11, 24), "stale"),  # nobody can have made sure the day after tomorrow
    ],
)
def test_how_long_facts_stay_fresh(assured: date | None, tier: str) -> None:
    assert freshness(assured, TODAY) == tier


@pytest.mark.parametrize(
    ("assured_days", "evidence", "tier"),
    [
        (10, [0], "check"),
        (10, [30], "check"),
        (10, [31], "fresh"),
        (10, [2, 2], "check"),
        (10, [0, 15, 30], "stale"),
        (10, [0, 15, 31], "check"),
        (100, [5], "stale"),
        (100, [31, 32, 33], "check"),
        (200, [], "stale"),
        (200, [1], "stale"),
    ],
)
def test_unsettled_evidence_makes_it_worse(assured_days: int, evidence: list[int], tier: str) -> None:
    assert freshness(*ago(assured_days), TODAY, evidence=ago(*evidence)) == tier


@given(st.integers(0, 400), st.lists(st.integers(0, 60), max_size=6), st.integers(0, 60))
def test_more_age_and_more_evidence_never_make_it_better(age: int, evidence: list[int], more: int) -> None:
    def rank(days: int, told: list[int]) -> int:
        return WORSE.index(freshness(*ago(days), TODAY, evidence=ago(*told)))

    assert rank(age, [*evidence, more]) >= rank(age, evidence)
    assert rank(age + 1, evidence) >= rank(age, evidence)


def test_only_what_is_stale_is_not_booked_and_only_what_is_fresh_goes_without_a_word() -> None:
    assert [may_be_booked(tier) for tier in WORSE] == [True, True, False]
    assert label("fresh") == ""
    assert label("stale") == "These facts are old. Ring before you go."
    assert label("check")
