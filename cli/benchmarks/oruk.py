"""The Open Referral API over 10,000 services: its list pages over HTTP, beside an empty answer of the same server."""

import random
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount, Route

from cli.benchmarks.figure import Figure, NotMeasurable, milliseconds, pair, percentile
from cli.benchmarks.find import made_up
from cli.benchmarks.throwaway import sqlite_url
from directory.keeping.versions import Change, record_version, record_versions
from foundation.clock import utc_now
from foundation.database import Database, metadata
from foundation.settings import Settings
from web.oruk.app import PATH, make_api

SERVICES, ROUNDS, SEED = 10_000, 12, 20261122
PROMISED_MS = 30.0
CHANGES = 20
STARTS_WITHIN = 20.0
PAGES = tuple(f"/services?page={page}&per_page={size}" for page, size in ((1, 50), (7, 100), (100, 100), (200, 50)))
FILTERED = (
    "/services?search=housing+advice",
    "/services?search=nothingofthekind",
    "/services?day=MO&start_time=09:00&end_time=17:00&per_page=100",
    "/services?minimum_age=18&search=help",
    "/services?modified_after=2026-01-01T00:00:00Z&per_page=100",
    "/service_at_locations?postcode=CB4+3EH&proximity=3000&per_page=100",
    "/service_at_locations?per_page=100&page=5",
    "/organizations?per_page=100",
)
EMPTY = "/empty"


def measure() -> Iterator[Figure]:
    """p50 and p95 in milliseconds of a page, a filtered one, a service, a page known already, a page after a change."""
    with _filled() as database, _served(database) as client:
        keys = [one["id"] for one in client.get(f"{PATH}/services?per_page=100").json()["contents"]]
        pages, empty = _times(client, [PATH + page for page in PAGES]), _times(client, [EMPTY] * len(FILTERED))
        filtered = _times(client, [PATH + query for query in FILTERED])
        whole = _times(client, [f"{PATH}/services/{key}" for key in keys[:20]])
        mark = client.get(PATH + PAGES[1]).headers["etag"]
        changed = list(_after_changes(database, client, keys[:CHANGES]))
        known = [milliseconds(lambda: client.get(PATH + PAGES[1], headers={"If-None-Match": mark})) for _ in range(50)]
    beside = "an empty answer of the same server"
    several = {"page": pages, "filtered": filtered, "service": whole, "304": known, "change": changed}
    for name, times in several.items():
        yield from pair(f"oruk_{name}", times, empty, reference=beside, percents=(50, 95))
    yield Figure(
        figure="oruk_list_page_p95", value=percentile([*pages, *filtered], 95), unit="ms", reference="what is promised",
        reference_value=PROMISED_MS, target=1.0,
    )  # fmt: skip


def _times(client: httpx.Client, addresses: Sequence[str]) -> list[float]:
    for address in addresses:
        if not client.get(address).is_success:
            raise NotMeasurable(f"The API is not measured: {address} is not answered.")
    return [milliseconds(lambda a=address: client.get(a)) for _ in range(ROUNDS) for address in addresses]  # type: ignore[misc]


def _after_changes(database: Database, client: httpx.Client, keys: Sequence[str]) -> Iterator[float]:
    """The first page after each change of one service, which has to show it."""
    for number, key in enumerate(keys):
        document = client.get(f"{PATH}/services/{key}").json() | {"description": f"Changed {number}."}
        with database.writing() as db:
            record_version(db, key, document, by=None, why="edited", now=utc_now())
        yield milliseconds(lambda: client.get(PATH + PAGES[0]))


@contextmanager
def _filled() -> Iterator[Database]:
    with sqlite_url() as url:
        database = Database(url)
        metadata.create_all(database.engine)
        services = made_up(SERVICES, random.Random(SEED))
        changes = [Change(service.id, service.document, "imported") for service in services]
        with database.writing() as db:
            record_versions(db, changes, {}, now=utc_now())
        try:
            yield database
        finally:
            database.close()


@contextmanager
def _served(database: Database) -> Iterator[httpx.Client]:
    """The API on a free port of this machine, in a thread."""
    api = make_api(database, Settings(demonstration=True))
    app = Starlette(routes=[Route(EMPTY, lambda _request: Response()), Mount(PATH, api)])
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until = time.monotonic() + STARTS_WITHIN
            while not server.started:
                if time.monotonic() > until:
                    raise NotMeasurable("The API is not measured: its server does not start.")
                time.sleep(0.01)
            with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=60) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()
