"""A hub, simulated day by day: people ask, the joint search finds, the first and best opening is booked.

Nothing is drawn from chance here but with the seed: the same people and the same work of the agencies meet each rota
that is tried ("common random numbers"), so that a difference is the rota's.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from booking.reports.demand import Demand, Person, arrivals
from booking.reports.world import DAY, World, days_from, quarters
from booking.search.staffing import Found

LOOK_AHEAD = 10  # working days after the one on which somebody asks: what is further off is no offer
WARM_UP = 10  # working days until diaries are as full as they stay
FIRST_QUARTER = 11 * 4  # asked at nine, two working hours ahead


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What became of one person: the agencies asked for, and working days until the visit (None: no offer)."""

    agencies: int
    wait: int | None


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """One simulation. `own_lost`: the share of the agencies' own appointments for which no time was left."""

    asked: tuple[Asked, ...]
    own_lost: float

    def share(self, agencies: int, within: int) -> float | None:
        """How many in one of those who asked for so many agencies got an offer within so many working days."""
        waits = [one.wait for one in self.asked if one.agencies == agencies]
        return sum(wait is not None and wait <= within for wait in waits) / len(waits) if waits else None


class Diary:
    """What is still free in a world, while bookings are made."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.advisers = {agency: dict(team) for agency, team in world.advisers.items()}
        self.rooms = dict(world.rooms)
        self._ahead = replace(world, days=world.days[: LOOK_AHEAD + 1])

    def find(self, agencies: Sequence[str], day: int, *, fence: int = 0) -> Found | None:
        """The best joint opening for somebody who asks on day number `day`, outside `fence`. Cells count from there."""
        low, wanted = day * DAY, self._ahead.all_time
        advisers = {
            agency: {name: (bits & ~fence) >> low & wanted for name, bits in self.advisers[agency].items()}
            for agency in agencies
        }
        rooms = {name: bits >> low & wanted for name, bits in self.rooms.items()}
        search = self._ahead.with_free(advisers=advisers, rooms=rooms).search(agencies)
        return search.best(days_from(0, LOOK_AHEAD + 1, from_quarter=FIRST_QUARTER))

    def book(self, agencies: Sequence[str], day: int) -> int | None:
        """Book the best there is; working days until then, or None. One agency alone leaves the sessions to others."""
        fences = (self.world.sessions, 0) if len(agencies) == 1 else (0,)
        found = next((found for fence in fences if (found := self.find(agencies, day, fence=fence))), None)
        if found is None:
            return None
        for leg in found.legs:
            taken = ~quarters(day, leg.start, leg.finish)
            self.advisers[agencies[leg.request]][leg.adviser] &= taken
            self.rooms[leg.room] &= taken
        return found.start // DAY

    def fill(self, share: float, *, like: World, seed: int) -> float:
        """The agencies' own appointments: `share` of their time outside the sessions in `like`, at random times.

        They never lie in a session. Returns the share of them for which there was no time.
        """
        wanted = placed = 0
        for agency, team in like.advisers.items():
            length = self.world.legs([agency])[0].cells
            for name, bits in team.items():
                for day in range(len(self.world.days)):
                    rng = random.Random(f"own work {seed} {name} {day}")
                    own = bits & ~like.sessions & quarters(day, 0, DAY)
                    number = int(own.bit_count() * share / length + rng.random())  # so that the mean is right
                    wanted += number
                    placed += self._place(agency, name, _slots(own, day, length, rng), number)
        return 1 - placed / wanted if wanted else 0.0

    def _place(self, agency: str, name: str, slots: Iterator[int], number: int) -> int:
        """Take the first `number` of `slots` (each the bits of one appointment) that are free and in no session."""
        team, placed = self.advisers[agency], 0
        while placed < number and (slot := next(slots, 0)):
            if not slot & self.world.sessions and team[name] & slot == slot:
                team[name] &= ~slot
                placed += 1
        return placed


def _slots(bits: int, day: int, length: int, rng: random.Random) -> Iterator[int]:
    """Where an appointment of `length` could be on that day: back to back from the start of `bits`, then anywhere.

    Both in an order drawn by `rng`, which does not depend on what is free.
    """
    begins = (bits & -bits).bit_length() - 1 - day * DAY
    for starts in (range(begins % length, DAY - length + 1, length), range(DAY - length + 1)):
        yield from (quarters(day, start, start + length) for start in rng.sample(starts, len(starts)))


def simulate(world: World, demand: Demand, *, seed: int, like: World | None = None) -> Simulated:
    """Let `demand` meet `world`, day by day. `like`: the rota by which the agencies plan their own appointments.

    Who asks in the first WARM_UP days or in the last LOOK_AHEAD is booked and not counted.
    """
    diary = Diary(world)
    lost = diary.fill(demand.full, like=like or world, seed=seed)
    days = len(world.days) - LOOK_AHEAD
    people = arrivals(demand, days, seed=seed)
    asked: list[Asked] = []
    again: list[list[Person]] = [[] for _ in range(len(world.days) + 1)]
    for day in range(days):
        for person in people[day]:
            wait = diary.book(person.agencies, day)
            if day >= WARM_UP:
                asked.append(Asked(agencies=len(person.agencies), wait=wait))
            if wait is not None and not person.comes:
                again[day + wait + 1].append(Person(agencies=person.agencies))
        for person in again[day]:
            diary.book(person.agencies, day)
    return Simulated(asked=tuple(asked), own_lost=lost)
