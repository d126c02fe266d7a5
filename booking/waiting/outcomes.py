"""How searches for a joint visit ended: one row a search, for the reports, and nothing of the person in it."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from booking.openings import Blocker, LegRequest
from booking.tables import search_outcome
from foundation.database import Database

WHOLE, SUBSET, WIDER_GAP, OTHER_HUB = "whole", "subset", "wider_gap", "other_hub"
WAITING_LIST, NAMED_CONTACT = "waiting_list", "named_contact"
NOTHING = "nothing"  # nothing fitted, and none of what there is instead was chosen (yet)
ENDS = (WHOLE, SUBSET, WIDER_GAP, OTHER_HUB, WAITING_LIST, NAMED_CONTACT, NOTHING)


def record(
    database: Database,
    legs: Sequence[LegRequest],
    *,
    hub: str,
    what: str,
    now: datetime,
    first_day: date | None = None,
    blocker: Blocker | None = None,
) -> int:
    """Write down how a search ended (one of ENDS); the number of the row, for `settle`.

    `first_day` is the London day of the earliest opening that was offered; `blocker` what stood in the way of any, or
    of an earlier one.
    """
    values = {
        "hub": hub, "at": now, "agencies": sorted(leg.agency for leg in legs), "what": what, "first_day": first_day,
        "blocked_kind": blocker.kind if blocker else "", "blocked_name": blocker.name[:96] if blocker else "",
    }  # fmt: skip
    with database.writing() as db:
        done = db.execute(sa.insert(search_outcome).values(**values).returning(search_outcome.c.id))
        return int(done.scalar_one())


def settle(database: Database, number: int, *, what: str, first_day: date | None = None) -> None:
    """The person chose: the search that has this number ended so. What blocked it stays as it was."""
    values = {"what": what} | ({"first_day": first_day} if first_day else {})
    with database.writing() as db:
        db.execute(sa.update(search_outcome).where(search_outcome.c.id == number).values(**values))
