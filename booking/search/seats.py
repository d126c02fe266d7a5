"""Who and what is free for one leg: an adviser, a room, an interpreter where one is needed.

Only one leg runs at a time, so these are chosen for each leg alone, and nothing is lost by choosing them last.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, reduce

from booking.openings import LegRequest
from booking.search.stock import Stock, Terms, free_ones, runs, union

TWO, WITH_INTERPRETER = 2, 3  # people in a room: the resident and the adviser, and an interpreter


@dataclass(frozen=True, kw_only=True)
class Seat:
    """Who sees the person. `people` are those in the room; nobody is when it is by phone."""

    adviser: str
    interpreter: str
    people: int


def open_hours(stock: Stock, terms: Terms) -> int:
    """The cells in which a visit may lie: the resident is free and each limit of the hours is kept."""
    return reduce(int.__and__, terms.hours.values(), stock.resident)


class Seats:
    """What is free for each leg of a question in each building; the building matters to legs in person only."""

    def __init__(self, legs: Sequence[LegRequest], stock: Stock, terms: Terms) -> None:
        self.legs, self.stock, self.terms = legs, stock, terms
        self.sites = stock.all_sites
        self.open = open_hours(stock, terms)
        self._inside = ~stock.midnights
        self.by_phone = [leg.agency in terms.by_phone for leg in legs]
        self.teams = [stock.team(leg, by_phone=by_phone) for leg, by_phone in zip(legs, self.by_phone, strict=True)]
        # On the phone, and beside the person.
        self.helpers = {way: self._interpreters(by_phone=way) for way in (True, False)}
        self._rooms = cache(stock.rooms_for)
        self.free = [self._starts(number) for number in range(len(legs))]

    def may_wait(self, cells: int) -> int:
        """Where somebody can wait so many cells and then begin a leg, the same day."""
        return runs(self.open, cells) & runs(self._inside, cells + 1)

    def may_meet(self, cells: int) -> int:
        """Where somebody can be busy for so many cells, all of one day."""
        return runs(self.open, cells) & (runs(self._inside, cells - 1) >> 1)

    def rooms(self, number: int, site: int, *, people: int) -> dict[str, int]:
        """The rooms in that building for a leg with so many people in the room; none is wanted by phone."""
        return self._rooms(self.legs[number], site=self.sites[site], people=people)

    def _starts(self, number: int) -> list[int]:
        """For each building, the cells at which the leg can begin."""
        length = self.legs[number].cells
        team = self.teams[number]
        within = self.may_meet(length)
        speaking = union(runs(bits, length) for name, bits in team.items() if self._speaks(name))
        others = union(runs(bits, length) for name, bits in team.items() if not self._speaks(name))
        by_phone, beside = (union(runs(bits, length) for bits in self.helpers[way].values()) for way in (True, False))
        if self.by_phone[number]:
            return [within & (speaking | others & by_phone)] * len(self.sites)
        free = []
        for site in range(len(self.sites)):
            for_two, for_three = (
                union(runs(bits, length) for bits in self.rooms(number, site, people=people).values())
                for people in (TWO, WITH_INTERPRETER)
            )
            free.append(within & (speaking & for_two | others & (by_phone & for_two | beside & for_three)))
        return free

    def _speaks(self, name: str) -> bool:
        return self.terms.speaks(self.stock.person(name))

    def _interpreters(self, *, by_phone: bool) -> dict[str, int]:
        if not self.terms.language:
            return {}
        return {name: bits for name, bits in self.stock.interpreting(by_phone=by_phone).items() if self._speaks(name)}

    def seats(self, number: int, site: int, start: int, *, interpreters: Collection[str]) -> list[Seat]:
        """Who can see the person there and then with these interpreters, best first.

        The preferred advisers come first, then who needs no interpreter, then who has most time left.
        """
        team, length = self.teams[number], self.legs[number].cells
        wish = sorted(
            (name not in self.terms.prefer, not self._speaks(name), -team[name].bit_count(), name)
            for name in free_ones(team, start, length)
        )
        alone = self._seated(number, site, start, people=TWO)
        helped = [*self._helpers(number, site, start, interpreters)] if interpreters else []
        return [
            Seat(adviser=name, interpreter=helper, people=people)
            for *_, name in wish
            for helper, people in ([("", alone)] if self._speaks(name) else helped)
            if people is not None
        ]

    def _helpers(
        self, number: int, site: int, start: int, interpreters: Collection[str]
    ) -> list[tuple[str, int | None]]:
        """The interpreters who can be there, beside the person before on the phone, and how many that makes."""
        length = self.legs[number].cells
        beside, by_phone = (
            sorted(set(free_ones(self.helpers[way], start, length)) & set(interpreters)) for way in (False, True)
        )
        calls = [(name, self._seated(number, site, start, people=TWO)) for name in by_phone]
        if self.by_phone[number] or self._seated(number, site, start, people=WITH_INTERPRETER) is None:
            return [*calls]
        return [*((name, WITH_INTERPRETER) for name in beside), *calls]

    def _seated(self, number: int, site: int, start: int, *, people: int) -> int | None:
        """How many would sit in a room then; None when none is free that holds them."""
        if self.by_phone[number]:
            return 0
        rooms = self.rooms(number, site, people=people)
        return people if free_ones(rooms, start, self.legs[number].cells) else None
