"""How pages write days, hours and lengths of time, in the language spoken now.

Times may be aware datetimes or ISO 8601 strings.
"""

from datetime import date, datetime, timedelta

from babel.dates import format_date

from foundation import plain_times
from foundation.clock import to_london, utc_now
from foundation.languages import ENGLISH, spoken, translate, translate_count

NO_BREAK = "\N{NO-BREAK SPACE}"

type Moment = datetime | str


def moment(value: Moment) -> datetime:
    """An aware instant from a datetime or its ISO 8601 text. Raises ValueError for anything else."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def a_date(value: Moment | date) -> date:
    """The London date of an instant, or the date itself; both may come as ISO 8601 text."""
    if isinstance(value, str) and len(value) == len("2026-11-26"):
        return date.fromisoformat(value)
    return to_london(moment(value)).date() if isinstance(value, datetime | str) else value


def clock(value: Moment) -> str:
    """`10am`, `10:30am`, `12 noon`."""
    return plain_times.clock(moment(value))


def span(start: Moment, finish: Moment) -> str:
    """`10am to 11:45am`."""
    return plain_times.span(moment(start), moment(finish))


def day_and_time(value: Moment) -> str:
    """`Thursday 26 November at 10am`, the number kept with its month."""
    return translate("{day} at {time}").format(day=day(value), time=clock(value))


def timeline_time(value: Moment) -> str:
    """`10:00am`: for columns, where times line up."""
    if spoken() != ENGLISH:
        return clock(value)
    local = to_london(moment(value))
    return f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def day(value: Moment | date) -> str:
    """`Thursday 26 November`, its number kept with its month."""
    return format_date(a_date(value), f"EEEE d{NO_BREAK}MMMM", locale=spoken())


def day_with_year(value: Moment | date) -> str:
    """`Thursday 26 November 2026`."""
    return f"{day(value)}{NO_BREAK}{a_date(value).year}"


def short_date(value: Moment | date) -> str:
    """`9 November 2026`."""
    return format_date(a_date(value), f"d{NO_BREAK}MMMM{NO_BREAK}y", locale=spoken())


def short_day(value: Moment | date) -> str:
    """`Mon 23 Nov`: for the heads of columns."""
    return format_date(a_date(value), f"EEE d{NO_BREAK}MMM", locale=spoken())


def day_or_today(value: Moment, now: datetime | None = None) -> str:
    """`Today, Monday 23 November` on that day, else `Monday 23 November`."""
    today = to_london(now or utc_now()).date()
    return translate("Today, {day}").format(day=day(value)) if a_date(value) == today else day(value)


def minutes_to(start: Moment, finish: Moment) -> int:
    """Whole minutes from one instant to a later one."""
    return int((moment(finish) - moment(start)).total_seconds()) // 60


def minutes_before(value: Moment, minutes: int) -> datetime:
    """The instant that many minutes earlier."""
    return moment(value) - timedelta(minutes=minutes)


def minutes(number: int) -> str:
    """`1 minute`, `30 minutes`."""
    return translate_count("%(num)s minute", "%(num)s minutes", number) % {"num": number}


def hours_and_minutes(number: int) -> str:
    """`45 minutes`, `2 hours`, `3 hours 15 minutes`."""
    hours, rest = divmod(number, 60)
    said = [translate_count("%(num)s hour", "%(num)s hours", hours) % {"num": hours}] if hours else []
    return " ".join([*said, minutes(rest)] if rest or not hours else said)


def about_hours(minutes: int) -> str:
    """A length to the nearest half hour: `30 minutes`, `1 hour`, `2 hours`, `2 and a half hours`; after "about"."""
    halves = max(1, round(minutes / 30))
    whole, rest = divmod(halves, 2)
    if not whole:
        return translate("30 minutes")
    if rest:
        return translate("{hours} and a half hours").format(hours=whole)
    return translate_count("%(num)s hour", "%(num)s hours", whole) % {"num": whole}
