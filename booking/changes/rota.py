"""Seeing what a change of the rota would break, and making it: rules, shifts, holds and the log in one transaction."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from booking.changes.breaking import BrokenLeg, Impact, Planned, broken
from booking.changes.change import RotaChange, Standing, changed
from booking.errors import RotaBusy, RotaNotReadable
from booking.hub import Hub
from booking.openings import OpeningLeg, read_opening_code
from booking.rotas import keeping
from booking.rotas.rules import DESK
from booking.tables import adviser, hold, hub, leg, room, rota_change, visit
from booking.visits.holds import break_hold
from booking.visits.statements import BOOKED, HELD
from foundation.clock import to_london
from foundation.database import Database

LOCK_TIMEOUT = "10s"
NOT_AVAILABLE = "55P03"  # SQLSTATE: a lock was not to be had in time


def preview(database: Database, change: RotaChange, *, now: datetime) -> Impact:
    """The visits and holds that `change` would break. Writes nothing. Raises RotaNotReadable when it cannot be."""
    with database.reading() as db:
        place = the_hub(db, change.hub)
        _check_here(db, change, place)
        before = standing_of(db, place.id)
        after = changed(before, change, place, by="", now=now, today=to_london(now).date())
        legs = broken([*_held(db, now), *_booked(db, now)], before, after, nation=place.nation)
    return Impact(
        visits=tuple(each for each in legs if each.reference), holds=tuple(each for each in legs if each.hold)
    )


def apply(database: Database, change: RotaChange, *, by: str, now: datetime) -> Impact:
    """Make `change`, in one transaction. What it breaks: the holds have ended, the visits stand as they were.

    `by`: the username of who makes it, kept with it. A visit that is confirmed at the same moment is in the Impact, or
    its hold has ended first. Raises RotaNotReadable or RotaBusy, and nothing is changed.
    """
    with database.writing() as db:
        impact = apply_in(db, change, by=by, now=now)
    end_the_rest(database, impact)
    return impact


def apply_in(db: sa.Connection, change: RotaChange, *, by: str, now: datetime) -> Impact:
    """The same in a transaction that has not written anything yet."""
    stop_the_rota(db)
    place = the_hub(db, change.hub)
    _check_here(db, change, place)
    before = standing_of(db, place.id)
    after = changed(before, change, place, by=by, now=now, today=to_london(now).date())
    keeping.keep_source(db, place.id, DESK)
    return settle(db, place, before, after, by=by, note=change.note, now=now)


def settle(
    db: sa.Connection, place: Hub, before: Standing, after: Standing, *, by: str, note: str, now: datetime
) -> Impact:
    """Put `after` in place of `before`, roll the rota forward, end the holds that it breaks, and log it."""
    keeping.keep_rooms(db, place.id, after.rooms, all_of_them=False)
    keeping.keep_people(db, place.id, after.people, all_of_them=False)
    keeping.keep_rules(db, before.rules, after.rules)
    keeping.roll_forward(db, place, now=now)
    row = {"hub": place.id, "at": now, "by": by[:60], "note": note[:200]}
    db.execute(sa.insert(rota_change).values(**row, before=before.besides(after), after=after.besides(before)))
    holds = broken(_held(db, now), before, after, nation=place.nation)
    _end(db, holds)
    visits = broken(_booked(db, now), before, after, nation=place.nation)
    return Impact(visits=tuple(visits), holds=tuple(holds))


def stop_the_rota(db: sa.Connection) -> None:
    """Wait for whoever is choosing from the shifts, and let nobody choose until this transaction ends.

    Whoever holds or confirms an opening reads `shift` in the transaction that does it: so whoever read the old shifts
    has ended, and what they took is seen here; whoever comes later reads the new ones. On SQLite a writer is alone
    anyhow. Raises RotaBusy when it takes too long.
    """
    if db.dialect.name != "postgresql":
        return
    db.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
    try:
        db.execute(sa.text("LOCK TABLE shift IN ACCESS EXCLUSIVE MODE"))
    except sa.exc.OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != NOT_AVAILABLE:
            raise
        raise RotaBusy("The rota is in use just now. Nothing was changed. Please try again in a minute.") from error
    db.execute(sa.text("SET LOCAL lock_timeout = 0"))


def the_hub(db: sa.Connection, hub_id: str) -> Hub:
    """That hub, or the first one. Raises RotaNotReadable when there is none."""
    found = hub_id or db.scalar(sa.select(hub.c.id).order_by(hub.c.id).limit(1))
    place = keeping.hub_in(db, found) if found else None
    if place is None:
        raise RotaNotReadable("There is no such hub. Load its place first.")
    return place


def _check_here(db: sa.Connection, change: RotaChange, place: Hub) -> None:
    """Nobody and no room is taken from another hub by having its id. Raises RotaNotReadable."""
    for table, things in ((adviser, change.people), (room, change.rooms)):
        named = table.c.id.in_([each.id for each in things])
        taken = db.scalar(sa.select(table.c.id).where(named, table.c.hub != place.id).order_by(table.c.id).limit(1))
        if taken is not None:
            raise RotaNotReadable("“{id}” is the short name of somebody or a room at another hub.", id=taken)


def standing_of(db: sa.Connection, hub_id: str) -> Standing:
    """What stands now."""
    people, rules = keeping.people_of(db, hub_id), keeping.rules_of(db, hub_id)
    return Standing(people=people, rules=rules, rooms=keeping.rooms_of(db, hub_id))


def _booked(db: sa.Connection, now: datetime) -> list[Planned]:
    """The legs of booked visits that are not over."""
    return booked_where(db, leg.c.finish > now, leg.c.state.in_(("planned", "begun")))


def booked_where(db: sa.Connection, *where: sa.ColumnElement[bool]) -> list[Planned]:
    """The legs of booked visits that `where` (of `leg` and `visit`) picks."""
    rows = db.execute(
        sa.select(leg, visit.c.resident, visit.c.wishes).join_from(leg, visit).where(visit.c.state == BOOKED, *where)
    )
    names = ("agency", "service_id", "start", "finish", "adviser", "room", "room_label", "interpreter")
    return [
        Planned(
            leg=OpeningLeg(**{name: row._mapping[name] for name in names}), number=row.number,
            resident=row.resident, reference=row.visit, wishes=row.wishes,
        )
        for row in rows
    ]  # fmt: skip


def _held(db: sa.Connection, now: datetime) -> list[Planned]:
    """The legs of openings that are held."""
    rows = db.execute(sa.select(hold).where(hold.c.state == HELD, hold.c.until > now).order_by(hold.c.id))
    return [
        Planned(leg=each, number=number, resident=row.resident, hold=row.id, until=row.until, wishes=row.wishes)
        for row in rows
        for number, each in enumerate(read_opening_code(row.opening).legs, 1)
    ]


def end_the_rest(database: Database, impact: Impact) -> None:
    """End the holds that were left to a confirmation, which fails. Without this they run out in some minutes."""
    names = sorted({each.hold for each in impact.holds})
    with database.reading() as db:
        left = list(db.scalars(sa.select(hold.c.id).where(hold.c.id.in_(names), hold.c.state == HELD)))
    if left:
        with database.writing() as db:
            for name in sorted(left):
                break_hold(db, name)


def _end(db: sa.Connection, legs: Sequence[BrokenLeg]) -> None:
    """End the holds of these legs, sorted as everybody locks them.

    A hold whose row somebody has just now is left to them, for they may be waiting for us: a confirmation looks at the
    rota after it has taken the row, finds that the time is gone, and fails; so nothing of it is booked either way.
    """
    names = sorted({each.hold for each in legs})
    ours = sa.select(hold.c.id).where(hold.c.id.in_(names), hold.c.state == HELD).order_by(hold.c.id)
    for name in db.scalars(ours.with_for_update(skip_locked=True)).all():
        break_hold(db, name)
