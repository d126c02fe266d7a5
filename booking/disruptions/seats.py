"""Where a leg of a visit could be seated on its day, and how much each place differs from where it was.

Plain values on the bitsets of `booking.search.stock`: bit `k` stands for the cell `first_cell + k`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from operator import add

from booking.openings import LegRequest
from booking.search.stock import NOWHERE, Person, Stock, Terms, free_ones, runs, union

# How much an arrangement differs, the worst first: legs moved, cells moved, legs that became a call or a talk in
# person, people changed, rooms changed, skills of the adviser before that the new one lacks.
type Cost = tuple[int, ...]
NOTHING: Cost = (0,) * 6
TWO = 2  # people in a room: the resident and the adviser


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A leg in its place. `start` is an absolute cell; by phone where `room` is empty."""

    start: int
    adviser: str
    room: str
    interpreter: str = ""


@dataclass(frozen=True, kw_only=True)
class Seated:
    """A leg as it was booked. `fixed`: it has begun or is done, so it stays whatever happens."""

    request: LegRequest
    seat: Seat
    fixed: bool = False


@dataclass(frozen=True, kw_only=True)
class Mended:
    """The legs in their places, in the order in which they were given, and how much that differs from before."""

    seats: tuple[Seat, ...]
    cost: Cost

    @property
    def moved(self) -> int:
        """How many legs have another time."""
        return self.cost[0]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A place for a leg, and what it costs. `site` is the building; NOWHERE by phone."""

    seat: Seat
    cost: Cost
    site: str

    @property
    def key(self) -> tuple[Cost, tuple[str, ...]]:
        """What decides between places at one time; names last, so that the answer is always the same."""
        return self.cost, (self.seat.adviser, self.seat.room, self.seat.interpreter)


def choices_of(leg: Seated, stock: Stock, terms: Terms) -> dict[int, list[Choice]]:
    """For each start, in order, the best place in each building, and the best by phone where that may be.

    A leg that is fixed has one place: its own.
    """
    if leg.fixed:
        own = Choice(seat=leg.seat, cost=NOTHING, site=site_of(leg.seat, stock))
        return {leg.seat.start: [own]}
    found: dict[int, list[Choice]] = {}
    for start in starts_of(leg, stock, terms):
        calls = [_best(_calls(leg, stock, terms, start))] if _may_call(leg, terms) else []
        talks = [_best(_talks(leg, stock, terms, start, site=site)) for site in stock.all_sites]
        if every := [choice for choice in (*talks, *calls) if choice is not None]:
            found[start] = every
    return found


def site_of(seat: Seat, stock: Stock) -> str:
    """The building where it is; NOWHERE by phone."""
    return stock.sites.get(seat.room, NOWHERE) if seat.room else NOWHERE


def _may_call(leg: Seated, terms: Terms) -> bool:
    return leg.request.agency in terms.by_phone or not leg.seat.room


def starts_of(leg: Seated, stock: Stock, terms: Terms) -> Iterator[int]:
    """Cells from which the person and some adviser are free, and the rules allow it: its own start, or a new one."""
    length = leg.request.cells
    hours = runs(stock.resident, length)
    allowed = hours
    for limit in terms.hours.values():
        allowed &= runs(limit, length)
    own = leg.seat.start - stock.first_cell
    if own >= 0:
        allowed |= hours & (1 << own)  # where it stands it may stay
    bits = allowed & union(runs(free, length) for free in stock.advisers.get(leg.request.agency, {}).values())
    while bits:
        yield stock.first_cell + (bits & -bits).bit_length() - 1
        bits &= bits - 1


def _best(choices: Iterator[Choice]) -> Choice | None:
    return min(choices, key=lambda choice: choice.key, default=None)


def _talks(leg: Seated, stock: Stock, terms: Terms, start: int, *, site: str) -> Iterator[Choice]:
    at = start - stock.first_cell
    for adviser, interpreter, beside in _pairs(leg, stock, terms, at, by_phone=False):
        for room in free_ones(stock.rooms_for(leg.request, site=site, people=TWO + beside), at, leg.request.cells):
            seat = Seat(start=start, adviser=adviser, room=room, interpreter=interpreter)
            yield Choice(seat=seat, cost=cost_of(leg, seat, stock), site=site)


def _calls(leg: Seated, stock: Stock, terms: Terms, start: int) -> Iterator[Choice]:
    for adviser, interpreter, _ in _pairs(leg, stock, terms, start - stock.first_cell, by_phone=True):
        seat = Seat(start=start, adviser=adviser, room="", interpreter=interpreter)
        yield Choice(seat=seat, cost=cost_of(leg, seat, stock), site=NOWHERE)


def _pairs(leg: Seated, stock: Stock, terms: Terms, at: int, *, by_phone: bool) -> Iterator[tuple[str, str, bool]]:
    """Advisers who are free and able, each with an interpreter where they need one, and whether that one sits by."""
    length = leg.request.cells
    helpers = list(helpers_of(stock, terms, at, length, by_phone=by_phone))
    for adviser in free_ones(stock.team(leg.request, by_phone=by_phone), at, length):
        if terms.speaks(stock.person(adviser)):
            yield adviser, "", False
        else:
            yield from ((adviser, name, beside) for name, beside in helpers)


def helpers_of(stock: Stock, terms: Terms, at: int, length: int, *, by_phone: bool) -> Iterator[tuple[str, bool]]:
    """Interpreters who are free: on the phone, or in the room too where the leg is in one."""
    if not terms.language:
        return
    for on_phone in (True,) if by_phone else (True, False):
        for name in free_ones(stock.interpreting(by_phone=on_phone), at, length):
            if terms.speaks(stock.person(name)):
                yield name, not on_phone


def sum_of(one: Cost, other: Cost) -> Cost:
    """Both together."""
    return tuple(map(add, one, other))


def cost_of(leg: Seated, seat: Seat, stock: Stock) -> Cost:
    """How much `seat` differs from where the leg was."""
    was = leg.seat
    before: Person = stock.person(was.adviser)
    return (
        int(seat.start != was.start),
        abs(seat.start - was.start),
        int(bool(seat.room) != bool(was.room)),
        int(seat.adviser != was.adviser) + int(seat.interpreter != was.interpreter),
        int(seat.room != was.room),
        len(before.skills - stock.person(seat.adviser).skills),
    )
