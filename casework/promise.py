"""When a named contact will have been in touch: working hours, weekends and bank holidays in England."""

from datetime import datetime, time, timedelta
from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays

from foundation.clock import LONDON

OPENS, CLOSES = time(9), time(17)
URGENT = timedelta(hours=2)
ORDINARY = timedelta(hours=8)


@cache
def _calendar() -> BankHolidays:
    return BankHolidays(use_cached_holidays=True)


def _is_working_day(moment: datetime) -> bool:
    return bool(_calendar().is_work_day(moment.date(), division=BankHolidays.ENGLAND_AND_WALES))


def promise_by(now: datetime, *, urgent: bool) -> datetime:
    """The aware London time by which to be in touch: 2 working hours when urgent, else 8.

    Rounded up to the next quarter of an hour. Working hours are 9am to 5pm on working days.
    """
    moment = _open_from(now.astimezone(LONDON))
    left = URGENT if urgent else ORDINARY
    while True:
        closes = moment.replace(hour=CLOSES.hour, minute=0)
        if moment + left <= closes:
            return _quarter(moment + left)
        left -= closes - moment
        moment = _open_from(closes)


def _open_from(moment: datetime) -> datetime:
    moment = _quarter(moment)
    if _is_working_day(moment) and moment.time() < CLOSES:
        return max(moment, moment.replace(hour=OPENS.hour, minute=0))
    day = moment.date() + timedelta(days=1)
    while not _is_working_day(datetime.combine(day, OPENS, LONDON)):
        day += timedelta(days=1)
    return datetime.combine(day, OPENS, LONDON)


def _quarter(moment: datetime) -> datetime:
    floor = moment.replace(minute=moment.minute - moment.minute % 15, second=0, microsecond=0)
    return floor if floor == moment else floor + timedelta(minutes=15)
