"""Visits that cannot be as they are booked, and for which a person has to find something: what is left to do."""

from dataclasses import dataclass
from datetime import datetime

from booking.disruptions.lost import LostLeg, lost_legs
from casework.disruptions import to_ring
from casework.hub_desk.board import BoardVisit, visits_of
from foundation.database import Database


@dataclass(frozen=True, kw_only=True)
class ToDo:
    """A visit to find another time for. `since`: when a disruption left it to a person; `note`: what was said of it.

    `lacking`: the legs whose adviser, interpreter or room is not there.
    """

    visit: BoardVisit
    lacking: tuple[LostLeg, ...]
    since: datetime | None = None
    note: str = ""

    @property
    def untried(self) -> bool:
        """Whether a change of the rota broke it and nothing was looked for yet."""
        return bool(self.lacking) and self.since is None


def to_do(database: Database, hub_id: str, *, now: datetime) -> list[ToDo]:
    """What is left, the next visit first: what disruptions left to a person, and what lost its ground by the rota."""
    ring = {each.reference: each for each in to_ring(database, now=now, hub=hub_id)}
    with database.reading() as db:
        lacking = lost_legs(db, hub_id, now=now)
    visits = visits_of(database, {*ring, *lacking})
    found = []
    for reference, each in visits.items():
        told = ring.get(reference)
        found.append(
            ToDo(
                visit=each,
                lacking=tuple(lacking.get(reference, ())),
                since=told.since if told else None,
                note=told.note if told else "",
            )
        )
    return sorted(found, key=lambda one: (one.visit.start, one.visit.reference))
