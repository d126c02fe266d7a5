"""What a person who comes to the hub finds: too early, in time, late, or on another day. Plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from booking.progress.states import BEGUN, MISSED, PLANNED, Leg, next_leg
from booking.visits.model import Visit
from booking.visits.statements import BOOKED
from foundation.clock import to_london

EARLY = timedelta(minutes=20)
LATE = timedelta(minutes=5)

type When = Literal["cancelled", "before", "after", "missed", "over", "going_on", "early", "in_time", "late"]


@dataclass(frozen=True, kw_only=True)
class Here:
    """How it stands for somebody who says that they are here.

    `when`: the visit was `cancelled`; it is on a day `before` or `after` today's (seen from today); all of it was
    marked as `missed`; it is `over`; it is `going_on`; or it begins: `early`, `in_time` or `late` for it. `known_since`
    is when they said so first. `following` is the leg that comes next, `now_with` the one they are with.
    """

    when: When
    known_since: datetime | None
    following: Leg | None
    now_with: Leg | None

    def waits_for(self, leg: Leg) -> bool:
        """Whether they are at the hub, with nobody just now, and `leg` comes next: it may begin sooner."""
        free = self.known_since is not None and self.now_with is None
        return free and self.following is not None and leg.number == self.following.number


def how_it_stands(visit: Visit, legs: Sequence[Leg], *, arrived_at: datetime | None, now: datetime) -> Here:
    """For the person of `visit`, who is here at `now`."""
    today = to_london(now).date()
    known = arrived_at if arrived_at is not None and to_london(arrived_at).date() == today else None
    return Here(
        when=_when(visit, legs, now),
        known_since=known,
        following=next_leg(legs),
        now_with=next((leg for leg in legs if leg.state == BEGUN), None),
    )


def _when(visit: Visit, legs: Sequence[Leg], now: datetime) -> When:
    today, its = to_london(now).date(), to_london(visit.start).date()
    if visit.state != BOOKED:
        return "cancelled"
    if today != its:
        return "before" if today < its else "after"
    states = {leg.state for leg in legs}
    if not states & {PLANNED, BEGUN}:
        return "missed" if states == {MISSED} else "over"
    if states - {PLANNED, MISSED}:
        return "going_on"
    first = visit.start if states == {PLANNED} else min(leg.planned.start for leg in legs if leg.state == PLANNED)
    if now < first - EARLY:
        return "early"
    return "late" if now > first + LATE else "in_time"
