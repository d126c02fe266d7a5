"""Services written straight into a database, for tests of what reads them."""

from typing import Any

from directory.keeping.versions import record_version
from foundation.clock import utc_now
from foundation.database import Database


def keep(database: Database, *documents: dict[str, Any]) -> None:
    """Each as it now is."""
    with database.writing() as db:
        for document in documents:
            record_version(db, str(document["id"]), document, by=None, why="imported", now=utc_now())


def remove(database: Database, *documents: dict[str, Any]) -> None:
    """Each leaves a tombstone."""
    with database.writing() as db:
        for document in documents:
            record_version(db, str(document["id"]), document, by=None, why="removed", removed=True, now=utc_now())
