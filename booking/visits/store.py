"""The SQL of booking. Every function takes an open connection: whose transaction it is, the use case decides."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from booking.errors import OpeningTaken
from booking.hub import Hub
from booking.openings import Opening, OpeningLeg, read_opening_code
from booking.tables import claim, hub, leg, visit
from booking.visits import statements as sql
from booking.visits.statements import BOOKED, CANCELLED, HELD

DEADLOCK = "40P01"  # SQLSTATE


__all__ = ["BOOKED", "CANCELLED", "HELD"]


def the_hub(db: sa.Connection) -> Hub:
    """The hub of this installation. Raises OpeningTaken when no rota was ever loaded."""
    row = db.execute(sql.THE_HUB).first()
    if row is None:
        raise OpeningTaken("There are no visit times yet. Please ask us for a person.")
    return Hub(row.details)


def room_labels(db: sa.Connection) -> dict[str, str]:
    """Each room's label."""
    return {row.id: row.label for row in db.execute(sql.LABELS)}


def labelled(db: sa.Connection, code: str) -> Opening:
    """The opening that `code` stands for, with its rooms' labels. Raises OpeningNotReadable."""
    opening = read_opening_code(code)
    labels = dict(db.execute(sql.LABELS_OF, {"rooms": sorted({each.room for each in opening.legs})}).tuples().all())
    return Opening(legs=tuple(replace(each, room_label=labels.get(each.room, "")) for each in opening.legs))


def clear_the_way(
    db: sa.Connection, opening: Opening, cells: Sequence[tuple[str, int]], *, resident: str, now: datetime
) -> bool:
    """Let go of what `resident` holds (a person holds one opening at a time) and of holds that ran out over `cells`.

    False, and nothing done, when not every leg has an adviser of its agency on shift and a room that is open.
    """
    numbers = [cell for _, cell in cells]
    found: dict[str, list[sa.Row[Any]]] = {"mine": [], "stale": [], "room": [], "shift": []}
    asked = {
        "resident": resident, "resources": sorted({name for name, _ in cells}), "low": min(numbers),
        "high": max(numbers), "now": now, "rooms": sorted({each.room for each in opening.legs}),
        "advisers": sorted({each.adviser for each in opening.legs}),
    }  # fmt: skip
    for row in db.execute(sql.STANDING, asked):
        found[row.kind].append(row)
    rooms = {row.name for row in found["room"]}
    if not all(each.room in rooms and any(_covers(row, each) for row in found["shift"]) for each in opening.legs):
        return False
    mine = sorted(row.name for row in found["mine"])
    _release(db, mine)
    for holder in sorted({row.name for row in found["stale"]}.difference(mine)):
        # The hold's row decides between this and a confirmation at the same moment.
        if db.execute(sql.EXPIRE_HOLD, {"holder": holder, "now": now}).rowcount == 1:
            db.execute(sql.DROP_CLAIMS, {"holder": holder})
    return True


def _covers(row: Any, each: OpeningLeg) -> bool:
    works = (row.name, row.agency) == (each.adviser, each.agency)
    return works and bool(row.first <= each.cells.start and each.cells.stop <= row.end)


def release_holds_of(db: sa.Connection, resident: str) -> None:
    """Let go of what `resident` holds and has not confirmed."""
    _release(db, open_holds_of(db, resident))


def _release(db: sa.Connection, holders: Iterable[str]) -> None:
    for holder in holders:
        if db.execute(sql.RELEASE_HOLD, {"holder": holder}).rowcount == 1:
            db.execute(sql.DROP_CLAIMS, {"holder": holder})


def add_hold(db: sa.Connection, holder: str, opening: Opening, *, resident: str, until: datetime) -> None:
    """A new hold on `opening`; its claims are added with `add_claims`."""
    row = {"id": holder, "resident": resident, "opening": opening.id, "state": HELD, "until": until}
    db.execute(sql.NEW_HOLD, row)


def confirm_hold(db: sa.Connection, holder: str, *, resident: str, now: datetime) -> str | None:
    """The one conditional UPDATE: the opening's code once, for whoever comes while the hold lasts; else None."""
    code = db.scalar(sql.CONFIRM_HOLD, {"holder": holder, "of": resident, "now": now})
    if code is None:
        return None
    db.execute(sql.BOOK_CLAIMS, {"holder": holder})
    return str(code)


def is_hold_of(db: sa.Connection, holder: str, resident: str) -> bool:
    """Whether `resident` ever held `holder`."""
    return db.execute(sql.HOLD_EXISTS, {"holder": holder, "of": resident}).first() is not None


def add_claims(
    db: sa.Connection, cells: Sequence[tuple[str, int]], *, holder: str, state: str, until: datetime | None
) -> None:
    """Claim `cells`, sorted, all or none. Raises OpeningTaken when one is somebody else's."""
    try:
        if cells and db.dialect.name == "postgresql":
            names, numbers = map(list, zip(*cells, strict=True))
            same = {"holder": holder, "state": state, "until": until}
            db.execute(sql.NEW_CLAIMS_POSTGRESQL, {"names": names, "cells": numbers, **same})
        elif cells:
            row = {"hold": holder, "state": state, "until": until}
            db.execute(sql.NEW_CLAIM, [{"resource": name, "cell": cell, **row} for name, cell in cells])
    except sa.exc.IntegrityError as error:
        raise OpeningTaken from error
    except sa.exc.OperationalError as error:
        # Writers whose clocks differ can meet in a ring over a hold that runs out; PostgreSQL ends one of them.
        if getattr(error.orig, "sqlstate", None) != DEADLOCK:
            raise
        raise OpeningTaken from error


def drop_claims(db: sa.Connection, holder: str, cells: Iterable[tuple[str, int]] | None = None) -> None:
    """Give back the cells that `holder` has: all of them, or these."""
    if cells is None:
        db.execute(sql.DROP_CLAIMS, {"holder": holder})
    elif rows := [{"holder": holder, "name": name, "at": cell} for name, cell in cells]:
        db.execute(sql.DROP_CLAIM, rows)


def claims_of(db: sa.Connection, holder: str) -> set[tuple[str, int]]:
    """The cells that `holder` has."""
    rows = db.execute(sa.select(claim.c.resource, claim.c.cell).where(claim.c.hold == holder))
    return {(row.resource, row.cell) for row in rows}


def open_holds_of(db: sa.Connection, resident: str) -> list[str]:
    """Holds of `resident` that are not confirmed, sorted."""
    return list(db.scalars(sql.OPEN_HOLDS, {"of": resident}))


def add_visit(db: sa.Connection, values: Mapping[str, object]) -> bool:
    """Write a visit. False, and nothing written, when its reference is taken."""
    return db.execute(sql.NEW_VISIT[db.dialect.name], values).first() is not None


def write_legs(db: sa.Connection, reference: str, opening: Opening) -> None:
    """The legs of a visit that has none yet."""
    rows = [
        {
            "visit": reference, "number": number, "agency": each.agency, "service_id": each.service_id,
            "start": each.start, "finish": each.finish, "adviser": each.adviser, "room": each.room,
            "room_label": each.room_label,
        }
        for number, each in enumerate(opening.legs, 1)
    ]  # fmt: skip
    db.execute(sql.NEW_LEG, rows)


def replace_legs(db: sa.Connection, reference: str, opening: Opening) -> None:
    """Put the legs of `opening` in place of those that the visit had."""
    db.execute(sa.delete(leg).where(leg.c.visit == reference))
    write_legs(db, reference, opening)


def visit_row(db: sa.Connection, where: sa.ColumnElement[bool]) -> sa.Row[Any] | None:
    """The visit that `where` picks."""
    return db.execute(sa.select(visit).where(where)).first()


def legs_of(db: sa.Connection, reference: str) -> tuple[OpeningLeg, ...]:
    """The legs of a visit, in order."""
    names = ("agency", "service_id", "start", "finish", "adviser", "room", "room_label")
    columns = [leg.c[name] for name in names]
    rows = db.execute(sa.select(*columns).where(leg.c.visit == reference).order_by(leg.c.number))
    return tuple(OpeningLeg(**row._mapping) for row in rows)


def hub_by_id(db: sa.Connection, hub_id: str) -> Hub:
    """That hub."""
    return Hub(db.execute(sa.select(hub.c.details).where(hub.c.id == hub_id)).scalar_one())
