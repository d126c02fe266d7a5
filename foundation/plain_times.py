"""Times as people say them, in London wall time and the language spoken now: `10am`, `Thursday 26 November`."""

from datetime import date, datetime, time

from babel.dates import format_date, format_time

from foundation.clock import to_london
from foundation.languages import ENGLISH, marked, spoken, translate

# Whole phrases by weekday, Monday first: in many languages the name of a day changes with what stands before it.
ON_DAY = (
    marked("on Monday {date}"),
    marked("on Tuesday {date}"),
    marked("on Wednesday {date}"),
    marked("on Thursday {date}"),
    marked("on Friday {date}"),
    marked("on Saturday {date}"),
    marked("on Sunday {date}"),
)


def clock(instant: datetime) -> str:
    """`10am`, `10:30am`, `12 noon`; in Polish `10:00`."""
    return clock_of(to_london(instant).time())


def clock_of(at: time) -> str:
    """The same for a wall time."""
    if spoken() != ENGLISH:
        return format_time(at, "H:mm", locale=spoken())
    if (at.hour, at.minute) == (12, 0):
        return "12 noon"
    hour = at.hour % 12 or 12
    minutes = f":{at.minute:02d}" if at.minute else ""
    return f"{hour}{minutes}{'am' if at.hour < 12 else 'pm'}"


def day(instant: datetime) -> str:
    """`Thursday 26 November`."""
    return day_of(to_london(instant).date())


def day_of(found: date) -> str:
    """The same for a date."""
    return format_date(found, "EEEE d MMMM", locale=spoken())


def day_and_time(instant: datetime) -> str:
    """`Thursday 26 November at 10am`."""
    return translate("{day} at {time}").format(day=day(instant), time=clock(instant))


def span(start: datetime, finish: datetime) -> str:
    """`10am to 11:45am`."""
    return translate("{start} to {finish}").format(start=clock(start), finish=clock(finish))


def by_when(instant: datetime, *, now: datetime) -> str:
    """A promise in words: `before 2pm today`, `before 11am tomorrow`, `before 11am on Monday 23 November`."""
    days = (to_london(instant).date() - to_london(now).date()).days
    when = {0: translate("today"), 1: translate("tomorrow")}.get(days) or on_day(to_london(instant).date())
    return translate("before {time} {when}").format(time=clock(instant), when=when)


def on_day(found: date) -> str:
    """`on Monday 23 November`."""
    return translate(ON_DAY[found.weekday()]).format(date=format_date(found, "d MMMM", locale=spoken()))
