"""What the command line does with the directory: each function returns an exit code or a line."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from directory.feeds.integrity import problems_of
from directory.feeds.sources import SourceUnreadable, read_source
from directory.freshness import freshness
from directory.keeping import store
from directory.matching import match
from directory.model import Service, Unreadable, read_service
from directory.questions import next_question
from foundation.clock import to_london
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.needs import NEEDS

Echo = Callable[[str], None]
ALL_IN, NONE_READ, SOME_ASIDE = 0, 1, 3


class NotAQuestion(FrontDoorError):
    """A line for `frontdoor match` is not of its shape."""


def match_line(services: Sequence[Service], asked: dict[str, Any]) -> dict[str, Any]:
    """One line of `frontdoor match`. Raises NotAQuestion and the errors of areas."""
    needs = asked.get("needs")
    circumstances, details = ({} if asked.get(key) is None else asked[key] for key in ("circumstances", "details"))
    if not isinstance(needs, list) or not isinstance(circumstances, dict) or not isinstance(details, dict):
        raise NotAQuestion('Send {"id", "needs": [...], "circumstances": {...}, "postcode"}.')
    unknown = [need for need in needs if need not in NEEDS]
    if unknown:
        raise NotAQuestion(f"There is no need called {unknown[0]!r}.")
    told = {code: value for code, value in circumstances.items() if value is not None}
    if asked.get("postcode"):
        told["postcode"] = asked["postcode"]
    matches = match(services, needs, told, details=details)
    return {
        "id": asked.get("id"),
        "matches": [
            {
                "service_id": m.service.id, "service": m.service.name, "organisation": m.service.organisation,
                "need": m.need, "fit": m.fit, "because": list(m.because), "ask": list(m.ask),
            }
            for m in matches
        ],
        "next_question": next_question(services, needs, told, details=details),
    }  # fmt: skip


def import_source(database: Database, source: str, *, now: datetime, echo: Echo) -> int:
    """Take in a file, a folder or an address. 0 when all went in, 3 when some were set aside, 1 when none was read."""
    try:
        documents = list(read_source(source))
    except SourceUnreadable as error:
        echo(str(error))
        return NONE_READ
    if documents and all(isinstance(document, Unreadable) for document in documents):
        for document in documents:
            echo(document.reason)
        return NONE_READ
    with database.writing() as db:
        taken = store.take_in(db, documents, source=source, now=now)
    echo(f"{taken.changed} services are new or changed, {taken.unchanged} are as they were.")
    for name, reason in taken.set_aside:
        echo(f"Set aside: {name}: {reason}")
    return SOME_ASIDE if taken.set_aside else ALL_IN


def export_folder(database: Database, folder: Path, *, echo: Echo) -> int:
    """Write each service to a file of its own, as Open Referral UK 3.0."""
    folder.mkdir(parents=True, exist_ok=True)
    with database.reading() as db:
        documents = store.all_documents(db)
    for document in documents:
        text = json.dumps(document, ensure_ascii=False, indent=1)
        (folder / f"{document['id']}.json").write_text(text, encoding="utf-8")
    echo(f"Wrote {len(documents)} services to {folder}.")
    return ALL_IN


def check_all(database: Database, *, now: datetime, echo: Echo) -> int:
    """List what is wrong with the services that are in. 0 when nothing is, else 3."""
    with database.reading() as db:
        documents = store.all_documents(db)
    found = [(document["name"], problem) for document in documents for problem in problems_of(document)]
    for name, problem in found:
        echo(f"{name}: {problem}")
    echo(f"{len(documents)} services, {len(found)} problems.")
    return SOME_ASIDE if found else ALL_IN


def list_stale(database: Database, *, now: datetime, echo: Echo) -> int:
    """List services that should be checked again, the oldest first."""
    today = to_london(now).date()
    with database.reading() as db:
        services = [read_service(document) for document in store.all_documents(db)]
    due = [s for s in services if freshness(s.assured, today) != "fresh"]
    for s in sorted(due, key=lambda s: s.assured.isoformat() if s.assured else ""):
        echo(f"{s.assured or 'never'}  {freshness(s.assured, today)}  {s.name}, {s.organisation}")
    echo(f"{len(due)} of {len(services)} services are due for a check.")
    return ALL_IN
