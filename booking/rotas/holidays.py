"""Working days of each nation of the UK, and how soon the next visit may be."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from booking.hub import BookingRules, Hub
from directory.hours.calendars import DIVISIONS, ENGLAND_AND_WALES, bank_holiday
from foundation.clock import LONDON, to_london

NATIONS = DIVISIONS
_USUAL = BookingRules()


def is_bank_holiday(day: date, nation: str = ENGLAND_AND_WALES) -> bool:
    """Whether it is one there, as far as they are published (some two years ahead)."""
    return bank_holiday(day, nation) is True


def is_working_day(day: date, nation: str = ENGLAND_AND_WALES) -> bool:
    """Monday to Friday, and no bank holiday in that nation."""
    return day.weekday() < 5 and not is_bank_holiday(day, nation)


def earliest_start(now: datetime, hub: Hub | None = None) -> datetime:
    """The earliest instant that may be offered: the hub's lead time in working hours ahead of `now` (aware).

    Working hours are those of the hub on working days of its nation. Once the day's last bookable time is past, the
    first visit is on the next working day. Without a hub, the usual rules of England and Wales.
    """
    rules, nation = (hub.booking_rules, hub.nation) if hub else (_USUAL, ENGLAND_AND_WALES)
    today = to_london(now)
    start = _after_lead(today, rules, nation)
    too_late = rules.last_bookable is not None and today.time() >= rules.last_bookable
    if too_late and is_working_day(today.date(), nation) and start.date() == today.date():
        start = _after_lead(_at(today.date(), rules.day_ends), replace(rules, lead_working_hours=0), nation)
    return start.astimezone(now.tzinfo)


def _after_lead(wall: datetime, rules: BookingRules, nation: str) -> datetime:
    left = timedelta(hours=rules.lead_working_hours)
    while True:
        begins, ends = _at(wall.date(), rules.day_begins), _at(wall.date(), rules.day_ends)
        at = max(wall, begins)
        if is_working_day(wall.date(), nation) and at < ends:
            # By the clock on the wall: both lie in one working day, which no change of the clocks divides.
            if at + left < ends:
                return at + left
            left -= ends - at
        wall = _at(wall.date() + timedelta(days=1), time())


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, LONDON)
