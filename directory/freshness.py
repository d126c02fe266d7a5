"""How long ago somebody who knows made sure that a service's data is right."""

from datetime import date

CHECK_DAYS, STALE_DAYS = 90, 180


def freshness(assured: date | None, today: date) -> str:
    """`fresh` up to 90 days, `check` up to 180, then `stale`; never assured is stale."""
    if assured is None:
        return "stale"
    age = (today - assured).days
    return "fresh" if age <= CHECK_DAYS else "check" if age <= STALE_DAYS else "stale"
