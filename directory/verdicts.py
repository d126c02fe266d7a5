"""Verdicts in three values, and how several of them join: every part, one of them, the opposite."""

import math
from collections.abc import Sequence
from typing import NamedTuple

FITS, ASK, NO = "fits", "ask", "no"


class Verdict(NamedTuple):
    """`fit` with the plain reasons for it, and the circumstances that would settle what is open.

    `provided`: the conditions that are open, in plain words. `likely`, 0 to 1: how probable it is that they hold.
    `missed`: how many do not hold.
    """

    fit: str
    because: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    likely: float = 1.0
    missed: int = 0
    provided: tuple[str, ...] = ()


YES = Verdict(FITS)
_NOTHING: tuple[str, ...] = ()


def all_of(parts: list[Verdict], says: str = "") -> Verdict:
    """Every part has to hold; one that does not is enough for a no, whatever is still open."""
    because, ask, provided = _NOTHING, _NOTHING, _NOTHING
    likely, settled = 1.0, True
    for fit, reasons, asks, share, _, conditions in parts:
        if fit == NO:
            return _none_of([part for part in parts if part.fit == NO], says)
        if fit == FITS:
            because += reasons
        else:
            ask, provided, likely, settled = ask + asks, provided + conditions, likely * share, False
    if settled:
        return Verdict(FITS, _each_once(because) or _said(says))
    return Verdict(ASK, _each_once(because), _each_once(ask), likely, 0, _each_once(provided) or _said(says))


def _none_of(parts: list[Verdict], says: str) -> Verdict:
    return Verdict(NO, _reasons(parts, says), missed=sum(part.missed for part in parts))


def any_of(parts: list[Verdict], says: str = "") -> Verdict:
    """One part that holds is enough."""
    fitting = [part for part in parts if part.fit == FITS]
    if fitting:
        return Verdict(FITS, _reasons(fitting, says))
    still = [part for part in parts if part.fit == ASK]
    if not still:
        return Verdict(NO, _said(says) or _reasons(parts, ""), missed=1)
    likely = 1 - math.prod(1 - part.likely for part in still)
    return Verdict(ASK, (), _asks(still), likely, provided=_said(says) or _provided(still, ""))


def opposite(part: Verdict, says: str) -> Verdict:
    """What shuts out. That it does not is nothing to tell anybody."""
    if part.fit == FITS:
        return Verdict(NO, _said(says) or part.because, missed=1)
    if part.fit == NO:
        return YES
    return Verdict(ASK, (), part.ask, 1 - part.likely, provided=_said(says))


def _provided(parts: list[Verdict], instead: str) -> tuple[str, ...]:
    return _each_once([one for part in parts for one in part.provided]) or _said(instead)


def _reasons(parts: list[Verdict], instead: str) -> tuple[str, ...]:
    return _each_once([one for part in parts for one in part.because]) or _said(instead)


def _asks(parts: list[Verdict]) -> tuple[str, ...]:
    return _each_once([one for part in parts for one in part.ask])


def _said(says: str) -> tuple[str, ...]:
    return (says,) if says else ()


def _each_once(several: Sequence[str]) -> tuple[str, ...]:
    """In their order."""
    return tuple(several) if len(several) < 2 else tuple(dict.fromkeys(several))
