"""What is free, and what must hold, for one search. Bit `k` of a bitset stands for the cell `first_cell + k`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

from booking.openings import LegRequest

USUAL_CAPACITY = 3
MAX_WAITING_CELLS = 8
NOWHERE = ""


def runs(bits: int, length: int) -> int:
    """The cells at which a run of `length` free cells begins (all of them for a length of nought)."""
    if length == 0:
        return -1
    have = 1
    while have < length:  # runs of 1, 2, 4, ... cells, then what is missing
        step = min(have, length - have)
        bits &= bits >> step
        have += step
    return bits


def union(bitsets: Iterable[int]) -> int:
    """The cells that are in any of them."""
    return reduce(int.__or__, bitsets, 0)


def free_ones(bitsets: Mapping[str, int], start: int, length: int) -> list[str]:
    """Those that are free from `start` for `length` cells."""
    full = (1 << length) - 1
    return [name for name, bits in bitsets.items() if (bits >> start) & full == full]


@dataclass(frozen=True, kw_only=True)
class Person:
    """What an adviser or an interpreter can do. `languages` are ISO 639-1."""

    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    in_person: bool = True
    by_phone: bool = False


ANYBODY = Person()


@dataclass(frozen=True, kw_only=True)
class Stock:
    """What is free: advisers by agency, rooms, interpreters and the resident, each a bitset from `first_cell` on.

    `midnights` are the cells at which a London day begins: no visit goes over one. `open_hours` are those in which
    somebody could be there at all (None: always): only for saying who was not.
    """

    first_cell: int
    advisers: Mapping[str, Mapping[str, int]]
    rooms: Mapping[str, int]
    resident: int
    room_features: Mapping[str, frozenset[str]] = field(default_factory=dict)
    capacities: Mapping[str, int] = field(default_factory=dict)  # people in a room, all counted
    sites: Mapping[str, str] = field(default_factory=dict)  # room -> building
    interpreters: Mapping[str, int] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)  # advisers and interpreters who are not just ANYBODY
    midnights: int = 0
    open_hours: int | None = None

    def features(self, room: str) -> frozenset[str]:
        """What `room` has."""
        return self.room_features.get(room, frozenset())

    def person(self, name: str) -> Person:
        """What an adviser or an interpreter can do."""
        return self.people.get(name, ANYBODY)

    @property
    def all_sites(self) -> list[str]:
        """The buildings that have a room, sorted; one without a name when there is no room at all."""
        return sorted({self.sites.get(room, NOWHERE) for room in self.rooms}) or [NOWHERE]

    def rooms_for(self, leg: LegRequest, *, site: str, people: int) -> dict[str, int]:
        """The rooms in that building that suit `leg` and hold so many people."""
        return {
            room: bits
            for room, bits in self.rooms.items()
            if leg.room_features <= self.features(room)
            and self.sites.get(room, NOWHERE) == site
            and self.capacities.get(room, USUAL_CAPACITY) >= people
        }

    def team(self, leg: LegRequest, *, by_phone: bool) -> dict[str, int]:
        """The advisers who have the skills that `leg` asks for and work that way."""
        return {
            name: bits
            for name, bits in self.advisers.get(leg.agency, {}).items()
            if leg.skills <= (who := self.person(name)).skills and (who.by_phone if by_phone else who.in_person)
        }

    def interpreting(self, *, by_phone: bool) -> dict[str, int]:
        """The interpreters who work that way."""
        return {
            name: bits
            for name, bits in self.interpreters.items()
            if (self.person(name).by_phone if by_phone else self.person(name).in_person)
        }


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What must hold besides what is free. Lengths of time are cells.

    `hours`: what limits the time of a visit, each by its name, as a bitset of the cells in which one may lie.
    `buffer` and `walks` (from building to building) are the hub's; `language` is one that somebody must speak.
    """

    max_waiting: int = MAX_WAITING_CELLS
    min_gap: int = 0
    max_gap: int | None = None
    buffer: int = 0
    walks: Mapping[tuple[str, str], int] = field(default_factory=dict)
    together: bool = False
    in_order: bool = False
    by_phone: frozenset[str] = frozenset()
    language: str = ""
    prefer: frozenset[str] = frozenset()
    hours: Mapping[str, int] = field(default_factory=dict)

    def least_gap(self, here: str, there: str) -> int:
        """The cells there must be between a leg in the building `here` and the next one, in `there`."""
        walk = 0 if here == there else self.walks.get((here, there), self.walks.get((there, here), 0))
        return max(self.min_gap, self.buffer, walk)

    def speaks(self, who: Person) -> bool:
        """Whether this person needs no interpreter."""
        return not self.language or self.language in who.languages


def comes_after(legs: Sequence[LegRequest], *, in_order: bool) -> list[int]:
    """For each leg, as a bitset of their numbers, those that must be over before it begins."""
    before = [sum(1 << at for at, other in enumerate(legs) if other.agency in leg.follows) for leg in legs]
    if in_order:
        order = sorted(range(len(legs)), key=lambda number: (legs[number].after, number))
        for place, number in enumerate(order):
            before[number] |= sum(1 << earlier for earlier in order[:place])
    return before
