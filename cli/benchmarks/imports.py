"""Importing a feed of 10,000 services, beside nothing but inserting the same documents, on each database.

The rate that was asked for is 1,000 services a second, which `target` states as its share of what the bare inserts
reach in this run. A second reading of the same feed, in which nothing changed, is measured too.
"""

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import directory.keeping.tables  # noqa: F401  so that `metadata` has them
from cli.benchmarks.figure import Figure, NotMeasurable
from cli.benchmarks.throwaway import postgresql_url, sqlite_url
from directory.command import ALL_IN, import_source
from foundation.database import Database, metadata

SERVICES, BATCH = 10_000, 100
A_SECOND = 1_000.0  # services, as was asked for
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_BARE = sa.table("bare", sa.column("id"), sa.column("document", sa.JSON))


def measure() -> Iterator[Figure]:
    """Services a second, first time and again."""
    with tempfile.TemporaryDirectory() as folder:
        feed = Path(folder) / "feed.json"
        documents = [_document(number) for number in range(SERVICES)]
        feed.write_text(json.dumps(documents), encoding="utf-8")
        with sqlite_url() as url:
            yield from _on("import", url, feed, documents)
        with postgresql_url() as url:
            yield from _on("import_postgresql", url, feed, documents)


def _on(name: str, url: str, feed: Path, documents: list[dict[str, Any]]) -> Iterator[Figure]:
    database = Database(url)
    try:
        metadata.create_all(database.engine)
        bare = _rate(lambda: _insert(database, documents))
        for figure in (name, f"{name}_again"):
            ours = _rate(lambda: _import(database, feed))
            yield Figure(
                figure=figure, value=ours, unit="services/s", reference="inserting the same documents bare",
                reference_value=bare, target=A_SECOND / bare, at_least=True,
            )  # fmt: skip
    finally:
        database.close()


def _rate(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return SERVICES / (time.perf_counter() - begun)


def _insert(database: Database, documents: list[dict[str, Any]]) -> None:
    with database.writing() as db:
        db.execute(sa.text("CREATE TABLE bare (id VARCHAR(36) PRIMARY KEY, document JSON NOT NULL)"))
    for batch in batched(documents, BATCH):
        with database.writing() as db:
            db.execute(_BARE.insert(), [{"id": one["id"], "document": one} for one in batch])


def _import(database: Database, feed: Path) -> None:
    said: list[str] = []
    if import_source(database, str(feed), now=NOW, echo=said.append) != ALL_IN:
        raise NotMeasurable(f"The feed could not be imported: {said[0]}")


def _document(number: int) -> dict[str, Any]:
    """A service as feeds have them, about 3 KB: HTML in its description, a place, hours, phones, what it is."""
    id, of = f"{number:08x}-0000-4000-8000-000000000000", f"{number // 8:08x}-0000-4000-8000-000000000001"
    part = f"{number:08x}-0000-4000-8000-0000000000"
    return {
        "id": id, "organization_id": of, "name": f"Lunch club {number}", "status": "active",
        "description": f"<p>A hot lunch &amp; company, number {number}.</p><p>{'Everybody is welcome. ' * 30}</p>",
        "url": f"https://example.org/{number}", "email": "lunch@example.org", "fees": "£3 a meal",
        "assured_date": "2026-10-01", "last_modified": "2026-10-01T09:00:00Z",
        "organization": {"id": of, "name": f"Trust {number // 8}", "description": "A charity. " * 12},
        "phones": [{"id": f"{part}02", "number": "01632 960001", "type": "voice"}],
        "schedules": [
            {"id": f"{part}1{day}", "freq": "WEEKLY", "byday": byday, "opens_at": "12:00", "closes_at": "14:00"}
            for day, byday in enumerate(("MO", "WE", "FR"))
        ],
        "service_areas": [{"id": f"{part}03", "name": "Cambridge", "extent": "E07000008"}],
        "service_at_locations": [{
            "id": f"{part}04", "service_id": id,
            "location": {
                "id": f"{part}05", "location_type": "physical", "latitude": 52.2, "longitude": 0.12,
                "addresses": [{"id": f"{part}06", "address_1": "1 High Street", "city": "Cambridge",
                               "state_province": "Cambridgeshire", "postal_code": "CB1 1AA", "country": "GB",
                               "address_type": "physical"}],
            },
        }],
        "attributes": [{
            "id": f"{part}07", "link_id": id, "link_entity": "service",
            "taxonomy_term": {"id": f"{part}08", "name": "Meals", "description": "Meals", "taxonomy": "needs"},
        }],
    }  # fmt: skip
