"""How well a service suits a person's language and access needs: by what is known, what is not, and how they get in.

Never a reason to shut somebody out: a service that does not suit comes later and says what to ask, no more.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from babel.core import Locale, get_global

from directory.labels import suiting_word
from directory.model import Service

YES, NO = "yes", "no"
UNSUITED, NOT_KNOWN = 1.0, 0.1  # beside a match's score, in which the strength of a need is 1 to 3
ENGLISH = "en"
# What records write in free text. A "no" is looked for first: "no wheelchair access" holds "wheelchair access" too.
FACTS: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "step_free": (
        re.compile(
            r"\b(no|not|without|isn.t|limited)\s+(\w+\s+){0,2}?(wheelchair|step.?free|level|disabled)\b"
            r"|\bupstairs only|\bno lift\b|\bsteps? (up )?(to|at) (the )?(entrance|door)|\bstairs only"
        ),
        re.compile(r"step.?free|no steps|wheelchair|level access|ground floor|\bramp|\blift\b|disabled access"),
    ),
    "hearing": (
        re.compile(r"\bno (hearing|induction) loop|\b(loop|bsl|sign\w*) (is )?not available"),
        re.compile(r"(hearing|induction|audio).{0,12}loop|\bbsl\b|sign(ed)? language|\bsigner|textphone|\bsms\b"),
    ),
    "sight": (
        re.compile(r"\bno (large print|braille)|(large print|braille) (is )?not available"),
        re.compile(r"large.?print|braille|easy.?read|audio (guide|description|format)|help with (forms|reading)"),
    ),
}
# Ways in for which nobody goes to a building; the rest are met in person or by phone.
FROM_HOME = frozenset({"phone", "online"})


@dataclass(frozen=True)
class Suiting:
    """`penalty`, 0 or more, to take from a match's score; `notes` are codes of phrases (`in_words` says them)."""

    penalty: float = 0.0
    notes: tuple[str, ...] = ()


SUITS = Suiting()


def suiting(service: Service, circumstances: dict[str, Any]) -> Suiting:
    """What the person's language and access needs mean for this service. Nothing told costs nothing."""
    wanted = [need for need in _several(circumstances.get("access_needs")) if need in FACTS]
    language = str(circumstances.get("language") or ENGLISH)
    found = [_access(service, need) for need in wanted] if not service.is_leg else []  # the hub has all of these
    if language not in (ENGLISH, "skip"):
        found.append(_language(service, language))
    if not found:
        return SUITS
    notes = tuple(dict.fromkeys(note for one in found for note in one.notes))
    return Suiting(round(sum(one.penalty for one in found), 3), notes)


def in_words(notes: Iterable[str]) -> list[str]:
    """The notes as sentences, in the language spoken now."""
    return [suiting_word(note) for note in notes]


def _access(service: Service, need: str) -> Suiting:
    places = _places(service)
    if not places:  # met by phone or online: stairs do not matter, hearing does
        return Suiting(0.0, ("relay_uk",)) if need == "hearing" and service.document.get("phones") else SUITS
    known = {_fact(need, text) for text in places}
    if YES in known:
        return Suiting(0.0, (f"{need}_yes",) if known == {YES} else (f"{need}_some",))
    return Suiting(UNSUITED, (f"{need}_no",)) if known == {NO} else Suiting(NOT_KNOWN, (f"{need}_ask",))


def _language(service: Service, language: str) -> Suiting:
    document = service.document
    if language in _spoken(document):
        return Suiting(0.0, ("spoken",))
    interpreters = str(document.get("interpretation_services") or "").strip().casefold()
    if interpreters.startswith(("no", "none", "not")):
        return Suiting(UNSUITED, ("no_interpreter",))
    if interpreters or service.is_leg:  # at the hub an interpreter is booked with the visit
        return Suiting(0.0, ("interpreter",))
    return Suiting(NOT_KNOWN, ("interpreter_ask",))


def _spoken(document: dict[str, Any]) -> set[str]:
    places = [place.get("location") or {} for place in document.get("service_at_locations") or []]
    listed = [one for record in (document, *places) for one in record.get("languages") or [] if isinstance(one, dict)]
    return {_code(str(one.get("code") or one.get("name") or one.get("language") or "")) for one in listed}


def _places(service: Service) -> list[str]:
    """What is said of access at each place that people can go to, a text a place; none: they need not go."""
    if service.access in FROM_HOME:
        return []
    locations = [place.get("location") or {} for place in service.document.get("service_at_locations") or []]
    return [_told(place) for place in locations if place.get("location_type", "physical") == "physical"]


def _told(location: dict[str, Any]) -> str:
    entries = [entry for entry in location.get("accessibility") or [] if isinstance(entry, dict)]
    return " ".join(str(entry.get(key) or "") for entry in entries for key in ("description", "details"))


@lru_cache(maxsize=1024)
def _code(text: str) -> str:
    """`pl` of `pl`, `pl-PL`, `pol` and `Polish`; the text itself when it names no language."""
    plain = text.strip().casefold()
    first = re.split(r"[-_]", plain)[0]
    return _codes_by_name().get(plain) or str(get_global("language_aliases").get(first, first))


@cache
def _codes_by_name() -> dict[str, str]:
    return {name.casefold(): code for code, name in Locale("en").languages.items()}


@lru_cache(maxsize=8192)
def _fact(need: str, text: str) -> str | None:
    """Yes, no, or None when the text does not say."""
    against, of = FACTS[need]
    plain = text.casefold()
    return NO if against.search(plain) else YES if of.search(plain) else None


def _several(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)] if value else []
