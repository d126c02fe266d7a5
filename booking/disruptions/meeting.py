"""Mending a visit at which all agencies see the person at once: it keeps its time, or all of it moves. Plain values."""

from collections.abc import Iterator, Sequence

from booking.disruptions.seats import NOTHING, Mended, Seat, Seated, cost_of, helpers_of, starts_of, sum_of
from booking.openings import LegRequest
from booking.search.stock import Stock, Terms, free_ones


def mended_meeting(legs: Sequence[Seated], stock: Stock, terms: Terms) -> Mended | None:
    """The meeting that differs least from `legs`, which begin together; None when the day has none.

    Everybody sits in one room that holds them all, with one interpreter at most; whoever rang in still rings in.
    """
    possible = set.intersection(*(_starts(leg, stock, terms) for leg in legs))
    found = [way for start in possible for way in _ways(legs, stock, terms, start)]
    return min(found, key=lambda way: (way.cost, way.seats[0].start, *map(_names, way.seats)), default=None)


def _names(seat: Seat) -> tuple[str, str, str]:
    return seat.adviser, seat.room, seat.interpreter


def _starts(leg: Seated, stock: Stock, terms: Terms) -> set[int]:
    return {leg.seat.start} if leg.fixed else set(starts_of(leg, stock, terms))


def _ways(legs: Sequence[Seated], stock: Stock, terms: Terms, start: int) -> Iterator[Mended]:
    """The best meeting with each interpreter, or none, in each room."""
    longest = max(leg.request.cells for leg in legs)
    helpers = [("", False), *helpers_of(stock, terms, start - stock.first_cell, longest, by_phone=not _seated(legs))]
    for helper, beside in helpers:
        for room in _rooms(legs, stock, start, people=1 + len(_seated(legs)) + beside):
            seats = [_seat(leg, stock, terms, start, helper=helper, room=room) for leg in legs]
            if all(seats):
                kept = tuple(seat for seat in seats if seat is not None)
                cost = NOTHING
                for leg, seat in zip(legs, kept, strict=True):
                    cost = sum_of(cost, NOTHING if leg.fixed else cost_of(leg, seat, stock))
                yield Mended(seats=kept, cost=cost)


def _seated(legs: Sequence[Seated]) -> list[Seated]:
    return [leg for leg in legs if leg.seat.room]


def _rooms(legs: Sequence[Seated], stock: Stock, start: int, *, people: int) -> list[str]:
    """Where all who come can sit; where a leg has begun, its room. Nobody comes: no room."""
    seated = _seated(legs)
    begun = {leg.seat.room for leg in seated if leg.fixed}
    if not seated or begun:
        return sorted(begun) or [""]
    wanted = LegRequest(
        agency="", service_id="", minutes=15 * max(leg.request.cells for leg in seated),
        room_features=frozenset[str]().union(*(leg.request.room_features for leg in seated)),
    )  # fmt: skip
    rooms = {name: bits for site in stock.all_sites for name, bits in
             stock.rooms_for(wanted, site=site, people=people).items()}  # fmt: skip
    return free_ones(rooms, start - stock.first_cell, wanted.cells)


def _seat(leg: Seated, stock: Stock, terms: Terms, start: int, *, helper: str, room: str) -> Seat | None:
    """The place for this leg with the adviser who differs least, or None."""
    if leg.fixed:
        return leg.seat
    by_phone = not leg.seat.room
    free = free_ones(stock.team(leg.request, by_phone=by_phone), start - stock.first_cell, leg.request.cells)
    seats = [
        Seat(start=start, adviser=name, room="" if by_phone else room, interpreter="" if speaks else helper)
        for name in free
        if (speaks := terms.speaks(stock.person(name))) or helper
    ]
    return min(seats, key=lambda seat: (cost_of(leg, seat, stock), _names(seat)), default=None)
