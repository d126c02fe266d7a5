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


def test_the_second_migration_keeps_every_message_and_every_token(empty: Database) -> None:
    url = empty.url.render_as_string(hide_password=False)
    alembic(url, "upgrade", "0001")
    with empty.engine.begin() as db:
        db.execute(
            sa.text(
                "insert into conversation (id, token_hash, channel, state, turn, started_at, last_at) values "
                "('a', 'hash', 'website', 'asking', 1, '2026-11-22 09:00:00', '2026-11-22 09:05:00'), "
                "('b', 'gone', 'website', 'ended', 1, '2026-11-22 09:00:00', '2026-11-22 09:05:00')"
            )
        )
        db.execute(
            sa.text(
                "insert into message (conversation_id, text, status, replies, at) "
                "values ('a', 'behind with the rent', 'answered', '[]', '2026-11-22 09:00:00')"
            )
        )
    alembic(url, "upgrade", "head")
    with empty.engine.connect() as db:
        assert db.execute(sa.text("select text, kind from message")).all() == [("behind with the rent", "text")]
        assert db.execute(sa.text("select token_hash, conversation_id from sitting")).all() == [("hash", "a")]
    alembic(url, "downgrade", "0001")
    with empty.engine.connect() as db:
        assert db.execute(sa.text("select token_hash from conversation order by id")).scalars().all() == ["hash", ""]
        assert db.execute(sa.text("select text from message")).scalars().all() == ["behind with the rent"]
    alembic(url, "downgrade", "base")
    with empty.engine.begin() as db:
        db.execute(sa.text("drop table if exists alembic_version"))
