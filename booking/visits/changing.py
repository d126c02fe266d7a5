"""Moving and cancelling a visit. The order of locks is that of `holding`."""

from datetime import datetime

import sqlalchemy as sa

from booking.errors import VisitOver
from booking.openings import Opening
from booking.tables import visit
from booking.visits import store
from booking.visits.holding import clear_way
from booking.visits.model import Tell, Visit, not_found, told, visit_in
from foundation.database import Database


def change_visit(
    database: Database, reference: str, opening: Opening, *, now: datetime, tell: Tell | None = None
) -> Visit:
    """Move a visit to `opening`: claims the new cells and gives back the old ones in one transaction.

    Raises OpeningTaken (the visit stays as it was), VisitNotFound, VisitOver.
    """
    with database.writing() as db:
        row = _next_version(db, reference, now, start=opening.start, finish=opening.finish)
        cells = opening.claims(str(row.resident))
        clear_way(db, opening, cells, resident=row.resident, now=now)
        before = store.claims_of(db, row.hold)
        fresh = [cell for cell in cells if cell not in before]
        store.add_claims(db, fresh, holder=row.hold, state=store.BOOKED, until=None)
        store.drop_claims(db, row.hold, sorted(before - set(cells)))
        store.replace_legs(db, reference, store.labelled(db, opening.id))
        return told(db, visit_in(db, reference), tell)


def cancel_visit(database: Database, reference: str, *, now: datetime, tell: Tell | None = None) -> Visit:
    """Cancel a visit and give its cells back. A cancelled one stays so. Raises VisitNotFound, VisitOver."""
    with database.writing() as db:
        booked = visit_in(db, reference)
        if booked.state == store.CANCELLED:
            return booked
        row = _next_version(db, reference, now, state=store.CANCELLED)
        store.drop_claims(db, row.hold)
        return told(db, visit_in(db, reference), tell)


def _next_version(db: sa.Connection, reference: str, now: datetime, **values: object) -> sa.Row[tuple[object, ...]]:
    """Take the visit's row, while it is booked and has not begun. Raises VisitNotFound, VisitOver."""
    changeable = (visit.c.reference == reference) & (visit.c.state == store.BOOKED) & (visit.c.start > now)
    changed = sa.update(visit).where(changeable).values(version=visit.c.version + 1, changed_at=now, **values)
    taken = db.execute(changed).rowcount == 1
    row = store.visit_row(db, visit.c.reference == reference)
    if row is None:
        raise not_found()
    if not taken:
        raise VisitOver("That visit was cancelled or has already begun, so it cannot be changed.")
    return row
