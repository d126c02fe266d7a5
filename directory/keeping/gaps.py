"""Searches and needs that found nothing, counted by day and council: what is missing round here.

Nothing of the person is kept: no words, no postcode, no conversation; only a need's code, a council and how often.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from directory.geography.postcodes import NotAPostcode, UnknownPostcode, look_up
from directory.keeping.tables import gap
from directory.model import Service
from foundation.needs import NEEDS

NONE_HERE, NONE_FITS, NO_WORDS = "none_here", "none_fits", "no_words"
SEARCH = "search"
# Fewer than this in one row of the report could be one person whom somebody knows.
FEWEST_TOLD = 5
# The councils that house people: districts, unitary authorities, boroughs, and those of Wales, Scotland, the North.
COUNCILS = ("E06", "E07", "E08", "E09", "W06", "S12", "N09")


@dataclass(frozen=True, order=True)
class Gap:
    """What found nothing. `need`: a need's code, or SEARCH with the need that its words meant, if any, as `detail`.

    `why`: NONE_HERE (a need that no service meets, or a search that finds something, but for other places), NONE_FITS
    (some meet the need, but are for others), NO_WORDS (nothing has these words). `area`: a council's GSS code or "".
    """

    need: str
    detail: str
    area: str
    why: str


@dataclass(frozen=True)
class GapRow:
    """A gap and how often it was met. `count` None: fewer than FEWEST_TOLD, and then without a detail and an area."""

    gap: Gap
    count: int | None


def count_gaps(db: sa.Connection, gaps: Iterable[Gap], *, day: date) -> None:
    """Add one to each of `gaps` on that day, in this transaction. Two at once are both counted."""
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    for one in sorted(set(gaps)):  # in order, so that no two writers wait for each other
        values = {"day": day, "need": one.need, "detail": one.detail, "area": one.area, "why": one.why}
        insert = dialect.insert(gap).values(**values, count=1)
        db.execute(insert.on_conflict_do_update(index_elements=list(gap.primary_key), set_={"count": gap.c.count + 1}))


def gaps_of_needs(uncovered: Sequence[str], services: Iterable[Service], *, postcode: str | None) -> list[Gap]:
    """The gaps that needs without a service are: whether anybody meets them at all, and where."""
    met = {need for service in services for need in service.by_need} if uncovered else set()
    area = council_of(postcode)
    return [Gap(need, "", area, NONE_FITS if need in met else NONE_HERE) for need in uncovered]


def gap_of_search(needs: Sequence[str], *, elsewhere: bool, postcode: str | None) -> Gap:
    """The gap that a search is. `needs`: what its words meant; `elsewhere`: it finds something for other places."""
    meant = needs[0] if needs and needs[0] in NEEDS else ""
    return Gap(SEARCH, meant, council_of(postcode), NONE_HERE if elsewhere else NO_WORDS)


def council_of(postcode: str | None) -> str:
    """The code of the council that a postcode lies in without doubt; nothing when that is not known."""
    try:
        area = look_up(postcode) if postcode else None
    except (NotAPostcode, UnknownPostcode):
        return ""
    if area is None or not area.certain:
        return ""
    return next((code for code in sorted(area.councils[0]) if code.startswith(COUNCILS)), "")


def gap_rows(db: sa.Connection, *, since: date, until: date) -> list[GapRow]:
    """What was missing from `since` to `until`, both included, the most often met first.

    Rows with too few to be told are put together, need by need, and told without a number when that is still few.
    """
    c = gap.c
    what = (c.need, c.detail, c.area, c.why)
    query = sa.select(*what, sa.func.sum(c.count).label("met")).where(c.day.between(since, until)).group_by(*what)
    counted = {Gap(row.need, row.detail, row.area, row.why): int(row.met) for row in db.execute(query)}
    few: dict[Gap, int] = {}
    for one, count in counted.items():
        if count < FEWEST_TOLD:
            whole = Gap(one.need, "", "", one.why)
            few[whole] = few.get(whole, 0) + count
    told = {one: count for one, count in counted.items() if count >= FEWEST_TOLD}
    rows = [GapRow(one, count) for one, count in told.items()]
    for one, count in few.items():
        if one in told:  # the rest of a need that has a row without an area joins it
            rows[[row.gap for row in rows].index(one)] = GapRow(one, told[one] + count)
        else:
            rows.append(GapRow(one, count if count >= FEWEST_TOLD else None))
    return sorted(rows, key=lambda row: (-(row.count or 0), row.gap))
