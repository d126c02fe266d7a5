"""What a disruption is, whom it hits, and what is left of a visit's day: read from the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from booking.disruptions.lost import lost_legs
from booking.disruptions.seats import Seat, Seated
from booking.finding.asking import Days, hours_of, midnight, terms_of
from booking.finding.ground import Ground, own_holds, read_ground, read_hub, read_stock
from booking.openings import OpeningLeg
from booking.progress.states import BEGUN, MISSED, PLANNED, Leg
from booking.search.stock import Stock, Terms
from booking.tables import disrupted_visit, disruption, leg, visit
from booking.visits.model import Visit
from booking.visits.statements import BOOKED
from foundation.clock import CELL_SECONDS, cell_of, instant_of, to_london

HUB = "hub"
ROTA = "rota"  # a change of the rota took the ground from visits: which ones stands in `disrupted_visit`
WAITING = "waiting"  # `what` of such a visit until it is settled


@dataclass(frozen=True, kw_only=True)
class Disruption:
    """Something that broke: `whom` ("adviser:ID", "room:ID" or "hub") is not there in the cells [first, end).

    Or the rota was changed ("rota"): `lost` are then the legs of one visit that have no ground any more.
    """

    id: str
    hub: str
    whom: str
    first: int
    end: int
    note: str
    by: str
    at: datetime
    lost: tuple[OpeningLeg, ...] = ()

    def hits(self, each: Leg) -> bool:
        """Whether it takes something from a leg that is still to come or going on."""
        if self.whom == ROTA:
            return each.open and each.planned in self.lost
        apart = each.planned.cells.stop <= self.first or self.end <= each.planned.cells.start
        return each.open and not apart and (self.whom == HUB or self.whom in each.planned.resources)

    @property
    def cells(self) -> range:
        """The cells that it takes."""
        return range(self.first, self.end)


def disruption_in(db: sa.Connection, name: str) -> Disruption | None:
    """The disruption with that id."""
    row = db.execute(sa.select(disruption).where(disruption.c.id == name)).first()
    return None if row is None else disruption_of(row._asdict())


def disruption_of(row: Mapping[str, Any]) -> Disruption:
    """The disruption of a row."""
    same = {name: row[name] for name in ("id", "hub", "whom", "note", "by", "at")}
    return Disruption(**same, first=row["first_cell"], end=row["end_cell"])


def visits_hit(db: sa.Connection, broken: Disruption, *, now: datetime) -> list[str]:
    """The references of the booked visits that it hits, the earliest first. What is over by `now` is not hit."""
    if broken.whom == ROTA:
        return _still_lost(db, broken, now=now)
    kind, _, name = broken.whom.partition(":")
    whom = {
        "adviser": (leg.c.adviser == name) | (leg.c.interpreter == name),
        "room": leg.c.room == name,
        HUB: visit.c.hub == broken.hub,
    }[kind]
    found = (
        sa.select(visit.c.reference, visit.c.start)
        .join(leg, leg.c.visit == visit.c.reference)
        .where(visit.c.state == BOOKED, visit.c.hub == broken.hub, leg.c.state.in_((PLANNED, BEGUN)), whom)
        .where(leg.c.start < instant_of(broken.end), leg.c.finish > max(instant_of(broken.first), now))
        .distinct()
        .order_by(visit.c.start, visit.c.reference)
    )
    return [row.reference for row in db.execute(found)]


def _still_lost(db: sa.Connection, broken: Disruption, *, now: datetime) -> list[str]:
    d = disrupted_visit.c
    waiting = set(db.scalars(sa.select(d.visit).where(d.disruption == broken.id, d.what == WAITING)))
    return list(lost_legs(db, broken.hub, now=now, only=waiting))


def as_it_is(db: sa.Connection, broken: Disruption, reference: str, *, now: datetime) -> Disruption:
    """`broken` with what a visit lacks by the rota as it is now, where it is the rota that was changed."""
    if broken.whom != ROTA:
        return broken
    lost = lost_legs(db, broken.hub, now=now, only=(reference,)).get(reference, ())
    return replace(broken, lost=tuple(each.leg for each in lost))


@dataclass(frozen=True, kw_only=True)
class VisitDay:
    """A visit's day without what broke: its legs that are not missed, what is free, and what must hold."""

    legs: Sequence[Leg]
    seated: Sequence[Seated]
    stock: Stock
    terms: Terms
    labels: dict[str, str]


def read_day(db: sa.Connection, found: Visit, legs: Sequence[Leg], broken: Disruption, *, now: datetime) -> VisitDay:
    """The day of `found`. Its own time counts as free, what broke does not, and nothing begins before `now`."""
    begun = -(-int(now.timestamp()) // CELL_SECONDS)
    day = to_london(found.start).date()
    days = Days(first=midnight(day), end=midnight(day + timedelta(days=1)))
    place = read_hub(db, found.hub.id)
    ground = read_ground(db, place, {each.agency for each in found.legs}, language=found.wishes.interpreter, only=None)
    ignoring = own_holds(db, found.resident, found.reference)
    stock = read_stock(db, ground, days, resident=found.resident, now=now, ignoring=ignoring)
    there = [each for each in legs if each.state != MISSED]
    return VisitDay(
        legs=there,
        seated=_seated(found, there, broken, begun),
        stock=_without(stock, broken, days.bits(broken.cells), past=days.bits(range(days.first, begun))),
        terms=_terms(ground, found, there, days, now=now),
        labels=ground.labels,
    )


def _seated(found: Visit, legs: Sequence[Leg], broken: Disruption, begun: int) -> list[Seated]:
    requests = {(each.agency, each.service_id): each for each in found.requests}
    seated = []
    for each in legs:
        planned = each.planned
        request = requests[planned.agency, planned.service_id]
        running_late = planned.cells.start < begun and not broken.hits(each)
        seated.append(
            Seated(
                request=replace(request, room_features=request.room_features | found.wishes.room_features),
                seat=Seat(
                    start=planned.cells.start, adviser=planned.adviser, room=planned.room,
                    interpreter=planned.interpreter,
                ),
                fixed=each.state != PLANNED or running_late,
            )
        )  # fmt: skip
    return seated


def _without(stock: Stock, broken: Disruption, gone: int, *, past: int) -> Stock:
    def left(kind: str, name: str, bits: int) -> int:
        is_broken = broken.whom in (HUB, f"{kind}:{name}")
        return bits & ~past & ~(gone if is_broken else 0)

    return replace(
        stock,
        advisers={
            agency: {name: left("adviser", name, bits) for name, bits in team.items()}
            for agency, team in stock.advisers.items()
        },
        interpreters={name: left("adviser", name, bits) for name, bits in stock.interpreters.items()},
        rooms={name: left("room", name, bits) for name, bits in stock.rooms.items()},
    )


def _terms(ground: Ground, found: Visit, legs: Sequence[Leg], days: Days, *, now: datetime) -> Terms:
    """What the person asked for and the hub's rules; but a visit may begin as early as it was, whatever the notice.

    Earlier than that only where there is as much time to tell them as there would be to book; from the moment on when
    they are here, at any time.
    """
    hours = hours_of(ground.hub, found.wishes, days, now=now)
    notice = hours.pop("lead_time", -1)
    if all(each.state == PLANNED for each in legs):
        hours["notice"] = notice | days.bits(range(cell_of(found.start), days.end))
    return replace(terms_of(ground.hub, found.wishes, ground.sites), hours=hours)


def nearest_days(day: date, *, today: date, most: int) -> list[date]:
    """The days around `day`, the nearest first and of two as near the later one; none before `today`."""
    around = [day + timedelta(days=sign * number) for number in range(1, most + 1) for sign in (1, -1)]
    return [each for each in around if each >= today]
