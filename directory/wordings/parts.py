"""A wording taken apart: sentences, in each the items that stand beside each other, in each what is said."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from directory.wordings.ages import find_ages
from directory.wordings.mentions import Kind, Mention, without_overlaps
from directory.wordings.places import find_places
from directory.wordings.tongues import find_tongues
from directory.wordings.vocabulary import find_words

Span = tuple[int, int]
_OF_CHILDREN = {"families", "single_parents"}
ABOUT_OTHERS = {"carers", "some_carers", *_OF_CHILDREN}
_LIKE = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "\xa0": " ", "•": "\n- ", "·": "\n- "}
)
_JOINT = re.compile(r"[,/;&|]|(?<=\s)[-*](?=\s)|\b(?:and|or|and/or)\b|\+", re.IGNORECASE)
_STOP = re.compile(r"(?<!e\.g)(?<!i\.e)(?<!\bno)[.!?](?=\s|$)|\n\s*\n")
_OTHERS = re.compile(r"\s+(?:of|for|to|looking\s+after|caring\s+for|whose)\b", re.IGNORECASE)
_BRACKET = re.compile(r"\(([^()]*)\)")
_ON_CONDITION = re.compile(r"\s*(?:for|if|except|unless|when|excluding|not|but|e\.?g|i\.?e|inc)\b", re.IGNORECASE)
_RELATIVE = re.compile(
    r"\b(?:who|that|which|with|experiencing|suffering|facing|affected|through|due|because)\b", re.IGNORECASE
)

_SHOUTED = 12  # letters; what is shorter may be an abbreviation
_HEAD = re.compile(r"\b(?:people|persons?|those|individuals|anyone|anybody|everyone)\b", re.IGNORECASE)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
_BEGINS = re.compile(r"\s*(?:who|that|which|whose)\b", re.IGNORECASE)


@dataclass
class Item:
    """One of the things that a sentence lists. `left`: the stretches of it that were not understood."""

    start: int
    end: int
    mentions: list[Mention] = field(default_factory=list)
    left: list[Span] = field(default_factory=list)
    clauses: list[int] = field(
        default_factory=list
    )  # where “who …”, “with …” begin: what comes next may belong to them
    follows: bool = False  # it begins with “who”: it narrows what comes before it
    headed: bool = False  # “people over 50” and not “over 50”
    or_before: bool = False  # it is joined to the item before it by "or"
    about: str = ""  # "carers", say, where what comes next is about other people than they
    stopped: bool = False  # from some word on it says no rule, nor does what follows in the sentence

    @property
    def tells(self) -> bool:
        """Whether it says more than an age, a place or how to get in."""
        kinds = {m.kind for m in self.mentions if m.name != "adults"}
        return bool(self.left) or bool(kinds & {Kind.GROUP, Kind.NARROWS, Kind.AGE_NOUN})

    def goes_on_after(self, mention: Mention) -> bool:
        """Whether a clause begins after `mention`: what the sentence lists next may still belong to it."""
        return any(start >= mention.end for start in self.clauses)

    def of(self, kind: Kind) -> list[Mention]:
        """Its mentions of one kind."""
        return [mention for mention in self.mentions if mention.kind is kind]


def tidy(text: str) -> str:
    """A wording with plain quotes, dashes and blanks; line ends stay, as they may divide."""
    lines = (
        " ".join(line.split()) for line in text.translate(_LIKE).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    )
    tidied = re.sub(r"\n+(?=[-*] )", "\n", "\n".join(lines)).strip()
    return tidied.title() if tidied.isupper() and len(tidied) > _SHOUTED else tidied


def sentences(text: str) -> list[list[Item]]:
    """The items of each sentence of a tidied wording."""
    conditional = [(m.start(), m.end()) for m in _BRACKET.finditer(text) if _ON_CONDITION.match(m[1])]
    found = without_overlaps([*find_words(text), *find_ages(text), *find_places(text), *find_tongues(text)])
    found = [m for m in found if not any(start <= m.start < end for start, end in conditional)]
    parted = [_sentence(text, span, found, conditional) for span in _between(_STOP, text, (0, len(text)), found)]
    return [items for items in parted if items]


def _sentence(text: str, span: Span, found: list[Mention], conditional: list[Span]) -> list[Item]:
    start, end = span
    if any(m.kind is Kind.VOID and start <= m.start < end for m in found):
        return [Item(start, end, left=list(_words(text, start, end, [])))]
    items: list[Item] = []
    about = ""
    for part in _between(_JOINT, text, span, found):
        item = _item(text, part, found, conditional, about=about)
        about = item.about
        if item.mentions or item.left:
            item.or_before = bool(items and _OR.search(text, items[-1].end, item.start))
            items.append(item)
    return items


def _between(divider: re.Pattern[str], text: str, span: Span, found: list[Mention]) -> Iterator[Span]:
    """The stretches of `span` between dividers; a divider inside a mention does not divide."""
    start, end = span
    for hit in divider.finditer(text, start, end):
        if any(m.start < hit.end() and hit.start() < m.end for m in found):
            continue
        if _depth(text, span[0], hit.start()):
            continue
        yield start, hit.start()
        start = hit.end()
    yield start, end


def _depth(text: str, start: int, end: int) -> int:
    """How many brackets are open at `end`."""
    return max(0, text.count("(", start, end) - text.count(")", start, end))


def _item(text: str, span: Span, found: list[Mention], conditional: list[Span], *, about: str) -> Item:
    start, end = span
    item = Item(start, end, follows=bool(_BEGINS.match(text, start, end)), about=about)
    item.headed = bool(_HEAD.search(text, start, end))
    item.clauses += [hit.start() for hit in _RELATIVE.finditer(text, start, end)]
    at = start
    for mention in (m for m in found if start <= m.start and m.end <= end):
        item.left += _words(text, at, mention.start, conditional)
        at = mention.end
        if mention.kind in (Kind.STOP, Kind.NEGATION):
            item.stopped = mention.kind is Kind.STOP
            item.left.append((mention.start, end))
            item.clauses.append(mention.start)
            return item
        if mention.kind is Kind.OTHERS or _of_others(item, mention):
            item.left.append((mention.start, mention.end))
        elif mention.kind is not Kind.FILLER:
            item.mentions.append(mention)
        if mention.kind is Kind.OTHERS or (mention.name in ABOUT_OTHERS and _OTHERS.match(text, mention.end, end)):
            item.about = item.about or mention.name
    item.left += _words(text, at, end, conditional)
    return item


def _of_others(item: Item, mention: Mention) -> bool:
    """“Carers of disabled people” are not themselves disabled; only of parents the age of a child is told so."""
    if mention.kind is Kind.AGE:
        return bool(item.about) and item.about not in _OF_CHILDREN and bool(item.left or item.mentions)
    return mention.kind is Kind.GROUP and bool(item.about)


def _words(text: str, start: int, end: int, conditional: list[Span]) -> Iterator[Span]:
    """The stretch from the first to the last word between two mentions; none where there are only signs."""
    words = [m.span() for m in re.finditer(r"[\w'£%]+", text[start:end])]
    if words:
        first, last = start + words[0][0], start + words[-1][1]
        for left, right in conditional:
            if left <= first < right:
                first, last = left, max(last, right)
        yield first, last
