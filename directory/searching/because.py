"""Why a service was found, in words: which of the words that were typed it has, or what they were taken to mean."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from babel.lists import format_list

from directory.labels import need_label
from directory.model import Service
from directory.searching.entries import texts_of
from directory.searching.reading import Part
from directory.searching.words import Word, read_words
from foundation.languages import ENGLISH, spoken
from foundation.words import Words

_words = Words(Path(__file__).with_name("words.yml"))
type Stems = tuple[str, ...]


def because(service: Service, parts: Sequence[Part]) -> tuple[str, ...]:
    """One sentence for the words that it has as they were typed, then one for each other meaning."""
    texts = [read_words(text) for text in texts_of(service).values()]
    exact: dict[str, str] = {}
    others: dict[str, None] = {}
    for part in parts:
        if here := _shown(texts, part.exact):
            exact |= here
        elif here := _shown(texts, part.meant):
            others[_words("meant", said=part.said, words=_quoted(here.values()))] = None
        elif needs := [need for need in part.needs if need in service.by_need]:
            others[_words("needs", needs=_listed([need_label(need).lower() for need in needs]))] = None
    return (*([_words("matched", words=_quoted(exact.values()))] if exact else []), *others)


def changed(wrote: str, looked_for: str) -> str:
    """What is said of a word that nobody wrote."""
    return _words("changed", wrote=wrote, looked_for=looked_for)


def _shown(texts: list[list[Word]], phrases: tuple[Stems, ...]) -> dict[str, str]:
    """Those phrases that the service has, as it first writes them, by how they are compared."""
    found = (words for phrase in phrases if (words := _first(texts, phrase)))
    return {" ".join(word.plain for word in words): " ".join(word.shown for word in words) for words in found}


def _first(texts: list[list[Word]], phrase: Stems) -> list[Word]:
    for words in texts:
        for at in range(len(words) - len(phrase) + 1):
            if all(word.stem == wanted for word, wanted in zip(words[at:], phrase, strict=False)):
                return words[at : at + len(phrase)]
    return []


def _quoted(items: Iterable[str]) -> str:
    return _listed([f"“{item}”" for item in items])


def _listed(items: Sequence[str]) -> str:
    return format_list(list(items), locale="en_GB" if spoken() == ENGLISH else spoken())
