"""The search: words, the needs they mean, who lives where, and what is open, over every service."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from directory.deciding.eligibility import NO, Judge
from directory.freshness import freshness
from directory.model import Service
from directory.rules import read_told
from directory.searching.because import because
from directory.searching.index import ServiceIndex
from directory.searching.reading import Reading, read
from foundation.clock import to_london

# What nobody has checked for long comes lower, other things being equal.
TRUST = {"fresh": 1.0, "check": 0.95, "stale": 0.75}
# A service that has every part of what was typed comes before one that has one of them often.
LEAST_FOR_PARTS = 0.4
# With fewer of the parts than this share of what the best has, it is no answer.
LEAST_SHARE = 0.5


@dataclass(frozen=True)
class Found:
    """A service that was found. `score`: the higher, the better; comparable within one search. `because`: in words."""

    service: Service
    score: float
    because: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """`found`: the part that was asked for, best first, of `total`.

    `changes`: what was typed, what was looked for. `needs`: those that the words mean.
    """

    found: list[Found]
    total: int
    changes: tuple[tuple[str, str], ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is searched for. Without `text`, every service that the rest lets through, by name.

    `needs`: it meets one of these. `postcode`: it serves people there (whole or in part). `only`: whatever else must
    hold. `typing`: the last word may be unfinished. `start`, `limit`: which part of the answer.
    """

    text: str = ""
    now: datetime
    needs: Sequence[str] = ()
    postcode: str | None = None
    only: Callable[[Service], bool] | None = None
    typing: bool = False
    start: int = 0
    limit: int = 20


def answer(index: ServiceIndex, asked: Asked) -> Answer:
    """The services that were asked for. Raises NotAPostcode, UnknownPostcode."""
    lets_through = _filter(asked)
    reading = read(asked.text, index, typing=asked.typing)
    scores = _scores(index, reading, asked)
    ranked = np.argsort(-scores, kind="stable")  # the services come by name, and equal ones stay so
    best = ranked[: np.count_nonzero(scores)].tolist()
    numbers = [number for number in best if lets_through(index.services[number])] if lets_through else best
    found = [
        Found(index.services[number], float(scores[number]), because(index, number, reading.parts))
        for number in numbers[asked.start : asked.start + asked.limit]
    ]
    meant = dict.fromkeys(need for part in reading.parts for need in part.needs)
    return Answer(found, len(numbers), tuple(reading.changes), tuple(meant))


def search(
    index: ServiceIndex,
    text: str,
    *,
    now: datetime,
    postcode: str | None = None,
    needs: Sequence[str] = (),
    limit: int = 20,
) -> list[Found]:
    """The first `limit` services for these words, best first. Raises NotAPostcode, UnknownPostcode."""
    return answer(index, Asked(text=text, now=now, postcode=postcode, needs=needs, limit=limit)).found


def _scores(index: ServiceIndex, reading: Reading, asked: Asked) -> NDArray[np.float64]:
    """What each service scores, in its place; nought is no answer."""
    if not asked.text.strip():  # then all of them, those first that are for these needs above all
        return np.array([1.0 + _strength(service, asked.needs) for service in index.services])
    scores, parts = index.scores(reading.wanted())
    scores[parts < max(1, LEAST_SHARE * parts.max(initial=0))] = 0
    scores *= LEAST_FOR_PARTS + (1 - LEAST_FOR_PARTS) * parts / max(1, len(reading.parts))
    return scores * _trust(index, to_london(asked.now).date())


@lru_cache(maxsize=2)
def _trust(index: ServiceIndex, today: date) -> NDArray[np.float64]:
    """How far each service's facts can be relied on, for the whole of a day."""
    return np.array([TRUST[freshness(one.assured, today, evidence=one.doubts)] for one in index.services])


def _strength(service: Service, needs: Sequence[str]) -> float:
    return float(max((m.strength for need in needs for m in service.by_need.get(need, ())), default=0))


def _filter(asked: Asked) -> Callable[[Service], bool] | None:
    """What must hold of a service besides its words; None when nothing must."""
    tests: list[Callable[[Service], bool]] = []
    if asked.needs:
        tests.append(lambda service: any(need in service.by_need for need in asked.needs))
    if asked.postcode and asked.postcode.strip():
        there = Judge(read_told({"postcode": asked.postcode}))
        tests.append(lambda service: there.verdict(service).fit != NO)
    if asked.only is not None:
        tests.append(asked.only)
    return (lambda service: all(test(service) for test in tests)) if tests else None
