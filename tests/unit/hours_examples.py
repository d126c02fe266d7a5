"""Weeks of opening hours, and London time, for the tests of hours."""

from datetime import UTC, date, datetime
from typing import Any

from foundation.clock import LONDON, to_london

WORKDAYS, EVERY_DAY = "MO,TU,WE,TH,FR", "MO,TU,WE,TH,FR,SA,SU"
OFFICE = [{"freq": "WEEKLY", "byday": WORKDAYS, "opens_at": "09:00", "closes_at": "17:00"}]
ALWAYS = [{"freq": "WEEKLY", "byday": EVERY_DAY, "opens_at": "00:00", "closes_at": "23:59"}]
SPRING, AUTUMN = date(2027, 3, 28), date(2026, 10, 25)  # Sundays on which the clock goes forward and back


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def weekly(days: str, opens: str, closes: str, **more: Any) -> dict[str, Any]:
    return {"freq": "WEEKLY", "byday": days, "opens_at": opens, "closes_at": closes, **more}


def wall(at: datetime | None) -> str:
    assert at is not None
    assert at.tzinfo is UTC
    return f"{to_london(at):%a %d %b %H:%M}"
