"""Whether a service is open at an instant, until when, and when it opens next. What is not known is never closed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dateutil.tz import datetime_exists

from directory.hours.calendars import ENGLAND_AND_WALES
from directory.hours.timetable import CLOSED, OPEN, OUT_OF_DATE, UNKNOWN, WEEK, Day, Timetable, timetable
from foundation.clock import LONDON, to_london

# Most places open again within days; a yearly event within a year and a day.
NEAR_DAYS, FAR_DAYS = 14, 400
Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class OpenState:
    """`state` is open, closed or unknown; instants are aware UTC.

    `until`: when it closes; None while open means that no end is in sight. `next_opens` to `next_closes`: the next
    opening that is known. `unsure_on`: a day before that of which nobody knows. `why` is a reason of `timetable`, and
    `note` what the record says of it.
    """

    state: str
    until: datetime | None = None
    next_opens: datetime | None = None
    next_closes: datetime | None = None
    unsure_on: date | None = None
    why: str = WEEK
    note: str = ""
    by_appointment: bool = False


def open_at(
    schedules: Iterable[dict[str, Any]],
    at: datetime,
    *,
    division: str = ENGLAND_AND_WALES,
    exceptions: Sequence[Any] = (),
    bank_holidays: str | None = None,
    term_time: bool | str = False,
) -> OpenState:
    """Whether it is open at `at` (aware) by Open Referral `schedules`, in Europe/London wall time."""
    read = timetable(
        schedules, division=division, exceptions=exceptions, bank_holidays=bank_holidays, term_time=term_time
    )
    return state_of(read, at)


def state_of(hours: Timetable, at: datetime) -> OpenState:
    """The same for hours that are read already."""
    found = _state(hours, at, NEAR_DAYS)
    settled = found.until or found.next_opens or found.state == OPEN or not (hours.patterns or hours.dated)
    return found if settled else _state(hours, at, FAR_DAYS)


def spans_of(days: Sequence[Day]) -> list[Interval]:
    """The openings of these days as instants, in order, those that touch joined into one."""
    joined: list[Interval] = []
    for begins, ends in sorted(_instants(days)):
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        else:
            joined.append((begins, ends))
    return joined


def instant(day: date, minutes: int) -> datetime:
    """The UTC instant at which the clock in London first shows `minutes` after midnight of `day`.

    A time that the clock jumps over in spring is the moment of the jump.
    """
    at = datetime(day.year, day.month, day.day, tzinfo=LONDON) + timedelta(minutes=minutes)  # wall time
    while not datetime_exists(at):
        at = at.replace(minute=0) + timedelta(hours=1)
    return at.astimezone(UTC)


def _instants(days: Sequence[Day]) -> Iterator[Interval]:
    for day in days:
        for opens, closes in day.spans:
            begins, ends = instant(day.date, opens), instant(day.date, closes)
            if begins < ends:
                yield begins, ends


def _state(hours: Timetable, at: datetime, ahead: int) -> OpenState:
    today = to_london(at).date()
    days = hours.days(today - timedelta(days=2), today + timedelta(days=ahead))  # a night may begin two days before
    spans, now = spans_of(days), days[2]
    opens, closes = next((span for span in spans if span[0] > at), (None, None))
    until = next((ends for begins, ends in spans if begins <= at < ends), None)
    unsure = next((day.date for day in days[3:] if not day.known and (not opens or instant(day.date, 0) < opens)), None)
    found = OpenState(
        OPEN if until else CLOSED if now.known else UNKNOWN, until, opens, closes, unsure,
        why=now.why, note=now.note, by_appointment=hours.by_appointment,
    )  # fmt: skip
    if until:
        return replace(found, until=until if until < instant(days[-1].date, 0) else None)
    if found.state == CLOSED and not opens and not unsure and ahead == FAR_DAYS:
        # It will never open again: somebody forgot to say what came after.
        return replace(found, state=UNKNOWN, why=OUT_OF_DATE)
    return found
