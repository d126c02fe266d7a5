"""Counting what happened. Plain values in and out; what is small is hidden where it is told (`small`), not here."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from booking.openings import OpeningLeg
from booking.reports.past import Past, PastLeg, PastVisit, Search, WorkingDays
from foundation.clock import to_london

SLACK = timedelta(minutes=5)  # to be so late, or so early, is to be in time
WHOLE = "whole"


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How a number of times lie: how many, the one in the middle, and the one that nine in ten are at or under."""

    count: int
    median: float
    p90: float


def spread(values: Sequence[float]) -> Spread | None:
    """The spread of `values` (nearest rank for p90); None of none."""
    if not values:
        return None
    ordered = sorted(values)
    return Spread(count=len(ordered), median=median(ordered), p90=ordered[math.ceil(len(ordered) * 0.9) - 1])


def waiting_times(past: Past, days: WorkingDays) -> dict[int, Spread]:
    """Working days from asking to the visit, by number of agencies."""
    waits: dict[int, list[float]] = {}
    for visit in past.visits:
        wait = days.until(to_london(visit.asked_at).date(), to_london(visit.start).date())
        waits.setdefault(_agencies(visit), []).append(wait)
    return {size: found for size, values in sorted(waits.items()) if (found := spread(values))}


def _agencies(visit: PastVisit) -> int:
    return len({leg.agency for leg in visit.legs})


@dataclass(frozen=True, kw_only=True)
class Offered:
    """Searches for so many agencies: how many there were, and how many were offered all of them within some days."""

    searches: int
    within: dict[int, int]


def offered(searches: Iterable[Search], days: WorkingDays, *, within: Sequence[int]) -> dict[int, Offered]:
    """How searches went, by number of agencies. Only a whole visit counts as offered."""
    by_size: dict[int, list[int | None]] = {}
    for search in searches:
        got = days.until(search.day, search.first_day) if search.what == WHOLE and search.first_day else None
        by_size.setdefault(len(search.agencies), []).append(got)
    return {
        size: Offered(
            searches=len(waits),
            within={most: sum(wait is not None and wait <= most for wait in waits) for most in within},
        )
        for size, waits in sorted(by_size.items())
    }


def by_week(past: Past, days: WorkingDays, *, within: int) -> list[tuple[date, int, int]]:
    """For each week (its Monday): searches for two agencies or more, and how many were offered in time."""
    monday = past.since - timedelta(days=past.since.weekday())
    weeks: list[tuple[date, int, int]] = []
    while monday <= past.until:
        those = [one for one in past.searches if len(one.agencies) > 1 and 0 <= (one.day - monday).days < 7]
        found = offered(those, days, within=(within,)).values()
        weeks.append((monday, len(those), sum(one.within[within] for one in found)))
        monday += timedelta(days=7)
    return weeks


def ends(searches: Iterable[Search]) -> Counter[str]:
    """How searches ended: a whole visit, a part of it, the waiting list..."""
    return Counter(search.what for search in searches)


def blockers(searches: Iterable[Search]) -> Counter[tuple[str, str]]:
    """What stood in the way of an opening, or of an earlier one: kind and name."""
    return Counter(search.blocked for search in searches if search.blocked[0])


def asked_together(searches: Iterable[Search]) -> Counter[tuple[str, ...]]:
    """How often agencies were asked for together."""
    return Counter(search.agencies for search in searches)


@dataclass(frozen=True, kw_only=True)
class OnTheDay:
    """How visits that are over went. Nobody wrote anything down about those `not_recorded`.

    `late`: arrived more than five minutes after the start, `late_minutes` how much. `early_legs` of `done_legs` were
    over more than five minutes sooner than planned, `early_minutes` in all.
    """

    visits: int
    came: int
    nobody_came: int
    not_recorded: int
    late: int
    late_minutes: Spread | None
    legs: int
    done_legs: int
    missed_legs: int
    early_legs: int
    early_minutes: int


def on_the_day(past: Past) -> OnTheDay:
    """What the arrivals and the states of legs say. A visit to which nobody came has only missed legs."""
    legs = [leg for visit in past.visits for leg in visit.legs]
    came = [visit for visit in past.visits if _came(visit)]
    away = [visit for visit in past.visits if not _came(visit) and all(leg.state == "missed" for leg in visit.legs)]
    late = [
        (visit.arrived_at - visit.start).total_seconds() / 60
        for visit in came if visit.arrived_at and visit.arrived_at - visit.start > SLACK
    ]  # fmt: skip
    early = [minutes for leg in legs if (minutes := _minutes_early(leg))]
    return OnTheDay(
        visits=len(past.visits), came=len(came), nobody_came=len(away),
        not_recorded=len(past.visits) - len(came) - len(away), late=len(late), late_minutes=spread(late),
        legs=len(legs), done_legs=sum(leg.state == "done" for leg in legs),
        missed_legs=sum(leg.state == "missed" for leg in legs), early_legs=len(early), early_minutes=sum(early),
    )  # fmt: skip


def _came(visit: PastVisit) -> bool:
    return visit.arrived_at is not None or any(leg.state in ("begun", "done") for leg in visit.legs)


def _minutes_early(leg: PastLeg) -> int:
    if leg.state != "done" or leg.done_at is None or leg.finish - leg.done_at <= SLACK:
        return 0
    return int((leg.finish - leg.done_at).total_seconds() // 60)


@dataclass(frozen=True, kw_only=True)
class Line:
    """The joint waiting list: how many joined, what became of them, and working days until they had a visit."""

    joined: int
    waiting_now: int
    booked: int
    left: int
    offers: int
    not_taken: int  # offers that were declined or ran out
    until_booked: Spread | None


def waiting_list(past: Past, days: WorkingDays) -> Line:
    """What the waiting list shows. An offer that was neither booked nor is open was declined or ran out."""
    booked = [one for one in past.waiting if one.state == "booked"]
    waits = [
        float(days.until(to_london(one.since).date(), to_london(one.ended_at).date())) for one in booked if one.ended_at
    ]
    offers = sum(one.offers for one in past.waiting)
    open_now = sum(one.state == "offered" for one in past.waiting)
    return Line(
        joined=len(past.waiting),
        waiting_now=sum(one.state in ("waiting", "offered") for one in past.waiting),
        booked=len(booked),
        left=sum(one.state in ("left", "gone") for one in past.waiting),
        offers=offers,
        not_taken=max(0, offers - len(booked) - open_now),
        until_booked=spread(waits),
    )


@dataclass(frozen=True, kw_only=True)
class Use:
    """The share of time that was booked; None where there was no time at all."""

    advisers_in: float | None
    advisers_out: float | None
    rooms_in: float | None
    rooms_out: float | None


def use_of_time(past: Past) -> Use:
    """Adviser time and room time booked, in and out of hub sessions. Calls take no room."""
    taken: Counter[tuple[str, bool]] = Counter()
    for visit in past.visits:
        for leg in visit.legs:
            for cell in cells_of(leg):
                inside = past.in_session(cell)
                taken["adviser", inside] += 1
                taken["room", inside] += bool(leg.room)
    there = past.presence
    return Use(
        advisers_in=_part(taken["adviser", True], there.adviser_cells_in_sessions),
        advisers_out=_part(taken["adviser", False], there.adviser_cells - there.adviser_cells_in_sessions),
        rooms_in=_part(taken["room", True], there.room_cells_in_sessions),
        rooms_out=_part(taken["room", False], there.room_cells - there.room_cells_in_sessions),
    )


def cells_of(leg: PastLeg) -> range:
    """The cells that a leg takes."""
    return OpeningLeg(
        agency=leg.agency, service_id="", start=leg.start, finish=leg.finish, adviser=leg.adviser, room=leg.room
    ).cells


def _part(part: int, whole: int) -> float | None:
    return min(1.0, part / whole) if whole else None
