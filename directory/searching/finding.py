"""The search: words, the needs they mean, who lives where, and what is open, over every service."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from directory.eligibility import NO, judge
from directory.freshness import freshness
from directory.geography.postcodes import Area, look_up
from directory.model import Service
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
    """`found`: the part that was asked for, best first, of `total`. `changes`: what was typed, what was looked for."""

    found: list[Found]
    total: int
    changes: tuple[tuple[str, str], ...] = ()


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
    area = look_up(asked.postcode) if asked.postcode and asked.postcode.strip() else None
    reading = read(asked.text, index, typing=asked.typing)
    ranked = sorted(
        (
            (-score, service.name, service.id, service)
            for service, score in _scored(index, reading, asked)
            if _wanted(service, asked, area)
        ),
        key=lambda one: one[:3],
    )
    chosen = ranked[asked.start : asked.start + asked.limit]
    found = [Found(service, -score, because(service, reading.parts)) for score, _, _, service in chosen]
    return Answer(found, len(ranked), tuple(reading.changes))


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


def _scored(index: ServiceIndex, reading: Reading, asked: Asked) -> Iterator[tuple[Service, float]]:
    if not asked.text.strip():
        yield from ((service, _strength(service, asked.needs)) for service in index.services)
        return
    scores = index.scores(list(reading.wanted()))
    most = max((parts for _, parts in scores.values()), default=0)
    today = to_london(asked.now).date()
    for number, (score, parts) in scores.items():
        if parts and parts >= most * LEAST_SHARE:
            service = index.services[number]
            share = LEAST_FOR_PARTS + (1 - LEAST_FOR_PARTS) * parts / len(reading.parts)
            yield service, score * share * TRUST[freshness(service.assured, today)]


def _strength(service: Service, needs: Sequence[str]) -> float:
    """What it is for comes first; without words there is nothing else to go by."""
    return float(max((m.strength for need in needs for m in service.by_need.get(need, ())), default=0))


def _wanted(service: Service, asked: Asked, area: Area | None) -> bool:
    if asked.needs and not any(need in service.by_need for need in asked.needs):
        return False
    if area is not None and not serves(service, area):
        return False
    return asked.only is None or asked.only(service)


def serves(service: Service, area: Area) -> bool:
    """Whether it may be for people who live there: where part of the area is served, and where it cannot be known."""
    if service.areas and area.councils and not any(tiers & service.areas for tiers in area.councils):
        return False
    return "postcode" not in service.asks_about or judge(service, {"postcode": area.postcode}).fit != NO
