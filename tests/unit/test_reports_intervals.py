"""Intervals beside what printed tables say."""

import pytest

from booking.reports.intervals import exact, of_mean, of_share, student


@pytest.mark.parametrize(
    ("freedom", "table"), [(4, 2.776), (5, 2.571), (9, 2.262), (14, 2.145), (29, 2.045), (120, 1.980)]
)
def test_students_quantile_is_that_of_the_tables(freedom: int, table: float) -> None:
    assert student(freedom) == pytest.approx(table, abs=0.01)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"), [(0, 10, 0, 0.2775), (8, 10, 0.4902, 0.9433), (10, 10, 0.7225, 1)]
)
def test_wilsons_interval(part: int, whole: int, low: float, high: float) -> None:
    found = of_share(part / whole, whole)
    assert (found.low, found.high) == (pytest.approx(low, abs=0.0005), pytest.approx(high, abs=0.0005))


def test_the_mean_of_five_numbers() -> None:
    found = of_mean([1, 2, 3, 4, 5])  # standard deviation 1.5811, by the root of five 0.7071, times 2.776
    assert found is not None
    assert (found.value, found.low, found.high) == (3, pytest.approx(1.037, abs=0.01), pytest.approx(4.963, abs=0.01))


def test_one_number_says_nothing_of_how_far_they_lie() -> None:
    assert of_mean([3.0]) is None
    assert exact(0.5).as_json() == {"value": 0.5, "low": 0.5, "high": 0.5}
