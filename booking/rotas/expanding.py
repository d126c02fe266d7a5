"""Rules of wall time, expanded to cells of UTC: who is there when, sessions, and rooms that are closed.

Wall time is what repeats: nine o'clock stays nine o'clock when the clocks change, and the cell moves. An hour that the
clock jumps over has no cells; one that comes twice has both: who works until two works until the second two.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from booking.rotas.holidays import is_bank_holiday
from booking.rotas.recurring import happens
from booking.rotas.rules import CLOSED, EXTRA, HUB, LEAVE, SESSION, WORKS, Rule
from directory.hours.calendars import ENGLAND_AND_WALES
from directory.hours.state import instant
from foundation.clock import CELL_SECONDS

type Span = tuple[int, int]  # minutes after midnight, on the clock
type Days = dict[date, list[Span]]


def days_of(first: date, count: int) -> list[date]:
    """`count` days from `first`."""
    return [first + timedelta(days=number) for number in range(count)]


def shifts_of(
    rules: Iterable[Rule], days: Sequence[date], *, nation: str = ENGLAND_AND_WALES
) -> dict[str, list[range]]:
    """Each adviser's shifts on `days` (by id), as cells; no two overlap.

    What the rules say they work, but not on bank holidays of `nation`; and what they come for besides, on any day; less
    their leave, and less what the hub is closed.
    """
    every = list(rules)
    closed = _days([rule for rule in every if rule.kind == CLOSED and rule.whom == HUB], days)
    of_whom: dict[str, list[Rule]] = {}
    for rule in every:
        if rule.adviser:
            of_whom.setdefault(rule.adviser, []).append(rule)
    return {name: _cells(_worked(own, days, nation), _away(own, days), closed) for name, own in of_whom.items()}


def sessions_of(
    rules: Iterable[Rule], days: Sequence[date], *, nation: str = ENGLAND_AND_WALES
) -> list[tuple[str, range]]:
    """The hub sessions on `days`: label and cells, in order, not on bank holidays, and not where the hub is closed."""
    every = list(rules)
    closed = _days([rule for rule in every if rule.kind == CLOSED and rule.whom == HUB], days)
    found: list[tuple[str, range]] = []
    for rule in every:
        if rule.kind == SESSION:
            found += [(rule.note, cells) for cells in _cells(_days([rule], days, _open_in(nation)), closed)]
    return _without_overlap(sorted(found, key=lambda session: session[1].start))


def closures_of(rules: Iterable[Rule], days: Sequence[date]) -> dict[str, list[range]]:
    """When each room (by id) is closed on `days`: every cell that a closure touches."""
    of_room: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.kind == CLOSED and rule.room:
            of_room.setdefault(rule.room, []).append(rule)
    return {name: _cells(_days(own, days), outward=True) for name, own in of_room.items()}


@lru_cache(maxsize=16384)
def cells_on(day: date, start: int, end: int, *, outward: bool = False) -> range:
    """The whole cells between two wall times (minutes after midnight) of one London day.

    A part of a cell is not worked; with `outward` (a room that is closed) it is taken with the rest.
    """
    begins, ends = (int(instant(day, minutes).timestamp()) for minutes in (start, end))
    if outward:
        return range(begins // CELL_SECONDS, -(-ends // CELL_SECONDS)) if begins < ends else range(0)
    cells = range(-(-begins // CELL_SECONDS), ends // CELL_SECONDS)
    return cells or range(0)


def _worked(rules: Iterable[Rule], days: Sequence[date], nation: str) -> Days:
    own = list(rules)
    worked = _days([rule for rule in own if rule.kind == WORKS], days, _open_in(nation))
    for day, spans in _days([rule for rule in own if rule.kind == EXTRA], days).items():
        worked.setdefault(day, []).extend(spans)
    return worked


def _away(rules: Iterable[Rule], days: Sequence[date]) -> Days:
    return _days([rule for rule in rules if rule.kind == LEAVE], days)


def _open_in(nation: str) -> Callable[[date], bool]:
    return lambda day: not is_bank_holiday(day, nation)


def _days(rules: Iterable[Rule], days: Sequence[date], holds: Callable[[date], bool] = lambda _day: True) -> Days:
    """On which of `days` the rules hold, and for what hours."""
    found: Days = {}
    if not days:
        return found
    low, high = min(days), max(days)
    for rule in rules:
        on, span = happens(rule.rrule, rule.first_day, low, high), rule.span
        for day in days:
            if day in on and rule.in_force(day) and holds(day):
                found.setdefault(day, []).append(span)
    return found


def _cells(worked: Days, *less: Days, outward: bool = False) -> list[range]:
    found: list[range] = []
    for day, spans in sorted(worked.items()):
        left = joined(spans)
        for away in less:
            for span in away.get(day, ()):
                left = [part for each in left for part in _without(each, span)]
        cells = (cells_on(day, start, end, outward=outward) for start, end in left)
        found += [each for each in cells if each]
    # Two closures may share a cell that each of them touches.
    return [range(*span) for span in joined((each.start, each.stop) for each in found)] if outward else found


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few spans as can be: those that overlap or touch are one."""
    whole: list[Span] = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((start, end))
    return whole


def _without(span: Span, away: Span) -> list[Span]:
    before, after = (span[0], min(span[1], away[0])), (max(span[0], away[1]), span[1])
    return [part for part in (before, after) if part[0] < part[1]]


def _without_overlap(sessions: list[tuple[str, range]]) -> list[tuple[str, range]]:
    """Each cell is in one session: a later one begins where the earlier one ends."""
    cut = [sessions[0]] if sessions else []
    for _, (label, cells) in pairwise(sessions):
        rest = range(max(cells.start, cut[-1][1].stop), cells.stop)
        if rest:
            cut.append((label, rest))
    return cut
