"""One page of a FHIR search (R4, 3.1.0.4.1): how many, after which leg, and the link to the next.

A page begins after the last leg of the one before, by its start, reference and number: a leg that is booked or
cancelled while somebody goes through the pages makes none of the others come twice or not at all.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import sqlalchemy as sa

from booking.calendars.legs import BookedLeg
from booking.tables import leg
from foundation.errors import FrontDoorError

USUAL, MOST = 100, 500  # legs on a page
COUNT, AFTER = "_count", "_after"
_AFTER = re.compile(r"(\d{1,11})\.([0-9A-Z]{6})\.(\d{1,2})")
_MOST_DIGITS = 9


class PageNotPossible(FrontDoorError):
    """A `_count` or `_after` that cannot be read. The text says which."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """At most `count` legs, those after the leg of `after` (start in seconds, reference, number). 0: only the total."""

    count: int = USUAL
    after: tuple[int, str, int] | None = None

    def where(self) -> list[sa.ColumnElement[bool]]:
        """What is on this page or a later one."""
        if self.after is None:
            return []
        seconds, reference, number = self.after
        start = sa.literal(datetime.fromtimestamp(seconds, UTC), leg.c.start.type)
        last = sa.tuple_(start, sa.literal(reference), sa.literal(number))
        return [sa.tuple_(leg.c.start, leg.c.visit, leg.c.number) > last]

    def next(self, last: BookedLeg) -> "Page":
        """The page after the one that ends with `last`."""
        return replace(self, after=(int(last.start.timestamp()), last.reference, last.number))

    def query(self, asked: list[tuple[str, str]]) -> str:
        """A search for this page of what was `asked`."""
        kept = [(name, value) for name, value in asked if name not in (COUNT, AFTER)]
        after = [(AFTER, ".".join(map(str, self.after)))] if self.after else []
        return urlencode([*kept, (COUNT, str(self.count)), *after])


def read_page(asked: list[tuple[str, str]]) -> Page:
    """The page that a search asks for; more than MOST legs is MOST, as R4 allows. Raises PageNotPossible."""
    told: dict[str, str] = {}
    for name, value in asked:
        if name in (COUNT, AFTER) and told.setdefault(name, value) != value:
            raise PageNotPossible(f"There is more than one {name}.")
    count, after = told.get(COUNT), told.get(AFTER)
    if count is not None and not (count.isascii() and count.isdecimal() and len(count) <= _MOST_DIGITS):
        raise PageNotPossible(f"{COUNT} is {count[:40]!r}. It must be a whole number, 0 or more.")
    found = _AFTER.fullmatch(after) if after is not None else None
    if after is not None and found is None:
        raise PageNotPossible(f"{AFTER} is not of a page of ours. Follow the link that is called next.")
    page = Page(count=USUAL if count is None else min(int(count), MOST))
    return replace(page, after=(int(found[1]), found[2], int(found[3]))) if found else page
