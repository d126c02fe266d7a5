"""Choosing a few clearly different openings, over days that come in parts as they are read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from booking.openings import LegRequest
from booking.search.joint import JointSearch
from booking.search.programme import USUAL_TERMS
from booking.search.staffing import End, Found
from booking.search.stock import Stock, Terms
from booking.search.together import TogetherSearch

CLEARLY_APART = 8  # cells


class Search(Protocol):
    """What can be asked for the best opening of those that start in a bitset."""

    stock: Stock

    def end(self, starts: int) -> End | None:
        """Where the best opening ends, if there is one."""

    def at(self, end: End) -> Found:
        """The best opening of those that end so."""

    def best(self, starts: int) -> Found | None:
        """The best opening, if there is one."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question over some whole days: `days` has, for each, a bitset of starts for each of its halves."""

    legs: Sequence[LegRequest]
    stock: Stock
    days: Sequence[Sequence[int]]
    terms: Terms = USUAL_TERMS

    @property
    def search(self) -> Search:
        """The search that answers it."""
        kind = TogetherSearch if self.terms.together and len(self.legs) > 1 else JointSearch
        return kind(self.legs, self.stock, self.terms)


def find_joint_openings(questions: Iterable[Question], *, limit: int = 3) -> tuple[Found, ...]:
    """Up to `limit` clearly different openings, best first; later questions are not looked at when that is enough.

    First the best of each half day, in the order of the objective; where they are fewer than `limit`, then others
    that do not overlap with those.
    """
    found: list[Found] = []
    spare: list[tuple[Search, list[int]]] = []
    for question in questions:
        search = question.search
        for halves in question.days:
            if len(found) < limit:
                of_day = _of_halves(search, halves)
                found += of_day
                spare.append((search, [_apart(half, of_day, search.stock.first_cell) for half in halves]))
        if len(found) >= limit:
            break
    for search, halves in spare:
        while len(found) < limit and (more := _best_of(search, halves)):
            found.append(more)
            halves = [_apart(half, [more], search.stock.first_cell) for half in halves]
    return tuple(found[:limit])


def _best_of(search: Search, halves: Sequence[int]) -> Found | None:
    ends = [end for end in map(search.end, halves) if end]
    return search.at(min(ends)) if ends else None


def _of_halves(search: Search, halves: Sequence[int]) -> list[Found]:
    """The best of the day, and the best of the other halves that is clearly apart from it."""
    found: list[Found] = []
    left = list(halves)
    while opening := _best_of(search, left):
        found.append(opening)
        begins = 1 << (opening.start - search.stock.first_cell)
        left = [_apart(half, found, search.stock.first_cell) for half in left if not half & begins]
    return found


def _apart(half: int, openings: Sequence[Found], first_cell: int) -> int:
    """`half` without the starts that lie within two hours of one of `openings`, or within its length."""
    for opening in openings:
        gap = max(CLEARLY_APART, opening.finish - opening.start)
        begins = opening.start - first_cell
        low = max(0, begins - gap + 1)
        half &= ~(((1 << (begins + gap - low)) - 1) << low)
    return half
