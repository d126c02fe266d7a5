"""What fits on one screen of the kiosk, so that nothing scrolls: long replies are cut into parts, in plain Python.

Sizes are lines of text on a screen 1080 wide and 1920 high; bigger text leaves room for fewer.
"""

import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any

LINE_LETTERS = 52
NEEDS, NEEDS_BIG = 4, 3
PREVIEW_LINES, PREVIEW_LINES_BIG = 9, 5
SAID_LETTERS = 260


def lines_of(text: str, letters: int = LINE_LETTERS) -> int:
    """How many lines a text takes, at least one."""
    return max(1, -(-len(text) // letters))


def parted[T](items: Iterable[T], room: int, size: Callable[[T], int]) -> list[list[T]]:
    """`items` in their order, in parts of at most `room`; an item that is larger than a part has one of its own."""
    parts: list[list[T]] = [[]]
    left = room
    for item in items:
        needed = size(item)
        if parts[-1] and needed > left:
            parts.append([])
            left = room
        parts[-1].append(item)
        left -= needed
    return parts


def shorten(text: str, letters: int = SAID_LETTERS) -> str:
    """The beginning of what somebody said, cut between words."""
    if len(text) <= letters:
        return text
    return text[:letters].rsplit(" ", 1)[0] + " …"


def parts_of(reply: dict[str, Any] | None, *, big: bool) -> Sequence[Any]:
    """What the screens of one reply show, one entry a screen; a reply that fits has one entry."""
    if reply is None or reply["kind"] not in PARTS:
        return [None]
    return PARTS[reply["kind"]](reply["data"], big) or [None]


def _needs(data: dict[str, Any], big: bool) -> list[Any]:
    return parted(data["needs"], NEEDS_BIG if big else NEEDS, lambda _: 1)


def _consent(data: dict[str, Any], big: bool) -> list[Any]:
    room = PREVIEW_LINES_BIG if big else PREVIEW_LINES
    pieces = [(line, textwrap.wrap(str(line["value"]), room * LINE_LETTERS)) for line in data["view"]]
    view = [{**line, "value": piece} for line, found in pieces for piece in found]
    return parted(view, room, lambda line: lines_of(str(line["value"])))


def _plan(data: dict[str, Any], _big: bool) -> list[Any]:
    return [None, *({"item": item, "at_visit": True} for item in data["legs"]),
            *({"item": item, "at_visit": False} for item in data["alone"])]  # fmt: skip


def _visit(data: dict[str, Any], _big: bool) -> list[Any]:
    return ["when", "bring", "way", *({"item": item, "at_visit": False} for item in data.get("alone") or [])]


def _handoff(_data: dict[str, Any], _big: bool) -> list[Any]:
    return ["promise", "knows"]


PARTS: dict[str, Callable[[dict[str, Any], bool], list[Any]]] = {
    "needs": _needs,
    "consent": _consent,
    "plan": _plan,
    "visit": _visit,
    "handoff": _handoff,
}
