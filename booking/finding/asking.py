"""What is asked of a search: whether it can be asked at all, and what it means in cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from booking.errors import OpeningsNotPossible
from booking.hub import Hub
from booking.openings import MAX_LEGS, LegRequest
from booking.rotas.holidays import earliest_start
from booking.search.stock import NOWHERE, Terms, comes_after
from booking.wishes import Wishes
from foundation.clock import CELL_MINUTES, LONDON, cell_of, to_london

MAX_DAYS = 90
MAX_LEG_MINUTES = 8 * 60
MAX_WAITING_MINUTES = 10 * 60
NOON = time(12)


@dataclass(frozen=True, kw_only=True)
class Days:
    """Whole London days of one search, as cells [first, end). The first one may have begun already."""

    first: int
    end: int

    def bits(self, cells: range) -> int:
        """Those of `cells` that are among them, as a bitset from `first` on."""
        start, stop = max(cells.start, self.first) - self.first, min(cells.stop, self.end) - self.first
        return ((1 << (stop - start)) - 1) << start if stop > start else 0

    @property
    def dates(self) -> list[date]:
        """Each day."""
        day, last = _day_of(self.first), _day_of(self.end - 1)
        return [day + timedelta(days=number) for number in range((last - day).days + 1)]

    @property
    def midnights(self) -> int:
        """The cells at which a day begins."""
        return sum(self.bits(range(begins, begins + 1)) for begins in map(midnight, self.dates))

    @property
    def halves(self) -> list[tuple[int, int]]:
        """For each day its morning and its afternoon."""
        return [(self.between(day, time(), NOON), self.between(day, NOON, None)) for day in self.dates]

    def between(self, day: date, start: time, stop: time | None) -> int:
        """Between two wall times of one day; None is its end."""
        over = midnight(day + timedelta(days=1)) if stop is None else cell_of(datetime.combine(day, stop, LONDON))
        return self.bits(range(first_cell(day, start), over))


def midnight(day: date) -> int:
    """The cell at which a London day begins."""
    return cell_of(datetime.combine(day, time(), LONDON))


def first_cell(day: date, at: time) -> int:
    """The first whole cell from a wall time on."""
    return -(-int(datetime.combine(day, at, LONDON).timestamp()) // (60 * CELL_MINUTES))


def _day_of(cell: int) -> date:
    return to_london(datetime.fromtimestamp(cell * 60 * CELL_MINUTES, LONDON)).date()


def check_question(
    hub: Hub, legs: Sequence[LegRequest], wishes: Wishes, *, from_day: date, days: int, now: datetime, limit: int
) -> None:
    """Raises OpeningsNotPossible, saying what is wrong, when the question cannot be answered."""
    for wrong, text in (
        (
            not 1 <= len(legs) <= MAX_LEGS,
            f"Ask for 1 to {MAX_LEGS} agencies at a time: you asked for {len(legs)}.",
        ),
        (not 1 <= days <= MAX_DAYS, f"Ask for 1 to {MAX_DAYS} days: you asked for {days}."),
        (from_day < to_london(now).date(), f"{from_day.isoformat()} is in the past."),
        (limit < 1, f"Ask for at least one opening: you asked for {limit}."),
    ):
        if wrong:
            raise OpeningsNotPossible(text)
    _check_legs(hub, legs)
    for wrong, text in _contradictions(legs, wishes):
        if wrong:
            raise OpeningsNotPossible(text)


def _check_legs(hub: Hub, legs: Sequence[LegRequest]) -> None:
    for leg in legs:
        if leg.agency not in hub.agencies:
            names = ", ".join(sorted(hub.agencies))
            raise OpeningsNotPossible(f"{leg.agency!r} is no agency of this hub. There are: {names}.")
        if not 1 <= leg.minutes <= MAX_LEG_MINUTES:
            raise OpeningsNotPossible(f"{leg.agency} cannot see anybody for {leg.minutes} minutes.")
    if len({leg.agency for leg in legs}) < len(legs):
        raise OpeningsNotPossible("Ask for each agency once.")


def _contradictions(legs: Sequence[LegRequest], wishes: Wishes) -> list[tuple[bool, str]]:
    gaps = len(legs) - 1
    longest = max(leg.minutes for leg in legs) if wishes.together else sum(leg.minutes for leg in legs)
    before, after = wishes.not_before, wishes.not_after
    room = _minutes(after, 24 * 60) - _minutes(before, 0)
    ordered = wishes.in_order or any(leg.follows & {other.agency for other in legs} for leg in legs)
    return [
        (
            not set(range(7)) >= wishes.not_weekdays,
            "A day of the week is a number from 0 (Monday) to 6 (Sunday).",
        ),
        (len(wishes.not_weekdays) == 7, "No day of the week is left: take one out of those that do not suit."),
        (
            before is not None and after is not None and before >= after,
            f"Nothing can be after {before:%H:%M} and before {after:%H:%M} on one day." if before and after else "",
        ),
        (0 < room < longest, f"The visit takes {longest} minutes, and only {room} are left of a day."),
        (min(wishes.min_gap, wishes.max_waiting, wishes.max_gap or 0) < 0, "A gap cannot be less than no minutes."),
        (
            wishes.max_waiting > MAX_WAITING_MINUTES,
            f"The waiting can be at most {MAX_WAITING_MINUTES} minutes: you asked for {wishes.max_waiting}.",
        ),
        (
            wishes.max_gap is not None and gaps > 0 and wishes.min_gap > wishes.max_gap,
            f"A gap cannot be at least {wishes.min_gap} and at most {wishes.max_gap} minutes.",
        ),
        (
            gaps > 0 and not wishes.together and gaps * wishes.min_gap > wishes.max_waiting,
            f"{gaps} gaps of {wishes.min_gap} minutes are more than {wishes.max_waiting} minutes of waiting.",
        ),
        (
            wishes.together and gaps > 0 and (ordered or wishes.min_gap > 0),
            "All agencies at once, and one after another: only one of these can be.",
        ),
        (_in_a_ring(legs, wishes), "Each of these agencies would have to come before the other."),
    ]


def _minutes(at: time | None, otherwise: int) -> int:
    return otherwise if at is None else 60 * at.hour + at.minute


def _in_a_ring(legs: Sequence[LegRequest], wishes: Wishes) -> bool:
    before, done = comes_after(legs, in_order=wishes.in_order), 0
    for _ in legs:
        done |= sum(1 << number for number in range(len(legs)) if not before[number] & ~done and not done >> number & 1)
    return done != (1 << len(legs)) - 1


def terms_of(hub: Hub, wishes: Wishes, sites: Sequence[str]) -> Terms:
    """The wishes and the hub's rules in cells, without the hours: what is least is rounded up, what is most down."""
    walks = {(one, other): _up(_walk(hub, one, other)) for one in sites for other in sites if one < other}
    return Terms(
        max_waiting=wishes.max_waiting // CELL_MINUTES,
        min_gap=_up(wishes.min_gap),
        max_gap=None if wishes.max_gap is None else wishes.max_gap // CELL_MINUTES,
        buffer=_up(hub.booking_rules.buffer_minutes),
        walks=walks,
        together=wishes.together,
        in_order=wishes.in_order,
        by_phone=wishes.by_phone,
        language=wishes.interpreter,
        prefer=wishes.prefer,
    )


def _walk(hub: Hub, one: str, other: str) -> int:
    try:
        return hub.walk_minutes(one, other)
    except KeyError as error:
        raise OpeningsNotPossible(f"How far {one or NOWHERE!r} is from {other!r} is not in the hub's file.") from error


def _up(minutes: int) -> int:
    return -(-minutes // CELL_MINUTES)


def hours_of(hub: Hub, wishes: Wishes, days: Days, *, now: datetime) -> dict[str, int]:
    """What limits the hours of a visit on these days, each by its name: the cells in which one may lie."""
    dates, whole = days.dates, days.bits(range(days.first, days.end))
    earliest = -(-int(earliest_start(now, hub).timestamp()) // (60 * CELL_MINUTES))
    hours = {"lead_time": days.bits(range(earliest, days.end))}
    if wishes.not_weekdays:
        hours["not_weekdays"] = sum(
            days.between(day, time(), None) for day in dates if day.weekday() not in wishes.not_weekdays
        )
    if wishes.not_days:
        hours["not_days"] = sum(days.between(day, time(), None) for day in dates if day not in wishes.not_days)
    if wishes.not_before is not None:
        hours["not_before"] = sum(days.between(day, wishes.not_before, None) for day in dates)
    if wishes.not_after is not None:
        hours["not_after"] = sum(days.between(day, time(), wishes.not_after) for day in dates)
    return {name: bits for name, bits in hours.items() if bits != whole}
