"""Verdicts in three values, and how several of them join: every part, one of them, the opposite."""

import math
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


def all_of(parts: list[Verdict], says: str = "") -> Verdict:
    """Every part has to hold; one that does not is enough for a no, whatever is still open."""
    fits = [part.fit for part in parts]
    if NO in fits:
        no = [part for part in parts if part.fit == NO]
        return Verdict(NO, _reasons(no, says), missed=sum(part.missed for part in no))
    fitting = _reasons([part for part in parts if part.fit == FITS], "")
    if ASK not in fits:
        return Verdict(FITS, fitting or ((says,) if says else ()))
    still = [part for part in parts if part.fit == ASK]
    likely = math.prod([part.likely for part in still])
    return Verdict(ASK, fitting, _asks(still), likely, provided=_provided(still, says))


def any_of(parts: list[Verdict], says: str = "") -> Verdict:
    """One part that holds is enough."""
    fitting = [part for part in parts if part.fit == FITS]
    if fitting:
        return Verdict(FITS, _reasons(fitting, says))
    still = [part for part in parts if part.fit == ASK]
    if not still:
        return Verdict(NO, (says,) if says else _reasons(parts, ""), missed=1)
    likely = 1 - math.prod(1 - part.likely for part in still)
    return Verdict(ASK, (), _asks(still), likely, provided=(says,) if says else _provided(still, ""))


def opposite(part: Verdict, says: str) -> Verdict:
    """What shuts out. That it does not is nothing to tell anybody."""
    if part.fit == FITS:
        return Verdict(NO, (says,) if says else part.because, missed=1)
    if part.fit == NO:
        return YES
    return Verdict(ASK, (), part.ask, 1 - part.likely, provided=(says,) if says else ())


def _provided(parts: list[Verdict], instead: str) -> tuple[str, ...]:
    return _once([part.provided for part in parts]) or ((instead,) if instead else ())


def _reasons(parts: list[Verdict], instead: str) -> tuple[str, ...]:
    return _once([part.because for part in parts]) or ((instead,) if instead else ())


def _asks(parts: list[Verdict]) -> tuple[str, ...]:
    return _once([part.ask for part in parts])


def _once(several: list[tuple[str, ...]]) -> tuple[str, ...]:
    """All of them, each once, in their order."""
    if len(several) == 1:
        return several[0]
    return tuple(dict.fromkeys([one for some in several for one in some]))
