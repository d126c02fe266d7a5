"""Finding services by words among 10,000, beside a bare FTS5 query for the same words over the same texts."""

import json
import random
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cli.benchmarks.figure import Figure, milliseconds, pair
from cli.benchmarks.throwaway import PLACE
from directory.model import Service, read_service
from directory.searching.entries import texts_of
from directory.searching.finding import Asked, answer
from directory.searching.index import ServiceIndex
from directory.searching.words import words_of
from foundation.clock import utc_now

SERVICES, ROUNDS, SEED = 10_000, 8, 20261122
MOST = 2.0  # times the reference
SYLLABLES = ("ash", "bar", "cot", "den", "el", "for", "gor", "hol", "ing", "ken", "lea", "mar", "nor", "over", "pel",
             "ro", "sten", "ton", "ul", "ver", "wick", "yar", "ham", "ley", "field")  # fmt: skip
INVENTED, OWN_WORDS = 20_000, 12
# What people type: plain, slang, mistyped, unfinished, in quotation marks, and too much.
TYPED = (
    "dole", "debt advice", "benifits", "food bank", "leccy bill", "rent arears", '"housing advice"', "dentest",
    "citizens advice", "i cant pay my rent and they want me out", "nowhere to sleep tonight", "immagration solicitor",
    "help with universal credit", "alchohol", "he hits me", "carers support", "jobcenter", "anxiety and depression",
    "school place for my son", "council tax", "lonely since my husband died", "out of prison no id", "help", "hous",
)  # fmt: skip


def measure() -> Iterator[Figure]:
    """p50 and p95 in milliseconds of one search, the same with a postcode, and how long the index takes to make."""
    chance = random.Random(SEED)
    services = made_up(SERVICES, chance)
    built: list[ServiceIndex] = []
    build = milliseconds(lambda: built.append(ServiceIndex(services)))
    bare = _Bare(services)
    now = utc_now()
    searches = [text for _ in range(ROUNDS) for text in chance.sample(TYPED, len(TYPED))]
    for text in TYPED:  # the first finds nothing in the caches of the processor
        _search(built[0], text, now)
    ours, there, theirs = [], [], []
    for text in searches:
        ours.append(milliseconds(lambda t=text: _search(built[0], t, now)))  # type: ignore[misc]
        there.append(milliseconds(lambda t=text: _search(built[0], t, now, "CB4 3EH")))  # type: ignore[misc]
        theirs.append(milliseconds(lambda t=text: bare.search(t)))  # type: ignore[misc]
    yield from pair("find", ours, theirs, reference="a bare FTS5 query", percents=(50,))
    yield from pair("find", ours, theirs, reference="a bare FTS5 query", percents=(95,), target=MOST)
    yield from pair("find_near", there, theirs, reference="a bare FTS5 query", percents=(95,), target=MOST)
    yield Figure(
        figure="find_index", value=build, unit="ms", reference="filling a bare FTS5 table", reference_value=bare.filled
    )


def _search(index: ServiceIndex, text: str, now: datetime, postcode: str | None = None) -> None:
    answer(index, Asked(text=text, now=now, postcode=postcode))


class _Bare:
    """FTS5 with the same texts in one column, and nothing else."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE VIRTUAL TABLE bare USING fts5(words, tokenize='porter unicode61')")
        texts = [(" ".join(texts_of(service).values()),) for service in services]
        self.filled = milliseconds(lambda: self._db.executemany("INSERT INTO bare VALUES (?)", texts))

    def search(self, text: str) -> None:
        """The first twenty that have any of the words."""
        any_of = " OR ".join(f'"{word}"' for word in words_of(text))
        self._db.execute("SELECT rowid FROM bare WHERE bare MATCH ? ORDER BY rank LIMIT 20", (any_of,)).fetchall()


def made_up(count: int, chance: random.Random) -> list[Service]:
    """Services like the demonstration's, each with a name, a place and some words that few others have."""
    patterns = [json.loads(file.read_text(encoding="utf-8")) for file in sorted((PLACE / "services").glob("*.json"))]
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(INVENTED)]
    often = [1 / (rank + 1) for rank in range(INVENTED)]  # as words are in any language: few often, most hardly ever
    return [_like(chance.choice(patterns), chance, chance.choices(words, often, k=OWN_WORDS)) for _ in range(count)]


def _like(pattern: dict[str, Any], chance: random.Random, words: list[str]) -> Service:
    place = words[0].capitalize()
    return read_service(
        {
            **pattern,
            "id": str(UUID(int=chance.getrandbits(128), version=4)),
            "name": f"{pattern['name']}, {place}",
            "description": f"{pattern.get('description', '')} {' '.join(words).capitalize()}.",
            "organization": {**pattern["organization"], "name": f"{place} {pattern['organization']['name']}"},
        }
    )
