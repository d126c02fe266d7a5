"""Councils by their GSS codes: which stands over which, and what they are called."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from foundation.words import load_words

FILE = Path(__file__).with_name("councils.yml")
# Who runs a place from the town hall: unitary, district, metropolitan and London boroughs; Wales, Scotland, the North
# of Ireland. The islands (L, M) are no part of the United Kingdom.
COUNCIL = re.compile(r"^(E0[6-9]|W06|S12|N09)\d{6}$")
SUFFIX = re.compile(r" (City|County|District|Borough)? ?Council$")
GSS = re.compile(r"\b[EWSNKLM]\d{8}\b")


@cache
def tiers_of(council: str) -> frozenset[str]:
    """The code of a council of the lowest tier, with those of its county and of every wider area known to hold it."""
    codes = {council, *([county_of(council)] if county_of(council) else [])}
    return frozenset(codes | {code for code, parts in _wider().items() if _holds(parts, codes)})


def county_of(council: str) -> str:
    """The county council over a district; nothing for a council that is its own top tier."""
    return _counties().get(council, "")


def council_for_education(codes: frozenset[str]) -> str:
    """The one council for schools among `codes`: the county, or the council that is its own; nothing if not one."""
    found = {code for code in codes if code in _table("counties")}
    found = found or {code for code in codes if COUNCIL.match(code) and not county_of(code)}
    return found.pop() if len(found) == 1 else ""


def is_an_area(code: str) -> bool:
    """Whether `code` is an area that postcodes can be told to lie in or not: a ward's, say, is not."""
    return bool(COUNCIL.match(code)) or code in _wider() or code in _table("counties")


def council_name(code: str) -> str:
    """What the council is called; nothing for those that the table does not name."""
    county = _table("counties").get(code)
    return str(county["name"]) if county else str(_table("names").get(code, ""))


@cache
def named_areas() -> dict[str, str]:
    """Areas by what records call them, in small letters: `cambridgeshire`, `cambridge city council`, `england`."""
    named = {code: county["name"] for code, county in _table("counties").items()} | _table("names")
    wider = {code: wider["name"] for code, wider in _table("wider").items()}
    short = {code: SUFFIX.sub("", name) for code, name in named.items()}
    spoken = {name: code for code, names in _table("also").items() for name in names}
    found = {name: code for several in (short, named, wider) for code, name in several.items()} | spoken
    return {name.casefold().replace("’", ""): code for name, code in found.items()}


def _holds(parts: tuple[str, ...], codes: set[str]) -> bool:
    return any(code.startswith(parts) for code in codes)


def _table(name: str) -> dict[str, Any]:
    found: dict[str, Any] = load_words(FILE)[name]
    return found


@cache
def _wider() -> dict[str, tuple[str, ...]]:
    return {code: tuple(wider["of"]) for code, wider in _table("wider").items()}


@cache
def _counties() -> dict[str, str]:
    return {f"E07000{n:03}": code for code, county in _table("counties").items() for n in _numbers(county["districts"])}


def _numbers(runs: list[str]) -> list[int]:
    ends = [run.split("-") for run in runs]
    return [n for first, last in ends for n in range(int(first), int(last) + 1)]
