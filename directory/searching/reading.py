"""What was typed, read: parts that each want something, with what stands for them in the index."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from directory.searching.entries import need_word
from directory.searching.index import ServiceIndex, Wanted
from directory.searching.meanings import Meaning, is_filler, meanings
from directory.searching.spelling import cut_in_two, is_right, nearest
from directory.searching.words import Word, read_words, stem, stems_of

MOST_LETTERS, MOST_PARTS, MOST_ENDINGS = 300, 12, 8
EXACT, WORD_OF_PHRASE, MEANT, NEED, UNFINISHED = 1.0, 0.5, 0.6, 0.6, 0.7
_QUOTED = re.compile(r"[\"“”«»]([^\"“”«»]+)[\"“”«»]")


@dataclass(frozen=True)
class Part:
    """One thing that is wanted. `said`: the words as they were typed, or as they were put right.

    `exact`, `meant`: stems side by side that stand for it, the latter by a meaning that is ours; `needs` likewise.
    `whole`: of several words, no single one will do.
    """

    said: str
    exact: tuple[tuple[str, ...], ...]
    meant: tuple[tuple[str, ...], ...] = ()
    needs: tuple[str, ...] = ()
    worth: float = EXACT
    whole: bool = False

    @property
    def single_words(self) -> tuple[tuple[str, ...], ...]:
        """The words of what is wanted as a phrase, where one of them is something too."""
        long = [] if self.whole else [stems for stems in self.exact if len(stems) > 1]
        return tuple((one,) for stems in long for one in stems if not is_filler(one))

    def wanted(self, number: int) -> Iterator[Wanted]:
        """What to ask the index for; all of it counts for part `number`."""
        yield from (Wanted(stems, number, self.worth) for stems in self.exact)
        yield from (Wanted(stems, number, WORD_OF_PHRASE) for stems in self.single_words)
        yield from (Wanted(stems, number, MEANT) for stems in self.meant)
        yield from (Wanted((need_word(need),), number, NEED) for need in self.needs)


@dataclass
class Reading:
    """What was typed. `changes`: words that nobody wrote, with those that were looked for instead."""

    parts: list[Part] = field(default_factory=list)
    changes: list[tuple[str, str]] = field(default_factory=list)

    def wanted(self) -> list[Wanted]:
        """What to ask the index for. What stands side by side is worth more where services have it so too."""
        neighbours = [
            (one.exact[0], two.exact[0])
            for one, two in zip(self.parts, self.parts[1:], strict=False)
            if len(one.exact) == len(two.exact) == 1
        ]
        found = [wanted for number, part in enumerate(self.parts) for wanted in part.wanted(number)]
        return found + [Wanted((*one, *two), -1, EXACT) for one, two in neighbours]


def read(text: str, index: ServiceIndex, *, typing: bool = False) -> Reading:
    """What is wanted by `text`. With `typing`, its last word may be unfinished though it is a word already."""
    text = text[:MOST_LETTERS]
    reading = Reading()
    for quoted in _QUOTED.findall(text):
        if stems := stems_of(quoted):
            reading.parts.append(Part(quoted.strip(), (stems,), whole=True))
    typed = read_words(_QUOTED.sub(" ", text))
    unfinished = typed[-1] if typed and text[-1].isalnum() else None
    words = [right for word in typed for right in _put_right(word, index, reading, may_go_on=word is unfinished)]
    _add_parts(words, index, reading, unfinished=unfinished, typing=typing)
    del reading.parts[MOST_PARTS:]
    return reading


def _put_right(word: Word, index: ServiceIndex, reading: Reading, *, may_go_on: bool) -> Sequence[Word]:
    """The word, or what was meant where nobody has such a word."""
    if index.has(word.stem) or is_right(word.plain) or (may_go_on and index.beginning_with(word.plain, most=1)):
        return [word]
    if two := cut_in_two(word.plain, index.counts):
        return [Word(half, half) for half in two]
    meant = nearest(word.plain, index.choices, index.counts)
    if meant is None:
        return [word]
    reading.changes.append((word.shown, meant))
    return [Word(meant, meant)]


def _add_parts(
    words: list[Word], index: ServiceIndex, reading: Reading, *, unfinished: Word | None, typing: bool
) -> None:
    stems = [word.stem for word in words]
    passed_over = {word.plain for word in words if is_filler(word.plain) or index.is_everywhere(word.stem)}
    if not reading.parts and passed_over.issuperset(word.plain for word in words):
        passed_over = set()  # nothing else was typed
    at = 0
    while at < len(words):
        length, meaning = meanings().at(stems, at) or (1, None)
        if meaning is not None:
            reading.parts.append(_meant(words[at : at + length], meaning))
        elif words[at].plain not in passed_over:
            reading.parts.append(_plain(words[at], index, unfinished=words[at] is unfinished, typing=typing))
        at += length


def _meant(words: list[Word], meaning: Meaning) -> Part:
    exact = tuple(word.stem for word in words)
    phrases = tuple(phrase for phrase in map(stems_of, meaning.look_for) if phrase != exact)
    return Part(" ".join(word.shown for word in words), (exact,), phrases, meaning.needs)


def _plain(word: Word, index: ServiceIndex, *, unfinished: bool, typing: bool) -> Part:
    """A word as it is, or, while it is not finished, those that begin so."""
    known = index.has(word.stem)
    if unfinished and (typing or not known):
        endings = {stem(ending) for ending in index.beginning_with(word.plain, most=MOST_ENDINGS)} - {word.stem}
        if endings:
            own = ((word.stem,),) if known else ()
            return Part(word.shown, (*own, *((ending,) for ending in sorted(endings))), worth=UNFINISHED)
    return Part(word.shown, ((word.stem,),))
