"""Something broke: what would become of each visit, before it is reported; and what became of it after."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from booking.disruptions.planning import BY_HAND, remedy_for
from booking.disruptions.reading import Disruption, disruption_in, visits_hit
from booking.openings import Opening
from booking.progress.store import legs_in
from booking.tables import disrupted_visit, disruption, visit
from booking.visits.model import visit_in
from casework.disruptions import Broken
from casework.hub_desk.board import BoardVisit, visits_of
from casework.hub_desk.errors import NotAtThisHub
from foundation.clock import CELL_SECONDS, cell_of
from foundation.database import Database

MOST_PLANNED = 40  # visits for which a remedy is looked for on the page; for the rest when it is reported


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A visit that would be hit, and what would be done: same_time, moved_leg, moved_visit, by_hand, or "" (later).

    `opening` is where it would go. Each is looked at alone, so that the last free hour may stand in two plans.
    """

    visit: BoardVisit
    what: str
    opening: Opening | None


@dataclass(frozen=True, kw_only=True)
class Became:
    """What became of a visit. `settled`: it was left to a person, and changed since."""

    visit: BoardVisit | None
    reference: str
    what: str
    settled: bool


@dataclass(frozen=True, kw_only=True)
class Reported:
    """A disruption as the desk lists it, with how many visits it hit, and how many of these it left to a person."""

    broken: Disruption
    visits: int
    by_hand: int
    done: bool


def plans(database: Database, hub_id: str, asked: Broken, *, by: str, now: datetime) -> list[Plan]:
    """What would become of each visit that `asked` hits, the earliest first. Writes nothing."""
    end = -(-int(asked.end.timestamp()) // CELL_SECONDS)
    broken = Disruption(
        id="", hub=hub_id, whom=asked.whom, first=cell_of(asked.first), end=end, note=asked.note, by=by, at=now
    )
    with database.reading() as db:
        hit = visits_hit(db, broken, now=now)
    seen = visits_of(database, hit)
    found = []
    for number, reference in enumerate(hit):
        with database.reading() as db:
            there, legs = visit_in(db, reference), legs_in(db, reference)
        if number < MOST_PLANNED:
            remedy = remedy_for(database, there, legs, broken, now=now)
            found.append(Plan(visit=seen[reference], what=remedy.what, opening=remedy.opening))
        else:
            found.append(Plan(visit=seen[reference], what="", opening=None))
    return found


def outcome(database: Database, hub_id: str, name: str) -> tuple[Disruption, list[Became]]:
    """A disruption with what became of every visit that it hit, the earliest first. Raises NotAtThisHub."""
    d = disrupted_visit.c
    with database.reading() as db:
        broken = disruption_in(db, name)
        rows = db.execute(sa.select(d.visit, d.what, d.at).where(d.disruption == name)).all()
        changed = _changed(db, [row.visit for row in rows])
    if broken is None or broken.hub != hub_id:
        raise NotAtThisHub("That was never reported.")
    seen = visits_of(database, [row.visit for row in rows])
    found = [
        Became(
            visit=seen.get(row.visit),
            reference=row.visit,
            what=row.what,
            settled=row.what == BY_HAND and (row.visit not in changed or changed[row.visit] > row.at),
        )
        for row in rows
    ]
    return broken, sorted(found, key=lambda each: (each.visit is None, each.visit and each.visit.start, each.reference))


def _changed(db: sa.Connection, references: list[str]) -> dict[str, datetime]:
    """When each of these visits was changed last; a cancelled one needs nobody any more, and is left out."""
    rows = db.execute(
        sa.select(visit.c.reference, visit.c.changed_at).where(
            visit.c.reference.in_(references), visit.c.state == "booked"
        )
    )
    return {row.reference: row.changed_at for row in rows}


def reported(database: Database, hub_id: str, *, limit: int = 10) -> list[Reported]:
    """The newest disruptions of a hub."""
    d = disrupted_visit.c
    counts: Any = (
        sa.select(d.disruption, sa.func.count().label("visits"))
        .add_columns(sa.func.sum(sa.case((d.what == BY_HAND, 1), else_=0)).label("by_hand"))
        .group_by(d.disruption)
        .subquery()
    )
    query = (
        sa.select(disruption.c.id, disruption.c.settled_at, counts.c.visits, counts.c.by_hand)
        .outerjoin(counts, counts.c.disruption == disruption.c.id)
        .where(disruption.c.hub == hub_id)
        .order_by(disruption.c.at.desc())
        .limit(limit)
    )
    found = []
    with database.reading() as db:
        for row in db.execute(query).all():
            broken = disruption_in(db, row.id)
            assert broken is not None
            done = row.settled_at is not None
            found.append(Reported(broken=broken, visits=row.visits or 0, by_hand=row.by_hand or 0, done=done))
    return found
