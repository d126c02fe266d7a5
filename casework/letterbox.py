"""The letterbox: what providers handed us, as it came, until it is sorted into conversations.

A provider waits while its call is stored, so that is one row and no question. Sorting is what takes time.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from casework import lines
from casework.lines import Fate, Incoming
from casework.tables import letterbox
from foundation.database import Database

log = logging.getLogger("frontdoor.letterbox")
AT_ONCE = 20  # calls that are sorted in one transaction
TRIES = 5
_NEW = letterbox.insert()
_TO_SORT = sa.select(letterbox.c.id).where(letterbox.c.tries < TRIES).order_by(letterbox.c.id).limit(AT_ONCE)


def keep(database: Database, items: Sequence[Incoming | Fate], *, now: datetime) -> None:
    """Store what came in one call, or in several at once. After this the provider may forget it."""
    database.write_one(_NEW, {"at": now, "told": [_as_json(item) for item in items]})


def to_sort(database: Database) -> list[int]:
    """What lies there, in the order in which it came; at most AT_ONCE."""
    with database.reading() as db:
        return list(db.scalars(_TO_SORT))


def sort(database: Database, names: Sequence[int], *, language: str, now: datetime) -> int:
    """Bring these to their conversations and empty the letterbox of them; how many messages were new.

    One that we cannot sort holds up no other: it is tried TRIES times and then stays, and the log says so. Raises
    OperationalError where the database cannot be had; then all of them stay.
    """
    try:
        return _sort(database, names, language=language, now=now)
    except sa.exc.OperationalError:
        raise
    except Exception:  # whatever is wrong with one, the others are sorted
        parts = names if len(names) > 1 else _taken_apart(database, names[0])
        if parts:
            return sum(sort(database, [name], language=language, now=now) for name in parts)
        log.exception("what lies in the letterbox under %s could not be sorted", names[0])
        _count_try(database, names[0])
        return 0


def _sort(database: Database, names: Sequence[int], *, language: str, now: datetime) -> int:
    mine = sa.select(letterbox).where(letterbox.c.id.in_(names)).order_by(letterbox.c.id)
    with database.writing() as db:
        found = db.execute(mine.with_for_update(skip_locked=True)).all()  # what another process sorts is not ours
        new = lines.take_in(db, [_read(item) for row in found for item in row.told], language=language, now=now)
        db.execute(letterbox.delete().where(letterbox.c.id.in_([row.id for row in found])))
    return new


def _taken_apart(database: Database, name: int) -> list[int]:
    """A row for each thing that lies under this name; none where it is one."""
    with database.writing() as db:
        row = db.execute(sa.select(letterbox).where(letterbox.c.id == name).with_for_update()).one_or_none()
        if row is None or len(row.told) < 2:
            return []
        db.execute(letterbox.delete().where(letterbox.c.id == name))
        one = letterbox.insert().returning(letterbox.c.id)
        return [db.execute(one, {"at": row.at, "told": [item]}).scalar_one() for item in row.told]


def forget(db: sa.Connection, addresses: Sequence[str]) -> None:
    """Delete what came from these numbers and could not be sorted."""
    alone = sa.func.json_array_length(letterbox.c.told) == 1  # one that failed was taken apart
    for address in addresses:
        theirs = sa.cast(letterbox.c.told, sa.Text).contains(json.dumps(address), autoescape=True)
        db.execute(letterbox.delete().where(letterbox.c.tries > 0, alone, theirs))


def _count_try(database: Database, name: int) -> None:
    with database.writing() as db:
        db.execute(letterbox.update().where(letterbox.c.id == name).values(tries=letterbox.c.tries + 1))


def _as_json(item: Incoming | Fate) -> dict[str, Any]:
    if isinstance(item, Fate):
        return {"fate": asdict(item)}
    return {"message": asdict(item) | {"sent_at": item.sent_at.isoformat()}}


def _read(item: Mapping[str, Any]) -> Incoming | Fate:
    if "fate" in item:
        return Fate(**item["fate"])
    told = item["message"]
    return Incoming(**told | {"sent_at": datetime.fromisoformat(told["sent_at"])})
