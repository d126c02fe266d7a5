"""The SQL of rotas: rules, people and rooms, and what they expand to. Only what differs is written.

Every function takes an open connection: whose transaction it is, the use case decides. Claims are never touched here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from booking.hub import Hub, Room
from booking.rotas.expanding import closures_of, days_of, sessions_of, shifts_of
from booking.rotas.rules import PLACE, Person, Rotas, Rule
from booking.tables import adviser, hub, hub_session, room, room_closure, rota_rule, shift
from foundation.clock import LONDON, cell_of, to_london

ROLL_DAYS = 60


def hub_in(db: sa.Connection, hub_id: str) -> Hub | None:
    """That hub, as it was loaded last."""
    details = db.scalar(sa.select(hub.c.details).where(hub.c.id == hub_id))
    return Hub(details) if details is not None else None


def rules_of(db: sa.Connection, hub_id: str) -> tuple[Rule, ...]:
    """Every rule of a hub, in a stable order."""
    order = (rota_rule.c.whom, rota_rule.c.kind, rota_rule.c.first_day, rota_rule.c.start, rota_rule.c.id)
    rows = db.execute(sa.select(rota_rule).where(rota_rule.c.hub == hub_id).order_by(*order))
    return tuple(_rule(row) for row in rows)


def people_of(db: sa.Connection, hub_id: str) -> tuple[Person, ...]:
    """Every adviser and interpreter of a hub, those who are not active too."""
    rows = db.execute(sa.select(adviser).where(adviser.c.hub == hub_id).order_by(adviser.c.agency, adviser.c.id))
    return tuple(_person(row) for row in rows)


def rooms_of(db: sa.Connection, hub_id: str) -> tuple[Room, ...]:
    """Every room of a hub, those that are not open too."""
    rows = db.execute(sa.select(room).where(room.c.hub == hub_id).order_by(room.c.id))
    return tuple(
        Room(
            id=row.id, label=row.label, features=tuple(row.features), capacity=row.capacity, site=row.site,
            open=row.open,
        )
        for row in rows
    )  # fmt: skip


def rota_of(db: sa.Connection, hub_id: str) -> Rotas:
    """People and rules of a hub: what an export writes."""
    return Rotas(people=people_of(db, hub_id), rules=rules_of(db, hub_id))


def keep_hub(db: sa.Connection, place: Hub) -> str:
    """Write the hub's details; whose rota it has: place, imported or desk.

    Its row also makes starts that happen at once wait for each other.
    """
    plain = {key: value if isinstance(value, (str, int, list, dict)) else str(value)
             for key, value in place.details.items()}  # fmt: skip
    put(db, hub, {"id": place.id}, {"details": plain}, first={"rota_source": PLACE})
    return str(db.scalar(sa.select(hub.c.rota_source).where(hub.c.id == place.id)))


def keep_source(db: sa.Connection, hub_id: str, source: str) -> None:
    """Say whose the rota is from now on."""
    db.execute(sa.update(hub).where(hub.c.id == hub_id).values(rota_source=source))


def keep_rooms(db: sa.Connection, hub_id: str, rooms: Iterable[Room], *, all_of_them: bool) -> None:
    """Write these rooms; with `all_of_them`, close those that are not among them."""
    there = {each.id: each for each in rooms_of(db, hub_id)}
    wanted = {each.id: each for each in rooms}
    if all_of_them:
        wanted |= {each.id: replace(each, open=False) for each in there.values() if each.id not in wanted}
    for each in wanted.values():
        if there.get(each.id) != each:
            values = {"hub": hub_id, "label": each.label, "features": list(each.features), "open": each.open}
            put(db, room, {"id": each.id}, values | {"capacity": each.capacity, "site": each.site})


def keep_people(db: sa.Connection, hub_id: str, people: Iterable[Person], *, all_of_them: bool) -> None:
    """Write these people; with `all_of_them`, those that are not among them are not active any more."""
    there = {each.id: each for each in people_of(db, hub_id)}
    wanted = {each.id: each for each in people}
    if all_of_them:
        wanted |= {each.id: replace(each, active=False) for each in there.values() if each.id not in wanted}
    for each in wanted.values():
        if there.get(each.id) != each:
            values = each.as_json()
            put(db, adviser, {"id": values.pop("id")}, {"hub": hub_id, **values})


def keep_rules(db: sa.Connection, before: Iterable[Rule], after: Iterable[Rule]) -> None:
    """Put the rules `after` in place of those `before`: what says the same, from the same source, is not touched."""
    old, new = {rule.id: rule for rule in before}, {rule.id: rule for rule in after}
    gone = [name for name, rule in old.items() if (rule, rule.source) != (new.get(name), _source(new.get(name)))]
    if gone:
        db.execute(sa.delete(rota_rule).where(rota_rule.c.id.in_(gone)))
    rows = [_row(rule) for name, rule in new.items() if name in gone or name not in old]
    if rows:
        db.execute(sa.insert(rota_rule), rows)


def roll_forward(db: sa.Connection, place: Hub, *, now: datetime, days: int = ROLL_DAYS) -> int:
    """Expand the rules from today for `days` days, and write what differs; what is past stays as it was.

    Returns the number of shifts ahead.
    """
    today = to_london(now).date()
    ahead, rules = days_of(today, days), rules_of(db, place.id)
    active = {person.id for person in people_of(db, place.id) if person.active}
    shifts = shifts_of(
        [rule for rule in rules if not rule.adviser or rule.adviser in active], ahead, nation=place.nation
    )
    wanted = _spans(shifts)
    first = cell_of(datetime.combine(today, time(), LONDON))
    ours = sa.select(adviser.c.id).where(adviser.c.hub == place.id)
    _write(db, shift, wanted, where=(shift.c.first_cell >= first) & shift.c.adviser.in_(ours))
    sessions = {(place.id, cells.start): (cells.stop, label) for label, cells in
                sessions_of(rules, ahead, nation=place.nation)}  # fmt: skip
    _write(db, hub_session, sessions, where=(hub_session.c.first_cell >= first) & (hub_session.c.hub == place.id))
    theirs = sa.select(room.c.id).where(room.c.hub == place.id)
    where = (room_closure.c.first_cell >= first) & room_closure.c.room.in_(theirs)
    _write(db, room_closure, _spans(closures_of(rules, ahead)), where=where)
    return len(wanted)


def shifts_ahead(db: sa.Connection, hub_id: str, *, now: datetime) -> int:
    """The number of shifts from today on."""
    ours = sa.select(adviser.c.id).where(adviser.c.hub == hub_id)
    ahead = (shift.c.first_cell >= midnight(to_london(now).date())) & shift.c.adviser.in_(ours)
    return int(db.scalar(sa.select(sa.func.count()).select_from(shift).where(ahead)) or 0)


def midnight(day: date) -> int:
    """The cell at which a London day begins."""
    return cell_of(datetime.combine(day, time(), LONDON))


def put(
    db: sa.Connection,
    table: sa.Table,
    key: Mapping[str, object],
    values: Mapping[str, object],
    *,
    first: Mapping[str, object] | None = None,
) -> None:
    """Update the row with `key`, or insert it (then with `first` too)."""
    where = sa.and_(*(table.c[name] == value for name, value in key.items()))
    if not db.execute(sa.update(table).where(where).values(**values)).rowcount:
        db.execute(sa.insert(table).values(**key, **values, **(first or {})))


type _Rows = dict[tuple[str, int], tuple[Any, ...]]


def _spans(ranges: Mapping[str, Sequence[range]]) -> _Rows:
    return {(name, cells.start): (cells.stop,) for name, every in ranges.items() for cells in every}


def _write(db: sa.Connection, table: sa.Table, wanted: _Rows, *, where: sa.ColumnElement[bool]) -> None:
    """Make the rows that `where` picks those that are `wanted`, by key. An unchanged row is not touched."""
    keys, names = list(table.primary_key.columns), [column.name for column in table.columns]
    there: _Rows = {(row[0], row[1]): tuple(row[2:]) for row in db.execute(sa.select(table).where(where))}
    gone = [{"_0": key[0], "_1": key[1]} for key, rest in there.items() if wanted.get(key) != rest]
    new = [dict(zip(names, (*key, *rest), strict=True)) for key, rest in wanted.items() if there.get(key) != rest]
    if gone:
        db.execute(sa.delete(table).where(keys[0] == sa.bindparam("_0"), keys[1] == sa.bindparam("_1")), gone)
    if new:
        db.execute(sa.insert(table), new)


def _source(rule: Rule | None) -> str:
    return rule.source if rule else ""


def _rule(row: sa.Row[Any]) -> Rule:
    told = dict(row._mapping)
    days = tuple(date.fromisoformat(day) for day in told.pop("except_days"))
    return Rule(**told, except_days=days)


def _row(rule: Rule) -> dict[str, Any]:
    told = {each.name: getattr(rule, each.name) for each in fields(rule)}
    return told | {"except_days": [day.isoformat() for day in rule.except_days]}


def _person(row: sa.Row[Any]) -> Person:
    told = {each.name: row._mapping[each.name] for each in fields(Person)}
    return Person(**told | {"skills": frozenset(told["skills"]), "languages": frozenset(told["languages"])})
