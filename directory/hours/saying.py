"""Opening hours in words. What is not known is "ring first", never "closed"."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from babel.dates import get_day_names
from babel.lists import format_list

from directory.hours.reading import DAY, Pattern, Span, read_schedule
from directory.hours.state import OpenState, state_of
from directory.hours.timetable import BANK_HOLIDAY, CLOSED, EXCEPTION, OPEN, OUT_OF_TERM, Day, Timetable
from directory.labels import hours_word
from foundation.clock import to_london
from foundation.languages import ENGLISH, spoken, translate
from foundation.plain_times import clock, clock_of, day_of, on_day
from foundation.plain_times import span as span_of

NOTICE_DAYS = 14  # changes that are farther ahead than this are not worth a line


def in_words(schedules: Iterable[dict[str, Any]], *, today: date | None = None) -> str:
    """`Monday to Friday, 9am to 5pm; Saturday, 10am to 1pm`: the hours of every week, those told for `today`."""
    read = [one for one in map(read_schedule, schedules) if isinstance(one, Pattern)]
    return week_in_words(read, today=today) or hours_word("unknown")


def week_in_words(patterns: Iterable[Pattern], *, today: date | None = None) -> str:
    """The same for patterns that are read already; nothing when none of them says what happens every week."""
    by_span: dict[Span, set[int]] = {}
    for pattern in patterns:
        if pattern.rule.weekly and (today is None or _in_force(pattern, today)):
            by_span.setdefault(pattern.span, set()).update(day.weekday for day in pattern.rule.weekdays)
    if by_span.get((0, DAY)) == set(range(7)):
        return hours_word("always")
    parts = sorted((min(days), span, _run(sorted(days))) for span, days in by_span.items())
    return "; ".join(f"{days}, {_span(span)}" for _, span, days in parts)


def regular_in_words(hours: Timetable, now: datetime) -> str:
    """When it is open as a rule: a week; or, for what is not weekly, the next time; and what it depends on."""
    week = week_in_words(hours.patterns, today=to_london(now).date())
    found = state_of(hours, now)
    if not week and found.next_opens and found.next_closes:
        when = hours_word("next", day=day_of(to_london(found.next_opens).date()))
        week = f"{when}, {span_of(found.next_opens, found.next_closes)}"
    if hours.term_time and week:
        week = f"{week} ({hours_word('term_time')})"
    if hours.by_appointment:
        return hours_word("appointment_hours", hours=week) if week else hours_word("appointment")
    return week or hours_word("unknown")


def state_in_words(state: OpenState, now: datetime) -> str:
    """`Open now until 5pm.`, `Closed now. Opens tomorrow at 9am.`, `We do not know the hours. Ring first.`"""
    said = [_now(state, now)]
    if state.state == CLOSED and state.unsure_on:
        said.append(hours_word("unsure", on_day=_when(state.unsure_on, now)))
    if state.state == CLOSED and state.next_opens:
        on = _when(to_london(state.next_opens).date(), now)
        said.append(hours_word("opens", on_day=on, time=clock(state.next_opens)))
    if state.by_appointment:
        said.append(hours_word("appointment"))
    return " ".join(said)


def changes_ahead(hours: Timetable, now: datetime) -> list[str]:
    """What will be other than usual within two weeks, a sentence each; today is told by the state."""
    first = to_london(now).date() + timedelta(days=1)
    days = hours.days(first, first + timedelta(days=NOTICE_DAYS))
    runs: list[list[Day]] = []
    for day in (day for day in days if day.why == EXCEPTION):
        if runs and _alike(runs[-1][-1], day):
            runs[-1].append(day)
        else:
            runs.append([day])
    return [*_holidays([day for day in days if day.why == BANK_HOLIDAY]), *map(_change, runs)]


def _holidays(days: list[Day]) -> list[str]:
    """The bank holidays in one sentence: Christmas brings three of them within two weeks."""
    said = []
    for known, key in ((True, "holidays_closed"), (False, "holidays_ring")):
        named = [on_day(day.date) for day in days if day.known == known]
        if named:
            listed = format_list(named, locale="en_GB" if spoken() == ENGLISH else spoken())
            said.append(hours_word(key if len(named) > 1 else key.replace("holidays", "holiday"), on_days=listed))
    return said


def _now(state: OpenState, now: datetime) -> str:
    if state.state == OPEN:
        if state.until is None or state.until - now > timedelta(hours=24):
            return hours_word("open")
        return hours_word("open_until", time=_until(state.until))
    if state.state == CLOSED:
        why = {BANK_HOLIDAY: "closed_holiday", OUT_OF_TERM: "closed_term", EXCEPTION: "closed_today"}.get(state.why)
        return hours_word(why or "closed")
    known = {BANK_HOLIDAY: "holiday_unknown", "out_of_date": "out_of_date", "term_unknown": "term_unknown"}
    return hours_word({**known, EXCEPTION: "today_unknown"}.get(state.why, "not_known"))


def _until(until: datetime) -> str:
    at = to_london(until).time()
    return hours_word("midnight") if at == time(0) else clock(until)


def _when(day: date, now: datetime) -> str:
    """`today`, `tomorrow`, `on Monday 23 November`."""
    days = (day - to_london(now).date()).days
    return {0: translate("today"), 1: translate("tomorrow")}.get(days) or on_day(day)


def _alike(one: Day, next_one: Day) -> bool:
    same = (one.why, one.spans, one.known, one.note) == (next_one.why, next_one.spans, next_one.known, next_one.note)
    return same and next_one.date - one.date == timedelta(days=1)


def _change(days: list[Day]) -> str:
    first, last, day = days[0].date, days[-1].date, days[0]
    key = "ring_on" if not day.known else "other_hours" if day.spans else "closed_on"
    spans = ", ".join(_span(span) for span in day.spans)
    if first == last:
        said = hours_word(key, on_day=on_day(first), hours=spans)
    else:
        said = hours_word(f"{key}_from", first=day_of(first), last=day_of(last), hours=spans)
    return f"{said} {day.note}".strip() if day.note else said


def _in_force(pattern: Pattern, today: date) -> bool:
    return pattern.told_for(today) and (pattern.rule.start or today) <= today <= (pattern.rule.until or today)


def _run(days: list[int]) -> str:
    if len(days) == 7:
        return hours_word("every_day")
    names = [get_day_names("wide", locale=spoken())[day] for day in days]
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return hours_word("run", first=names[0], last=names[-1])
    return format_list(names, locale="en_GB" if spoken() == ENGLISH else spoken())


def _span(span: Span) -> str:
    return translate("{start} to {finish}").format(start=_clock(span[0]), finish=_clock(span[1]))


def _clock(minutes: int) -> str:
    at = time(minutes // 60 % 24, minutes % 60)
    return hours_word("midnight") if at == time(0) else clock_of(at)
