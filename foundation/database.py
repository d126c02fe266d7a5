"""One database by URL: SQLite (the embedded default) or PostgreSQL, the same code on both.

On SQLite a writer takes a file lock before BEGIN IMMEDIATE: SQLite's own waiting is a lottery that let one writer
in sixteen wait 1.6 s, the kernel's lock queue is fair and brings that to tens of milliseconds.
"""

import fcntl
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.pool import ConnectionPoolEntry

GIVING_WAY = 3  # times that a SQLite writer lets others run after its turn
REST_SECONDS = 2.0  # a PostgreSQL connection that rested longer is asked whether its server is still there

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime, in and out, on both databases. A naive one is refused with ValueError."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database, as UTC. Raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From the database: SQLite keeps no zone, so what is naive is UTC."""
        if value is None:
            return None
        assert isinstance(value, datetime)
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Written(dict[str, Any]):
    """A JSON object with its text beside it: it is written out once, however many columns take it."""

    def __init__(self, value: dict[str, Any]) -> None:
        super().__init__(value)
        self.text = json.dumps(value)


def _as_text(value: Any) -> str:
    return value.text if isinstance(value, Written) else json.dumps(value)


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves; see `writing`
    # What was written is carried over to the file four times more seldom than usual: whose turn it is then waits for
    # the disk (99 of 100 calls of one writer took 1.0-1.5 ms instead of 6.0-7.8).
    carried = "wal_autocheckpoint=4000"
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", carried, "foreign_keys=ON", "busy_timeout=20000"):
        connection.execute(f"PRAGMA {pragma}")


def _remember_when(_connection: Any, entry: ConnectionPoolEntry) -> None:
    entry.info["used"] = time.monotonic()


@contextmanager
def _ended(connection: sa.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


class Database:
    """A database and the two ways into it: `reading()` and `writing()`, each one transaction."""

    def __init__(self, url: str, *, rest_seconds: float = REST_SECONDS) -> None:
        self._rest_seconds = rest_seconds
        self.url = sa.make_url(url)
        self.dialect = self.url.get_backend_name()
        if self.dialect == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        self._queue = threading.Lock()
        self._lock_path: str | None = None
        if self.dialect == "sqlite" and self.url.database:
            path = Path(self.url.database)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock_path = str(path) + ".lock"
        # An error tells what was asked, never what people said: it may be logged.
        self.engine = sa.create_engine(self.url, json_serializer=_as_text, hide_parameters=True)
        if self.dialect == "sqlite":
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
        else:
            sa.event.listen(self.engine, "checkin", _remember_when)
            sa.event.listen(self.engine, "checkout", self._ask_after_a_rest)
        # SQLite's driver commits each statement that has no BEGIN before it.
        at_once = {"isolation_level": "AUTOCOMMIT"} if self.dialect == "postgresql" else {}
        self._at_once = self.engine.execution_options(**at_once)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection for reading. What is written in it is rolled back."""
        with self.engine.connect() as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction: commits at the end, rolls back on any error. A process has one of them at a time."""
        # A turn is taken last and given back first: what a connection costs, nobody else need wait for.
        with self.engine.connect() as connection, self._queue, self._turn(gives_way=True):
            if self.dialect == "sqlite":
                connection.begin()
                connection.connection.cursor().execute("BEGIN IMMEDIATE")  # not through all of SQLAlchemy: others wait
            with _ended(connection):
                yield connection

    def write_one(self, statement: sa.Insert, values: dict[str, Any]) -> None:
        """One statement that is a transaction of its own, ahead of all that this process else writes: somebody waits.

        On PostgreSQL that is one way there and back, where a transaction with a beginning and an end is three.
        """
        with self._at_once.connect() as connection, self._turn(gives_way=False):
            connection.execute(statement, values)
            connection.commit()

    @contextmanager
    def _turn(self, *, gives_way: bool) -> Iterator[None]:
        """On SQLite, this writer's place in the kernel's queue; elsewhere nothing."""
        if self._lock_path is None:
            yield
            return
        handle = os.open(self._lock_path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)  # closing gives the lock back
            # Who was woken by that is let in: else a busy process takes turn after turn while others wait. More than
            # once, because who is next on this core need not be who waits (p99 of 16 writers: 67 ms; so 38, once 50).
            for _ in range(GIVING_WAY if gives_way else 0):
                os.sched_yield()

    def _ask_after_a_rest(self, connection: Any, entry: ConnectionPoolEntry, _proxy: Any) -> None:
        """Whether PostgreSQL is still there, asked after a rest: each time would be one more way there and back."""
        if time.monotonic() - entry.info.get("used", time.monotonic()) < self._rest_seconds:
            return
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            connection.rollback()
        except connection.OperationalError as error:
            raise sa.exc.DisconnectionError from error  # the pool makes a new one

    @property
    def one_writer(self) -> bool:
        """Whether writers come in one at a time, so that a turn is not to be had for what reading can tell."""
        return self._lock_path is not None

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()
