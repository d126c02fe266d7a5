"""How the reports' values are said: shares, days, counts that are not told, and what codes mean."""

from babel import Locale
from babel.dates import get_day_names
from babel.numbers import format_decimal, format_percent

from booking.reports.report import Row, Value
from booking.reports.small import UNDER
from booking.reports.world import wall_of
from directory.labels import agency_label
from foundation.languages import marked, spoken, translate, translate_count
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
BLOCKED = {
    ("room", "any"): marked("All the rooms were taken"),
    ("room", "capacity"): marked("No room that holds everybody"),
    ("rule", "lead_time"): marked("The time that agencies need to get ready"),
    ("rule", "buffer"): marked("The time kept between agencies"),
    ("rule", "walking"): marked("The walk between buildings"),
    ("rule", "follows"): marked("The order of the agencies"),
    ("resident", "not_weekdays"): marked("Days of the week that do not suit the person"),
    ("resident", "not_days"): marked("Days that do not suit the person"),
    ("resident", "not_before"): marked("Too early in the day for the person"),
    ("resident", "not_after"): marked("Too late in the day for the person"),
    ("resident", "by_phone"): marked("Calls: there was time in person only"),
    ("resident", "together"): marked("All agencies at once"),
    ("resident", "in_order"): marked("The order that the person asked for"),
    ("resident", "min_gap"): marked("The break that the person needs between agencies"),
    ("resident", "max_gap"): marked("A longer break than suits the person"),
    ("resident", "max_waiting"): marked("More waiting than suits the person"),
    ("resident", "other_visits"): marked("Another visit of the person"),
    ("other", ""): marked("Other reasons"),
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
    kind, name = str(row["kind"]), str(row["name"])
    if (kind, name) in BLOCKED:
        return translate(BLOCKED[kind, name])
    if kind == "agency":
        return translate("Nobody free: {agency}").format(agency=agency_label(name))
    if kind == "interpreter":
        return translate("No interpreter: {language}").format(language=locale().languages.get(name, name))
    return translate("No room with this: {feature}").format(feature=name.replace("_", " "))


def locale() -> Locale:
    """The language spoken now, with its names of other ones."""
    return Locale.parse(spoken())


def agencies(count: Value) -> str:
    """How many agencies."""
    known = int(count or 0)
    return translate_count("{number} agency", "{number} agencies", known).format(number=known)


def weekday(day: int) -> str:
    """Its name; Monday is 0."""
    return str(get_day_names("wide", locale=spoken())[day])


def hours(start: int, end: int) -> str:
    """From one quarter of an hour to another, as people say it."""
    return translate("{start} to {end}").format(start=clock_at(start), end=clock_at(end))


def clock_at(quarter: int) -> str:
    """A quarter of an hour of the day, as people say it."""
    return clock_of(wall_of(quarter))
