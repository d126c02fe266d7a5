"""A small language for phrases, and its matcher.

`behind (with|on) MY? rent ~2 council` : words in order; `(a|b)` one of them; `?` may be missing; `~2` up to two
words of any kind but a no; `word*` any word that begins so; `MY` a group from groups.yml. A phrase is plain when it
has no gap and no word ending in `*` and stands for few runs of words: those are looked up, the others are walked.
docs/understanding.md says with figures why spaCy's matchers do neither.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product

from understanding.results import PatternsBroken
from understanding.text import SAME_AS, Words, words_of

SLOT = re.compile(r"~(\d)|\(([^()]*)\)(\?)?|([^\s()?]+)(\?)?")
MOST_RUNS = 24
ANY = ""  # stands in every message
STOPS = frozenset(".!?;") | frozenset(["not", "never", "isnt", "wasnt", "arent", "hasnt", "doesnt", "didnt"])


@dataclass(frozen=True)
class Slot:
    """One place in a phrase. A gap has `gap` > 0 and no words."""

    words: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    optional: bool = False
    gap: int = 0

    def takes(self, word: str) -> bool:
        """Whether `word` can stand here."""
        return word in self.words or (bool(self.stems) and word.startswith(self.stems))


@dataclass(frozen=True)
class Match:
    """A phrase found: words `first` to `after` (exclusive) of the message."""

    label: str
    first: int
    after: int


def _alternatives(choice: str, groups: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for part in choice.split("|"):
        if part.strip() in groups:
            yield from _alternatives(groups[part.strip()], groups)
        else:
            yield tuple(norm for word in part.split() for norm in _norms(word))


@cache
def _norms(word: str) -> tuple[str, ...]:
    if word.endswith("*"):
        return (word.lower(),)
    return (SAME_AS.get(word.lower(), word.lower()),) if word.isalnum() else words_of(word).norms


def _spread(slots: list[list[tuple[str, ...]] | int]) -> Iterator[list[Slot]]:
    """Alternatives of several words make phrases of their own."""
    for place, slot in enumerate(slots):
        if isinstance(slot, int):
            continue
        long = [words for words in slot if len(words) > 1]
        if long:
            short = [words for words in slot if len(words) <= 1]
            if short:
                yield from _spread([*slots[:place], short, *slots[place + 1 :]])
            for words in long:
                singles: list[list[tuple[str, ...]] | int] = [[(word,)] for word in words]
                yield from _spread([*slots[:place], *singles, *slots[place + 1 :]])
            return
    yield [Slot(gap=slot) if isinstance(slot, int) else _slot(tuple(slot)) for slot in slots]


@cache
def _slot(choices: tuple[tuple[str, ...], ...]) -> Slot:
    words = {choice[0] for choice in choices if choice}
    return Slot(
        words=frozenset(word for word in words if not word.endswith("*")),
        stems=tuple(sorted(word[:-1] for word in words if word.endswith("*"))),
        optional=() in choices,
    )


def read_phrase(phrase: str, groups: Mapping[str, str]) -> list[list[Slot]]:
    """Every plain form of `phrase` as slots. Raises PatternsBroken."""
    slots: list[list[tuple[str, ...]] | int] = []
    for gap, choice, choice_optional, word, word_optional in SLOT.findall(phrase):
        if gap:
            slots.append(int(gap))
            continue
        choices = list(_alternatives(choice or word, groups))
        slots.append([*choices, ()] if choice_optional or word_optional else choices)
    forms = list(_spread(slots))
    if not forms or any(not form or form[0].gap for form in forms):
        raise PatternsBroken(f"The phrase {phrase!r} has no words, or begins with a gap.")
    return forms


def plain_runs(form: list[Slot]) -> list[tuple[str, ...]] | None:
    """Every run of words that `form` stands for, None if it is not plain."""
    count = 1
    for slot in form:
        if slot.gap or slot.stems:
            return None
        count *= len(slot.words) + slot.optional
        if count > MOST_RUNS:
            return None
    choices = [[*sorted(slot.words), *([""] if slot.optional else [])] for slot in form]
    return [run for words in product(*choices) if (run := tuple(word for word in words if word))]


Entry = tuple[str, tuple[Slot, ...], frozenset[str]]


def _needed(form: list[Slot]) -> frozenset[str]:
    """Words of which one must stand in the message for `form` to be there: most phrases are ruled out by that alone."""
    fixed = [slot.words for slot in form if slot.words and not slot.stems and not slot.optional]
    return min(fixed[1:], key=len, default=frozenset({ANY}))


class PhraseMatcher:
    """Finds labelled phrases. Built once; safe for threads, as it is never changed afterwards."""

    def __init__(self, phrases: Iterable[tuple[str, str]], groups: Mapping[str, str]) -> None:
        self._by_word: dict[str, list[Entry]] = defaultdict(list)
        self._by_stem: dict[str, list[Entry]] = defaultdict(list)
        plain: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        for label, phrase in phrases:
            for form in read_phrase(phrase, groups):
                runs = plain_runs(form)
                if runs is None:
                    self._add(label, form)
                else:
                    plain[label].update(runs)
        self._stems = tuple(sorted(self._by_stem))
        self._plain: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self._lengths: dict[str, set[int]] = defaultdict(set)
        for label, runs_of_label in plain.items():
            for run in runs_of_label:
                self._plain[run].append(label)
                self._lengths[run[0]].add(len(run))

    def _plain_in(self, norms: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
        """The plain phrases in `norms`: (label, first, after)."""
        for first, norm in enumerate(norms):
            for length in self._lengths.get(norm, ()):
                run = norms[first : first + length]  # shorter at the message's end
                for label in self._plain.get(run, ()):
                    yield label, first, first + len(run)

    def _add(self, label: str, form: list[Slot]) -> None:
        if form[0].optional and len(form) > 1:
            self._add(label, form[1:])
        if not form[0].words and not form[0].stems:
            return
        entry = (label, tuple(form), _needed(form))
        for word in form[0].words:
            self._by_word[word].append(entry)
        for stem in form[0].stems:
            self._by_stem[stem].append(entry)

    def first_words(self) -> list[str]:
        """Every word that can begin a phrase."""
        return sorted({*self._lengths, *self._by_word})

    def find(self, words: Words) -> list[Match]:
        """Every phrase in `words`, the longest form at each place."""
        found: dict[tuple[str, int], int] = {}
        norms = words.norms
        present = {ANY, *norms}
        for place, norm in enumerate(norms):
            entries = list(self._by_word.get(norm, ()))
            if self._stems and norm.startswith(self._stems):
                entries += [e for stem in self._stems if norm.startswith(stem) for e in self._by_stem[stem]]
            for label, form, needed in entries:
                after = None if needed.isdisjoint(present) else _after(form, norms, place)
                if after and after > found.get((label, place), 0):
                    found[label, place] = after
        for label, first, end in self._plain_in(norms):
            found[label, first] = max(end, found.get((label, first), 0))
        return [Match(label, first, after) for (label, first), after in found.items()]


def _after(form: tuple[Slot, ...], norms: tuple[str, ...], place: int) -> int | None:
    """The place after the longest way to read `form` from `place`, None if it does not stand there."""
    ends = {place + 1}
    for slot in form[1:]:
        reached: set[int] = set()
        for end in ends:
            if slot.gap:
                reached.add(end)
                for _ in range(slot.gap):
                    if end >= len(norms) or norms[end] in STOPS:
                        break
                    end += 1
                    reached.add(end)
                continue
            if slot.optional:
                reached.add(end)
            if end < len(norms) and slot.takes(norms[end]):
                reached.add(end + 1)
        if not reached:
            return None
        ends = reached
    return max(ends)
