"""The maps as plain values: terms under wider terms, circumstances to needs, needs to types of service."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from directory.maps.terms import Term, circumstance_term, need_of
from directory.meets import Meets

_BEGINNING = re.compile(r"\b\w\w")


@dataclass(frozen=True)
class Raised:
    """A need that usually comes with any of some circumstances, when the `given` needs were said; to be confirmed."""

    circumstances: frozenset[str]
    given: frozenset[str]
    need: str
    because: str


@dataclass(frozen=True)
class Met:
    """A type of service, or a group of them, that meets a need. `strength` 1 (also helps) to 3 (what it is for)."""

    need: str
    detail: str | None
    service_type: str
    strength: int


@dataclass(frozen=True)
class Maps:
    """One version of the maps. Terms are known by their CURIE; needs by their code."""

    version: str
    created: date
    terms: Mapping[str, Term]
    raised: tuple[Raised, ...]
    met: tuple[Met, ...]
    words: Mapping[str, tuple[str, ...]]

    def wider(self, curie: str) -> tuple[str, ...]:
        """The term itself and every wider one, the nearest first."""
        found = [curie]
        while (term := self.terms.get(found[-1])) and term.parent:
            found.append(term.parent)
        return tuple(found)

    def narrower(self, curie: str) -> frozenset[str]:
        """The term itself and everything under it."""
        found, new = {curie}, {curie}
        while new:
            new = {child for parent in new for child in self._children.get(parent, ())} - found
            found |= new
        return frozenset(found)

    def service_types_of(self, need: str, detail: str | None = None) -> frozenset[str]:
        """Every type of service that meets a need, those under a mapped group included."""
        return frozenset(
            curie
            for row in self.met
            if row.need == need and detail in (None, row.detail)
            for curie in self.narrower(row.service_type)
        )

    def needs_of_term(self, curie: str) -> tuple[Meets, ...]:
        """What a service of this term meets; what is said of the term itself comes before what its group says."""
        found: dict[tuple[str, str | None], Meets] = {}
        for term in self.wider(curie):
            if named := need_of(term):
                found.setdefault(named, Meets(*named, strength=2))
            for row in self._met_by.get(term, ()):
                found.setdefault((row.need, row.detail), Meets(row.need, row.detail, row.strength))
        return tuple(found.values())

    def raised_by(self, circumstances: Mapping[str, Any], needs: frozenset[str]) -> tuple[Raised, ...]:
        """The rows that hold for somebody with these answers and needs, in the order of the file."""
        held = {
            term
            for code, value in circumstances.items()
            for one in (value if isinstance(value, list) else [value])
            for term in self.wider(circumstance_term(code, one))
        }
        return tuple(row for row in self.raised if row.circumstances & held and row.given <= needs)

    def guessed_from(self, text: str) -> tuple[str, ...]:
        """The needs whose words stand in `text`, in the order in which they come."""
        low, found = text.casefold(), dict[str, None]()
        for start in _BEGINNING.finditer(low):
            spotter = self._spotters.get(start[0])
            if spotter and (hit := spotter.match(low, start.start())):
                found[str(hit.lastgroup)] = None
        return tuple(found)

    def label_of(self, label: str) -> str | None:
        """The CURIE of the LGA's type of service or group with this label, whatever its capitals."""
        return self._by_label.get(label.strip().casefold())

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for term in self.terms.values():
            if term.parent:
                found.setdefault(term.parent, []).append(term.curie)
        return {parent: tuple(children) for parent, children in found.items()}

    @cached_property
    def _met_by(self) -> dict[str, tuple[Met, ...]]:
        found: dict[str, list[Met]] = {}
        for row in self.met:
            found.setdefault(row.service_type, []).append(row)
        return {curie: tuple(rows) for curie, rows in found.items()}

    @cached_property
    def _by_label(self) -> dict[str, str]:
        return {term.label.casefold(): term.curie for term in self.terms.values() if term.curie.startswith("esd")}

    @cached_property
    def _spotters(self) -> dict[str, re.Pattern[str]]:
        """The first two letters of a word -> what spots the needs that words beginning so give away."""
        groups: dict[str, dict[str, list[str]]] = {}
        for need, words in self.words.items():
            for word in sorted(words, key=len, reverse=True):
                groups.setdefault(word[:2].casefold(), {}).setdefault(need, []).append(_pattern(word.casefold()))
        return {
            beginning: re.compile("|".join(f"(?P<{need}>(?:{'|'.join(parts)})\\b)" for need, parts in by_need.items()))
            for beginning, by_need in groups.items()
        }


def _pattern(word: str) -> str:
    written = r"[\s-]+".join(re.escape(part) for part in re.split(r"[\s-]+", word.removesuffix("*")))
    return rf"{written}[\w'’-]*" if word.endswith("*") else written
