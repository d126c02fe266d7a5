"""The services in the order in which they are looked up: by need, and by the areas that they serve.

A large directory is never walked as a whole: for somebody whose home is known, most services are for elsewhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from typing import overload

from directory.deciding.eligibility import NOTHING_TOLD, Judge
from directory.deciding.suiting import Suiting
from directory.deciding.weights import capacity_days, weight
from directory.freshness import CHECK, STALE, freshness, may_be_booked
from directory.geography.councils import is_an_area
from directory.geography.distance import Spot
from directory.geography.postcodes import Area
from directory.hours.state import OpenState
from directory.meets import Meets
from directory.model import Service

# A service made for exactly one of these is offered besides, when it is so: a carer's support beside the cared-for's.
SPECIAL = ("carer", "care_leaver", "prison_leaver", "armed_forces", "pregnant")
RULES_THAT_COUNT = 2
MOST_KINDS = 64  # of people by language and access needs, of which it is kept what suits them
COUNTRIES = ("K0", "E92", "W92", "S92", "N92")  # how the codes of a whole country begin, and of several together


@dataclass(frozen=True, slots=True)
class Entry:
    """A service on the shelf of one need. `plain` is its worth in points today, `finer` when a detail was said.

    `made_for`: the points for being made for people like this one, when the person is one.
    """

    service: Service
    plain: float
    finer: dict[str, float]
    made_for: float
    special: tuple[str, ...]

    @property
    def most(self) -> float:
        """What it can be worth at most to somebody who named no detail."""
        return self.plain + self.made_for

    def worth(self, detail: str | None) -> float:
        """Points for meeting the need and for itself, whoever asks."""
        return self.plain if detail is None else self.finer.get(detail, self.plain)


@dataclass
class Shelf:
    """The services that meet one need, strongest first; and their places by area, where they serve only some."""

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

    def serving(self, area: Area | None) -> Sequence[int]:
        """The places of those that may serve somebody who lives in `area`, strongest first."""
        return range(len(self.entries)) if area is None or not area.councils else sorted(self._serving(area))

    def elsewhere(self, area: Area | None, most: int) -> list[Entry]:
        """The strongest few that serve other areas only."""
        if area is None or not area.councils or most <= 0:
            return []
        near = self._serving(area)
        return list(islice((entry for place, entry in enumerate(self.entries) if place not in near), most))

    def of_detail(self, detail: str | None) -> Sequence[int]:
        """The places of those that are made for exactly this."""
        return self._by_detail.get(detail, ()) if detail is not None else ()

    def special(self, code: str) -> Sequence[int]:
        """The places of those that are made for people of whom `code` is so, strongest first."""
        return self._by_special.get(code, ())

    def _serving(self, area: Area) -> set[int]:
        codes = frozenset[str]().union(*area.councils)
        return set(self.everywhere).union(*(self.by_area.get(code, ()) for code in codes))

    @cached_property
    def _by_detail(self) -> dict[str, list[int]]:
        return _gathered((detail, place) for place, entry in enumerate(self.entries) for detail in entry.finer)

    @cached_property
    def _by_special(self) -> dict[str, list[int]]:
        return _gathered((code, place) for place, entry in enumerate(self.entries) for code in entry.special)


def _gathered(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for key, place in pairs:
        found.setdefault(key, []).append(place)
    return found


class Catalogue(Sequence[Service]):
    """All services, as a sequence and by need."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = tuple(services)
        self._shelves: dict[tuple[str, date | None], Shelf] = {}
        # Worked out when first asked for: where people go, and until when what is known of the hours holds.
        self.spots: dict[str, tuple[Spot, ...]] = {}
        self.nobody = Judge(NOTHING_TOLD)  # what is known of nobody is judged once for all
        self._suited: dict[str, dict[str, Suiting]] = {}
        self.states: dict[tuple[str, int], tuple[OpenState, datetime]] = {}

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

    def suited_to(self, person: str) -> dict[str, Suiting]:
        """Where it is kept how services suit people who told the same of their language and access needs."""
        if len(self._suited) >= MOST_KINDS and person not in self._suited:
            self._suited.clear()
        return self._suited.setdefault(person, {})

    def shelf(self, need: str, today: date | None = None) -> Shelf:
        """The services that meet `need`, as they stand on a day; without one, neither freshness nor room counts."""
        if (need, today) not in self._shelves:
            mine = [_entry(service, need, standing_of(service, today)) for service in self._by_need.get(need, [])]
            shelf = Shelf(tuple(sorted(mine, key=lambda one: (-one.most, one.service.name, one.service.id))))
            # Yesterday's are let go.
            self._shelves = {key: kept for key, kept in self._shelves.items() if key[1] in (None, today)}
            self._shelves[need, today] = shelf
        return self._shelves[need, today]

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


def _entry(service: Service, need: str, standing: float) -> Entry:
    meets = service.by_need[need]
    best = max(_strength(one) for one in meets) + standing
    finer = {one.detail: best + weight("detail_heard") for one in meets if one.detail is not None}
    plain = best + (weight("detail_unsaid") if len(finer) == len(meets) else 0.0)
    kinds = min(RULES_THAT_COUNT, sum("not" not in rule for rule in service.rules))
    special = tuple(code for code in SPECIAL if code in service.asks_about)
    return Entry(service, plain, finer, kinds * weight("made_for"), special)


def _strength(meets: Meets) -> float:
    return meets.strength * weight("strength") + (weight("guessed") if meets.guessed else 0.0)
