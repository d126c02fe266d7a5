"""Visits, their legs and the hub in SQL. Whose transaction it is, the use case decides; claims are in `holds`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from booking.errors import OpeningTaken
from booking.hub import Hub
from booking.openings import Opening, OpeningLeg, read_opening_code
from booking.tables import hub, leg, visit
from booking.visits import statements as sql
from booking.visits.holds import add_claims, claims_of, drop_claims, open_holds_of, release_hold
from booking.visits.prepared import Given
from booking.visits.statements import BOOKED, CANCELLED, HELD, PLANNED

__all__ = ["BOOKED", "CANCELLED", "HELD", "add_claims", "claims_of", "drop_claims", "open_holds_of", "release_hold"]

PROGRESS = tuple(column.name for column in leg.c if column.name not in ("visit", "number", *PLANNED))
type Progress = dict[str, Any]  # how far a leg is: the columns PROGRESS
_PLANNED: Mapping[OpeningLeg, Progress] = {}


def the_hub(db: sa.Connection) -> Hub:
    """The first hub of this installation. Raises OpeningTaken when no rota was ever loaded."""
    row = db.execute(sql.THE_HUB).first()
    if row is None:
        raise OpeningTaken("There are no visit times yet. Please ask us for a person.")
    return Hub(row.details)


def room_labels(db: sa.Connection) -> dict[str, str]:
    """Each room's label."""
    return {row.id: row.label for row in db.execute(sql.LABELS)}


def labelled(db: sa.Connection, code: str) -> Opening:
    """The opening that `code` stands for, with its rooms' labels. Raises OpeningNotReadable."""
    return read_opening_code(code, room_labels(db))


def write_legs(
    db: sa.Connection, reference: str, legs: Sequence[OpeningLeg], progress: Mapping[OpeningLeg, Progress] = _PLANNED
) -> None:
    """The legs of a visit that has none, in this order: planned, or as far as `progress` says."""
    new_legs(db, reference, legs).run(db)
    for number, each in enumerate(legs, 1):
        if (so_far := progress.get(unlabelled(each))) is not None:
            db.execute(sa.update(leg).where(leg.c.visit == reference, leg.c.number == number).values(so_far))


def new_legs(db: sa.Connection, reference: str, legs: Sequence[OpeningLeg]) -> Given:
    """What writes the legs of a visit that has none, in this order, planned."""
    rows = [{"visit": reference, "number": number, **{name: getattr(each, name) for name in PLANNED}}
            for number, each in enumerate(legs, 1)]  # fmt: skip
    return sql.NEW_LEG.given_each(db, rows)


def replace_legs(db: sa.Connection, reference: str, opening: Opening) -> None:
    """Put the legs of `opening` in place of those that the visit had. One that stays as it was keeps how far it is."""
    before = progress_of(db, reference)
    db.execute(sa.delete(leg).where(leg.c.visit == reference))
    write_legs(db, reference, opening.legs, before)


def progress_of(db: sa.Connection, reference: str) -> dict[OpeningLeg, Progress]:
    """How far each leg (without its room's label) is, in their order."""
    rows = db.execute(sa.select(leg).where(leg.c.visit == reference).order_by(leg.c.number)).mappings()
    return {
        unlabelled(OpeningLeg(**{name: row[name] for name in PLANNED})): {name: row[name] for name in PROGRESS}
        for row in rows
    }


def unlabelled(each: OpeningLeg) -> OpeningLeg:
    """The leg without its room's label, which may be renamed: what two mentions of the same leg have in common."""
    return replace(each, room_label="")


def visit_row(db: sa.Connection, where: sa.ColumnElement[bool]) -> sa.Row[Any] | None:
    """The visit that `where` picks."""
    return db.execute(sa.select(visit).where(where)).first()


def legs_of(db: sa.Connection, reference: str) -> tuple[OpeningLeg, ...]:
    """The legs of a visit, in order."""
    columns = [leg.c[name] for name in PLANNED]
    rows = db.execute(sa.select(*columns).where(leg.c.visit == reference).order_by(leg.c.number))
    return tuple(OpeningLeg(**row._mapping) for row in rows)


def hub_by_id(db: sa.Connection, hub_id: str) -> Hub:
    """That hub."""
    return Hub(db.execute(sa.select(hub.c.details).where(hub.c.id == hub_id)).scalar_one())
