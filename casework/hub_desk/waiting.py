"""The joint waiting list as the desk shows it, and taking somebody off it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from booking.tables import waiting
from booking.waiting.list import OFFERED, WAITS, leave, waiting_of
from booking.wishes import Wishes
from casework import tables as t
from casework.cases import note
from casework.hub_desk.errors import NotAtThisHub
from casework.staff import Staff
from foundation.database import Database

HUB = "hub"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place on the list. `until`: an offer is kept for them till then. `name` is a first name, or empty."""

    id: str
    name: str
    agencies: tuple[str, ...]
    wishes: Wishes
    since: datetime
    offers: int
    until: datetime | None


def on_the_list(database: Database, hub_id: str, *, now: datetime) -> list[Place]:
    """Who waits at this hub, the longest first."""
    here = (waiting.c.hub == hub_id) & waiting.c.state.in_((WAITS, OFFERED))
    query = (
        sa.select(waiting, t.case_file.c.contact)
        .outerjoin(t.case_file, t.case_file.c.conversation_id == waiting.c.resident)
        .where(here)
        .order_by(waiting.c.since, waiting.c.id)
    )
    with database.reading() as db:
        rows = db.execute(query).all()
    found = []
    for row in rows:
        place = waiting_of(row)
        kept = row.until if row.state == OFFERED and row.until and row.until > now else None
        found.append(
            Place(
                id=place.id,
                name=str((row.contact or {}).get("name") or "").split(" ")[0],
                agencies=tuple(leg.agency for leg in place.legs),
                wishes=place.wishes,
                since=place.since,
                offers=place.offers,
                until=kept,
            )
        )
    return found


def take_off(database: Database, who: Staff, place_id: str, *, reason: str, now: datetime) -> None:
    """Take somebody off the list; what is kept for them is given back. Noted on their case. Raises NotAtThisHub."""
    with database.reading() as db:
        resident = db.scalar(sa.select(waiting.c.resident).where(waiting.c.id == place_id))
    if resident is None or not leave(database, resident, now=now):
        raise NotAtThisHub("They are not on the list any more.")
    with database.writing() as db:
        case = db.scalar(sa.select(t.case_file.c.reference).where(t.case_file.c.conversation_id == resident))
        if case is not None:
            said = f"Taken off the waiting list: {reason}"
            note(db, case, who=who.name, kind=HUB, text=said, now=now)
