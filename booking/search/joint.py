"""The joint search: exact, on bitsets. Bit `k` of a bitset stands for the cell `first_cell + k`.

A dynamic programme over subsets of legs. `ready[S][w]` holds the cells at which the legs of `S` are done and the
person, having waited `w` cells in all, could go on. Only one leg runs at a time, so a leg may start wherever some
adviser and some suitable room are free for all of it: nothing is lost by choosing both afterwards.
Objective: day, then finish, then waiting; `after` decides between orders that are equal in all three.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from booking.openings import LegRequest

MAX_WAITING_CELLS = 8
CLEARLY_APART = 8


@dataclass(frozen=True, kw_only=True)
class Stock:
    """What is free: advisers by agency, rooms and the resident, each a bitset from `first_cell` on."""

    first_cell: int
    advisers: Mapping[str, Mapping[str, int]]
    rooms: Mapping[str, int]
    resident: int
    room_features: Mapping[str, frozenset[str]]

    def rooms_for(self, leg: LegRequest) -> dict[str, int]:
        """The rooms that suit `leg`."""
        return {room: bits for room, bits in self.rooms.items() if leg.room_features <= self.features(room)}

    def features(self, room: str) -> frozenset[str]:
        """What `room` has."""
        return self.room_features.get(room, frozenset())


@dataclass(frozen=True, kw_only=True)
class FoundLeg:
    """A leg in its place: `request` is its number in the question, cells are absolute."""

    request: int
    start: int
    finish: int
    adviser: str
    room: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """A joint opening in cells."""

    legs: tuple[FoundLeg, ...]

    @property
    def start(self) -> int:
        """The first cell."""
        return self.legs[0].start

    @property
    def finish(self) -> int:
        """The cell after the last."""
        return self.legs[-1].finish

    @property
    def waiting(self) -> int:
        """Cells between legs."""
        return self.finish - self.start - sum(leg.finish - leg.start for leg in self.legs)


def runs(bits: int, length: int) -> int:
    """The cells at which a run of `length` free cells begins."""
    for _ in range(length - 1):
        bits &= bits >> 1
    return bits


def startable(leg: LegRequest, stock: Stock) -> int:
    """The cells at which some adviser, some suitable room and the resident are free for all of `leg`."""
    advisers = reduce(lambda total, bits: total | runs(bits, leg.cells), stock.advisers.get(leg.agency, {}).values(), 0)
    rooms = reduce(lambda total, bits: total | runs(bits, leg.cells), stock.rooms_for(leg).values(), 0)
    return advisers & rooms & runs(stock.resident, leg.cells)


class JointSearch:
    """The dynamic programme for one question; then `best` reads answers out of it."""

    def __init__(self, legs: Sequence[LegRequest], stock: Stock, *, max_waiting: int = MAX_WAITING_CELLS) -> None:
        self.legs, self.stock = legs, stock
        self.free = [startable(leg, stock) for leg in legs]
        self.rooms = [stock.rooms_for(leg) for leg in legs]
        self.whole = (1 << len(legs)) - 1
        # The waiting before the first leg and after the last one is not ours to count.
        self.waits = max_waiting if len(legs) > 1 else 0
        self.ended = [[0] * (self.waits + 1) for _ in range(self.whole + 1)]
        self.ready = [[0] * (self.waits + 1) for _ in range(self.whole + 1)]
        if all(self.free):
            self._fill()

    def _fill(self) -> None:
        self.ready[0][0] = reduce(int.__or__, self.free)
        for done in range(self.whole + 1):
            if done:
                self._wait(done)
            for number, leg in enumerate(self.legs):
                if not done >> number & 1:
                    later = self.ended[done | 1 << number]
                    for waited, bits in enumerate(self.ready[done]):
                        later[waited] |= (bits & self.free[number]) << leg.cells

    def _wait(self, done: int) -> None:
        ready = self.ready[done]
        for waited, bits in enumerate(self.ended[done]):
            ready[waited] = bits
            if waited:  # one cell longer than before, while the resident is free
                ready[waited] |= (ready[waited - 1] & self.stock.resident) << 1

    def best(self, starts: int) -> Found | None:
        """The opening that starts in the bitset `starts` with the earliest finish, then the least waiting."""
        length = sum(leg.cells for leg in self.legs)
        choices = []
        for waited, bits in enumerate(self.ended[self.whole]):
            fitting = bits & (starts << (length + waited))
            if fitting:
                choices.append(((fitting & -fitting).bit_length() - 1, waited))
        return self._retrace(*min(choices)) if choices else None

    def _retrace(self, finish: int, waited: int) -> Found:
        """Walk back from the end, with the leg of the highest `after` last wherever there is a choice."""
        order = sorted(range(len(self.legs)), key=lambda number: (-self.legs[number].after, -number))
        places: list[tuple[int, int]] = []
        done = self.whole
        while done:
            number, gap = next(
                (number, gap)
                for number in order
                if done >> number & 1
                for gap in range(waited + 1 if done != self.whole else 1)
                if self._ends(done, number, finish - gap, waited - gap) and self._idle(finish - gap, finish)
            )
            finish, waited = finish - gap - self.legs[number].cells, waited - gap
            places.insert(0, (number, finish))
            done &= ~(1 << number)
        return Found(legs=self._staffed(places))

    def _ends(self, done: int, number: int, finish: int, waited: int) -> bool:
        start = finish - self.legs[number].cells
        return start >= 0 and bool((self.ready[done & ~(1 << number)][waited] & self.free[number]) >> start & 1)

    def _idle(self, start: int, finish: int) -> bool:
        gap = finish - start
        return (self.stock.resident >> start) & ((1 << gap) - 1) == (1 << gap) - 1

    def _staffed(self, places: Sequence[tuple[int, int]]) -> tuple[FoundLeg, ...]:
        """Give each leg an adviser (the one with most time left) and a room (as few changes of room as can be)."""
        legs: list[FoundLeg] = []
        rooms = [set(_free_ones(self.rooms[number], start, self.legs[number].cells)) for number, start in places]
        for position, (number, start) in enumerate(places):
            request = self.legs[number]
            team = self.stock.advisers[request.agency]
            advisers = _free_ones(team, start, request.cells)
            kept = legs[-1].room if legs else ""
            legs.append(
                FoundLeg(
                    request=number,
                    start=self.stock.first_cell + start,
                    finish=self.stock.first_cell + start + request.cells,
                    adviser=min(advisers, key=lambda name: (-team[name].bit_count(), name)),
                    room=self._room(rooms[position:], kept),
                )
            )
        return tuple(legs)

    def _room(self, ahead: Sequence[set[str]], kept: str) -> str:
        """The best of the rooms that are free for the next leg; `ahead`: those that are, for it and each after it."""

        def lasts(room: str) -> int:
            return next((count for count, free in enumerate(ahead) if room not in free), len(ahead))

        def wish(room: str) -> tuple[bool, int, int, str]:
            # A room with more features than others is kept for those who need them.
            return room != kept, -lasts(room), len(self.stock.features(room)), room

        return min(ahead[0], key=wish)


def _free_ones(bitsets: Mapping[str, int], start: int, length: int) -> list[str]:
    full = (1 << length) - 1
    return [name for name, bits in bitsets.items() if (bits >> start) & full == full]


def find_joint_openings(
    legs: Sequence[LegRequest],
    stock: Stock,
    *,
    days: Sequence[Sequence[int]],
    limit: int = 3,
    max_waiting: int = MAX_WAITING_CELLS,
) -> tuple[Found, ...]:
    """Up to `limit` clearly different openings, best first. `days`: for each day a bitset of starts for each half.

    First the best of each half day, in the order of the objective; where they are fewer than `limit`, then others
    that do not overlap with those.
    """
    search = JointSearch(legs, stock, max_waiting=max_waiting)
    found: list[Found] = []
    spare: list[Sequence[int]] = []
    for halves in days:
        if len(found) < limit:
            of_day = _of_halves(search, halves, stock.first_cell)
            found += of_day
            spare.append([_apart(half, of_day, stock.first_cell) for half in halves])
    for halves in spare:
        while len(found) < limit and (more := _best_of(search, halves)):
            found.append(more)
            halves = [_apart(half, [more], stock.first_cell) for half in halves]
    return tuple(found[:limit])


def _best_of(search: JointSearch, halves: Sequence[int]) -> Found | None:
    bests = [opening for opening in map(search.best, halves) if opening]
    return min(bests, key=lambda opening: (opening.finish, opening.waiting), default=None)


def _of_halves(search: JointSearch, halves: Sequence[int], first_cell: int) -> list[Found]:
    """The best of the day, and the best of the other halves that is clearly apart from it."""
    found: list[Found] = []
    left = list(halves)
    while opening := _best_of(search, left):
        found.append(opening)
        begins = 1 << (opening.start - first_cell)
        left = [_apart(half, found, first_cell) for half in left if not half & begins]
    return found


def _apart(half: int, openings: Sequence[Found], first_cell: int) -> int:
    """`half` without the starts that lie within two hours of one of `openings`, or within its length."""
    for opening in openings:
        gap = max(CLEARLY_APART, opening.finish - opening.start)
        begins = opening.start - first_cell
        low = max(0, begins - gap + 1)
        half &= ~(((1 << (begins + gap - low)) - 1) << low)
    return half


def find_blocker(legs: Sequence[LegRequest], stock: Stock, *, starts: int) -> str | None:
    """The agency that stands in the way of any joint opening: without its leg the others have one."""
    for leg in legs:
        if not startable(leg, stock) & starts:
            return leg.agency
    for number in range(len(legs)) if len(legs) > 1 else ():
        if JointSearch([*legs[:number], *legs[number + 1 :]], stock).best(starts):
            return legs[number].agency
    return None
