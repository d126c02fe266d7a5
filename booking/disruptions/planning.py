"""What is to become of one visit that something broken hits: the smallest change on its day, or the nearest day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from booking.disruptions.reading import Disruption, VisitDay, nearest_days, read_day
from booking.disruptions.repairing import smallest_change
from booking.disruptions.seats import Mended
from booking.errors import OpeningsNotPossible
from booking.finding.finding import find_openings
from booking.openings import Opening, OpeningLeg
from booking.progress.states import BEGUN, PLANNED, Leg
from booking.visits.model import Visit
from foundation.clock import instant_of, to_london
from foundation.database import Database

SAME_TIME, MOVED_LEG, MOVED_VISIT, BY_HAND = "same_time", "moved_leg", "moved_visit", "by_hand"
DAYS_AROUND = 28


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """What to do: `opening` is where the visit's legs go, those that stay among them; None with BY_HAND."""

    what: str
    opening: Opening | None = None


def remedy_for(database: Database, found: Visit, legs: Sequence[Leg], broken: Disruption, *, now: datetime) -> Remedy:
    """The least that mends `found`, whose legs are `legs`. Writes nothing.

    A leg that is going on just now is for the people who sit there: BY_HAND, as is what fits nowhere.
    """
    if any(each.state == BEGUN and broken.hits(each) for each in legs):
        return Remedy(what=BY_HAND)
    with database.reading() as db:
        day = read_day(db, found, legs, broken, now=now)
    mended = smallest_change(day.seated, day.stock, day.terms)
    if mended is not None:
        return Remedy(what=MOVED_LEG if mended.moved else SAME_TIME, opening=_mended(day, mended))
    if all(each.state == PLANNED for each in legs):
        opening = _another_day(database, found, broken, now=now)
        if opening is not None:
            return Remedy(what=MOVED_VISIT, opening=opening)
    return Remedy(what=BY_HAND)


def _mended(day: VisitDay, mended: Mended) -> Opening:
    placed: list[OpeningLeg] = []
    for leg, was, seat in zip(day.legs, day.seated, mended.seats, strict=True):
        if seat == was.seat:
            placed.append(leg.planned)
            continue
        length = len(leg.planned.cells)
        placed.append(
            replace(
                leg.planned, start=instant_of(seat.start), finish=instant_of(seat.start + length),
                adviser=seat.adviser, room=seat.room, room_label=day.labels.get(seat.room, ""),
                interpreter=seat.interpreter,
            )
        )  # fmt: skip
    return Opening(legs=tuple(sorted(placed, key=lambda leg: leg.start)))


def _another_day(database: Database, found: Visit, broken: Disruption, *, now: datetime) -> Opening | None:
    """The whole visit on the nearest day that the person's wishes leave, as near to its hour as can be."""
    hour = to_london(found.start).time()
    minutes = 60 * hour.hour + hour.minute

    def away(opening: Opening) -> int:
        at = to_london(opening.start)
        return abs(60 * at.hour + at.minute - minutes)

    today = to_london(now).date()
    for day in nearest_days(to_london(found.start).date(), today=today, most=DAYS_AROUND):
        whole = [each for each in _openings_on(database, found, day, now=now) if not _takes(broken, each)]
        if whole:
            return min(whole, key=away)
    return None


def _openings_on(database: Database, found: Visit, day: date, *, now: datetime) -> Sequence[Opening]:
    try:
        return find_openings(
            database, found.requests, resident=found.resident, from_day=day, days=1, now=now, limit=6,
            instead_of=found.reference, wishes=found.wishes, hub=found.hub.id,
        ).openings  # fmt: skip
    except OpeningsNotPossible:
        return ()  # the hub has no such agency any more: a person settles it


def _takes(broken: Disruption, opening: Opening) -> bool:
    return any(broken.hits(Leg(number=1, planned=leg)) for leg in opening.legs)
