"""One measured figure beside its reference, and what the modules need to make one."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from foundation.errors import FrontDoorError


class NotMeasurable(FrontDoorError):
    """Something that the measurement stands on is missing. The text says what, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A value and its reference from the same run, both in `unit`.

    `target` is for their ratio: the most it may be, or with `at_least` (rates) the least. None: none was stated.
    """

    figure: str
    value: float
    unit: str
    reference: str
    reference_value: float
    target: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        """Value by reference; None when the reference is nought."""
        return self.value / self.reference_value if self.reference_value else None

    @property
    def holds(self) -> bool | None:
        """Whether the target is met; None without one. Beside a reference of nought, the value must be nought."""
        if self.target is None:
            return None
        if self.ratio is None:
            return self.value == 0
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target

    def as_json(self) -> dict[str, Any]:
        """The object of one line of `frontdoor bench --json`."""
        return {
            "figure": self.figure, "value": _short(self.value), "unit": self.unit, "reference": self.reference,
            "reference_value": _short(self.reference_value),
            "ratio": None if self.ratio is None else _short(self.ratio), "target": self.target, "holds": self.holds,
        }  # fmt: skip


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def milliseconds(work: Callable[[], object]) -> float:
    """How long `work` takes once."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of all are at or under (nearest rank). Raises NotMeasurable for none."""
    if not values:
        raise NotMeasurable("Nothing was measured.")
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def pair(
    name: str,
    ours: Sequence[float],
    theirs: Sequence[float],
    *,
    reference: str,
    percents: Sequence[float],
    target: float | None = None,
) -> list[Figure]:
    """The same percentiles of two lists of milliseconds, side by side."""
    return [
        Figure(
            figure=f"{name}_p{percent:g}", value=percentile(ours, percent), unit="ms", reference=reference,
            reference_value=percentile(theirs, percent), target=target,
        )
        for percent in percents
    ]  # fmt: skip
