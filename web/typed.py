"""Days and times as people type them in the desks' forms."""

import re
from datetime import date

CLOCK = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?(?::\d{2})?(Z|[+-]\d{2}:\d{2})?\s*(am|pm)?", re.IGNORECASE)


def read_time(typed: str) -> str | None:
    """`9`, `9.30`, `9am`, `1730`, `17:30:00` as `HH:MM`; midnight at the end of a day is 24:00. None: no time."""
    plain = typed.strip().casefold()
    if plain in ("midnight", "24", "24:00", "2400"):
        return "24:00"
    if plain in ("noon", "12 noon", "midday"):
        return "12:00"
    found = CLOCK.fullmatch(plain)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[4] == "pm" else 0)
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None


def read_day(typed: str) -> date | None:
    """`2026-12-25`, as a browser's own box sends it, or `25/12/2026`. None: no day."""
    day, month, year = ([*re.split(r"[/. ]", typed), "", ""][:3]) if "-" not in typed else ("", "", "")
    try:
        return date(int(year), int(month), int(day)) if year else date.fromisoformat(typed)
    except ValueError:
        return None
