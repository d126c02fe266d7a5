"""What the Open Referral schemas leave unchecked: keys, dates, times, coordinates, and what we rely on.

Source: the UK 3.0 schemas, which check neither dates, times, the range of coordinates, nor ids that lead nowhere.
"""

from datetime import date
from typing import Any

from directory.feeds.checks import keys, ours, shape, times, values


def problems_of(document: dict[str, Any], *, today: date | None = None) -> list[str]:
    """Sentences for the data's owner, one a problem; none when all is well. `today` is London's date, where known."""
    found = [*shape.problems(document)]
    if found:
        return list(dict.fromkeys(found))
    try:
        found += [*values.problems(document), *keys.problems(document), *times.problems(document, today)]
        found += ours.problems(document.get("front_door") or {})
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        found.append(f"A part of this record does not have the shape that the standard gives it: {error}.")
    return list(dict.fromkeys(found))
