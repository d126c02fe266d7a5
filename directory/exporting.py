"""The directory out: a whole copy to bring back one day, or what may be published, as JSON or as tables."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from directory.feeds.csv_writing import ABOUT, Tables, tables
from directory.feeds.writing import as_standard, as_uuid
from directory.keeping.tables import service
from directory.publishing import public_document
from foundation.database import Database
from foundation.errors import FrontDoorError

Echo = Callable[[str], object]
DATA = (".json", ".csv")


class FolderNotEmpty(FrontDoorError):
    """Files lie there that would be read together with the export. The text names one."""


def export_json(database: Database, folder: Path, *, public: bool, echo: Echo) -> int:
    """Write each service to a file of its own, and return how many. Raises FolderNotEmpty.

    Whole, the copy comes back by an import as it was, private parts and all. `public`: what the API shows.
    """
    documents = _public(database) if public else _all(database)
    _refuse_others(folder, {f"{as_uuid(key) if public else key}.json" for key in _keys(database)})
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for document in documents:
        text = json.dumps(document, ensure_ascii=False, indent=1)
        (folder / f"{document['id']}.json").write_text(text, encoding="utf-8")
        count += 1
    echo(f"Wrote {count} services to {folder}.")
    if not public:
        echo("It holds what must not be shared, such as where refuges are. --public leaves that out.")
    return count


def export_csv(database: Database, folder: Path, *, echo: Echo) -> int:
    """Write what may be published as HSDS tables, and return how many services. Raises FolderNotEmpty."""
    _refuse_others(folder, {*tables(), ABOUT})
    count = 0
    with Tables(folder) as written:
        for document in _public(database):
            written.add(document)
            count += 1
    echo(f"Wrote {count} services to {folder}, in {len(tables())} tables. Only what may be published is in them.")
    return count


def _all(database: Database) -> Iterator[dict[str, Any]]:
    """Every service that its source still has, one at a time."""
    query = sa.select(service.c.document).where(service.c.removed_at.is_(None)).order_by(service.c.name, service.c.id)
    with database.reading() as db:
        yield from db.execution_options(yield_per=500).execute(query).scalars()


def _public(database: Database) -> Iterator[dict[str, Any]]:
    for document in _all(database):
        shown = public_document(document)
        if shown is not None:
            yield as_standard(shown)


def _keys(database: Database) -> list[str]:
    with database.reading() as db:
        return list(db.execute(sa.select(service.c.id)).scalars())


def _refuse_others(folder: Path, ours: set[str]) -> None:
    """An import reads all that lies in a folder, so an export goes where nothing else lies."""
    if folder.exists() and not folder.is_dir():
        raise FolderNotEmpty(f"{folder} is a file. Name a folder.")
    others = [file.name for file in folder.glob("*") if file.suffix in DATA and file.name not in ours]
    if others:
        raise FolderNotEmpty(f"{folder} holds other data already, such as {min(others)}. Name an empty folder.")
