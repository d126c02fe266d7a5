"""Our own importer reads our own API, over real HTTP."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import uvicorn

from directory.command import import_records, import_source
from directory.feeds.api import read_pages
from directory.feeds.outside import open_client
from directory.feeds.tidy import tidied
from directory.feeds.writing import as_standard
from directory.keeping.tables import service
from directory.keeping.versions import record_version
from directory.publishing import public_document
from foundation.database import Database, metadata
from foundation.settings import Settings
from tests.conftest import rows
from tests.unit.directory_fixtures import documents
from web.oruk.app import make_api

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@contextmanager
def served(database: Database) -> Iterator[str]:
    """The API on a free port of this machine; its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        api = make_api(database, Settings(demonstration=True))
        listener.listen()  # so that a request that comes before the server is ready waits for it
        server = uvicorn.Server(uvicorn.Config(api, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    metadata.create_all(made.engine)
    yield made
    made.close()


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'here.db'}")
    metadata.create_all(made.engine)
    with made.writing() as db:
        for document in documents().values():
            record_version(db, document["id"], document, by=None, why="imported", now=NOW)
    yield made
    made.close()


def test_every_service_comes_in_as_it_is_published(filled: Database, elsewhere: Database) -> None:
    said: list[str] = []
    with served(filled) as address, open_client(httpx.HTTPTransport()) as client:
        read = (tidied(one) if isinstance(one, dict) else one for one in read_pages(client, f"{address}/services"))
        code = import_records(elsewhere, read, source=address, now=NOW, echo=said.append)
    assert code == 0, said
    assert said == [f"{len(documents())} services are new or changed, 0 are as they were."]
    published = {}
    for document in documents().values():
        shown = public_document(document)
        assert shown is not None
        published[document["id"]] = as_standard(shown)
    assert {row["id"]: row["document"] for row in rows(elsewhere, service)} == published


def test_by_its_address_alone_it_is_refused_as_every_private_one(filled: Database, elsewhere: Database) -> None:
    said: list[str] = []
    with served(filled) as address:
        assert import_source(elsewhere, address, now=NOW, echo=said.append) == 1
    assert "private network" in " ".join(said)
    assert rows(elsewhere, service) == []
