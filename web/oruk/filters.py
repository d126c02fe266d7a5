"""Which services and places a list shows: the standard's parameters, as plain decisions on plain values."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from directory.geography.coverage import share_served
from directory.geography.postcodes import Area, look_up, normalise, points_of
from directory.searching.words import stems_of
from foundation.errors import FrontDoorError
from web.oruk.catalogue import Snapshot
from web.oruk.entries import At, Entry, Hours


class CannotAsk(FrontDoorError):
    """Parameters that do not go together, or that say nothing. The text says what to send."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The standard's filters; None: not asked for. Times are minutes after midnight, `proximity` metres."""

    search: str | None = None
    taxonomy_term_id: str | None = None
    taxonomy_id: str | None = None
    minimum_age: float | None = None
    maximum_age: float | None = None
    start_time: int | None = None
    end_time: int | None = None
    day: str | None = None
    modified_after: datetime | None = None
    postcode: str | None = None
    proximity: float | None = None


def services(known: Snapshot, asked: Asked) -> Sequence[Entry]:
    """The services that a list shows, by name. After an instant, those that are gone since then too, at the end."""
    found = _fitting(known, asked)
    if _asks_hours(asked):
        found = [entry for entry in found if entry.anywhere and _is_open(entry.anywhere, asked)]
    return [*found, *_gone(known, asked)] if asked.modified_after else found


def places(known: Snapshot, asked: Asked) -> Sequence[tuple[Entry, At]]:
    """The places of services that a list shows: by the service's name, or the nearest first where it asks how near."""
    if asked.proximity is not None and not asked.postcode:
        raise CannotAsk("Send a postcode with proximity: it is measured from there.")
    fitting = _fitting(known, asked)
    all_of_them = fitting is known.services
    found = known.everywhere if all_of_them else [(entry, at) for entry in fitting for at in entry.places]
    if _asks_hours(asked):
        found = [(entry, at) for entry, at in found if _is_open((*entry.hours, *at.hours), asked)]
    if not asked.postcode:
        return found
    area = look_up(asked.postcode)
    if asked.proximity is not None:
        found = _near(found, asked.postcode, asked.proximity)
    return _serving(found, area)


def _fitting(known: Snapshot, asked: Asked) -> Sequence[Entry]:
    """By all that is the same wherever the service is."""
    found: Sequence[Entry] = known.services
    if asked.search:
        found = _with_words(known, stems_of(asked.search))
    if asked.taxonomy_term_id:
        terms = _with_narrower(known, asked.taxonomy_term_id)
        found = [entry for entry in found if any(term in terms for term, _ in entry.terms)]
    if asked.taxonomy_id:
        found = [entry for entry in found if asked.taxonomy_id in entry.taxonomies]
    if (least := asked.minimum_age) is not None:
        found = [entry for entry in found if entry.minimum_age is not None and entry.minimum_age >= least]
    if (most := asked.maximum_age) is not None:
        found = [entry for entry in found if entry.maximum_age is not None and entry.maximum_age <= most]
    if (since := asked.modified_after) is not None:
        found = [entry for entry in found if entry.modified >= since]
    return found


def _with_words(known: Snapshot, stems: Sequence[str]) -> list[Entry]:
    """Those that have every word, beginning with the word that the fewest have. No words at all find nothing."""
    rarest, *others = sorted((known.by_stem.get(stem, []) for stem in stems), key=len) or [[]]
    return [entry for entry in rarest if all(stem in entry.stems for stem in stems)] if others else list(rarest)


def _gone(known: Snapshot, asked: Asked) -> list[Entry]:
    """Those that were let go since. Of their facts nothing is left, so that only "since when" sorts them out."""
    since = asked.modified_after
    return [entry for entry in known.gone if since is not None and entry.modified >= since]


def _with_narrower(known: Snapshot, term: str) -> set[str]:
    """The term and all under it, however deep; a circle of parents ends."""
    found, grown = set[str](), {term}
    while grown:
        found |= grown
        grown = {child for child, parent in known.parents.items() if parent in grown} - found
    return found


def _asks_hours(asked: Asked) -> bool:
    return asked.day is not None or asked.start_time is not None or asked.end_time is not None


def _is_open(hours: Iterable[Hours], asked: Asked) -> bool:
    """Whether one line of its timetable has the day, begins no earlier and ends no later than asked for."""
    day, start, end = asked.day, asked.start_time, asked.end_time
    for line in hours:
        early = start is not None and line.opens < start
        late = end is not None and line.closes > end
        if not early and not late and (day is None or day in line.days):
            return True
    return False


def _serving(found: Sequence[tuple[Entry, At]], area: Area) -> list[tuple[Entry, At]]:
    """Those that serve people there, or some of them, as far as their record lets us tell. Each area is asked once."""
    known: dict[frozenset[str], bool] = {}
    for entry, _ in found:
        if entry.areas not in known:
            share = share_served(entry.areas, area)
            known[entry.areas] = share is None or share > 0
    return [(entry, at) for entry, at in found if known[entry.areas]]


def _near(found: Iterable[tuple[Entry, At]], postcode: str, metres: float) -> list[tuple[Entry, At]]:
    _, points = points_of(normalise(postcode))
    if not len(points):
        raise CannotAsk(f"We do not know where {postcode} is, so we cannot say what is near it.")
    here = tuple(points.mean(axis=0))
    measured = ((math.dist(here, at.point), entry, at) for entry, at in found if at.point is not None)
    near = sorted((one for one in measured if one[0] <= metres), key=lambda one: (one[0], one[1].name, one[2].id))
    return [(entry, at) for _, entry, at in near]
