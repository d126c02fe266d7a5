"""Walking back through the dynamic programme, from the end of an opening to the places of its legs."""

from collections.abc import Iterator
from functools import cache

from booking.search.programme import Programme

# (cells of waiting, number of the leg, number of its building, its first cell, number of the building before it)
type Step = tuple[int, int, int, int]


class Trace:
    """The way back from one end that has most legs with a preferred adviser, using only some interpreters.

    `preferred` is how many those are, None where there is no way; `places` are (leg, building, first cell) in order.
    """

    def __init__(self, search: Programme, interpreters: frozenset[str], *, finish: int, waited: int) -> None:
        self.search, self.interpreters = search, interpreters
        legs, seats = search.legs, search.seats
        # What comes last is looked at first: the highest `after`, wherever there is a choice.
        self._order = sorted(range(len(legs)), key=lambda number: (-legs[number].after, -number))
        self._could = sum(
            1 << number for number, team in enumerate(seats.teams) if not search.terms.prefer.isdisjoint(team)
        )
        self._seated = cache(self._seated_at)
        self._most = cache(self._most_back)
        ways = [
            (most, -site)
            for site in range(len(seats.sites))
            if search.ended[search.whole][site][waited] >> finish & 1
            and (most := self._most(search.whole, site, finish, waited)[0]) is not None
        ]
        self.preferred: int | None = max(ways)[0] if ways else None
        self.places = tuple(self._back(-max(ways)[1], finish, waited)) if ways else ()

    def _back(self, site: int, finish: int, waited: int) -> list[tuple[int, int, int]]:
        places, done = [], self.search.whole
        while done:
            step = self._most(done, site, finish, waited)[1]
            assert step is not None
            number, before, gap, start = step
            places.append((number, site, start))
            done, site, finish, waited = done & ~(1 << number), before, start - gap, waited - gap
        return places[::-1]

    def _most_back(self, done: int, site: int, finish: int, waited: int) -> tuple[int | None, Step | None]:
        """How many legs of `done` can have a preferred adviser, and the last step that gets there."""
        best: tuple[int | None, Step | None] = (None, None)
        bound = (done & self._could).bit_count()
        for step in self._steps(done, site, finish, waited):
            number, before, gap, start = step
            here = self._seated(number, site, start)
            if here is None:
                continue
            rest = done & ~(1 << number)
            earlier = self._most(rest, before, start - gap, waited - gap)[0] if rest else 0
            if earlier is not None and (best[0] is None or earlier + here > best[0]):
                best = (earlier + here, step)
                if best[0] == bound:
                    break
        return best

    def _steps(self, done: int, site: int, finish: int, waited: int) -> Iterator[Step]:
        """Each leg that may have ended there and then, with the building and the waiting before it."""
        search = self.search
        for number in self._order:
            rest, start = done & ~(1 << number), finish - search.legs[number].cells
            possible = done >> number & 1 and not search.before[number] & ~rest and start >= 0
            if not possible or not search.seats.free[number][site] >> start & 1:
                continue
            if not rest:
                if waited == 0:
                    yield number, site, 0, start
                continue
            for before, ended in enumerate(search.ended[rest]):
                for gap in range(search.least_gap(before, site), min(search.widest, waited, start) + 1):
                    if (ended[waited - gap] & search.may_wait[gap]) >> (start - gap) & 1:
                        yield number, before, gap, start

    def _seated_at(self, number: int, site: int, start: int) -> int | None:
        """1 with a preferred adviser, 0 with another one, None with nobody."""
        if not self._could >> number & 1 and not self.search.terms.language:
            return 0  # it is known that somebody is there
        seats = self.search.seats.seats(number, site, start, interpreters=self.interpreters)
        return int(seats[0].adviser in self.search.terms.prefer) if seats else None
