"""Why a service was found, in words: which of the words that were typed it has, or what they were taken to mean."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

from babel.lists import format_list

from directory.labels import need_label
from directory.searching.entries import texts_of
from directory.searching.index import ServiceIndex
from directory.searching.reading import Part
from directory.searching.words import Word, read_words
from foundation.languages import ENGLISH, spoken
from foundation.words import Words

_words = Words(Path(__file__).with_name("words.yml"))
type Stems = tuple[str, ...]


def because(index: ServiceIndex, number: int, parts: Sequence[Part]) -> tuple[str, ...]:
    """Of the service `number`: a sentence for the words that it has as typed, and one for each other meaning."""
    service, writes = index.services[number], _Writing(index, number)
    exact: dict[str, str] = {}
    others: dict[str, None] = {}
    for part in parts:
        if here := writes.any_of(part.exact) or writes.any_of(part.single_words):
            exact |= here
        elif here := writes.any_of(part.meant):
            others[_words("meant", said=part.said, words=_quoted(here.values()))] = None
        elif needs := [need for need in part.needs if need in service.by_need]:
            others[_words("needs", needs=_listed([need_label(need).lower() for need in needs]))] = None
    return (*([_words("matched", words=_quoted(exact.values()))] if exact else []), *others)


def changed(wrote: str, looked_for: str) -> str:
    """What is said of a word that nobody wrote."""
    return _words("changed", wrote=wrote, looked_for=looked_for)


class _Writing:
    """How one service writes what was looked for."""

    def __init__(self, index: ServiceIndex, number: int) -> None:
        self._index, self._number = index, number
        self._read: dict[str, list[Word]] = {}

    @cached_property
    def _texts(self) -> dict[str, str]:
        return texts_of(self._index.services[self._number])

    def any_of(self, phrases: Sequence[Stems]) -> dict[str, str]:
        """Those phrases that it has, as it first writes them, by how they are compared."""
        shown: dict[str, str] = {}
        for phrase in phrases:
            if found := self._index.first(self._number, phrase):
                column, at = found
                words = self._words(column)[at : at + len(phrase)]
                shown[" ".join(word.plain for word in words)] = " ".join(word.shown for word in words)
        return shown

    def _words(self, column: str) -> list[Word]:
        if column not in self._read:
            self._read[column] = read_words(self._texts[column])
        return self._read[column]


def _quoted(items: Iterable[str]) -> str:
    return _listed([_words("quoted", word=item) for item in items])


def _listed(items: Sequence[str]) -> str:
    return format_list(list(items), locale="en_GB" if spoken() == ENGLISH else spoken())
