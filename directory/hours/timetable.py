"""What is known of each day: when it is open, that it is closed, or that somebody has to be asked; and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from directory.hours.calendars import ENGLAND_AND_WALES, Terms, bank_holiday, terms_of
from directory.hours.reading import DAY, Dated, Pattern, Span, read_exceptions, read_schedule

# Reasons, each with words in words.yml. The first four make a day closed or other than usual, the rest uncertain.
EXCEPTION, BANK_HOLIDAY, OUT_OF_TERM, WEEK = "exception", "bank_holiday", "out_of_term", "week"
NOT_TOLD, IN_WORDS, OUT_OF_DATE, TERM_UNKNOWN = "not_told", "in_words", "out_of_date", "term_unknown"
CLOSED, OPEN, UNKNOWN = "closed", "open", "unknown"
ANY_AUTHORITY = ""


@dataclass(frozen=True)
class Day:
    """One day: open in `spans` (minutes after its midnight); if not `known`, perhaps at other times too."""

    date: date
    spans: tuple[Span, ...]
    known: bool
    why: str = WEEK
    note: str = ""


@dataclass(frozen=True)
class Timetable:
    """The hours of one service at one place, read once. `unread` schedules are told in words or are broken.

    `holidays`: what happens on bank holidays, `closed`, `open` or `unknown`; None, and it depends: those who are open
    day and night are so then too, and nobody knows it of others. `terms`: it opens in term time alone, by these.
    """

    patterns: tuple[Pattern, ...] = ()
    dated: tuple[Dated, ...] = ()
    unread: int = 0
    division: str = ENGLAND_AND_WALES
    holidays: str | None = None
    term_time: bool = False
    terms: Terms | None = None
    by_appointment: bool = False

    def days(self, first: date, last: date) -> list[Day]:
        """Every day from `first` to `last`, both included."""
        on: dict[date, list[Span]] = {}
        for pattern in self.patterns:
            for day in pattern.rule.dates(first, last):
                if pattern.told_for(day):
                    on.setdefault(day, []).append(pattern.span)
        return [self._day(day, sorted(on.get(day, ()))) for day in _from(first, last)]

    @property
    def always(self) -> bool:
        """Whether it is open day and night, every day of the week."""
        whole = [p.rule for p in self.patterns if p.span == (0, DAY) and p.rule.weekly]
        return {day.weekday for rule in whole for day in rule.weekdays} == set(range(7))

    def _day(self, day: date, spans: list[Span]) -> Day:
        if dated := _closest(self.dated, day):
            if dated.spans is None:
                return Day(day, (), known=False, why=EXCEPTION, note=dated.reason)
            return Day(day, dated.spans, known=True, why=EXCEPTION, note=dated.reason)
        if self.unread or not self.patterns:
            return self._special(Day(day, tuple(spans), known=False, why=IN_WORDS if self.unread else NOT_TOLD))
        if not any(pattern.told_for(day) for pattern in self.patterns):
            return Day(day, (), known=False, why=OUT_OF_DATE)
        return self._special(Day(day, tuple(spans), known=True))

    def _special(self, day: Day) -> Day:
        """The same day, if it is a bank holiday or out of term. A day that is closed anyhow stays so."""
        if not day.spans:
            return day
        if self.term_time and (in_term := self.terms.in_term(day.date) if self.terms else None) is not True:
            known = in_term is False
            return Day(day.date, (), known=known, why=OUT_OF_TERM if known else TERM_UNKNOWN)
        holidays = self.holidays or (OPEN if self.always else UNKNOWN)
        if holidays == OPEN or (holiday := bank_holiday(day.date, self.division)) is False:
            return day
        return Day(day.date, (), known=holidays == CLOSED and holiday is True, why=BANK_HOLIDAY)


def timetable(
    schedules: Iterable[dict[str, Any]],
    *,
    division: str = ENGLAND_AND_WALES,
    exceptions: Sequence[Any] = (),
    bank_holidays: str | None = None,
    term_time: bool | str = False,
    by_appointment: bool = False,
) -> Timetable:
    """The timetable of Open Referral `schedules` and what our `front_door` says besides.

    `term_time` may name the council for education by its GSS code.
    """
    read = [read_schedule(schedule) for schedule in schedules]
    return Timetable(
        patterns=tuple(one for one in read if isinstance(one, Pattern)),
        dated=(*(one for one in read if isinstance(one, Dated)), *read_exceptions(exceptions)),
        unread=sum(one is None for one in read),
        division=division,
        holidays=bank_holidays if bank_holidays in (CLOSED, OPEN, UNKNOWN) else None,
        term_time=bool(term_time),
        terms=terms_of(term_time) if isinstance(term_time, str) else None,
        by_appointment=by_appointment,
    )


def _closest(dated: Sequence[Dated], day: date) -> Dated | None:
    """The exception made for this day: the one for the fewest days. Several alike are open at all their times."""
    on = [one for one in dated if one.first <= day <= one.last]
    if not on:
        return None
    shortest = min(one.last - one.first for one in on)
    alike = [one for one in on if one.last - one.first == shortest]
    closed = [one.spans == () for one in alike]
    if any(one.spans is None for one in alike) or any(closed) != all(closed):
        return Dated(day, day, None, alike[0].reason)  # they contradict each other
    spans = tuple(sorted({span for one in alike for span in one.spans or ()}))
    return Dated(day, day, spans, alike[0].reason)


def _from(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
