"""The report: every section as rows of plain values, for the page, the CSV files and JSON alike.

What could point at a person is hidden here, once, so that no front door can forget it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from booking.reports import counting
from booking.reports.chances import WITHIN, Chance
from booking.reports.counting import Spread
from booking.reports.past import Past, WorkingDays
from booking.reports.small import Told, told, told_parts, told_share

type Value = int | float | str | None
type Row = dict[str, Value]
MOST_BLOCKERS = 10


@dataclass(frozen=True, kw_only=True)
class Report:
    """A hub's report as of `as_of` (aware), over the London days from `since` to `until`.

    `sections` are rows by the code of the section; a value that is None could not be told, or there is none.
    """

    hub: str
    as_of: datetime
    since: date
    until: date
    sections: Mapping[str, Sequence[Row]]

    @property
    def empty(self) -> bool:
        """Whether nothing has happened yet that could be counted."""
        return not any(rows for code, rows in self.sections.items() if code not in ("chances", "use"))

    def as_json(self) -> dict[str, Any]:
        """The object of `frontdoor report --json`."""
        about = {"hub": self.hub, "as_of": self.as_of.isoformat(), "since": self.since.isoformat()}
        return {**about, "until": self.until.isoformat(), **{code: list(rows) for code, rows in self.sections.items()}}


def report_of(
    past: Past, chances: Sequence[Chance], *, hub: str, now: datetime, works: Callable[[date], bool]
) -> Report:
    """The report from what happened and what the diaries show."""
    days = WorkingDays(min([past.since, *_asked_days(past)]), max([past.until, *_offered_days(past)]), works)
    sections = {
        "chances": [_chance(one) for one in chances],
        "offered": _offered(past, days),
        "weeks": _weeks(past, days),
        "waiting_days": [
            {"agencies": size, **_spread(found)} for size, found in counting.waiting_times(past, days).items()
        ],
        "use": _use(past),
        "on_the_day": _on_the_day(past),
        "blocked": _blocked(past),
        "ends": _counts("ended", counting.ends(past.searches)),
        "waiting_list": _waiting_list(past, days),
        "broken": _counts("became", Counter(past.broken)),
    }
    return Report(hub=hub, as_of=now, since=past.since, until=past.until, sections=sections)


def _asked_days(past: Past) -> Iterable[date]:
    asked = (*(visit.asked_at for visit in past.visits), *(one.since for one in past.waiting))
    return (instant.date() for instant in asked)


def _offered_days(past: Past) -> Iterable[date]:
    return (search.first_day for search in past.searches if search.first_day)


def _chance(one: Chance) -> Row:
    estimate = one.chance.as_json()
    return {
        "agencies": one.agencies, "within": one.within, "chance": estimate["value"], "low": estimate["low"],
        "high": estimate["high"], "combinations": one.combinations, "sampled": one.sampled, "starts": one.starts,
        "weights": one.weights,
    }  # fmt: skip


def _offered(past: Past, days: WorkingDays) -> list[Row]:
    found = counting.offered(past.searches, days, within=WITHIN)
    return [
        {"agencies": size, "searches": told(one.searches)}
        | {f"within_{most}": told_share(count, one.searches) for most, count in one.within.items()}
        for size, one in found.items()
    ]


def _weeks(past: Past, days: WorkingDays) -> list[Row]:
    """Nothing before the first week in which somebody asked."""
    weeks = counting.by_week(past, days, within=max(WITHIN))
    first = next((number for number, (_, searches, _) in enumerate(weeks) if searches), len(weeks))
    return [
        {"week": monday.isoformat(), "searches": told(searches), "offered": told_share(offered, searches)}
        for monday, searches, offered in weeks[first:]
    ]


def _spread(found: Spread | None) -> Row:
    if found is None or told(found.count) != found.count:
        return {"count": told(found.count) if found else 0, "median": None, "p90": None}
    return {"count": found.count, "median": found.median, "p90": found.p90}


def _use(past: Past) -> list[Row]:
    use = counting.use_of_time(past)
    return [
        {"when": "in_sessions", "advisers": use.advisers_in, "rooms": use.rooms_in},
        {"when": "outside", "advisers": use.advisers_out, "rooms": use.rooms_out},
    ]


def _on_the_day(past: Past) -> list[Row]:
    if not past.visits:
        return []
    day = counting.on_the_day(past)
    parts = {"came": day.came, "nobody_came": day.nobody_came, "not_recorded": day.not_recorded}
    row: Row = {"visits": told(day.visits), **told_parts(parts), "late": told(day.late)}
    row["late_minutes"] = _spread(day.late_minutes)["median"]
    row |= {"missed_legs": told(day.missed_legs), "done_legs": told(day.done_legs), "early_legs": told(day.early_legs)}
    return [{**row, "early_minutes": day.early_minutes if row["early_legs"] == day.early_legs else None}]


def _blocked(past: Past) -> list[Row]:
    """The most frequent first; what is small is one row without names: a rare language could be one person's."""
    found = counting.blockers(past.searches)
    large = sorted((-count, which) for which, count in found.items() if told(count) == count)[:MOST_BLOCKERS]
    rows: list[Row] = [{"kind": kind, "name": name, "count": -count} for count, (kind, name) in large]
    rest = found.total() + sum(count for count, _ in large)
    return [*rows, {"kind": "other", "name": "", "count": told(rest)}] if rest else rows


def _counts(column: str, found: Mapping[str, int]) -> list[Row]:
    shown: dict[str, Told] = told_parts(dict(found))
    order = sorted(shown, key=lambda name: (-found[name], name))
    return [{column: name, "count": shown[name]} for name in order]


def _waiting_list(past: Past, days: WorkingDays) -> list[Row]:
    if not past.waiting:
        return []
    line = counting.waiting_list(past, days)
    counts: Row = {
        name: told(getattr(line, name))
        for name in ("joined", "waiting_now", "booked", "left", "offers", "not_taken")
    }  # fmt: skip
    until = _spread(line.until_booked)
    return [{**counts, "days_median": until["median"], "days_p90": until["p90"]}]
