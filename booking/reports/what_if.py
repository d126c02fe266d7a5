"""What if there were more common hours a week? Two rotas, the same people, many seeds, and the difference."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from booking.errors import OpeningsNotPossible
from booking.reports.demand import Demand
from booking.reports.intervals import Estimate, of_mean
from booking.reports.simulating import LOOK_AHEAD, WARM_UP, Simulated, simulate
from booking.reports.world import HOUR, CommonHours, World, with_common_hours
from foundation.languages import marked

SIZES, WITHIN = (2, 3, 4), (5, 10)
EARLIEST, LATEST = 9 * HOUR, 17 * HOUR  # hours that are tried
SCREEN_SEEDS, FINAL_SEEDS, FINALISTS = 6, 15, 3
FEWEST_DAYS = WARM_UP + LOOK_AHEAD + 5
MOST_SEEDS, MOST_HOURS, MOST_A_DAY, FULLEST = 200, 8.0, 500.0, 0.95


class NotSimulated(OpeningsNotPossible):
    """The question of a simulation is wrong, or the rota is too short for it. The text says which."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The chance that people who ask for so many agencies have an offer within so many working days, as shares."""

    agencies: int
    within: int
    before: Estimate
    after: Estimate
    more: Estimate

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        estimates = {name: getattr(self, name).as_json() for name in ("before", "after", "more")}
        return {"agencies": self.agencies, "within": self.within, **estimates}


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """What `common` hours would bring.

    `added`: adviser hours a week beyond the rota. `own_lost`: the share of the agencies' own appointments that find no
    time, before and after.
    """

    common: CommonHours
    chosen: bool  # by us, as the best of `tried`
    tried: int
    seeds: int
    people: int  # counted, in all seeds together
    added: float
    own_lost: tuple[float, float]
    differences: tuple[Difference, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        common = {"weekday": self.common.weekday, "start": self.common.start, "end": self.common.end}
        plain = {name: getattr(self, name) for name in ("chosen", "tried", "seeds", "people")}
        lost = [round(share, 4) for share in self.own_lost]
        differences = [one.as_json() for one in self.differences]
        return {"common": common, **plain, "added": round(self.added, 2), "own_lost": lost, "differences": differences}


def what_if(
    world: World, demand: Demand, *, hours: float, seeds: int, seed: int = 0, given: CommonHours | None = None
) -> WhatIf:
    """More common hours, `given` or the best of all whole hours from nine to five, over `seeds` pairs of simulations.

    The best is found with other seeds than it is then measured with: else its luck would be told as its worth.
    Raises NotSimulated.
    """
    check_numbers(hours=hours, seeds=seeds, a_day=demand.a_day, full=demand.full)
    _check(world, demand)
    tried = candidates(world, hours) if given is None else [given]
    common = given or best_of(world, demand, tried, seed=seed + 10_000)
    return compare(world, demand, common, seeds=range(seed, seed + seeds), chosen=given is None, tried=len(tried))


def check_numbers(*, hours: float, seeds: int, a_day: float | None, full: float | None) -> None:
    """What can be said of a question without the rota. Raises NotSimulated."""
    if not (0.25 <= hours <= MOST_HOURS and (hours * HOUR).is_integer()):
        raise NotSimulated(marked("Choose between a quarter of an hour and 8 hours, in quarters of an hour."))
    if not 2 <= seeds <= MOST_SEEDS:
        raise NotSimulated(marked("Choose 2 to 200 simulations."))
    if a_day is not None and not 0 < a_day <= MOST_A_DAY:
        raise NotSimulated(marked("Say how many people ask on a working day: more than 0, and 500 at most."))
    if full is not None and not 0 <= full <= FULLEST:
        raise NotSimulated(marked("Say how full the diaries are besides: 0 to 95 percent."))


def _check(world: World, demand: Demand) -> None:
    if len(world.days) < FEWEST_DAYS:
        raise NotSimulated(marked("The rota does not reach far enough ahead: five weeks are needed."))
    if any(set(agencies) - set(world.advisers) for agencies in demand.mix) or not demand.mix:
        raise NotSimulated(marked("Nobody is on the rota for some of the agencies."))


def candidate_starts(hours: float = 1) -> range:
    """The quarters of an hour at which a block of `hours` may begin: whole hours."""
    return range(EARLIEST, LATEST - int(hours * HOUR) + 1, HOUR)


def candidates(world: World, hours: float) -> list[CommonHours]:
    """Every block of `hours` that begins on the hour and touches no session there is. Raises NotSimulated for none."""
    long = int(hours * HOUR)
    blocks = [
        CommonHours(weekday=weekday, start=start, end=start + long)
        for weekday in sorted({day.weekday() for day in world.days})
        for start in candidate_starts(hours)
    ]
    free = [block for block in blocks if not block.bits(world.days) & world.sessions]
    if not free:
        raise NotSimulated(marked("No such hours in a row are left between 9am and 5pm that are no hub session."))
    return free


def best_of(world: World, demand: Demand, tried: Sequence[CommonHours], *, seed: int) -> CommonHours:
    """The hours with which most people have an offer within WITHIN[0] days: all roughly, then the best few closely."""
    worth = _worth(world, demand)
    rough = range(seed, seed + SCREEN_SEEDS)
    close = range(seed + SCREEN_SEEDS, seed + SCREEN_SEEDS + FINAL_SEEDS)
    last = sorted(tried, key=lambda one: (-worth(one, rough), one))[:FINALISTS]
    return min(last, key=lambda one: (-worth(one, close), one)) if len(last) > 1 else last[0]


def _worth(world: World, demand: Demand) -> Callable[[CommonHours, Sequence[int]], float]:
    def worth(common: CommonHours, seeds: Sequence[int]) -> float:
        more, _ = with_common_hours(world, common)
        runs = [simulate(more, demand, seed=seed, like=world) for seed in seeds]
        waits = [one.wait for run in runs for one in run.asked if one.agencies > 1]
        return sum(wait is not None and wait <= WITHIN[0] for wait in waits) / max(1, len(waits))

    return worth


def compare(
    world: World, demand: Demand, common: CommonHours, *, seeds: Sequence[int], chosen: bool = False, tried: int = 1
) -> WhatIf:
    """The rota as it is beside the rota with `common` hours: the same people, and the same work of the agencies."""
    more, added = with_common_hours(world, common)
    before = [simulate(world, demand, seed=seed) for seed in seeds]
    after = [simulate(more, demand, seed=seed, like=world) for seed in seeds]
    differences = (_difference(before, after, size, within) for size in SIZES for within in WITHIN)
    return WhatIf(
        common=common, chosen=chosen, tried=tried, seeds=len(seeds), people=sum(len(run.asked) for run in before),
        added=added, own_lost=(fmean(run.own_lost for run in before), fmean(run.own_lost for run in after)),
        differences=tuple(one for one in differences if one is not None),
    )  # fmt: skip


def _difference(before: Sequence[Simulated], after: Sequence[Simulated], size: int, within: int) -> Difference | None:
    """None where too few simulations had anybody who asked for so many agencies."""
    pairs = [(run.share(size, within), other.share(size, within)) for run, other in zip(before, after, strict=True)]
    both = [(old, new) for old, new in pairs if old is not None and new is not None]
    old, new = of_mean([pair[0] for pair in both]), of_mean([pair[1] for pair in both])
    more = of_mean([new - old for old, new in both])
    if old is None or new is None or more is None:
        return None
    return Difference(agencies=size, within=within, before=old, after=new, more=more)
