"""A visit and a hold as plain values, and reading them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from booking.errors import VisitNotFound
from booking.hub import Hub
from booking.openings import LegRequest, Opening, OpeningLeg, read_opening_code
from booking.tables import visit
from booking.visits import store
from booking.visits.wanted import NO_WISHES
from booking.wishes import Wishes
from foundation.database import Database


@dataclass(frozen=True, kw_only=True)
class Hold:
    """An opening that is kept for one person until `until` (aware UTC), and what they asked for."""

    id: str
    until: datetime
    opening: Opening
    wishes: Wishes = NO_WISHES
    asked: tuple[LegRequest, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A joined-up visit. `version` counts from 1 and grows with every change; `state` is booked or cancelled.

    `wishes` and `asked` (what each leg needs) are what it was booked for, and hold at each change until new ones come.
    """

    reference: str
    resident: str
    state: str
    version: int
    start: datetime
    finish: datetime
    legs: tuple[OpeningLeg, ...]
    host: str
    hub: Hub
    wishes: Wishes = NO_WISHES
    asked: tuple[LegRequest, ...] = ()

    @property
    def requests(self) -> tuple[LegRequest, ...]:
        """What to search for to put this visit elsewhere: its legs in their order, as long, with what each needs."""
        known = {(each.agency, each.service_id): each for each in self.asked}
        return tuple(
            replace(
                known.get((leg.agency, leg.service_id))
                or LegRequest(agency=leg.agency, service_id=leg.service_id, minutes=0),
                minutes=int((leg.finish - leg.start) / timedelta(minutes=1)),
                after=number,
            )
            for number, leg in enumerate(self.legs)
        )


# Called in the transaction that books, moves or cancels, so that what is told of has happened.
type Tell = Callable[[sa.Connection, Visit], None]


def read_opening(database: Database, code: str) -> Opening:
    """The opening that the code `code` (an `Opening.id`) stands for. Raises OpeningNotReadable."""
    with database.reading() as db:
        return read_opening_code(code, store.room_labels(db))


def load_visit(database: Database, reference: str) -> Visit:
    """The visit with `reference`. Raises VisitNotFound."""
    with database.reading() as db:
        return visit_in(db, reference)


def visit_in(db: sa.Connection, reference: str) -> Visit:
    """The visit with `reference`, in this transaction. Raises VisitNotFound."""
    row = store.visit_row(db, visit.c.reference == reference)
    if row is None:
        raise not_found()
    return visit_of(db, row)


def not_found() -> VisitNotFound:
    """What is raised when no visit has the reference."""
    return VisitNotFound("We have no visit with that reference. Please check it and try again.")


def visit_of(db: sa.Connection, row: sa.Row[Any]) -> Visit:
    """The visit of a row, with its legs and its hub."""
    names = ("reference", "resident", "state", "version", "start", "finish", "host")
    return Visit(
        **{name: row._mapping[name] for name in names},
        legs=store.legs_of(db, row.reference),
        hub=store.hub_by_id(db, row.hub),
        wishes=Wishes.from_json(row.wishes),
        asked=tuple(map(LegRequest.from_json, row.asked)),
    )


def told(db: sa.Connection, changed: Visit, tell: Tell | None) -> Visit:
    """Let `tell` speak in this transaction; then the visit."""
    if tell is not None:
        tell(db, changed)
    return changed
