"""Giving each leg that has its place an adviser, a room and an interpreter."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from booking.search.seats import Seat, Seats
from booking.search.stock import free_ones


class End(NamedTuple):
    """Where a joint opening may end: the cell after its last leg, from the stock's first, and the cells waited.

    Of two ends of one day the better one is the lesser.
    """

    finish: int
    waited: int


@dataclass(frozen=True)
class Place:
    """A leg in time and space: its number, the number of its building, its first cell from the stock's."""

    number: int
    site: int
    start: int


@dataclass(frozen=True, kw_only=True)
class FoundLeg:
    """A leg in its place: `request` is its number in the question, cells are absolute. No room: by phone."""

    request: int
    start: int
    finish: int
    adviser: str
    room: str
    interpreter: str = ""


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
        return max(leg.finish for leg in self.legs)

    @property
    def waiting(self) -> int:
        """Cells in which no leg runs."""
        taken = {cell for leg in self.legs for cell in range(leg.start, leg.finish)}
        return self.finish - self.start - len(taken)


def staffed(seats: Seats, places: Sequence[Place], *, interpreters: Collection[str]) -> Found:
    """The opening with its legs at `places`: as few changes of interpreter and of room as can be."""
    taken = _seats(seats, places, interpreters)
    ahead = [_free_rooms(seats, place, seat) for place, seat in zip(places, taken, strict=True)]
    legs: list[FoundLeg] = []
    kept = ""
    for at, (place, seat) in enumerate(zip(places, taken, strict=True)):
        room = _room(seats, ahead[at:], kept) if seat.people else ""
        kept = room or kept
        start = seats.stock.first_cell + place.start
        legs.append(
            FoundLeg(
                request=place.number,
                start=start,
                finish=start + seats.legs[place.number].cells,
                adviser=seat.adviser,
                room=room,
                interpreter=seat.interpreter,
            )
        )
    return Found(legs=tuple(legs))


def _seats(seats: Seats, places: Sequence[Place], interpreters: Collection[str]) -> list[Seat]:
    """The best seat of each leg; of those that are as good to the person, the one that keeps the interpreter."""
    taken: list[Seat] = []
    helper = ""
    for place in places:
        ways = seats.seats(place.number, place.site, place.start, interpreters=interpreters)
        as_good = [way for way in ways if way.adviser == ways[0].adviser]
        taken.append(next((way for way in as_good if way.interpreter == helper), ways[0]))
        helper = taken[-1].interpreter or helper
    return taken


def _free_rooms(seats: Seats, place: Place, seat: Seat) -> set[str] | None:
    if not seat.people:
        return None
    rooms = seats.rooms(place.number, place.site, people=seat.people)
    return set(free_ones(rooms, place.start, seats.legs[place.number].cells))


def _room(seats: Seats, ahead: Sequence[set[str] | None], kept: str) -> str:
    """The best of the rooms that are free for the next leg; `ahead`: those that are, for it and each after it."""
    free = [rooms for rooms in ahead if rooms is not None]
    if kept in free[0]:
        return kept

    def lasts(room: str) -> int:
        return next((count for count, rooms in enumerate(free) if room not in rooms), len(free))

    def wish(room: str) -> tuple[int, int, str]:
        # A room with more features than others is kept for those who need them.
        return -lasts(room), len(seats.stock.features(room)), room

    return min(free[0], key=wish)
