"""The rows of several CSV files, kept on disk for as long as they are joined: memory stays small for large feeds."""

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from directory.feeds.csv_rows import Row

# A row that names several parents belongs to the first of these. What is given at one place is most particular.
LINKS = (
    "link_id", "contact_id", "phone_id", "service_at_location_id", "service_id", "location_id", "organization_id",
)  # fmt: skip
LINKED = {
    "contact_id": "contacts", "phone_id": "phones", "service_at_location_id": "service_at_locations",
    "service_id": "services", "location_id": "locations", "organization_id": "organizations",
}  # fmt: skip
LOOKED_UP = frozenset({"services", "organizations", "locations", "taxonomy_terms", "taxonomies", "programs"})


@dataclass(frozen=True)
class Astray:
    """Rows of `table` whose `link` leads nowhere ("": they have none at all), with an example of where it leads."""

    table: str
    link: str
    count: int
    example: str


class Tables:
    """Rows by table, each under the key of what it belongs to."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.kept: set[str] = set()
        db.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            "CREATE TABLE row (number INTEGER PRIMARY KEY, kind TEXT, link TEXT, leads TEXT, data TEXT);"
            "CREATE TABLE key (kind TEXT, id TEXT, times INTEGER, PRIMARY KEY (kind, id)) WITHOUT ROWID;"
        )

    def keep(self, kind: str, row: Row) -> None:
        """Take one row in."""
        self.kept.add(kind)
        link = "id" if kind in LOOKED_UP else next((link for link in LINKS if row.get(link)), "")
        self._db.execute(
            "INSERT INTO row (kind, link, leads, data) VALUES (?, ?, ?, ?)",
            (kind, link, row.get(link, ""), json.dumps(row)),
        )
        if row.get("id"):
            self._db.execute(
                "INSERT INTO key VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET times = times + 1", (kind, row["id"])
            )

    def ready(self) -> None:
        """All rows are in."""
        self._db.execute("CREATE INDEX place ON row (kind, link, leads)")

    def all(self, kind: str) -> Iterator[dict[str, Any]]:
        """Every row of a table in its order."""
        for (data,) in self._db.execute("SELECT data FROM row WHERE kind = ? ORDER BY number", (kind,)):
            yield json.loads(data)

    def under(self, kind: str, link: str, leads: str) -> list[dict[str, Any]]:
        """The rows whose `link` is `leads`, in their order."""
        query = "SELECT data FROM row WHERE kind = ? AND link = ? AND leads = ? ORDER BY number"
        return [json.loads(data) for (data,) in self._db.execute(query, (kind, link, leads))]

    def twice(self) -> list[tuple[str, str, int]]:
        """(table, id, how often) of ids that are there more than once; services are told of one by one."""
        query = "SELECT kind, id, times FROM key WHERE times > 1 AND kind <> 'services' ORDER BY kind, id LIMIT 50"
        return self._db.execute(query).fetchall()

    def astray(self) -> list[Astray]:
        """Rows that belong to nothing in the feed."""
        query = (
            "SELECT count(*), min(leads) FROM row WHERE kind = ? AND link = ? "
            "AND NOT EXISTS (SELECT 1 FROM key WHERE key.kind = ? AND key.id = row.leads)"
        )
        found: list[Astray] = []
        for kind in sorted(self.kept - LOOKED_UP):
            for link in ("", *LINKED):
                count, example = self._db.execute(query, (kind, link, LINKED.get(link, ""))).fetchone()
                if count:
                    found.append(Astray(kind, link, count, str(example or "")))
        return found


@contextmanager
def tables_on_disk() -> Iterator[Tables]:
    """Empty tables, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(Path(folder) / "tables.db", isolation_level=None, check_same_thread=False)
        db.execute("BEGIN")
        try:
            yield Tables(db)
        finally:
            db.close()
