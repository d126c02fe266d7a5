"""How sure a figure is: 95 % intervals of a share and of a mean difference."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev

SURE = 0.95
Z = NormalDist().inv_cdf((1 + SURE) / 2)


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A figure, and between what the truth lies in 95 of 100 such reports."""

    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, float]:
        """Rounded to four digits after the point."""
        return {"value": round(self.value, 4), "low": round(self.low, 4), "high": round(self.high, 4)}


def exact(value: float) -> Estimate:
    """A figure that was counted out, not estimated."""
    return Estimate(value=value, low=value, high=value)


def of_share(share: float, count: int) -> Estimate:
    """Wilson's interval of a share of `count` trials (Wilson 1927): never outside 0 to 1, never empty at the ends."""
    middle = (share + Z**2 / (2 * count)) / (1 + Z**2 / count)
    half = Z / (1 + Z**2 / count) * math.sqrt(share * (1 - share) / count + Z**2 / (4 * count**2))
    return Estimate(value=share, low=max(0.0, min(share, middle - half)), high=min(1.0, max(share, middle + half)))


def of_mean(values: Sequence[float]) -> Estimate | None:
    """Student's interval of the mean of `values`; None of fewer than two, which tell nothing of how far they lie."""
    if len(values) < 2:
        return None
    half = student(len(values) - 1) * stdev(values) / math.sqrt(len(values))
    return Estimate(value=fmean(values), low=fmean(values) - half, high=fmean(values) + half)


def student(freedom: int) -> float:
    """Student's quantile for 95 %, by Abramowitz and Stegun 26.7.5: to a hundredth from four degrees of freedom on."""
    terms = (
        (Z**3 + Z) / 4,
        (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96,
        (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384,
        (79 * Z**9 + 776 * Z**7 + 1482 * Z**5 - 1920 * Z**3 - 945 * Z) / 92160,
    )
    return Z + sum(term / math.pow(freedom, power) for power, term in enumerate(terms, 1))
