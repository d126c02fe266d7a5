"""What the command line does with the directory: each function returns an exit code or a line."""

from collections.abc import Callable, Iterable
from datetime import datetime
from time import monotonic

from directory.feeds.sources import read_source, source_name
from directory.freshness import freshness
from directory.keeping import store
from directory.keeping.imports import bring_in
from directory.keeping.judging import faults_of
from directory.keeping.telling import Clock, Teller, summary
from directory.model import read_service
from foundation.clock import to_london
from foundation.database import Database

Echo = Callable[[str], None]
ALL_IN, NONE_READ, SOME_ASIDE = 0, 1, 3


def import_source(
    database: Database, source: str, *, now: datetime, echo: Echo, let_go: bool = False, clock: Clock = monotonic
) -> int:
    """Take in a file, a folder, a zip or an address, and say what came of it.

    0 when all went in, 3 when some were set aside or it was not read to its end, 1 when nothing could be read.
    """
    return import_records(
        database, read_source(source), source=source_name(source), now=now, echo=echo, let_go=let_go, clock=clock
    )


def import_records(
    database: Database,
    records: Iterable[object],
    *,
    source: str,
    now: datetime,
    echo: Echo,
    let_go: bool = False,
    clock: Clock = monotonic,
) -> int:
    """As `import_source`, of records that are read already. `source` is the name that they are kept under."""
    teller = Teller(echo, clock)
    outcome = bring_in(
        database, records, source=source, now=now, let_go=let_go, tell=teller.tell, tick=teller.tick,
        each=teller.progress,
    )  # fmt: skip
    for line in summary(outcome, untold=teller.untold):
        echo(line)
    if not outcome.readable:
        return NONE_READ
    return SOME_ASIDE if outcome.set_aside or outcome.kept_back or not outcome.whole else ALL_IN


def check_all(database: Database, *, now: datetime, echo: Echo) -> int:
    """List what is wrong with the services that are in. 0 when nothing is, else 3."""
    today = to_london(now).date()
    with database.reading() as db:
        documents = store.all_documents(db)
    found = [(document["name"], problem) for document in documents for problem in faults_of(document, today)]
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
