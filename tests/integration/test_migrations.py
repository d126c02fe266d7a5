"""The migrations make exactly the tables that the code expects, on both databases, and can go back."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from foundation.database import Database, metadata

ROOT = Path(__file__).parents[2]


def alembic(url: str, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "-x", f"url={url}", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def empty(database: Database) -> Database:
    metadata.drop_all(database.engine)
    with database.engine.begin() as db:
        db.execute(sa.text("drop table if exists alembic_version"))
    return database


def test_migrations_make_what_the_code_expects_and_can_be_taken_back(empty: Database) -> None:
    url = empty.url.render_as_string(hide_password=False)
    alembic(url, "upgrade", "head")
    with empty.engine.connect() as db:
        context = MigrationContext.configure(db, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    alembic(url, "downgrade", "base")
    assert set(sa.inspect(empty.engine).get_table_names()) <= {"alembic_version"}
    with empty.engine.begin() as db:
        db.execute(sa.text("drop table if exists alembic_version"))
