"""Back up and bring back the embedded database."""

import shutil
import sqlite3
from pathlib import Path

from foundation.database import Database
from foundation.errors import FrontDoorError


class NotEmbedded(FrontDoorError):
    """The database is a server: its own tools copy it."""


class NotABackup(FrontDoorError):
    """The file is not a copy of our database."""


def _path(database: Database) -> Path:
    if database.dialect != "sqlite" or not database.url.database:
        raise NotEmbedded("This database is PostgreSQL. Use pg_dump and pg_restore.")
    return Path(database.url.database)


def back_up(database: Database, file: Path) -> None:
    """Copy the running database to `file`, consistently. Raises NotEmbedded."""
    source = sqlite3.connect(_path(database))
    target = sqlite3.connect(file)
    with source, target:
        source.backup(target)
    source.close()
    target.close()


def bring_back(database: Database, file: Path) -> None:
    """Put `file` in the database's place; what was there is kept beside it. Raises NotEmbedded, NotABackup."""
    path = _path(database)
    with sqlite3.connect(file) as candidate:
        try:
            found = candidate.execute("select count(*) from sqlite_master where name = 'case_file'").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise NotABackup(f"{file} is not a database.") from error
    if not found:
        raise NotABackup(f"{file} is not a copy of Front Door's database.")
    if path.exists():
        shutil.move(path, path.with_suffix(".before-restore.db"))
    for extra in ("-wal", "-shm"):
        Path(str(path) + extra).unlink(missing_ok=True)
    shutil.copy2(file, path)
