"""Small worlds for the tests of the reports, whose answers can be worked out by hand."""

import random
from collections.abc import Mapping
from datetime import date, timedelta

from booking.reports.world import CommonHours, World, days_from, quarters

MONDAY = date(2026, 11, 23)
ELEVEN, NOON = 44, 48


def working_days(count: int) -> tuple[date, ...]:
    every = (MONDAY + timedelta(days=number) for number in range(2 * count))
    return tuple(day for day in every if day.weekday() < 5)[:count]


def hour_on(*days: int, start: int = ELEVEN, end: int = NOON) -> int:
    """From eleven to noon on each of these days, by their numbers."""
    return sum(quarters(day, start, end) for day in days)


def world(
    advisers: Mapping[str, Mapping[str, int]], *, days: int = 25, rooms: int = 3, sessions: int = 0, minutes: int = 30
) -> World:
    return World(
        days=working_days(days), advisers=advisers, sessions=sessions, minutes=dict.fromkeys(advisers, minutes),
        rooms={f"room{number}": days_from(0, days) for number in range(rooms)},
    )  # fmt: skip


HALF_DAYS = tuple((weekday, start) for weekday in range(5) for start in (36, 52))  # nine to one, and one to five


def rota_of_their_own(seed: int, *, half_days: int, days: int = 20, minutes: int = 45) -> World:
    """Three agencies with one adviser each, who comes on so many half days a week of the agency's own choice."""
    rng = random.Random(f"rota {seed}")
    advisers = {}
    for name in ("a", "b", "c"):
        halves = [
            CommonHours(weekday=day, start=start, end=start + 16) for day, start in rng.sample(HALF_DAYS, half_days)
        ]
        advisers[name] = {f"{name}-1": sum(half.bits(working_days(days)) for half in halves)}
    return world(advisers, days=days, minutes=minutes)
