"""The chance that a visit to two, three or four agencies can be offered soon, from the diaries as they are now."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from booking.reports.intervals import Estimate, exact, of_share
from booking.reports.world import DAY, World, days_from

SIZES, WITHIN = (2, 3, 4), (5, 10)
STARTS = 10  # the coming working days on which somebody may ask
MOST_SETS = 250  # more combinations of agencies than these are sampled
FEWEST_ASKED = 20  # searches of one size, from which on their weights are used


@dataclass(frozen=True, kw_only=True)
class Chance:
    """The share of questions for so many agencies that find a joint opening within so many working days.

    `starts`: days on which it was asked. `weights`: asked (by how often agencies are asked for together) or even.
    `sampled`: how many combinations were drawn; 0 where all were tried.
    """

    agencies: int
    within: int
    chance: Estimate
    combinations: int
    starts: int
    weights: str
    sampled: int

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        plain = {name: getattr(self, name) for name in ("agencies", "within", "combinations", "starts", "weights")}
        return {**plain, "sampled": self.sampled, "chance": self.chance.as_json()}


def chances(
    world: World, asked: Mapping[tuple[str, ...], int], *, first_quarters: Sequence[int], seed: int = 0
) -> tuple[Chance, ...]:
    """The chances for each of SIZES and WITHIN. `asked`: how often agencies, sorted, were asked for together.

    `first_quarters`: the earliest quarter of an hour that may be offered to who asks on the first days of `world`, a
    number for each such day. Days whose WITHIN does not lie in `world` are left out; without any, nothing is told.
    """
    starts = {day: first for day, first in enumerate(first_quarters) if day + max(WITHIN) < len(world.days)}
    if not starts:
        return ()
    world = world.first_days(max(starts) + max(WITHIN) + 1)
    return tuple(
        chance for size in SIZES if size <= len(world.advisers) for chance in _of_size(world, asked, size, starts, seed)
    )


def _of_size(
    world: World, asked: Mapping[tuple[str, ...], int], size: int, starts: Mapping[int, int], seed: int
) -> list[Chance]:
    of_size = {agencies: count for agencies, count in asked.items() if len(agencies) == size and count}
    known = {agencies: count for agencies, count in of_size.items() if set(agencies) <= set(world.advisers)}
    searches = sum(known.values())
    every, sampled = math.comb(len(world.advisers), size), 0
    if searches >= FEWEST_ASKED:
        weights: Mapping[tuple[str, ...], float] = known
    elif every <= MOST_SETS:
        weights = dict.fromkeys(world.combinations(size), 1)
    else:
        sampled, weights = MOST_SETS, _drawn(world, size, seed)
    waits = {agencies: waits_from(world, agencies, starts) for agencies in weights}
    told = []
    for within in WITHIN:
        value = _mean({agencies: _share(waits[agencies], within) for agencies in weights}, weights)
        if searches >= FEWEST_ASKED:
            chance = of_share(value, searches)
        else:
            chance = of_share(value, sampled) if sampled else exact(value)
        told.append(
            Chance(
                agencies=size, within=within, chance=chance, combinations=len(weights), starts=len(starts),
                weights="asked" if searches >= FEWEST_ASKED else "even", sampled=sampled,
            )
        )  # fmt: skip
    return told


def _drawn(world: World, size: int, seed: int) -> dict[tuple[str, ...], float]:
    rng, names = random.Random(f"agencies {size} {seed}"), sorted(world.advisers)
    weights: dict[tuple[str, ...], float] = {}
    for _ in range(MOST_SETS):
        agencies = tuple(sorted(rng.sample(names, size)))
        weights[agencies] = weights.get(agencies, 0) + 1
    return weights


def waits_from(world: World, agencies: Sequence[str], starts: Mapping[int, int]) -> list[int | None]:
    """Working days from each of `starts` (day and first quarter) to the first joint opening; None without one."""
    search = world.search(agencies)
    waits: list[int | None] = []
    for day, first in starts.items():
        found = search.best(days_from(day, len(world.days), from_quarter=first))
        waits.append(found.start // DAY - day if found else None)
    return waits


def _share(waits: Sequence[int | None], within: int) -> float:
    return sum(wait is not None and wait <= within for wait in waits) / len(waits)


def _mean(shares: Mapping[tuple[str, ...], float], weights: Mapping[tuple[str, ...], float]) -> float:
    # Each term is at most its weight, so that the sum is at most one but for rounding.
    total = sum(weights.values())
    return min(1.0, sum(share * weights[agencies] for agencies, share in shares.items()) / total)
