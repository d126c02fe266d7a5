"""When a message may reach a person, and when the reminders of a visit are due. Plain values; wall time is London's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from foundation.clock import LONDON, to_london

# As `contact.options.safe_hours` in words.yml says them; who was not asked gets nothing at night.
SAFE_HOURS: Mapping[str, tuple[time, time]] = {
    "any": (time(9), time(17)),
    "morning": (time(9), time(12)),
    "afternoon": (time(12), time(15)),
    "later": (time(15), time(17)),
    "": (time(8), time(20)),
}
LAST_MINUTES = timedelta(minutes=10)  # of the hours: a message takes a while to arrive
AHEAD = timedelta(days=4)  # no reminder is due earlier before a visit


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A reminder: how long before the visit, no later than how long before, how long after they were told of it."""

    name: str
    before: timedelta
    least: timedelta
    after_told: timedelta


TWO_DAYS = Kind(
    name="remind_48h", before=timedelta(hours=48), least=timedelta(hours=20), after_told=timedelta(hours=12)
)
TWO_HOURS = Kind(
    name="remind_2h", before=timedelta(hours=2), least=timedelta(minutes=45), after_told=timedelta(hours=3)
)
KINDS = (TWO_DAYS, TWO_HOURS)


def hours_of(contact: Mapping[str, str]) -> tuple[time, time]:
    """From when until when this person may be written to, on any day."""
    return SAFE_HOURS.get(contact.get("safe_hours", ""), SAFE_HOURS["any"])


def is_safe(instant: datetime, hours: tuple[time, time]) -> bool:
    """Whether `instant` (aware) lies within the hours."""
    return hours[0] <= to_london(instant).time() < hours[1]


def reminder_at(kind: Kind, start: datetime, hours: tuple[time, time]) -> datetime | None:
    """When this reminder of a visit that begins at `start` is due, in UTC; None when no safe moment is left for it.

    So long before the visit by the clock on the wall; where that is not safe, the safe moment that is nearest to it
    and still leaves the person `kind.least`.
    """
    ideal = _wall_before(start, kind.before)
    if is_safe(ideal, hours):
        return ideal
    fits = [each for each in _edges(to_london(ideal).date(), hours) if each <= start - kind.least]
    return min(fits, key=lambda each: (abs(each - ideal), each), default=None)


def is_due(kind: Kind, start: datetime, *, told_at: datetime, hours: tuple[time, time], now: datetime) -> bool:
    """Whether to send it now. Not to somebody who was told of the visit shortly before, or after its moment."""
    at = reminder_at(kind, start, hours)
    if at is None or not at <= now <= start - kind.least:
        return False
    return is_safe(now, hours) and told_at + kind.after_told <= at


def next_safe(now: datetime, hours: tuple[time, time]) -> datetime:
    """`now` when it is safe, else when the hours next open, in UTC."""
    if is_safe(now, hours):
        return now
    today = to_london(now).date()
    opens = (_at(today + timedelta(days=days), hours[0]) for days in (0, 1))
    return next(each for each in opens if each > now)


def _edges(day: date, hours: tuple[time, time]) -> Iterator[datetime]:
    """The first and last safe moments of the days around `day`."""
    for number in (-1, 0, 1):
        yield _at(day + timedelta(days=number), hours[0])
        yield _at(day + timedelta(days=number), hours[1]) - LAST_MINUTES


def _wall_before(start: datetime, before: timedelta) -> datetime:
    """Whole days count by the clock on the wall, hours as they pass."""
    days = timedelta(days=before.days)
    return (to_london(start) - days).astimezone(UTC) - (before - days)


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LONDON).astimezone(UTC)
