"""Matching and the next question for random people among 10,000 services, beside a bare FTS5 query for their needs.

The same for the demonstration's services, beside nothing but reading them by SQL.
"""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cli.benchmarks.figure import Figure, milliseconds, pair, percentile
from cli.benchmarks.many import WORDS, councils, person, services
from cli.benchmarks.throwaway import cambridge
from directory.deciding.catalogue import Catalogue
from directory.deciding.match_lines import match_line
from directory.keeping.services import current_services
from directory.keeping.tables import service
from directory.model import Service
from foundation.clock import utc_now
from foundation.database import Database
from foundation.memory import settle

SERVICES, PEOPLE, SEED, MOST_MS = 10_000, 400, 20261122, 10.0
HERE = {"here": ["CB4 3EH", "CB1 2AA", "CB4 2AA", "CB1 3RB", "CB4 3AA"]}
_BARE = sa.text(f"SELECT id, document FROM {service.name} WHERE status = 'active'")  # noqa: S608  a constant

Person = tuple[list[str], dict[str, Any]]


def measure() -> Iterator[Figure]:
    """p50 and p95 in milliseconds of one line of `frontdoor match`: the services, the reasons, the next question."""
    chance = random.Random(SEED)
    yield from _among_many(chance)
    yield from _in_cambridge(chance)


def _among_many(chance: random.Random) -> Iterator[Figure]:
    places = councils()
    directory = Catalogue(services(SERVICES, list(places), chance))
    people = [person(places, chance) for _ in range(PEOPLE)]
    bare, now = _Bare(directory), utc_now()
    settle()  # as `frontdoor match` does
    for one in people[: PEOPLE // 4]:  # the first finds nothing in the caches of the processor
        _ask(directory, one, now)
        bare.search(one[0])
    ours, theirs = [], []
    for one in people:
        ours.append(milliseconds(lambda p=one: _ask(directory, p, now)))  # type: ignore[misc]
        theirs.append(milliseconds(lambda p=one: bare.search(p[0])))  # type: ignore[misc]
    yield from pair("match", ours, theirs, reference="a bare FTS5 query", percents=(50, 95), target=2)
    yield Figure(
        figure="match_p95_limit", value=percentile(ours, 95), unit="ms", reference="the limit for a person",
        reference_value=MOST_MS, target=1,
    )  # fmt: skip


def _in_cambridge(chance: random.Random) -> Iterator[Figure]:
    people, now = [person(HERE, chance) for _ in range(PEOPLE)], utc_now()
    with cambridge() as database:
        current_services(database)
        ours, bare = [], []
        for one in people:
            ours.append(milliseconds(lambda p=one: _ask(current_services(database), p, now)))  # type: ignore[misc]
            bare.append(milliseconds(lambda: _read(database)))
    yield from pair("match_here", ours, bare, reference="reading the services by bare SQL", percents=(50, 95))


def _ask(directory: Catalogue, one: Person, now: datetime) -> None:
    match_line(directory, {"id": "1", "needs": one[0], "circumstances": one[1]}, now=now)


def _read(database: Database) -> None:
    with database.reading() as db:
        db.execute(_BARE).all()


class _Bare:
    """FTS5 over the names and descriptions of the same services, and nothing else."""

    def __init__(self, directory: Sequence[Service]) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE VIRTUAL TABLE bare USING fts5(id UNINDEXED, name, description)")
        rows = [(s.id, s.name, str(s.document["description"])) for s in directory]
        self._db.executemany("INSERT INTO bare VALUES (?, ?, ?)", rows)

    def search(self, needs: Sequence[str]) -> None:
        """The best twenty for the words of all the needs."""
        words = " OR ".join(dict.fromkeys(word for need in needs for word in WORDS[need].split()))
        query = "SELECT id, name, description FROM bare WHERE bare MATCH ? ORDER BY rank LIMIT 20"
        self._db.execute(query, (words,)).fetchall()
