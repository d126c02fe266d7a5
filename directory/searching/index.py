"""The index: SQLite's FTS5 in memory, built from the services, the same whatever database they are kept in."""

import sqlite3
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from directory.model import Service
from directory.searching.entries import WEIGHTS, meets_of, texts_of
from directory.searching.meanings import meanings
from directory.searching.words import stem, words_of

EVERYWHERE = 0.4
COLUMNS = tuple(WEIGHTS)
_SCORE = f"-bm25(entry, {', '.join(map(str, WEIGHTS.values()))})"


@dataclass(frozen=True)
class Wanted:
    """Stems in this order, side by side. `part` numbers what it counts for; -1 is a mere bonus. `worth`: 0 to 1."""

    stems: tuple[str, ...]
    part: int
    worth: float


class ServiceIndex:
    """Every service's words. Threads may share one: its questions are asked one at a time."""

    def __init__(self, services: Sequence[Service]) -> None:
        self.services = tuple(services)
        self.counts: Counter[str] = Counter()  # word as written -> in how many services
        self._lock = Lock()
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.execute(
            f"CREATE VIRTUAL TABLE entry USING fts5({', '.join(COLUMNS)}, content='', tokenize='ascii')"  # no text kept
        )
        marks = ", ".join("?" * (len(COLUMNS) + 1))
        self._db.executemany(
            f"INSERT INTO entry (rowid, {', '.join(COLUMNS)}) VALUES ({marks})",  # noqa: S608  constants alone
            (self._row(number, service) for number, service in enumerate(self.services)),
        )
        self._db.execute("INSERT INTO entry (entry) VALUES ('optimize')")
        self.written = sorted(self.counts)
        self.choices = sorted({*self.written, *meanings().vocabulary})  # what a mistyped word can have been
        self.stems: Counter[str] = Counter()
        for word, count in self.counts.items():
            self.stems[stem(word)] += count

    def _row(self, number: int, service: Service) -> tuple[object, ...]:
        columns = {column: words_of(text) for column, text in texts_of(service).items()}
        self.counts.update({word for words in columns.values() for word in words})
        stemmed = {column: [stem(word) for word in words] for column, words in columns.items()}
        stemmed["meets"] = meets_of(service)
        return (number, *(" ".join(stemmed[column]) for column in COLUMNS))

    def is_everywhere(self, word: str) -> bool:
        """Whether so many services have the word that it tells nothing of what is wanted."""
        return self.stems[stem(word)] > EVERYWHERE * len(self.services)

    def beginning_with(self, letters: str, *, most: int) -> list[str]:
        """The words of the services that begin with `letters`, those of most services first."""
        start = bisect_left(self.written, letters)
        end = bisect_left(self.written, letters + "\U0010ffff")
        return sorted(self.written[start:end], key=lambda word: (-self.counts[word], word))[:most]

    def scores(self, wanted: Sequence[Wanted]) -> dict[int, tuple[float, int]]:
        """For the services that have any of it, by their place in `services`: a BM25 score, and how many parts."""
        if not wanted:
            return {}
        one = f"SELECT rowid, ? AS part, ? * {_SCORE} AS score FROM entry(?)"  # noqa: S608  constants alone
        query = f"""
            WITH each AS MATERIALIZED ({" UNION ALL ".join([one] * len(wanted))}),
                 best AS (SELECT rowid, part, MAX(score) AS score FROM each GROUP BY rowid, part)
            SELECT rowid, SUM(score), SUM(part >= 0) FROM best GROUP BY rowid
        """  # noqa: S608
        given = [value for want in wanted for value in (want.part, want.worth, f'"{" ".join(want.stems)}"')]
        with self._lock:
            return {row: (score, parts) for row, score, parts in self._db.execute(query, given)}
