"""Days unlike others: bank holidays of each nation, and school terms. What lies beyond the published is not known."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from govuk_bank_holidays.bank_holidays import BankHolidays

from foundation.words import load_words

ENGLAND_AND_WALES, SCOTLAND, NORTHERN_IRELAND = "england-and-wales", "scotland", "northern-ireland"
DIVISIONS = (ENGLAND_AND_WALES, SCOTLAND, NORTHERN_IRELAND)
TERMS = Path(__file__).with_name("terms.yml")


@dataclass(frozen=True)
class Terms:
    """The school terms of one authority: `periods` from first to last day, told for `covers`."""

    periods: tuple[tuple[date, date], ...]
    covers: tuple[date, date]

    def in_term(self, day: date) -> bool | None:
        """Whether schools are in term; None outside the days that the file tells of."""
        if not self.covers[0] <= day <= self.covers[1]:
            return None
        return any(first <= day <= last for first, last in self.periods)


@cache
def terms_of(authority: str) -> Terms | None:
    """The terms that a council for education publishes, by its GSS code; None when the file has none of it."""
    told = load_words(TERMS)["authorities"].get(authority)
    if told is None:
        return None
    periods = tuple((period["first"], period["last"]) for period in told["terms"])
    return Terms(periods, (told["covers"]["first"], told["covers"]["last"]))


def bank_holiday(day: date, division: str) -> bool | None:
    """Whether it is one in that part of the United Kingdom; None beyond the last that is published."""
    days, first, last = _days(division)
    return day in days if first <= day <= last else None


@cache
def _days(division: str) -> tuple[frozenset[date], date, date]:
    """The days, and from when to when they are told. From the copy in the package: no request leaves the machine."""
    calendar = BankHolidays(use_cached_holidays=True)
    days = frozenset(holiday["date"] for holiday in calendar.get_holidays(division=division))
    return days, min(days), date(max(days).year, 12, 31)
