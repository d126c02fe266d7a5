"""The index in memory, built from the services: the same whatever database they are kept in."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from directory.model import Service
from directory.searching.entries import MEETS, WEIGHTS, meets_of, texts_of
from directory.searching.meanings import meanings
from directory.searching.postings import Ints, Postings, Reals
from directory.searching.words import stem, words_of

EVERYWHERE = 0.4


@dataclass(frozen=True)
class Wanted:
    """Stems in this order, side by side. `part` numbers what it counts for; -1 is a mere bonus. `worth`: 0 to 1."""

    stems: tuple[str, ...]
    part: int
    worth: float


@dataclass(frozen=True)
class _Vocabulary:
    """Words and stems by number. It only ever grows, so an index can be made from parts of the one before."""

    words: dict[str, int] = field(default_factory=dict)
    stems: dict[str, int] = field(default_factory=dict)  # and the words that stand for needs
    stem_of: list[int] = field(default_factory=list)

    def numbers(self, words: Iterable[str]) -> list[int]:
        """The number of each word; a new one gets the next."""
        for word in words:
            if word not in self.words:
                self.words[word] = len(self.words)
                self.stem_of.append(self.stem(stem(word)))
        return [self.words[word] for word in words]

    def stem(self, stem: str) -> int:
        """The number of a stem, or of the word that stands for a need."""
        return self.stems.setdefault(stem, len(self.stems))


@dataclass(frozen=True)
class _Row:
    """`words`: the number of each, once. `stems` and `columns`: every one in its order."""

    document: dict[str, Any]
    words: Ints
    stems: Ints
    columns: Ints


class ServiceIndex:
    """Every service's words. It does not change, so threads may share one.

    With the index `before`, only what has changed since is read; that one stays as it was.
    """

    def __init__(self, services: Sequence[Service], *, before: "ServiceIndex | None" = None) -> None:
        self.services = tuple(services)
        self._vocabulary: _Vocabulary = before._vocabulary if before else _Vocabulary()
        kept = dict(zip((s.id for s in before.services), before._rows, strict=True)) if before else {}
        self._rows: list[_Row] = [self._row(service, kept.get(service.id)) for service in self.services]
        self._stems = dict(self._vocabulary.stems)  # the vocabulary may grow while this index is in use
        self._postings = Postings(
            [(row.stems, row.columns) for row in self._rows], terms=len(self._stems), weights=tuple(WEIGHTS.values())
        )
        words = np.concatenate([np.empty(0, dtype=np.int64), *(row.words for row in self._rows)])
        counted = np.bincount(words, minlength=len(self._vocabulary.words)).tolist()
        self.counts: Mapping[str, int] = {
            word: count for word, count in zip(self._vocabulary.words, counted, strict=True) if count
        }
        self.written = sorted(self.counts)
        self.choices = sorted({*self.written, *meanings().vocabulary})  # what a mistyped word can have been

    def has(self, stem: str) -> bool:
        """Whether any service has a word with this stem."""
        return self._count(stem) > 0

    def is_everywhere(self, stem: str) -> bool:
        """Whether so many services have the word that it tells nothing of what is wanted."""
        return self._count(stem) > EVERYWHERE * len(self.services)

    def beginning_with(self, letters: str, *, most: int) -> list[str]:
        """The words of the services that begin with `letters`, those of most services first."""
        start = bisect_left(self.written, letters)
        end = bisect_left(self.written, letters + "\U0010ffff")
        return sorted(self.written[start:end], key=lambda word: (-self.counts[word], word))[:most]

    def _count(self, stem: str) -> int:
        number = self._stems.get(stem)
        return 0 if number is None else self._postings.count(number)

    def scores(self, wanted: Sequence[Wanted]) -> tuple[Reals, Ints]:
        """For each service in its place: the sum of what each part scores at its best, and how many parts it has."""
        total, parts = np.zeros(len(self.services)), np.zeros(len(self.services), dtype=np.int64)
        for part in dict.fromkeys(one.part for one in wanted):
            best = np.zeros(len(self.services))
            for one in wanted:
                if one.part == part and all(stem in self._stems for stem in one.stems):
                    rows, scores = self._postings.scores([self._stems[stem] for stem in one.stems])
                    best[rows] = np.maximum(best[rows], one.worth * scores)
            total += best
            parts += (best > 0) & (part >= 0)
        return total, parts

    def first(self, number: int, phrase: Sequence[str]) -> tuple[str, int] | None:
        """Where these stems first stand side by side in a service's texts: the column, and after how many words."""
        if not all(stem in self._stems for stem in phrase):
            return None
        row, wanted = self._rows[number], [self._stems[stem] for stem in phrase]
        stems, columns = row.stems.tolist(), row.columns.tolist()
        for at in range(len(stems) - len(wanted) + 1):
            end = at + len(wanted)
            if stems[at] == wanted[0] and stems[at:end] == wanted and columns[at] == columns[end - 1]:
                return tuple(WEIGHTS)[columns[at]], at - columns.index(columns[at])
        return None

    def _row(self, service: Service, kept: _Row | None) -> _Row:
        if kept is not None and (kept.document is service.document or kept.document == service.document):
            return kept
        texts = texts_of(service)
        words: list[int] = []
        stems: list[int] = []
        columns: list[int] = []
        for column, name in enumerate(WEIGHTS):
            numbers = self._vocabulary.numbers(words_of(texts.get(name, "")))
            codes = meets_of(service) if name == MEETS else []
            words += numbers
            stems += [self._vocabulary.stem_of[number] for number in numbers]
            stems += [self._vocabulary.stem(code) for code in codes]
            columns += [column] * (len(numbers) + len(codes))
        return _Row(service.document, np.unique(words).astype(np.int64), _ints(stems), _ints(columns))


def _ints(numbers: list[int]) -> Ints:
    return np.array(numbers, dtype=np.int64)
