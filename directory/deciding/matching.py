"""Which services meet which needs of this person, with the reasons."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from directory.deciding.catalogue import Entry, must_be_rung
from directory.deciding.closer import closer_points
from directory.deciding.eligibility import NO, Verdict
from directory.deciding.enquiry import Enquiry, enquiry_of
from directory.deciding.sifting import WHOLE, Judged, sift, verdict_points
from directory.model import Service

# Of a need with many services, so many are looked at closely: language, access, way, hours.
CLOSELY = 20
# The same where only a plan is to be made, to see what an answer would change.
PLANNED, PLANNED_WALKED = 8, 24
NEAREST_MISSES = 5


class Match(NamedTuple):
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
    judge = enquiry.judge
    return [
        one
        for need in enquiry.needs
        for one in _looked_at(enquiry, need, [(e, judge.verdict(e.service)) for e in enquiry.shelf(need).entries])
    ]


def shortlist(enquiry: Enquiry) -> list[Match]:
    """As `match`, but of a need with many services only the best that fit or may fit, and the nearest misses.

    The best for carers, veterans and so on stay in, however far down they are.
    """
    return [one for need in enquiry.needs for one in _best(enquiry, need)]


def open_to(enquiry: Enquiry, need: str) -> list[Match]:
    """The best few for `need` that fit or may fit: what a plan is made of."""
    return _looked_at(enquiry, need, sift(enquiry, need, most=PLANNED, walked=PLANNED_WALKED, perhaps=False).open_to)


def _best(enquiry: Enquiry, need: str) -> list[Match]:
    shelf, judge = enquiry.shelf(need), enquiry.judge
    found = sift(enquiry, need, most=CLOSELY)
    if len(shelf.entries) > WHOLE:
        elsewhere = shelf.elsewhere(judge.area, NEAREST_MISSES - len(found.shut))
        found.shut[NEAREST_MISSES:] = [(entry, judge.verdict(entry.service)) for entry in elsewhere]
    return _looked_at(enquiry, need, [*found.open_to, *found.shut])


def _looked_at(enquiry: Enquiry, need: str, chosen: list[Judged]) -> list[Match]:
    return _in_order([_match(enquiry, need, *one) for one in chosen])


def judged(one: Match, verdict: Verdict) -> Match:
    """The same match after another verdict."""
    return one._replace(
        fit=verdict.fit, because=verdict.because, ask=verdict.ask, provided=verdict.provided,
        missed=verdict.missed, score=one.base + verdict_points(one.entry, verdict),
    )  # fmt: skip


def _match(enquiry: Enquiry, need: str, entry: Entry, verdict: Verdict) -> Match:
    service, worth = entry.service, entry.worth(enquiry.details.get(need))
    points = closer_points(service, need, enquiry)  # what depends on this person and this hour alone
    return Match(
        service, need, verdict.fit, verdict.because, verdict.ask, worth + verdict_points(entry, verdict) + points,
        verdict.provided, verdict.missed, must_be_rung(service, enquiry.today), entry, worth + points,
    )  # fmt: skip


def _in_order(matches: list[Match]) -> list[Match]:
    """Best first, by name where they are alike; of those that do not fit, the nearest miss first."""
    return sorted(matches, key=lambda m: (m.fit == NO, m.missed, -m.score, m.service.name, m.service.id))
