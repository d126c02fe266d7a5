"""All agencies at once: the legs begin together, in one room that holds everybody, with one interpreter at most."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from booking.openings import LegRequest
from booking.search.seats import Seats
from booking.search.staffing import End, Found, FoundLeg
from booking.search.stock import Stock, Terms, free_ones, runs, union


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to meet at one cell. `preferred`: how many of its advisers are."""

    preferred: int
    interpreter: str
    room: str
    advisers: tuple[str, ...]


class TogetherSearch:
    """The cells at which everybody can meet; then `best` reads answers out of them."""

    def __init__(self, legs: Sequence[LegRequest], stock: Stock, terms: Terms) -> None:
        self.legs, self.stock, self.terms = legs, stock, terms
        self.seats = Seats(legs, stock, terms)
        self.longest = max(leg.cells for leg in legs)
        # Whoever rings in needs no room; the room is kept as long as the longest leg in it.
        self.seated = [leg for leg, by_phone in zip(legs, self.seats.by_phone, strict=True) if not by_phone]
        self.together = LegRequest(
            agency="", service_id="", minutes=15 * max((leg.cells for leg in self.seated), default=1),
            room_features=frozenset[str]().union(*(leg.room_features for leg in self.seated)),
        )  # fmt: skip
        helpers = ["", *sorted({name for way in self.seats.helpers.values() for name in way})]
        self.with_helper = {name: self._starts(name) for name in helpers}

    def _rooms(self, helper: str, *, by_phone: bool) -> dict[str, int]:
        people = 1 + len(self.seated) + (bool(helper) and not by_phone)
        return {
            room: bits
            for site in self.stock.all_sites
            for room, bits in self.stock.rooms_for(self.together, site=site, people=people).items()
        }

    def _ways_of(self, helper: str) -> Iterator[bool]:
        """Whether the interpreter is on the phone: beside the person first, where somebody sits in a room."""
        if not helper:
            yield False
            return
        who = self.stock.person(helper)
        if who.in_person and self.seated:
            yield False
        if who.by_phone:
            yield True

    def _starts(self, helper: str) -> int:
        """The cells at which everybody can meet with this interpreter, or without one."""
        length = self.longest
        whole = self.seats.may_meet(length)
        for number in range(len(self.legs)):
            whole &= self._leg_starts(number, helper)
        if not self.seated:
            return whole if not helper or any(self._ways_of(helper)) else 0
        cells = self.together.cells
        rooms = union(
            runs(bits, cells) for way in self._ways_of(helper) for bits in self._rooms(helper, by_phone=way).values()
        )
        return whole & rooms

    def _leg_starts(self, number: int, helper: str) -> int:
        length, team = self.legs[number].cells, self.seats.teams[number]
        helped = runs(self.stock.interpreters[helper], length) if helper else 0
        return union(
            runs(bits, length) & (-1 if self.terms.speaks(self.stock.person(name)) else helped)
            for name, bits in team.items()
        )

    def end(self, starts: int) -> End | None:
        """The earliest finish of the openings that start in the bitset `starts`."""
        fitting = union(self.with_helper.values()) & starts
        return End((fitting & -fitting).bit_length() - 1 + self.longest, 0) if fitting else None

    def best(self, starts: int) -> Found | None:
        """The best opening of those that start in the bitset `starts`."""
        end = self.end(starts)
        return self.at(end) if end else None

    def at(self, end: End) -> Found:
        """The best opening of those that end so."""
        start = end.finish - self.longest
        ways = [self._way(helper, start) for helper, bits in self.with_helper.items() if bits >> start & 1]
        return self._found(max(ways, key=lambda way: (way.preferred, not way.interpreter)), start)

    def _way(self, helper: str, start: int) -> Way:
        advisers = tuple(self._adviser(number, helper, start) for number in range(len(self.legs)))
        rooms = [
            room
            for way in self._ways_of(helper)
            for room in sorted(
                free_ones(self._rooms(helper, by_phone=way), start, self.together.cells),
                key=lambda room: (len(self.stock.features(room)), self.stock.capacities.get(room, 0), room),
            )
        ]
        return Way(
            preferred=sum(name in self.terms.prefer for name in advisers),
            interpreter=helper,
            room=rooms[0] if self.seated else "",
            advisers=advisers,
        )

    def _adviser(self, number: int, helper: str, start: int) -> str:
        team, length = self.seats.teams[number], self.legs[number].cells
        helped = bool(helper) and bool(free_ones({helper: self.stock.interpreters[helper]}, start, length))
        free = [name for name in free_ones(team, start, length) if helped or self._speaks(name)]
        wish = [(name not in self.terms.prefer, not self._speaks(name), -team[name].bit_count(), name) for name in free]
        return min(wish)[-1]

    def _speaks(self, name: str) -> bool:
        return self.terms.speaks(self.stock.person(name))

    def _found(self, way: Way, start: int) -> Found:
        begins = self.stock.first_cell + start
        order = sorted(range(len(self.legs)), key=lambda number: (self.legs[number].after, number))
        return Found(
            legs=tuple(
                FoundLeg(
                    request=number,
                    start=begins,
                    finish=begins + self.legs[number].cells,
                    adviser=way.advisers[number],
                    room="" if self.seats.by_phone[number] else way.room,
                    interpreter="" if self._speaks(way.advisers[number]) else way.interpreter,
                )
                for number in order
            )
        )
