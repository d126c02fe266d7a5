"""The plots of the hub's reports: which numbers, under which names."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from markupsafe import Markup

from booking.reports.plots import Bar, Group, bar_chart
from booking.reports.report import Report, Row, Value
from foundation.languages import translate
from web.hub_desk.report_words import agencies, number, share
from web.times import short_date


def plots_of(report: Report) -> dict[str, Markup]:
    """A plot for each section that has one and something in it."""
    made = {
        "chances": _chances(report.sections["chances"]),
        "weeks": _weeks(report.sections["weeks"]),
        "waiting_days": _waiting(report.sections["waiting_days"]),
        "use": _use(report.sections["use"]),
    }
    return {code: plot for code, plot in made.items() if plot}


def within(days: int) -> str:
    """Within how many working days."""
    return translate("Within {days} working days").format(days=days)


def _as_bar(value: Value, low: Value = None, high: Value = None) -> Bar:
    told, ends = _part(value), (_part(low), _part(high))
    return Bar(value=told, text=share(value), low=ends[0], high=ends[1])


def _part(value: Value) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _chances(rows: Sequence[Row]) -> Markup | None:
    by_size: dict[Value, list[Row]] = {}
    for row in rows:
        by_size.setdefault(row["agencies"], []).append(row)
    groups = [
        Group(
            label=agencies(size),
            bars=tuple(_as_bar(row["chance"], row["low"], row["high"]) for row in of_size),
        )
        for size, of_size in by_size.items()
    ]
    title = translate("The chance of a joint visit, from the diaries as they are now")
    told = translate("Bars by number of agencies, from 0 to 100%. The table has the same numbers.")
    series = [within(int(row["within"] or 0)) for row in next(iter(by_size.values()), [])]
    return _plot("chances", title, told, series, groups)


def _weeks(rows: Sequence[Row]) -> Markup | None:
    groups = [
        Group(label=short_date(date.fromisoformat(str(row["week"]))), bars=(_as_bar(row["offered"]),)) for row in rows
    ]
    title = translate("How many were offered a joint visit within 10 working days, by week")
    told = translate("A bar a week, from 0 to 100%. The table has the same numbers.")
    return _plot("weeks", title, told, [within(10)], groups)


def _waiting(rows: Sequence[Row]) -> Markup | None:
    longest = max((float(row["p90"] or 0) for row in rows), default=0)
    groups = [
        Group(label=agencies(row["agencies"]), bars=(_days(row["median"], longest), _days(row["p90"], longest)))
        for row in rows
    ]
    title = translate("Working days from asking to the visit")
    told = translate("Bars by number of agencies. The table has the same numbers.")
    return _plot("waiting", title, told, [translate("Half of people, at most"), translate("9 in 10, at most")], groups)


def _days(value: Value, longest: float) -> Bar:
    part = _part(value)
    return Bar(value=None if part is None or not longest else part / longest, text=number(value))


def _use(rows: Sequence[Row]) -> Markup | None:
    labels = {"in_sessions": translate("Hub sessions"), "outside": translate("Other times")}
    groups = [
        Group(label=labels[str(row["when"])], bars=(_as_bar(row["advisers"]), _as_bar(row["rooms"]))) for row in rows
    ]
    title = translate("How much of the time was booked")
    told = translate("Bars from 0 to 100%. The table has the same numbers.")
    return _plot("use", title, told, [translate("Advisers’ time"), translate("Rooms’ time")], groups)


def plot_of_what_if(result: Mapping[str, Any]) -> Markup | None:
    """The rota as it is beside the rota with more common hours, for offers within the shorter time."""
    differences = result["differences"]
    days = min((one["within"] for one in differences), default=0)
    groups = [
        Group(
            label=agencies(one["agencies"]),
            bars=tuple(_as_bar(**one[when]) for when in ("before", "after")),
        )
        for one in differences if one["within"] == days
    ]  # fmt: skip
    title = translate("The chance of an offer within {days} working days").format(days=days)
    told = translate("Bars by number of agencies, from 0 to 100%. The table has the same numbers.")
    return _plot("whatif", title, told, [translate("Rota as it is"), translate("With more common hours")], groups)


def _plot(code: str, title: str, told: str, series: Sequence[str], groups: Sequence[Group]) -> Markup | None:
    """None without a single bar to show."""
    if not any(bar.value is not None for group in groups for bar in group.bars):
        return None
    # Our own element, in which every text is escaped by the XML writer.
    return Markup(bar_chart(f"plot-{code}", title=title, description=told, series=series, groups=groups))  # noqa: S704
