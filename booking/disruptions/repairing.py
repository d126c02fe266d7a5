"""The smallest change that mends a visit on its own day: exact, and plain values.

Smallest is: fewest legs moved, then least minutes moved, then as many of the same people and rooms as can be. A leg
that is only given another adviser or room at its time counts as not moved, so a visit keeps its times where it can.
The programme goes over subsets of legs, as the joint search does; costs add up leg by leg, so the least is exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from booking.disruptions.meeting import mended_meeting
from booking.disruptions.seats import Choice, Cost, Mended, Seat, Seated, choices_of, site_of, sum_of
from booking.search.stock import Stock, Terms, comes_after


@dataclass(frozen=True)
class _Here:
    """Where the person is after some legs: cell, cells waited, building, and whether the last leg is as booked."""

    cell: int
    waited: int
    site: str
    stayed: bool


@dataclass(frozen=True)
class _Step:
    """The cheapest way to be somewhere, the last leg first."""

    cost: Cost
    number: int
    choice: Choice
    before: "_Step | None"


def smallest_change(legs: Sequence[Seated], stock: Stock, terms: Terms) -> Mended | None:
    """The arrangement of `legs` that differs least from what was booked; None when the day has none.

    `stock` is what is free on that day, with the visit's own time in it and without what broke.
    """
    if terms.together and len(legs) > 1:
        return mended_meeting(legs, stock, terms)
    choices = [choices_of(leg, stock, terms) for leg in legs]
    if not all(choices):
        return None
    return _Day(legs, choices, stock, terms).best()


class _Day:
    """One leg after the other: `reached[S]` holds, for the legs of `S` done, every place and the least cost of it."""

    def __init__(
        self, legs: Sequence[Seated], choices: Sequence[Mapping[int, list[Choice]]], stock: Stock, terms: Terms
    ) -> None:
        self.legs, self.choices, self.stock, self.terms = legs, choices, stock, terms
        self.before = comes_after([leg.request for leg in legs], in_order=terms.in_order)
        # What was booked may stay, even where the rules have become narrower since.
        self.longest_wait = max(terms.max_waiting, sum(_gaps(legs)))
        self.longest_gap = None if terms.max_gap is None else max(terms.max_gap, *_gaps(legs), 0)
        self.reached: list[dict[_Here, _Step]] = [{} for _ in range(1 << len(legs))]

    def best(self) -> Mended | None:
        """Fill the table, then read the cheapest arrangement out of it."""
        for number in range(len(self.legs)):
            if not self.before[number]:
                for choices in self.choices[number].values():
                    for choice in choices:
                        self._reach(0, number, choice, None, waited=0)
        for done in range(1, len(self.reached)):
            for here, step in self.reached[done].items():
                for number in range(len(self.legs)):
                    if not done >> number & 1 and self.before[number] & ~done == 0:
                        self._go_on(done, here, step, number)
        last = self.reached[-1]
        end = min(last, key=lambda here: (last[here].cost, here.cell, here.waited, here.site), default=None)
        return None if end is None else self._read(last[end])

    def _go_on(self, done: int, here: _Here, step: _Step, number: int) -> None:
        for start in range(here.cell, here.cell + self.longest_wait - here.waited + 1):
            gap = start - here.cell
            if gap and not self._idle(start - 1):
                return  # the person has something else to do: no later start either
            for choice in self.choices[number].get(start, ()):
                if self._fits(here, choice, number, gap):
                    self._reach(done, number, choice, (here, step), waited=here.waited + gap)

    def _fits(self, here: _Here, choice: Choice, number: int, gap: int) -> bool:
        if self.longest_gap is not None and gap > self.longest_gap:
            return False
        as_booked = here.stayed and self._stays(number, choice)
        return as_booked or self.terms.least_gap(here.site, choice.site if choice.seat.room else here.site) <= gap

    def _stays(self, number: int, choice: Choice) -> bool:
        was, now = self.legs[number].seat, choice.seat
        same_place = bool(now.room) == bool(was.room) and choice.site == site_of(was, self.stock)
        return now.start == was.start and same_place

    def _idle(self, cell: int) -> bool:
        at = cell - self.stock.first_cell
        return at < 0 or bool(self.stock.resident >> at & 1)

    def _reach(self, done: int, number: int, choice: Choice, came: tuple[_Here, _Step] | None, *, waited: int) -> None:
        site = choice.site if choice.seat.room or came is None else came[0].site
        cell = choice.seat.start + self.legs[number].request.cells
        here = _Here(cell, waited, site, self._stays(number, choice))
        cost = sum_of(came[1].cost, choice.cost) if came else choice.cost
        known = self.reached[done | 1 << number].get(here)
        if known is None or cost < known.cost:
            self.reached[done | 1 << number][here] = _Step(cost, number, choice, came[1] if came else None)

    def _read(self, step: _Step | None) -> Mended:
        assert step is not None
        cost, seats = step.cost, dict[int, Seat]()
        while step is not None:
            seats[step.number], step = step.choice.seat, step.before
        return Mended(seats=tuple(seats[number] for number in range(len(self.legs))), cost=cost)


def _gaps(legs: Sequence[Seated]) -> list[int]:
    """The cells between one leg and the next, as booked."""
    order = sorted(legs, key=lambda leg: leg.seat.start)
    return [max(0, later.seat.start - leg.seat.start - leg.request.cells) for leg, later in pairwise(order)]
