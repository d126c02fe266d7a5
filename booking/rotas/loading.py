"""Loading a hub and its rota, and rolling the rota forward. Claims are never touched."""

from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path

import sqlalchemy as sa

from booking.errors import RotaNotReadable
from booking.hub import Hub, read_hub
from booking.rotas.rota import Pattern, RotaLine, days_of, expand, read_rota, read_weekdays, shifts_of
from booking.tables import adviser, hub, hub_session, room, shift
from foundation.clock import to_london
from foundation.database import Database

ROLL_DAYS = 60
FROM_PLACE, IMPORTED = "place", "imported"


def load_rota(database: Database, place_folder: Path, *, now: datetime, days: int = ROLL_DAYS) -> int:
    """Load `hub.yml` and, unless a rota was imported since, `rota.csv`; then expand `days` days from today.

    Safe at every start. Returns the number of shifts ahead. Raises RotaNotReadable and changes nothing.
    """
    place = read_hub(place_folder / "hub.yml")
    lines = _read_file(place_folder / "rota.csv", place)
    with database.writing() as db:
        imported = _keep_hub(db, place)
        if imported is None:
            _keep_rota(db, place.id, lines, source=FROM_PLACE)
        return _roll_forward(db, place, imported if imported is not None else lines, now=now, days=days)


def import_rota(database: Database, place_folder: Path, file: Path, *, now: datetime, days: int = ROLL_DAYS) -> int:
    """Put the rota in `file` in place of the one there is, and keep it at later starts.

    Returns the number of shifts ahead. Raises RotaNotReadable and changes nothing.
    """
    place = read_hub(place_folder / "hub.yml")
    lines = _read_file(file, place)
    with database.writing() as db:
        _keep_hub(db, place)
        _keep_rota(db, place.id, lines, source=IMPORTED)
        return _roll_forward(db, place, lines, now=now, days=days)


def _read_file(file: Path, place: Hub) -> list[RotaLine]:
    try:
        _sessions(place)
    except (KeyError, TypeError, ValueError) as error:
        raise RotaNotReadable(f"The hub sessions of {place.name} cannot be read: {error}.") from error
    try:
        lines = read_rota(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise RotaNotReadable(f"{file.name} cannot be read.") from error
    for line in lines:
        if line.agency not in place.agencies:
            raise RotaNotReadable(f"The rota names {line.agency!r}, which is no agency of {place.name}.")
    return lines


def _keep_hub(db: sa.Connection, place: Hub) -> list[RotaLine] | None:
    """Write the hub and its rooms; the row also makes starts that happen at once wait for each other.

    Returns the rota that was imported, if one was.
    """
    _put(db, hub, {"id": place.id}, {"details": _plain(place.details)}, first={"rota": [], "rota_source": FROM_PLACE})
    db.execute(sa.update(room).where(room.c.hub == place.id).values(open=False))
    for each in place.rooms:
        values = {"hub": place.id, "label": each.label, "features": list(each.features), "open": True}
        _put(db, room, {"id": each.id}, values)
    row = db.execute(sa.select(hub.c.rota, hub.c.rota_source).where(hub.c.id == place.id)).one()
    if row.rota_source != IMPORTED:
        return None
    return [RotaLine(**{**line, "weekdays": tuple(line["weekdays"])}) for line in row.rota]


def _plain(details: dict[str, object]) -> dict[str, object]:
    return {key: value if isinstance(value, (str, int, list, dict)) else str(value) for key, value in details.items()}


def _keep_rota(db: sa.Connection, hub_id: str, lines: Sequence[RotaLine], *, source: str) -> None:
    kept = [line.as_json() for line in lines]
    db.execute(sa.update(hub).where(hub.c.id == hub_id).values(rota=kept, rota_source=source))


def _put(
    db: sa.Connection,
    table: sa.Table,
    key: dict[str, object],
    values: dict[str, object],
    *,
    first: dict[str, object] | None = None,
) -> None:
    """Update the row with `key`, or insert it (then with `first` too)."""
    where = sa.and_(*(table.c[name] == value for name, value in key.items()))
    if not db.execute(sa.update(table).where(where).values(**values)).rowcount:
        db.execute(sa.insert(table).values(**key, **values, **(first or {})))


def _roll_forward(db: sa.Connection, place: Hub, lines: Sequence[RotaLine], *, now: datetime, days: int) -> int:
    """Write shifts and sessions from today on anew; what is past stays as it was."""
    ahead = days_of(to_london(now).date(), days)
    today = int(to_london(now).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()) // 900
    ours = sa.select(adviser.c.id).where(adviser.c.hub == place.id)
    db.execute(sa.delete(shift).where((shift.c.first_cell >= today) & shift.c.adviser.in_(ours)))
    db.execute(sa.delete(hub_session).where((hub_session.c.first_cell >= today) & (hub_session.c.hub == place.id)))
    for line in {line.adviser: line for line in lines}.values():
        _put(db, adviser, {"id": line.adviser}, {"hub": place.id, "agency": line.agency, "label": line.label})
    shifts = [
        {"adviser": name, "first_cell": cells.start, "end_cell": cells.stop}
        for name, ranges in shifts_of(lines, ahead).items() for cells in ranges
    ]  # fmt: skip
    sessions = [
        {"hub": place.id, "first_cell": cells.start, "end_cell": cells.stop, "label": label}
        for label, pattern in _sessions(place) for cells in expand(pattern, ahead)
    ]  # fmt: skip
    for table, rows in ((shift, shifts), (hub_session, sessions)):
        if rows:
            db.execute(sa.insert(table), rows)
    return len(shifts)


def _sessions(place: Hub) -> list[tuple[str, Pattern]]:
    """The weekly hub sessions: label and pattern. Raises KeyError, TypeError, ValueError."""
    return [
        (
            str(session["label"]),
            Pattern(
                weekdays=read_weekdays(session["weekdays"]),
                start=time.fromisoformat(session["start"]),
                end=time.fromisoformat(session["end"]),
            ),
        )
        for session in place.details["sessions"]
    ]
