"""Three records of one service: the feed's last, ours, and the feed's new one. What we changed by hand is not lost.

A part is a key of the document, or a key of its `front_door`. A part that only one side changed is that side's; one
that both changed stays ours, and somebody has to say which is right.
"""

from dataclasses import dataclass
from typing import Any

from directory.records.parts import OURS

# Of two days on which somebody made sure, or changed something, the later one is right.
LATER = frozenset({"assured_date", "last_modified"})
Document = dict[str, Any]
_NOTHING = object()


@dataclass(frozen=True)
class Clash:
    """A part that was changed here and in the feed, differently; None is "nothing there"."""

    path: str
    ours: Any
    theirs: Any


@dataclass(frozen=True)
class Merged:
    """What counts now, the parts to settle, and the paths on which both sides are of one mind again."""

    document: Document
    clashes: tuple[Clash, ...]
    agreed: frozenset[str]


def merge(base: Document | None, ours: Document, theirs: Document) -> Merged:
    """`base` is what the feed had last; None when the service was first written by hand."""
    if base is not None and ours == base:
        return Merged(theirs, (), frozenset(_parts(theirs)) | frozenset(_parts(ours)))
    before, here, there = _parts(base or {}), _parts(ours), _parts(theirs)
    kept: dict[str, Any] = {}
    clashes: list[Clash] = []
    agreed: set[str] = set()
    for path in dict.fromkeys([*there, *here]):
        b, o, t = (parts.get(path, _NOTHING) for parts in (before, here, there))
        value = _settled(path, b, o, t)
        if value is _CLASH:
            clashes.append(Clash(path, *(None if side is _NOTHING else side for side in (o, t))))
            value = o
        if o == t:
            agreed.add(path)
        if value is not _NOTHING:
            kept[path] = value
    return Merged(_whole(kept), tuple(clashes), frozenset(agreed))


_CLASH = object()


def _settled(path: str, base: Any, ours: Any, theirs: Any) -> Any:
    if ours == theirs or theirs == base:
        return ours
    if ours == base:
        return theirs
    if path in LATER and isinstance(ours, str) and isinstance(theirs, str):
        return max(ours, theirs)
    return _CLASH


def _parts(document: Document) -> dict[str, Any]:
    block = document.get("front_door")
    parts = {key: value for key, value in document.items() if key != "front_door"}
    return parts | {f"{OURS}{key}": value for key, value in (block if isinstance(block, dict) else {}).items()}


def _whole(parts: dict[str, Any]) -> Document:
    document: Document = {}
    for path, value in parts.items():
        if path.startswith(OURS):
            document.setdefault("front_door", {})[path.removeprefix(OURS)] = value
        else:
            document[path] = value
    return document
