"""What people mean by their words: `meanings.yml`, read and checked once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from directory.searching.words import stems_of, words_of
from foundation.errors import FrontDoorError
from foundation.needs import NEEDS
from foundation.words import load_words

FILE = Path(__file__).with_name("meanings.yml")


class MeaningsBroken(FrontDoorError):
    """The file of what people mean by their words cannot be used. The text says where and why."""


@dataclass(frozen=True)
class Meaning:
    """What services write (`look_for`, as phrases) and which needs are meant."""

    look_for: tuple[str, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Meanings:
    """`by_said`: the stems of what people say -> what it means. `passed_over`: words that say nothing."""

    by_said: dict[tuple[str, ...], Meaning]
    passed_over: frozenset[str]
    vocabulary: frozenset[str]
    longest: int

    def at(self, stems: Sequence[str], start: int) -> tuple[int, Meaning] | None:
        """The longest saying that begins at `start`: how many words it has, and what it means."""
        for length in range(min(self.longest, len(stems) - start), 0, -1):
            if meaning := self.by_said.get(tuple(stems[start : start + length])):
                return length, meaning
        return None


@cache
def meanings() -> Meanings:
    """Ours. Raises MeaningsBroken."""
    return read_meanings(load_words(FILE))


def read_meanings(data: dict[str, Any]) -> Meanings:
    """What a file of this shape says. Raises MeaningsBroken, naming the entry."""
    by_said: dict[tuple[str, ...], Meaning] = {}
    vocabulary: set[str] = set()
    for said, meaning in _entries(data.get("means")):
        vocabulary.update(words_of(said))
        key = stems_of(said)
        other = by_said.get(key, Meaning((), ()))  # a word can mean two things; then it means both
        by_said[key] = Meaning(
            tuple(dict.fromkeys(other.look_for + meaning.look_for)), tuple(dict.fromkeys(other.needs + meaning.needs))
        )
    over = frozenset(word for line in data.get("passed_over", []) for word in str(line).split())
    return Meanings(by_said, over, frozenset(vocabulary), max(map(len, by_said), default=0))


def _entries(entries: Any) -> Iterator[tuple[str, Meaning]]:
    if not isinstance(entries, list):
        raise MeaningsBroken("There is no list `means`.")
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict) or not entry.get("said") or not entry.get("look_for"):
            raise MeaningsBroken(f"Entry {number} of `means` needs `said` and `look_for`.")
        needs = tuple(str(code) for code in entry.get("needs", []))
        if unknown := set(needs) - set(NEEDS):
            raise MeaningsBroken(f"Entry {number} of `means` names needs that there are not: {sorted(unknown)}.")
        meaning = Meaning(tuple(str(phrase) for phrase in entry["look_for"]), needs)
        for said in entry["said"]:
            if not isinstance(said, str) or not words_of(said):
                raise MeaningsBroken(f"Entry {number} of `means` has something that is not words: {said!r}.")
            yield said, meaning


def is_filler(word: str) -> bool:
    """Whether a word says nothing about what is wanted."""
    return word in meanings().passed_over or (len(word) == 1 and not word.isdigit())
