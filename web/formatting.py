"""How pages write numbers, lists and people's own words, in the language spoken now; and every filter of templates."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from babel.lists import format_list
from jinja2 import Environment
from markupsafe import Markup, escape

from directory import cards
from directory.labels import agency_label
from foundation.clock import utc_now
from foundation.languages import ENGLISH, LANGUAGES, marked, speaking, spoken, translate
from foundation.references import show_reference
from web.times import (
    NO_BREAK,
    a_date,
    about_hours,
    clock,
    day,
    day_and_time,
    day_or_today,
    day_with_year,
    hours_and_minutes,
    minutes,
    minutes_before,
    minutes_to,
    short_date,
    short_day,
    span,
    timeline_time,
)

SMALL_NUMBERS = ("no", "one", "two", "three")
ONLY_PHONE = re.compile(r"\+?[\d ]{3,}")
PHONE_WITHIN = re.compile(r"(?<![\w+])0\d[\d ]{7,12}\d(?!\w)")
# What the directory may be unsure of; anything else there is its own words.
UNCERTAIN = {
    "hours": marked("hours"),
    "phone": marked("phone"),
    "areas": marked("areas"),
    "address": marked("address"),
    "url": marked("website"),
    "eligibility": marked("who it is for"),
    "step-free access": marked("step-free access"),
}


def phone(number: str) -> str:
    """A number in groups that never split over lines: `01632 960 110`, `07700 900 482`, `0808 2000 247`.

    A number that is grouped already keeps its groups; in words around a number only the number changes.
    """
    text = number.strip()
    if not ONLY_PHONE.fullmatch(text):
        return PHONE_WITHIN.sub(lambda found: phone(found[0]), number)
    if " " in text:
        return NO_BREAK.join(text.split())
    if text.startswith("+44"):
        text = "0" + text[3:]
    if not (text.startswith("0") and len(text) == 11):
        return text
    sizes = (3, 4, 4) if text.startswith("02") else (4, 3, 4) if text.startswith("08") else (5, 3, 3)
    return NO_BREAK.join(_cut(text, sizes))


def _cut(text: str, sizes: Sequence[int]) -> list[str]:
    starts = [sum(sizes[:place]) for place in range(len(sizes))]
    return [text[start : start + size] for start, size in zip(starts, sizes, strict=True)]


def dial(number: str) -> str:
    """What a `tel:` link needs: digits, with a leading plus kept."""
    return re.sub(r"(?!^\+)\D", "", number.strip())


def reference(text: str) -> str:
    """`7K4 M2P`, never split over lines."""
    plain = "".join(text.split())
    return show_reference(plain).replace(" ", NO_BREAK)


def figures(number: int) -> str:
    """A number as text says it: in English words to three, figures from 4 up; elsewhere figures.

    Other languages' small numbers change with the noun that they count.
    """
    return SMALL_NUMBERS[number] if spoken() == ENGLISH and 0 <= number < len(SMALL_NUMBERS) else str(number)


def first_up(text: str) -> str:
    """The first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def listed(items: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return format_list(list(items), locale="en_GB" if spoken() == ENGLISH else spoken())


def in_english(value: str | Iterable[str] | None) -> str:
    """What comes from the directory, marked as English on a page in another language; several are listed."""
    if not value:
        return ""
    if not isinstance(value, str):
        with speaking(ENGLISH):
            value = first_up(listed(value))
    return value if spoken() == ENGLISH else Markup('<span lang="en">{}</span>').format(value)


def in_our_words(thing: str) -> str:
    """What a service is unsure of in our words, in the language spoken now; its own where we have none."""
    return translate(UNCERTAIN[thing]) if thing in UNCERTAIN else thing


def uncertainties(things: Iterable[str]) -> Markup:
    """What a service is not sure about, listed: our own words for the usual ones, its own in English."""
    said = [in_our_words(thing) if thing in UNCERTAIN else in_english(thing) for thing in things]
    pattern = listed(f"{{{place}}}" for place in range(len(said)))
    return Markup(pattern).format(*said)  # noqa: S704 - only commas, "and" and places to fill


def hub_name(hub: Mapping[str, Any] | str) -> str:
    """The hub's name, with "(demonstration)" for as long as it is one."""
    if isinstance(hub, str):
        return hub
    made_up = hub.get("demonstration") and "(demonstration)" not in hub["name"]
    return translate("{hub} (demonstration)").format(hub=hub["name"]) if made_up else str(hub["name"])


def groupby_day(events: Iterable[Mapping[str, Any]]) -> list[tuple[date, list[Mapping[str, Any]]]]:
    """Events (each with an instant `at`) in their given order, gathered by London day."""
    return [(found, list(group)) for found, group in groupby(events, key=lambda event: a_date(event["at"]))]


def mark_words(text: str, because: Iterable[str]) -> Markup:
    """The person's sentence, escaped, with each heard phrase in `<mark>`; touching phrases become one mark."""
    result, place = Markup(), 0
    for start, finish in _joined(_found(text, because)):
        result += escape(text[place:start]) + Markup("<mark>") + escape(text[start:finish]) + Markup("</mark>")
        place = finish
    return result + escape(text[place:])


def _found(text: str, because: Iterable[str]) -> list[tuple[int, int]]:
    """Where each phrase first stands in `text`, whatever its case: (start, finish), in order."""
    found = []
    for phrase in because:
        hit = re.search(re.escape(phrase), text, re.IGNORECASE) if phrase.strip() else None
        if hit:
            found.append(hit.span())
    return sorted(found)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping spans made one; `spans` in order."""
    joined: list[tuple[int, int]] = []
    for start, finish in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(finish, joined[-1][1]))
        else:
            joined.append((start, finish))
    return joined


def hours_now(item: dict[str, Any], now: datetime | None = None) -> str:
    """Whether the service of a card is open at this moment, in words; nothing when nobody can tell."""
    return cards.hours_now(item, now or utc_now())


FILTERS = {
    "clock": clock,
    "timeline_time": timeline_time,
    "day": day,
    "day_with_year": day_with_year,
    "short_date": short_date,
    "short_day": short_day,
    "day_or_today": day_or_today,
    "day_and_time": day_and_time,
    "phone": phone,
    "dial": dial,
    "minutes_to": minutes_to,
    "minutes_before": minutes_before,
    "reference": reference,
    "figures": figures,
    "about_hours": about_hours,
    "hours_and_minutes": hours_and_minutes,
    "agency": agency_label,
    "first_up": first_up,
    "listed": listed,
    "in_english": in_english,
    "uncertainties": uncertainties,
    "groupby_day": groupby_day,
    "hub_name": hub_name,
    "hours_now": hours_now,
    "mark_words": mark_words,
}
FUNCTIONS = {"span": span, "minutes": minutes, "languages": LANGUAGES}


def add_to(environment: Environment) -> None:
    """Give `environment` these filters, and `span`, `minutes` and `languages` as globals."""
    environment.filters.update(FILTERS)
    environment.globals.update(FUNCTIONS)
