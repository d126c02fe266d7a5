"""The replies of one turn as text messages: short, numbered, nothing cut that is read out or tapped as one thing."""

from collections.abc import Sequence
from typing import Any

from web.channels.breaking import pack
from web.channels.laying import lay_out
from web.channels.links import Links
from web.channels.segments import segments, to_gsm
from web.channels.sheets import GOES_ON, ON_THE_PAGE, Block, Line, Sheet, how_to_answer, numbers, person_hint

AIM = 2  # segments: what is only good to know is left out of a longer text
MOST = 4  # segments in one text; the rest goes into a next one


def render(replies: Sequence[dict[str, Any]], *, links: Links) -> list[str]:
    """The texts for one turn (replies as JSON), in order, each of at most MOST segments. Raises NoSuchReply.

    A number typed in answer is a choice by its place in the reply's own `choices`; where a number is itself an answer,
    the text names words to reply with (`web.channels.said.meant_keyword`).
    """
    texts: list[str] = []
    for place, reply in enumerate(replies, start=1):
        blocks = _blocks(lay_out(reply, links), last=place == len(replies))
        for text in map(to_gsm, pack(_short(blocks), fits=_fits)):
            if texts and _better_together(texts[-1], text):
                texts[-1] += f"\n{text}"
            else:
                texts.append(text)
    return texts


def _blocks(sheet: Sheet, *, last: bool) -> list[Block]:
    """All the lines that there are to say, the numbered choices among them."""
    answers = (*numbers(sheet), *how_to_answer(sheet))
    return [*sheet.blocks, answers, person_hint(sheet.options) if last and sheet.kind in GOES_ON else ()]


def _short(blocks: list[Block]) -> list[list[str]]:
    """What must be said, and of the rest, the lowest ranks first, whatever still leaves it within AIM (or MOST)."""
    said: set[Line] = {line for block in blocks for line in block if line.rank == 0}
    for line in sorted((line for block in blocks for line in block if line.rank), key=lambda line: line.rank):
        together = "\n".join(text for texts in _texts(blocks, said | {line}) for text in texts)
        if segments(to_gsm(together)).count <= (MOST if line.rank == ON_THE_PAGE else AIM):
            said.add(line)
    return _texts(blocks, said)


def _texts(blocks: list[Block], said: set[Line]) -> list[list[str]]:
    chosen = ([line.text for line in block if line in said] for block in blocks)
    return [texts for texts in chosen if texts]


def _fits(text: str) -> bool:
    return segments(to_gsm(text)).count <= MOST


def _better_together(first: str, second: str) -> bool:
    """Whether one text is short, or costs less than two. (Two can arrive in the wrong order, one cannot.)"""
    apart, together = segments(first).count + segments(second).count, segments(f"{first}\n{second}").count
    return together <= AIM or (together < apart and together <= MOST)
