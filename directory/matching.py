"""Which services meet which needs of this person, with the reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from directory.catalogue import Entry, must_be_rung
from directory.closer import closer_points
from directory.eligibility import ASK, FITS, NO, Verdict
from directory.enquiry import Enquiry, enquiry_of
from directory.model import Service
from directory.weights import nearly_sure, weight

# Where more than WHOLE services meet a need, CLOSELY of them are looked at closely: language, access, way, hours.
WHOLE, CLOSELY = 60, 20
NEAREST_MISSES = 5


@dataclass(frozen=True, slots=True)
class Match:
    """One service for one need. `score` orders matches: the higher, the better.

    `provided`: the conditions that are open, in plain words; `missed` how many do not hold; `ring_first`: it would be
    seen at the hub, but its facts are stale, so it is rung before anything is booked. `entry` and `base`, the points
    without the verdict's, serve to judge it again.
    """

    service: Service
    need: str
    fit: str
    because: tuple[str, ...]
    ask: tuple[str, ...]
    score: float
    provided: tuple[str, ...]
    missed: int
    ring_first: bool
    entry: Entry
    base: float

    @property
    def is_leg(self) -> bool:
        """Whether the person has to be seen at the hub, and can be booked in."""
        return self.service.is_leg and not self.ring_first


def match(
    services: Sequence[Service],
    needs: Sequence[str],
    circumstances: Mapping[str, Any],
    *,
    details: Mapping[str, str | None] | None = None,
    now: datetime | None = None,
) -> list[Match]:
    """Every service that meets one of `needs`, best first within each need; those that do not fit come last."""
    enquiry = enquiry_of(services, needs, circumstances, details=details, now=now)
    return [one for need in enquiry.needs for one in _all(enquiry, need)]


def shortlist(enquiry: Enquiry, *, most: int = CLOSELY) -> list[Match]:
    """As `match`, but of a need with many services only the best `most` that fit or may fit, and the nearest misses.

    The best for carers, veterans and so on stay in, however far down they are.
    """
    return [one for need in enquiry.needs for one in _best(enquiry, need, most)]


def _all(enquiry: Enquiry, need: str) -> list[Match]:
    entries = enquiry.services.shelf(need).entries
    found = [_match(enquiry, need, entry, enquiry.judge.verdict(entry.service)) for entry in entries]
    return _in_order([_closely(enquiry, one) for one in found])


def _best(enquiry: Enquiry, need: str, most: int) -> list[Match]:
    shelf = enquiry.services.shelf(need)
    if len(shelf.entries) <= WHOLE:
        return _all(enquiry, need)
    judge, standing, detail = enquiry.judge, enquiry.standing, enquiry.details.get(need)
    open_to, misses = [], []
    for entry in shelf.serving(judge.area):
        verdict = judge.verdict(entry.service)
        base = entry.worth(detail) + standing[entry.service.id]
        if verdict.fit == NO:
            misses.append((verdict.missed, -base, entry, verdict))
        else:
            open_to.append((-base - verdict_points(entry, verdict), entry, verdict))
    open_to.sort(key=_first)
    misses.sort(key=_first_two)
    chosen = [(entry, verdict) for _, entry, verdict in open_to[:most]]
    chosen += _special([(entry, verdict) for _, entry, verdict in open_to[most:]])
    chosen += [(entry, verdict) for _, _, entry, verdict in misses[:NEAREST_MISSES]]
    chosen += [
        (entry, judge.verdict(entry.service)) for entry in shelf.elsewhere(judge.area, NEAREST_MISSES - len(misses))
    ]
    return _in_order([_closely(enquiry, _match(enquiry, need, *one)) for one in chosen])


def _first(row: tuple[Any, ...]) -> Any:
    return row[0]


def _first_two(row: tuple[Any, ...]) -> Any:
    return row[:2]


def _special(rest: list[tuple[Entry, Verdict]]) -> list[tuple[Entry, Verdict]]:
    """The best of `rest` for each kind of person that a service may be made for."""
    seen: set[str] = set()
    found = []
    for entry, verdict in rest:
        if entry.special and not seen.issuperset(entry.special):
            seen.update(entry.special)
            found.append((entry, verdict))
    return found


def verdict_points(entry: Entry, verdict: Verdict) -> float:
    """The points that a verdict is worth."""
    if verdict.fit == FITS or (verdict.fit == ASK and _nearly_settled(verdict)):
        return entry.made_for
    return weight("not_settled") + weight("unlikely") * (1 - verdict.likely) if verdict.fit == ASK else 0.0


def _nearly_settled(verdict: Verdict) -> bool:
    """Whether what is open hardly ever shuts anybody out: it must not put a service behind weaker ones."""
    return "postcode" not in verdict.ask and nearly_sure() <= verdict.likely < 1  # 1 is a place that is not known


def judged(one: Match, verdict: Verdict) -> Match:
    """The same match after another verdict."""
    return replace(
        one, fit=verdict.fit, because=verdict.because, ask=verdict.ask, provided=verdict.provided,
        missed=verdict.missed, score=one.base + verdict_points(one.entry, verdict),
    )  # fmt: skip


def _match(enquiry: Enquiry, need: str, entry: Entry, verdict: Verdict) -> Match:
    service = entry.service
    base = entry.worth(enquiry.details.get(need)) + enquiry.standing[service.id]
    return Match(
        service, need, verdict.fit, verdict.because, verdict.ask, base + verdict_points(entry, verdict),
        verdict.provided, verdict.missed, must_be_rung(service, enquiry.today), entry, base,
    )  # fmt: skip


def _closely(enquiry: Enquiry, one: Match) -> Match:
    """With what depends on this person and this hour alone."""
    points = closer_points(one.service, one.need, enquiry)
    return replace(one, base=one.base + points, score=one.score + points) if points else one


def _in_order(matches: list[Match]) -> list[Match]:
    """Best first, by name where they are alike; of those that do not fit, the nearest miss first."""
    return sorted(matches, key=lambda m: (m.fit == NO, m.missed, -m.score, m.service.name, m.service.id))
