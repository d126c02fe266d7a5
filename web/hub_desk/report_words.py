"""How the reports' values are said: shares, days, counts that are not told, and what codes mean."""

from babel.dates import get_day_names
from babel.numbers import format_decimal, format_percent

from booking.reports.report import Row, Value
from booking.reports.small import UNDER
from booking.reports.world import wall_of
from directory.labels import agency_label
from foundation.languages import marked, spoken, translate
from foundation.plain_times import clock_of

ENDS = {
    "whole": marked("One visit with all of them"),
    "subset": marked("Some of them now, the rest by phone"),
    "wider_gap": marked("A visit with a longer gap"),
    "other_hub": marked("Another hub"),
    "waiting_list": marked("The waiting list"),
    "named_contact": marked("A named contact"),
    "nothing": marked("Nothing was chosen"),
}
BECAME = {
    "same_time": marked("Same time, with somebody else or in another room"),
    "moved_leg": marked("One part was moved"),
    "moved_visit": marked("The whole visit was moved"),
    "by_hand": marked("Somebody has to ring"),
}
KINDS = {
    "agency": marked("Nobody free: {name}"),
    "room": marked("No room: {name}"),
    "interpreter": marked("No interpreter: {name}"),
    "rule": marked("A rule: {name}"),
    "resident": marked("The person's own times: {name}"),
}


def share(value: Value) -> str:
    """A part of the whole in percent; words where it is not told."""
    if isinstance(value, int | float):
        return str(format_percent(round(value, 2), locale=spoken()))
    return translate("Not told")


def number(value: Value) -> str:
    """A count, or that it is too small to tell."""
    if isinstance(value, int | float):
        return str(format_decimal(value, format="#,##0.#", locale=spoken()))
    return translate("under 5") if value == UNDER else translate("Not told")


def points(value: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{number(round(abs(value) * 100, 1))}"


def ended(row: Row) -> str:
    """How a search ended."""
    return translate(ENDS.get(str(row["ended"]), str(row["ended"])))


def became(row: Row) -> str:
    """What became of a visit that something broke."""
    return translate(BECAME.get(str(row["became"]), str(row["became"])))


def blocked(row: Row) -> str:
    """What stood in the way."""
    name = str(row["name"])
    said = agency_label(name) if row["kind"] == "agency" else name.replace("_", " ")
    pattern = KINDS.get(str(row["kind"]))
    return translate(pattern).format(name=said) if pattern else said


def weekday(day: int) -> str:
    """Its name; Monday is 0."""
    return str(get_day_names("wide", locale=spoken())[day])


def hours(start: int, end: int) -> str:
    """From one quarter of an hour to another, as people say it."""
    return translate("{start} to {end}").format(start=clock_at(start), end=clock_at(end))


def clock_at(quarter: int) -> str:
    """A quarter of an hour of the day, as people say it."""
    return clock_of(wall_of(quarter))
