"""Times as people say them, in London wall time: `10am`, `10:30am`, `Thursday 26 November`."""

from datetime import datetime

from foundation.clock import to_london


def clock(instant: datetime) -> str:
    """`10am`, `10:30am`, `12 noon`."""
    local = to_london(instant)
    if (local.hour, local.minute) == (12, 0):
        return "12 noon"
    hour = local.hour % 12 or 12
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{hour}{minutes}{'am' if local.hour < 12 else 'pm'}"


def day(instant: datetime) -> str:
    """`Thursday 26 November`."""
    local = to_london(instant)
    return f"{local:%A} {local.day} {local:%B}"


def day_and_time(instant: datetime) -> str:
    """`Thursday 26 November at 10am`."""
    return f"{day(instant)} at {clock(instant)}"


def by_when(instant: datetime, *, now: datetime) -> str:
    """A promise in words: `before 2pm today`, `before 11am tomorrow`, `before 11am on Monday 23 November`."""
    days = (to_london(instant).date() - to_london(now).date()).days
    name = {0: "today", 1: "tomorrow"}.get(days, f"on {day(instant)}")
    return f"before {clock(instant)} {name}"
