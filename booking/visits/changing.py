"""Moving, re-seating and cancelling a visit, each in one transaction. The order of locks is that of `holds`.

The new cells are taken before the old ones are given back, and what the visit has already is never let go in between:
nobody can step into one's own place while one moves.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from booking.errors import OpeningTaken, VisitChanged, VisitOver
from booking.openings import LegRequest, Opening, OpeningLeg
from booking.tables import leg, visit
from booking.visits import holds, store
from booking.visits.model import Tell, Visit, not_found, told, visit_in
from booking.visits.wanted import Wanted
from booking.wishes import Wishes
from foundation.clock import CELL_SECONDS
from foundation.database import Database

SETTLED, MISSED = ("begun", "done"), "missed"  # legs in the first two have happened: nobody moves them
# A leg may begin sooner than planned, where the person came early.
_BEGUN = sa.exists().where(leg.c.visit == visit.c.reference, leg.c.state.in_(SETTLED))


def change_visit(
    database: Database,
    reference: str,
    opening: Opening,
    *,
    now: datetime,
    tell: Tell | None = None,
    version: int | None = None,
    wishes: Wishes | None = None,
) -> Visit:
    """Move a visit to `opening`: claims the new cells and gives back the old ones in one transaction.

    `wishes` take the place of those it was booked with. Raises OpeningTaken (the visit stays as it was), VisitNotFound,
    VisitOver, and VisitChanged where it has another `version` by now.
    """
    with database.writing() as db:
        times: dict[str, Any] = {"start": opening.start, "finish": opening.finish}
        row = _next_version(db, reference, now=now, version=version, ahead=True, values=times | _wishes(wishes))
        if opening.start < now:
            raise OpeningTaken(holds.NOT_ON_OFFER)
        _seat(db, row, opening, now=now, checked=opening.legs)
        return told(db, visit_in(db, reference), tell)


def reseat_visit(
    database: Database,
    reference: str,
    opening: Opening,
    *,
    now: datetime,
    tell: Tell | None = None,
    version: int | None = None,
    wishes: Wishes | None = None,
) -> Visit:
    """As `change_visit`, for staff and for what breaks: also a visit that has begun, and legs that stay as they are.

    Legs that are begun or done stay, whether `opening` names them or not. Only legs that differ from the visit's have
    to lie ahead and to stand in the rota. Raises VisitChanged, and changes nothing, when `version` is not the visit's
    any more; VisitOver when it was cancelled or every leg is begun or done; OpeningTaken, VisitNotFound.
    """
    with database.writing() as db:
        row = _next_version(db, reference, now=now, version=version, ahead=False, values=_wishes(wishes))
        whole, fresh = _with_what_stays(db, reference, opening)
        if any(leg.start < now for leg in fresh):
            raise OpeningTaken(holds.NOT_ON_OFFER)
        times = {"start": whole.start, "finish": whole.finish}
        db.execute(sa.update(visit).where(visit.c.reference == reference).values(**times))
        _seat(db, row, whole, now=now, checked=fresh)
        return told(db, visit_in(db, reference), tell)


def cancel_visit(
    database: Database, reference: str, *, now: datetime, tell: Tell | None = None, version: int | None = None
) -> Visit:
    """Cancel a visit and give its cells back. A cancelled one stays so, told of once.

    Raises VisitNotFound, VisitOver, and VisitChanged where it has another `version` by now.
    """
    with database.writing() as db:
        booked = visit_in(db, reference)
        if booked.state == store.CANCELLED:
            return booked
        values = {"state": store.CANCELLED}
        row = _next_version(db, reference, now=now, version=version, ahead=True, values=values)
        holds.drop_claims(db, row.hold)
        return told(db, visit_in(db, reference), tell)


def _wishes(wishes: Wishes | None) -> dict[str, Any]:
    return {} if wishes is None else {"wishes": wishes.as_json()}


def _next_version(
    db: sa.Connection,
    reference: str,
    *,
    now: datetime,
    version: int | None,
    ahead: bool,
    values: Mapping[str, Any],
) -> sa.Row[Any]:
    """Take the visit's row, while it is booked, as we know it and (`ahead`) has not begun, and count its change.

    Raises VisitNotFound, VisitOver, VisitChanged.
    """
    where = (visit.c.reference == reference) & (visit.c.state == store.BOOKED)
    where = where & (visit.c.start > now) & ~_BEGUN if ahead else where
    where = where & (visit.c.version == version) if version is not None else where
    changed = sa.update(visit).where(where).values(version=visit.c.version + 1, changed_at=now, **values)
    row = db.execute(changed.returning(visit)).first()
    if row is not None:
        return row
    there = store.visit_row(db, visit.c.reference == reference)
    if there is None:
        raise not_found()
    begun = there.start <= now or any(row["state"] in SETTLED for row in store.progress_of(db, reference).values())
    if there.state != store.BOOKED or (ahead and begun):
        raise _over()
    raise VisitChanged("That visit has been changed meanwhile. Please look at it again.")


def _over() -> VisitOver:
    return VisitOver("That visit was cancelled or has already begun, so it cannot be changed.")


def _with_what_stays(db: sa.Connection, reference: str, opening: Opening) -> tuple[Opening, tuple[OpeningLeg, ...]]:
    """The visit as it is to be, and the legs that are new in it. Raises VisitOver, VisitChanged.

    A leg that was missed stays on record unless its service gets another time.
    """
    progress = store.progress_of(db, reference)
    before = {store.unlabelled(leg): leg for leg in store.legs_of(db, reference)}
    settled = [leg for leg in before if progress[leg]["state"] in SETTLED]
    if len(settled) == len(before):
        raise _over()
    fresh = [leg for leg in opening.legs if store.unlabelled(leg) not in before]
    served = {(leg.agency, leg.service_id) for leg in opening.legs}
    if any((leg.agency, leg.service_id) in {(each.agency, each.service_id) for each in settled} for leg in fresh):
        raise VisitChanged("A part of that visit has begun meanwhile. Please look at it again.")
    named = {store.unlabelled(leg) for leg in opening.legs}
    missed = [leg for leg in before if progress[leg]["state"] == MISSED and (leg.agency, leg.service_id) not in served]
    stay = [kept for leg, kept in before.items() if leg in named or leg in settled or leg in missed]
    return Opening(legs=tuple(sorted([*stay, *fresh], key=lambda leg: leg.start))), tuple(fresh)


def _seat(
    db: sa.Connection, row: sa.Row[Any], opening: Opening, *, now: datetime, checked: tuple[OpeningLeg, ...]
) -> None:
    """Give the visit the cells and legs of `opening`, of which `checked` must be free and stand in the rota.

    Its other legs keep the cells they have: what was given back after an early end stays given back.
    """
    wanted = Wanted(
        opening=opening, resident=row.resident, wishes=Wishes.from_json(row.wishes),
        asked=tuple(map(LegRequest.from_json, row.asked)),
    )  # fmt: skip
    before = holds.claims_of(db, row.hold)
    needed = before.intersection(wanted.cells) | _cells_of(checked) | _to_be_there(wanted, now)
    rota = holds.make_way_for_visit(db, wanted, sorted(needed - before), now=now)
    if not rota.has(wanted, legs=checked):
        raise OpeningTaken(holds.NOT_ON_OFFER)
    holds.add_claims(db, sorted(needed - before), holder=row.hold, state=store.BOOKED, until=None)
    holds.drop_claims(db, row.hold, sorted(before - needed))
    store.replace_legs(db, row.reference, rota.labelled(opening))


def _cells_of(legs: tuple[OpeningLeg, ...]) -> set[tuple[str, int]]:
    return {(resource, cell) for leg in legs for resource in leg.resources for cell in leg.cells}


def _to_be_there(wanted: Wanted, now: datetime) -> set[tuple[str, int]]:
    """The resident's own cells that lie wholly ahead."""
    ahead, resident = -(-int(now.timestamp()) // CELL_SECONDS), f"resident:{wanted.resident}"
    return {(name, cell) for name, cell in wanted.cells if name == resident and cell >= ahead}
