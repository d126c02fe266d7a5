"""What there is when no joint opening fits: fewer agencies, a wider gap, another hub, the waiting list, a person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import combinations

import sqlalchemy as sa

from booking.finding.finding import find_openings
from booking.hub import Hub
from booking.openings import LegRequest, Opening
from booking.tables import hub as hubs
from booking.visits import store
from booking.waiting.outcomes import NAMED_CONTACT, OTHER_HUB, SUBSET, WAITING_LIST, WIDER_GAP
from booking.wishes import Wishes
from foundation.database import Database

WIDE_WAITING = 5 * 60  # minutes between legs, all together: one in the morning, one in the afternoon
NO_WISHES = Wishes()


@dataclass(frozen=True, kw_only=True)
class Fallback:
    """One thing to do instead. `what` is one of booking.waiting.outcomes.ENDS.

    `openings` (best first) can be held like any other, under `wishes`. Of the agencies that the person asked for
    `by_phone` are in them as calls, and `rest` are not in them at all: these ring the person.
    """

    what: str
    openings: tuple[Opening, ...] = ()
    by_phone: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    hub: str = ""
    hub_name: str = ""
    wishes: Wishes = NO_WISHES


@dataclass(frozen=True, kw_only=True)
class _Question:
    """One question for openings, asked again with fewer legs, other wishes or at another hub."""

    database: Database
    resident: str | None
    from_day: date
    days: int
    now: datetime

    def openings(
        self, legs: Sequence[LegRequest], wishes: Wishes, *, hub: str | None = None, limit: int = 3
    ) -> tuple[Opening, ...]:
        found = find_openings(
            self.database, legs, resident=self.resident, from_day=self.from_day, days=self.days, now=self.now,
            wishes=wishes, hub=hub, limit=limit,
        )  # fmt: skip
        return found.openings


def fallbacks(
    database: Database,
    legs: Sequence[LegRequest],
    *,
    wishes: Wishes,
    resident: str | None,
    from_day: date,
    days: int,
    now: datetime,
) -> tuple[Fallback, ...]:
    """What can be done where `legs` have no joint opening, in the order in which it is offered.

    The waiting list and the named contact are always there. Raises OpeningsNotPossible for a question that is wrong.
    """
    asked = _Question(database=database, resident=resident, from_day=from_day, days=days, now=now)
    found = (_subset(asked, legs, wishes), _wider_gap(asked, legs, wishes), _other_hub(asked, legs, wishes))
    always = (Fallback(what=WAITING_LIST, wishes=wishes), Fallback(what=NAMED_CONTACT))
    return (*(each for each in found if each), *always)


def _subset(asked: _Question, legs: Sequence[LegRequest], wishes: Wishes) -> Fallback | None:
    """The largest subset that has an opening, of equal ones the most urgent; then as many of the rest as can by phone.

    Exact: every subset of a size is tried before a smaller one. An agency that alone has no opening is in none.
    """
    seen = [leg for leg in legs if asked.openings([leg], wishes, limit=1)]
    for some in _largest_first(seen, least=1, most=len(legs) - 1):
        if asked.openings(some, wishes, limit=1):
            return _with_calls(asked, some, [leg for leg in legs if leg not in some], wishes)
    return _with_calls(asked, [], legs, wishes)


def _with_calls(
    asked: _Question, seen: Sequence[LegRequest], others: Sequence[LegRequest], wishes: Wishes
) -> Fallback | None:
    """The agencies that see the person, with as many of the others as can be rung in between or after."""
    for called in _largest_first(others, least=0, most=len(others)):
        names = frozenset(leg.agency for leg in called)
        easier = replace(wishes, by_phone=wishes.by_phone | names, together=wishes.together and not called)
        openings = asked.openings([*seen, *called], easier) if seen or called else ()
        if openings:
            rest = tuple(leg.agency for leg in others if leg not in called)
            phoned = tuple(leg.agency for leg in called)
            return Fallback(what=SUBSET, openings=openings, by_phone=phoned, rest=rest, wishes=easier)
    return None


def _largest_first(legs: Sequence[LegRequest], *, least: int, most: int) -> Iterator[list[LegRequest]]:
    """Subsets, larger ones first; of one size those with the most urgent legs first. Each keeps the order of `legs`."""
    urgent_first = sorted(range(len(legs)), key=lambda number: (legs[number].after, number))
    for size in range(min(most, len(legs)), least - 1, -1):
        for chosen in combinations(urgent_first, size):
            yield [legs[number] for number in sorted(chosen)]


def _wider_gap(asked: _Question, legs: Sequence[LegRequest], wishes: Wishes) -> Fallback | None:
    if len(legs) < 2:
        return None
    wider = replace(wishes, together=False, max_gap=None, max_waiting=max(WIDE_WAITING, wishes.max_waiting))
    openings = asked.openings(legs, wider)
    return Fallback(what=WIDER_GAP, openings=openings, wishes=wider) if openings else None


def _other_hub(asked: _Question, legs: Sequence[LegRequest], wishes: Wishes) -> Fallback | None:
    """The hub with the earliest opening, of those where all these agencies see people."""
    found = [
        Fallback(what=OTHER_HUB, openings=openings, hub=other.id, hub_name=other.name, wishes=wishes)
        for other in _others_with(asked.database, {leg.agency for leg in legs})
        if (openings := asked.openings(legs, wishes, hub=other.id))
    ]
    return min(found, key=lambda each: each.openings[0].finish, default=None)


def _others_with(database: Database, agencies: set[str]) -> list[Hub]:
    with database.reading() as db:
        ours = store.the_hub(db).id
        rows = db.execute(sa.select(hubs.c.details).where(hubs.c.id != ours).order_by(hubs.c.id)).scalars()
        return [other for other in map(Hub, rows) if agencies <= set(other.agencies)]
