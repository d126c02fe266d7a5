"""Texts broken to fit where a reader would: between lines, sentences, words; never inside a number or a link."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

GLUE = "\N{NO-BREAK SPACE}"
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_CLOCK = r"(?:\d{1,2}(?::\d\d)?[ap]m|12 noon)"
# What is read out or tapped as one thing: phone numbers in groups, postcodes, times and spans, dates, references.
_ATOMS = re.compile(
    r"(?<![\d+])\+?\(?\d{2,5}\)?(?: \d{2,6}){1,4}(?!\d)"
    r"|\b\d{3}, (?:option|then) \d+\b"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b"
    rf"|\b{_CLOCK}(?: (?:to|and) {_CLOCK})?(?!\w)"
    rf"|\b\d{{1,2}} (?:{_MONTHS})(?: \d{{4}})?\b"
    r"|\b(?:[2-9A-HJKMNP-Z]{3} [2-9A-HJKMNP-Z]{3}|[2-9A-HJKMNP-Z]{4} [2-9A-HJKMNP-Z]{4})\b"
)
# Where a line may end early, the best place first: after a sentence, after a part of one, after a word.
_ENDS = (re.compile(r"(?<=[.!?;:]) +"), re.compile(r"(?<=,) +"), re.compile(r" +"))

type Fits = Callable[[str], bool]


def whole(text: str) -> str:
    """`text` so that it is never broken: its spaces become glue, which `pack` and `loose` take off again."""
    return GLUE.join(text.split())


def tidy(text: str) -> str:
    """Somebody's text as one line with single spaces, its numbers, times, dates and references kept whole."""
    return _ATOMS.sub(lambda found: whole(found[0]), " ".join(text.split()))


def loose(text: str) -> str:
    """`text` as it is sent: with ordinary spaces in place of the glue."""
    return text.replace(GLUE, " ")


def pack(blocks: Sequence[Sequence[str]], *, fits: Fits, gap: str = "\n") -> list[str]:
    """The texts that `fits` allows, in order. A block (lines that belong together) is kept whole where it can be.

    `gap` stands between blocks. A single word longer than any text is the one thing that has to be cut.
    """
    texts: list[str] = []
    for lines in blocks:
        block = "\n".join(lines)
        if not block:
            continue
        if fits(block):
            _add(texts, block, gap=gap, fits=fits)
            continue
        for place, line in enumerate(lines):
            for number, piece in enumerate(_pieces(line, fits)):
                _add(texts, piece, gap=" " if number else "\n" if place else gap, fits=fits)
    return [loose(text) for text in texts]


def _add(texts: list[str], piece: str, *, gap: str, fits: Fits) -> None:
    if texts and fits(texts[-1] + gap + piece):
        texts[-1] += gap + piece
    else:
        texts.append(piece)


def _pieces(line: str, fits: Fits) -> Iterator[str]:
    """The line whole, or its sentences; of a sentence that is too long its parts; of such a part its words."""
    if fits(line):
        yield line
        return
    pieces = next((split for end in _ENDS if len(split := end.split(line)) > 1), [])
    if not pieces:
        yield from _cut(line, fits)
    for piece in pieces:
        yield from _pieces(piece, fits)


def _cut(word: str, fits: Fits) -> Iterator[str]:
    while word:
        most = bisect_left(range(1, len(word) + 1), 1, key=lambda length: int(not fits(word[:length])))
        yield word[: max(most, 1)]
        word = word[max(most, 1) :]
