"""Holds and claims in SQL. Every function takes an open connection: whose transaction it is, the use case decides.

Locks are taken in one order everywhere: a visit's row, hold rows by id, then claims sorted. So two writers wait for
each other and never in a ring; should some whose clocks differ meet in one all the same, PostgreSQL ends one of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from booking.errors import OpeningTaken
from booking.tables import claim
from booking.visits import statements as sql
from booking.visits.prepared import Given, is_refusal, refusals
from booking.visits.statements import HELD
from booking.visits.wanted import Rota, Wanted
from foundation.languages import marked

NOT_ON_OFFER = marked("That time is no longer on offer. Please choose another one.")


@contextmanager
def taken_if_refused(db: sa.Connection) -> Iterator[None]:
    """What the database refuses because somebody was first is OpeningTaken."""
    try:
        yield
    except refusals(db) as error:
        if not is_refusal(error):
            raise
        raise OpeningTaken from error


def make_way(db: sa.Connection, wanted: Wanted, *, now: datetime, waits_for_disk: bool = True) -> None:
    """Let go of what the resident holds (one opening at a time) and of holds that ran out over the cells of `wanted`.

    Raises OpeningTaken, with nothing done, when the rota has no such time or somebody has it. That somebody has it is
    looked at here to lose early and without a lock; what keeps two from having it is the key of `claim`, not this look.
    """
    found = _standing(db, wanted, now=now, waits_for_disk=waits_for_disk)
    if wanted.opening.start < now or not Rota.of(found).has(wanted):
        raise OpeningTaken(NOT_ON_OFFER)
    _give_up(db, found, wanted.cells, now=now)


def is_clear(db: sa.Connection, wanted: Wanted, *, now: datetime) -> bool:
    """Whether nothing has to make way first. Raises OpeningTaken as `make_way` does, and nothing is written.

    For SQLite, where it is asked without the turn to write that all others wait for.
    """
    found = _standing(db, wanted, now=now, waits_for_disk=True)
    in_the_way = _in_the_way(found, wanted.cells)
    if wanted.opening.start < now or not Rota.of(found).has(wanted):
        raise OpeningTaken(NOT_ON_OFFER)
    return not any(in_the_way)


def make_way_for_visit(db: sa.Connection, wanted: Wanted, cells: list[tuple[str, int]], *, now: datetime) -> Rota:
    """The same for `cells`, those that a visit has not got already; the rota, for the caller to judge by."""
    found = _standing(db, wanted, now=now, waits_for_disk=True)
    _give_up(db, found, cells, now=now)
    return Rota.of(found)


def _standing(db: sa.Connection, wanted: Wanted, *, now: datetime, waits_for_disk: bool) -> Sequence[Any]:
    ends = "on" if waits_for_disk else "off"
    return sql.STANDING.rows(db, **wanted.question, now=now, ends=ends)


def _give_up(db: sa.Connection, found: Sequence[Any], cells: list[tuple[str, int]], *, now: datetime) -> None:
    """End the holds that must go, in the order of their ids. Raises OpeningTaken where one lives.

    A hold's row decides between this and a confirmation at the same moment: who is late finds its claims as they are.
    """
    mine, run_out = _in_the_way(found, cells)
    with taken_if_refused(db):
        for holder in sorted(mine | run_out):
            if holder in mine:
                release_hold(db, holder)
            elif sql.EXPIRE_HOLD.count(db, holder=holder, now=now) == 1:
                sql.DROP_CLAIMS.count(db, holder=holder)


def _in_the_way(found: Sequence[Any], cells: Iterable[tuple[str, int]]) -> tuple[set[str], set[str]]:
    """Holds that must end before `cells` can be had: the resident's own, those that ran out. Raises OpeningTaken."""
    mine = {name for kind, name, *_ in found if kind == "mine"}
    needed, run_out = set(cells), set[str]()
    for kind, name, resource, _, cell, _, _, _, ran_out in found:
        if kind == "claim" and (resource, cell) in needed and name not in mine:
            if not ran_out:
                raise OpeningTaken
            run_out.add(name)
    return mine, run_out


def release_hold(db: sa.Connection, holder: str) -> bool:
    """Let go of what is held and not confirmed. False, and nothing done, when there is no such hold any more."""
    if sql.RELEASE_HOLD.count(db, holder=holder) != 1:
        return False
    sql.DROP_CLAIMS.count(db, holder=holder)
    return True


def release_holds_of(db: sa.Connection, resident: str) -> None:
    """Let go of what `resident` holds and has not confirmed."""
    for holder in open_holds_of(db, resident):
        release_hold(db, holder)


def break_hold(db: sa.Connection, holder: str) -> bool:
    """End a hold at once because the rota lost its time. False, and nothing done, when it was confirmed before that."""
    if sql.BREAK_HOLD.count(db, holder=holder) != 1:
        return False
    sql.DROP_CLAIMS.count(db, holder=holder)
    return True


def void(db: sa.Connection, holder: str) -> None:
    """End a hold whose row this transaction has taken, whatever its state."""
    sql.VOID_HOLD.count(db, holder=holder)
    sql.DROP_CLAIMS.count(db, holder=holder)


def open_holds_of(db: sa.Connection, resident: str) -> list[str]:
    """Holds of `resident` that are not confirmed, sorted."""
    return list(db.scalars(sql.OPEN_HOLDS, {"of": resident}))


def add_hold(db: sa.Connection, holder: str, wanted: Wanted, *, until: datetime) -> None:
    """A new hold with all its claims, once `make_way` has been. Raises OpeningTaken when one is somebody else's."""
    if not add_new(db, new_hold(db, holder, wanted, until=until)):
        raise OpeningTaken


def new_hold(db: sa.Connection, holder: str, wanted: Wanted, *, until: datetime) -> tuple[Given, ...]:
    """What writes a new hold with all its claims; see `add_new`."""
    row = {
        "resident": wanted.resident, "opening": wanted.opening.id, "state": HELD, "until": until,
        "wishes": wanted.wishes.as_json(), "asked": [each.as_json() for each in wanted.asked],
    }  # fmt: skip
    if db.dialect.name == "postgresql":
        names, numbers = map(list, zip(*wanted.cells, strict=True))
        return (sql.HOLD_AND_CLAIMS.given(db, holder=holder, names=names, numbers=numbers, **row),)
    return (
        sql.NEW_HOLD.given(db, id=holder, **row),
        sql.NEW_CLAIMS.given(db, holder=holder, cells=wanted.cells, state=HELD, until=until),
    )


def add_new(db: sa.Connection, writes: Sequence[Given]) -> bool:
    """Write a `new_hold`. Raises OpeningTaken when a claim is somebody else's.

    On SQLite False, and nothing written, where the resident holds another opening: `make_way` lets go of it.
    """
    with taken_if_refused(db):
        return all(write.count(db) for write in writes)


def add_claims(
    db: sa.Connection, cells: Sequence[tuple[str, int]], *, holder: str, state: str, until: datetime | None
) -> None:
    """Claim `cells`, sorted, all or none. Raises OpeningTaken when one is somebody else's."""
    if not cells:
        return
    same = {"holder": holder, "state": state, "until": until}
    with taken_if_refused(db):
        if db.dialect.name == "postgresql":
            names, numbers = map(list, zip(*cells, strict=True))
            sql.NEW_CLAIMS.count(db, names=names, numbers=numbers, **same)
        else:
            sql.NEW_CLAIMS.count(db, cells=list(cells), **same)


def drop_claims(db: sa.Connection, holder: str, cells: Iterable[tuple[str, int]] | None = None) -> None:
    """Give back the cells that `holder` has: all of them, or these."""
    if cells is None:
        sql.DROP_CLAIMS.count(db, holder=holder)
    elif rows := [{"holder": holder, "name": name, "at": cell} for name, cell in cells]:
        db.execute(sql.DROP_CLAIM, rows)


def claims_of(db: sa.Connection, holder: str) -> set[tuple[str, int]]:
    """The cells that `holder` has."""
    rows = db.execute(sa.select(claim.c.resource, claim.c.cell).where(claim.c.hold == holder))
    return {(row.resource, row.cell) for row in rows}


def is_hold_of(db: sa.Connection, holder: str, resident: str) -> bool:
    """Whether `resident` ever held `holder`."""
    return db.execute(sql.HOLD_EXISTS, {"holder": holder, "of": resident}).first() is not None
