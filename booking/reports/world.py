"""Working days of a hub as plain values: who is there, which rooms, which time is kept for joint visits.

Bitsets of London wall time: a bit is a quarter of an hour, day `k` of `days` has the bits from `k * DAY` on. Only
working days are in it, so that differences between days are waiting times.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from functools import cached_property, reduce
from itertools import combinations
from typing import Self

from booking.openings import LegRequest
from booking.search.joint import JointSearch
from booking.search.programme import USUAL_TERMS
from booking.search.stock import Person, Stock, Terms

DAY = 96  # quarters of an hour
HOUR = 4


@dataclass(frozen=True, kw_only=True)
class World:
    """A hub over some working days. Whoever books from it takes bits away: see `booking.reports.diary`."""

    days: tuple[date, ...]
    advisers: Mapping[str, Mapping[str, int]]  # agency -> adviser -> free at the hub
    rooms: Mapping[str, int]
    sessions: int
    minutes: Mapping[str, int]  # agency -> how long it sees somebody
    sites: Mapping[str, str] = field(default_factory=dict)  # room -> building
    people: Mapping[str, Person] = field(default_factory=dict)
    terms: Terms = USUAL_TERMS

    @property
    def all_time(self) -> int:
        """Every bit there is."""
        return (1 << len(self.days) * DAY) - 1

    def legs(self, agencies: Sequence[str]) -> list[LegRequest]:
        """What to search for so that all of `agencies` see one person, in any order."""
        return [LegRequest(agency=name, service_id="", minutes=self.minutes[name]) for name in agencies]

    def with_free(self, *, advisers: Mapping[str, Mapping[str, int]], rooms: Mapping[str, int]) -> Self:
        """The same hub with other time left."""
        return replace(self, advisers=advisers, rooms=rooms)

    def staffed(self) -> Self:
        """The same hub without agencies that have nobody on the rota."""
        return replace(self, advisers={agency: team for agency, team in self.advisers.items() if team})

    def first_days(self, count: int) -> Self:
        """The same hub, seen no further than its first `count` days: searches cost by the day."""
        seen = days_from(0, count)
        advisers = {
            agency: {name: bits & seen for name, bits in team.items()} for agency, team in self.advisers.items()
        }
        rooms = {name: bits & seen for name, bits in self.rooms.items()}
        return replace(self, days=self.days[:count], advisers=advisers, rooms=rooms, sessions=self.sessions & seen)

    def search(self, agencies: Sequence[str]) -> JointSearch:
        """The joint search for one person who wants to see all of `agencies` and has time whenever the hub is open."""
        stock = Stock(
            first_cell=0, advisers={name: self.advisers[name] for name in agencies}, rooms=self.rooms,
            resident=self.all_time, sites=self.sites, people=self.people, midnights=self._midnights,
        )  # fmt: skip
        return JointSearch(self.legs(agencies), stock, self.terms)

    @cached_property
    def _midnights(self) -> int:
        return sum(1 << number * DAY for number in range(len(self.days)))

    def combinations(self, size: int) -> list[tuple[str, ...]]:
        """Every set of `size` agencies, sorted."""
        return list(combinations(sorted(self.advisers), size))


def quarters(day: int, start: int, end: int) -> int:
    """The bits of day number `day` from quarter `start` until before quarter `end`."""
    return ((1 << (end - start)) - 1) << (day * DAY + start) if end > start else 0


def quarter_of(wall: time) -> int:
    """The quarter of an hour that a wall time falls in, from 0 to 95."""
    return wall.hour * HOUR + wall.minute // 15


def wall_of(quarter: int) -> time:
    """The wall time at which a quarter of an hour begins; the end of a day is midnight."""
    return time(quarter // HOUR % 24, quarter % HOUR * 15)


def days_from(first: int, end: int, *, from_quarter: int = 0) -> int:
    """The bits of the days [first, end), but for what lies before `from_quarter` on the first."""
    return quarters(0, first * DAY + from_quarter, end * DAY)


@dataclass(frozen=True, kw_only=True, order=True)
class CommonHours:
    """Time each week at which every agency is at the hub, kept for joint visits. Monday is 0; quarters of an hour."""

    weekday: int
    start: int
    end: int

    @property
    def hours(self) -> float:
        """How long, a week."""
        return (self.end - self.start) / HOUR

    def bits(self, days: Sequence[date]) -> int:
        """All of it on `days`."""
        those = (number for number, day in enumerate(days) if day.weekday() == self.weekday)
        return reduce(int.__or__, (quarters(number, self.start, self.end) for number in those), 0)


def with_common_hours(world: World, common: CommonHours) -> tuple[World, float]:
    """The hub with `common` hours, and how many hours of advisers a week that adds to the rota.

    An agency that has somebody there all the while only keeps that time free; of another one the adviser who is there
    longest in it, and in all, comes for the rest.
    """
    span = common.bits(world.days)
    advisers = {agency: dict(team) for agency, team in world.advisers.items()}
    added = 0
    for team in advisers.values():
        for number in range(len(world.days)):
            part = span & quarters(number, 0, DAY)
            if part and not any(bits & part == part for bits in team.values()):
                name = max(team, key=lambda one: ((team[one] & part).bit_count(), team[one].bit_count(), one))
                added += (part & ~team[name]).bit_count()
                team[name] |= part
    weeks = max(1, sum(day.weekday() == common.weekday for day in world.days))
    more = replace(world, advisers=advisers, sessions=world.sessions | span)
    return more, added / HOUR / weeks
