"""The tables of the hub's reports: each row as the texts of its cells."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from booking.reports.report import Report, Row
from foundation.languages import marked, translate
from web.hub_desk import report_words as say
from web.times import short_date

type Cells = Sequence[str]

ON_THE_DAY = {
    "visits": marked("Visits"),
    "came": marked("The person came"),
    "nobody_came": marked("Nobody came"),
    "not_recorded": marked("Not written down"),
    "late": marked("Came more than 5 minutes late"),
    "late_minutes": marked("Minutes late, half at most"),
    "missed_legs": marked("Parts missed"),
    "done_legs": marked("Parts done"),
    "early_legs": marked("Parts over more than 5 minutes early"),
    "early_minutes": marked("Minutes won by that"),
}
WAITING_LIST = {
    "joined": marked("Waited at some time"),
    "waiting_now": marked("Wait now"),
    "booked": marked("Have a visit from it"),
    "left": marked("Left it without one"),
    "offers": marked("Offers made"),
    "not_taken": marked("Offers not taken"),
    "days_median": marked("Working days on it until a visit, half at most"),
    "days_p90": marked("Working days on it until a visit, 9 in 10 at most"),
}
CHANCE = ("chance", "low", "high")
WHEN = {"in_sessions": marked("Hub sessions"), "outside": marked("Other times")}


def rows_of(report: Report) -> dict[str, Sequence[Cells]]:
    """The rows of each section's table."""
    sections = report.sections
    return {
        "chances": [
            (say.agencies(row["agencies"]), say.number(row["within"]), *(say.share(row[name]) for name in CHANCE))
            for row in sections["chances"]
        ],
        "offered": [
            (
                say.agencies(row["agencies"]), say.number(row["searches"]), say.share(row["within_5"]),
                say.share(row["within_10"]),
            )
            for row in sections["offered"]
        ],
        "weeks": [
            (short_date(date.fromisoformat(str(row["week"]))), say.number(row["searches"]), say.share(row["offered"]))
            for row in sections["weeks"]
        ],
        "waiting_days": [
            (say.agencies(row["agencies"]), *(say.number(row[name]) for name in ("count", "median", "p90")))
            for row in sections["waiting_days"]
        ],
        "use": [
            (translate(WHEN[str(row["when"])]), say.share(row["advisers"]), say.share(row["rooms"]))
            for row in sections["use"]
        ],
        "on_the_day": _turned(sections["on_the_day"], ON_THE_DAY),
        "blocked": [(say.blocked(row), say.number(row["count"])) for row in sections["blocked"]],
        "ends": [(say.ended(row), say.number(row["count"])) for row in sections["ends"]],
        "waiting_list": _turned(sections["waiting_list"], WAITING_LIST),
        "broken": [(say.became(row), say.number(row["count"])) for row in sections["broken"]],
    }  # fmt: skip


def _turned(rows: Sequence[Row], labels: Mapping[str, str]) -> list[Cells]:
    """One row as a table of two columns, without what is not told for want of anything to tell."""
    return [
        (translate(label), say.number(row[name])) for row in rows for name, label in labels.items()
        if row[name] is not None
    ]  # fmt: skip


def rows_of_what_if(result: Mapping[str, Any] | None) -> Sequence[Cells]:
    """The rows of the simulation's table."""
    return [
        (
            say.agencies(one["agencies"]), say.number(one["within"]), say.share(one["before"]["value"]),
            say.share(one["after"]["value"]), *(say.points(one["more"][name]) for name in ("value", "low", "high")),
        )
        for one in (result or {}).get("differences", ())
    ]  # fmt: skip
