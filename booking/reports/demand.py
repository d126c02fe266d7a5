"""Who asks for visits: how many a day, for which agencies, and how many of them do not come."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

type Mix = Mapping[tuple[str, ...], float]


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What a simulation assumes of people.

    `a_day`: people who ask on a working day, on average. `mix`: agencies asked for together, with a weight.
    `missed`: the share of visits to which nobody comes; those people ask again on the next working day, once.
    `full`: the share of adviser time outside the hub sessions that agencies fill with appointments of their own.
    """

    a_day: float
    mix: Mix
    missed: float = 0.0
    full: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who asks for a visit to `agencies`; without `comes`, the first visit is missed."""

    agencies: tuple[str, ...]
    comes: bool = True


def arrivals(demand: Demand, days: int, *, seed: int) -> list[list[Person]]:
    """Who asks on each of `days` days: a Poisson process, the same for the same seed whatever the rota is."""
    rng = random.Random(f"arrivals {seed}")
    sets, weights = list(demand.mix), list(demand.mix.values())
    people: list[list[Person]] = [[] for _ in range(days)]
    if demand.a_day <= 0 or not any(weights):
        return people
    at = rng.expovariate(demand.a_day)
    while at < days:
        (agencies,) = rng.choices(sets, weights)
        people[int(at)].append(Person(agencies=agencies, comes=rng.random() >= demand.missed))
        at += rng.expovariate(demand.a_day)
    return people


def fitted(asked: Mapping[tuple[str, ...], int], *, working_days: int, missed: float, full: float) -> Demand:
    """The demand that history shows: `asked` counts, by agencies asked for together, over so many working days."""
    return Demand(a_day=sum(asked.values()) / max(1, working_days), mix=dict(asked), missed=missed, full=full)
