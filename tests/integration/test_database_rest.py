"""A connection that rested is asked whether its server is still there before anybody relies on it."""

import pytest
import sqlalchemy as sa

from foundation.database import Database


def _backend(database: Database) -> int:
    with database.reading() as db:
        return int(db.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())


def _end(database: Database, backend: int) -> None:
    with database.reading() as db:
        db.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": backend})


def test_a_lost_connection_is_replaced_after_a_rest(postgres_url: str) -> None:
    ours, other = Database(postgres_url, rest_seconds=0), Database(postgres_url)
    before = _backend(ours)
    _end(other, before)
    assert _backend(ours) != before
    ours.close()
    other.close()


def test_without_a_rest_nobody_asks(postgres_url: str) -> None:
    """The negative control: what is lost within the rest is found by whoever comes next."""
    ours, other = Database(postgres_url, rest_seconds=3600), Database(postgres_url)
    _end(other, _backend(ours))
    with pytest.raises(sa.exc.OperationalError):
        _backend(ours)
    assert _backend(ours)
    ours.close()
    other.close()
