"""The dynamic programme of the joint search, on bitsets, with one leg after the other.

Over subsets of legs: `ended[S][b][w]` holds the cells at which the legs of `S` are done, the last of them in building
`b`, and the person has waited `w` cells in all.
"""

from collections.abc import Sequence

from booking.openings import LegRequest
from booking.search.seats import Seats
from booking.search.staffing import End
from booking.search.stock import Stock, Terms, comes_after, union

USUAL_TERMS = Terms()


class Programme:
    """The dynamic programme for one question, filled at once."""

    def __init__(self, legs: Sequence[LegRequest], stock: Stock, terms: Terms = USUAL_TERMS) -> None:
        self.legs, self.stock, self.terms = legs, stock, terms
        self.seats = Seats(legs, stock, terms)
        self.before = comes_after(legs, in_order=terms.in_order)
        self.whole = (1 << len(legs)) - 1
        # The waiting before the first leg and after the last one is not ours to count.
        self.waits = terms.max_waiting if len(legs) > 1 else 0
        self.widest = self.waits if terms.max_gap is None else min(self.waits, terms.max_gap)
        self.may_wait = [self.seats.may_wait(gap) for gap in range(self.waits + 1)]
        sites = range(len(self.seats.sites))
        self.ended = [[[0] * (self.waits + 1) for _ in sites] for _ in range(self.whole + 1)]
        if all(union(free) for free in self.seats.free):
            self._fill()

    def _fill(self) -> None:
        for done in range(self.whole):
            for site in range(len(self.seats.sites)):
                ready = self._ready(done, site) if done else [-1]
                if any(ready):
                    self._begin(done, site, ready)

    def _begin(self, done: int, site: int, ready: Sequence[int]) -> None:
        """Every leg that may come next, in that building."""
        for number, leg in enumerate(self.legs):
            if not done >> number & 1 and not self.before[number] & ~done:
                free, later = self.seats.free[number][site], self.ended[done | 1 << number][site]
                for waited, bits in enumerate(ready):
                    if bits:
                        later[waited] |= (bits & free) << leg.cells

    def _ready(self, done: int, there: int) -> list[int]:
        """For each waiting in all, the cells at which a next leg could begin in the building `there`."""
        ready = [0] * (self.waits + 1)
        for here, ended in enumerate(self.ended[done]):
            least = self.least_gap(here, there)
            if any(ended) and least <= self.widest:
                for waited, bits in enumerate(self._waited(ended, least)):
                    ready[waited] |= bits
        return ready

    def least_gap(self, here: int, there: int) -> int:
        """The cells between a leg in one building and the next in another, by their numbers."""
        return self.terms.least_gap(self.seats.sites[here], self.seats.sites[there])

    def _waited(self, ended: Sequence[int], least: int) -> list[int]:
        first = [0] * least + [(bits & self.may_wait[least]) << least for bits in ended[: len(ended) - least]]
        if self.widest == self.waits:  # no widest gap: one cell longer than with a cell less of waiting
            for waited in range(least + 1, len(first)):
                first[waited] |= (first[waited - 1] & self.may_wait[1]) << 1
            return first
        return [
            union(
                (ended[waited - gap] & self.may_wait[gap]) << gap for gap in range(least, min(self.widest, waited) + 1)
            )
            for waited in range(len(ended))
        ]

    def end(self, starts: int) -> End | None:
        """The earliest finish, then the least waiting, of the openings that start in the bitset `starts`."""
        length = sum(leg.cells for leg in self.legs)
        ends = []
        for waited in range(self.waits + 1):
            bits = union(site[waited] for site in self.ended[self.whole])
            fitting = bits & (starts << (length + waited)) if bits else 0
            if fitting:
                ends.append(((fitting & -fitting).bit_length() - 1, waited))
        return End(*min(ends)) if ends else None
