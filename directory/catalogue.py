"""The services in the order in which they are looked up: by need, and by the areas that they serve.

A large directory is never walked as a whole: for somebody whose home is known, most services are for elsewhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice
from typing import overload

from directory.freshness import CHECK, STALE, freshness, may_be_booked
from directory.geography.councils import is_an_area
from directory.geography.postcodes import Area
from directory.meets import Meets
from directory.model import Service
from directory.weights import capacity_days, weight

# A service made for exactly one of these is offered besides, when it is so: a carer's support beside the cared-for's.
SPECIAL = ("carer", "care_leaver", "prison_leaver", "armed_forces", "pregnant")
RULES_THAT_COUNT = 2
COUNTRIES = ("K0", "E92", "W92", "S92", "N92")  # how the codes of a whole country begin, and of several together


@dataclass(frozen=True, slots=True)
class Entry:
    """A service on the shelf of one need. `plain` is its worth in points when no detail was said, `finer` when one was.

    `made_for`: the points for being made for people like this one, when the person is one.
    """

    service: Service
    plain: float
    finer: dict[str, float]
    made_for: float
    special: tuple[str, ...]

    def worth(self, detail: str | None) -> float:
        """Points for meeting the need, whoever asks."""
        return self.plain if detail is None else self.finer.get(detail, self.plain)


@dataclass
class Shelf:
    """The services that meet one need, by name; and by area, where they serve only some."""

    entries: tuple[Entry, ...]
    everywhere: list[int] = field(default_factory=list)
    by_area: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place, entry in enumerate(self.entries):
            areas = entry.service.areas
            for code in areas:
                self.by_area.setdefault(code, []).append(place)
            if not areas or not all(is_an_area(code) for code in areas):  # drawn or in words: each is looked at
                self.everywhere.append(place)

    def serving(self, area: Area | None) -> Sequence[Entry]:
        """Those that may serve somebody who lives in `area`, by name; all when that is not known or nowhere."""
        if area is None or not area.councils:
            return self.entries
        return [self.entries[place] for place in sorted(self._serving(area))]

    def elsewhere(self, area: Area | None, most: int) -> list[Entry]:
        """The strongest few that serve other areas only."""
        if area is None or not area.councils or most <= 0:
            return []
        near = self._serving(area)
        return list(islice((self.entries[place] for place in self.strongest if place not in near), most))

    def _serving(self, area: Area) -> set[int]:
        codes = frozenset[str]().union(*area.councils)
        return set(self.everywhere).union(*(self.by_area.get(code, ()) for code in codes))

    @cached_property
    def strongest(self) -> tuple[int, ...]:
        """The places of all, by what they are worth to anybody."""
        return tuple(sorted(range(len(self.entries)), key=lambda place: -self.entries[place].plain))


class Catalogue(Sequence[Service]):
    """All services, as a sequence and by need."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = tuple(services)
        self._shelves: dict[str, Shelf] = {}
        self._standing: tuple[date | None, dict[str, float]] | None = None

    @overload
    def __getitem__(self, at: int) -> Service: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Service]: ...
    def __getitem__(self, at: int | slice) -> Service | Sequence[Service]:
        return self._services[at]

    def __len__(self) -> int:
        return len(self._services)

    def __iter__(self) -> Iterator[Service]:
        return iter(self._services)

    def shelf(self, need: str) -> Shelf:
        """The services that meet `need`."""
        if need not in self._shelves:
            mine = self._by_need.get(need, [])
            self._shelves[need] = Shelf(tuple(_entry(s, need) for s in sorted(mine, key=lambda s: (s.name, s.id))))
        return self._shelves[need]

    def standing(self, today: date | None) -> dict[str, float]:
        """Points of each service by id, whoever asks and for whatever; worked out once a day."""
        if self._standing is None or self._standing[0] != today:
            self._standing = (today, {service.id: standing_of(service, today) for service in self._services})
        return self._standing[1]

    @cached_property
    def _by_need(self) -> dict[str, list[Service]]:
        found: dict[str, list[Service]] = {}
        for service in self._services:
            for need in service.by_need:
                found.setdefault(need, []).append(service)
        return found


def catalogue_of(services: Sequence[Service]) -> Catalogue:
    """`services` as a catalogue; itself when it is one."""
    return services if isinstance(services, Catalogue) else Catalogue(services)


def tier_of(service: Service, today: date) -> str:
    """How far its facts can be relied on."""
    return freshness(service.assured, today, evidence=service.doubts)


def must_be_rung(service: Service, today: date | None) -> bool:
    """Whether it would be a leg of a visit, but for facts that nobody has made sure of."""
    return service.is_leg and today is not None and not may_be_booked(tier_of(service, today))


def standing_of(service: Service, today: date | None) -> float:
    """The points that a service has for itself; without a day neither its freshness nor its room counts."""
    points = weight("local") if any(not code.startswith(COUNTRIES) for code in service.areas) else 0.0
    points += weight("referral_only") if service.access == "referral_only" else 0.0
    if today is None:
        return points
    points += {CHECK: weight("check"), STALE: weight("stale")}.get(tier_of(service, today), 0.0)
    room = room_of(service, today)
    return points if room == "open" else points + weight(room)


def room_of(service: Service, today: date) -> str:
    """`open`, `waiting` or `full`; what was said long ago, or never, is taken as open."""
    told = service.capacity
    believed = told is not None and 0 <= (today - told.on).days <= capacity_days()
    return told.state if told is not None and believed else "open"


def _entry(service: Service, need: str) -> Entry:
    meets = service.by_need[need]
    best = max(_strength(one) for one in meets)
    finer = {one.detail: best + weight("detail_heard") for one in meets if one.detail is not None}
    plain = best + (weight("detail_unsaid") if len(finer) == len(meets) else 0.0)
    kinds = min(RULES_THAT_COUNT, sum("not" not in rule for rule in service.rules))
    special = tuple(code for code in SPECIAL if code in service.asks_about)
    return Entry(service, plain, finer, kinds * weight("made_for"), special)


def _strength(meets: Meets) -> float:
    return meets.strength * weight("strength") + (weight("guessed") if meets.guessed else 0.0)
