"""What the Open Referral schemas leave unchecked: keys, dates, times, coordinates, and what we rely on.

Source: the UK 3.0 schemas, which check neither dates, times, the range of coordinates, nor ids that lead nowhere.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from directory.feeds.checks import keys, ours, shape, times, values
from foundation.languages import marked
from foundation.telling import Told


def problems_of(document: dict[str, Any], *, today: date | None = None) -> list[Told]:
    """Sentences for the data's owner, one a problem; none when all is well. `today` is London's date, where known.

    `str()` of one is English, as an import reports it; `said()` is in the language that is spoken.
    """
    found = [*shape.problems(document)]
    if found:
        return once(found)
    try:
        found += [*values.problems(document), *keys.problems(document), *times.problems(document, today)]
        found += ours.problems(document.get("front_door") or {})
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        text = marked("A part of this record does not have the shape that the standard gives it: {reason}.")
        found.append(Told(text, {"reason": str(error)}))
    return once(found)


def once(found: Iterable[Told]) -> list[Told]:
    """Each sentence once, in their order."""
    return list({str(one): one for one in found}.values())
