"""How a rule repeats: RFC 5545's RRULE in whole days of wall time, read strictly and never expanded without end.

A shift has its hours beside the rule, so the finest step is a day: between two days there are as many instances as
days at most, whatever a rule says. Bounds before anything is expanded: a file is somebody else's.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from booking.errors import RuleWrong
from booking.rotas.repeating import WEEKDAYS, Pattern
from foundation.clock import LONDON
from foundation.languages import marked

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
TOO_FINE = ("SECONDLY", "MINUTELY", "HOURLY")
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
MOST_COUNTED = 3660  # ten years of days
LONGEST = 500  # letters
SEEN_SOON = timedelta(days=31)
SEEN_FOR = timedelta(days=8 * 366 + 2)  # a 29 February comes in it, even round 2100
_DAY = r"[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU)"
_NUMBERS = r"[+-]?\d{1,3}(,[+-]?\d{1,3})*"
_PARTS = {
    "FREQ": "|".join(FREQUENCIES),
    "INTERVAL": r"\d{1,3}",
    "COUNT": r"\d{1,9}",
    "UNTIL": r"\d{8}(T\d{6}Z?)?",
    "BYMONTH": r"\d{1,2}(,\d{1,2})*",
    "BYWEEKNO": _NUMBERS,
    "BYYEARDAY": _NUMBERS,
    "BYMONTHDAY": _NUMBERS,
    "BYDAY": f"{_DAY}(,{_DAY})*",
    "BYSETPOS": _NUMBERS,
    "WKST": "MO|TU|WE|TH|FR|SA|SU",
}
_LIMITS = {"BYMONTH": 12, "BYWEEKNO": 53, "BYYEARDAY": 366, "BYMONTHDAY": 31, "BYSETPOS": 366}


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """A rule that was read: its one way of writing it, without UNTIL, and the last day that UNTIL allowed."""

    rrule: str
    until: date | None


def read_rrule(text: str, *, first: date | None, start: int = 0) -> Repeat:
    """Read an RRULE of a rule that begins on `first` and whose hours begin `start` minutes after midnight.

    Raises ValueError, in plain words, for what is no rule, has no clear meaning, or never happens.
    """
    parts = _parts(text.strip().removeprefix("RRULE:"))
    if not parts:
        return Repeat(rrule="", until=None)
    _check(parts, first)
    until = _until(parts.pop("UNTIL"), start) if "UNTIL" in parts else None
    if until is not None and first is not None and until < first:
        raise RuleWrong("it ends (UNTIL {until}) before it starts ({first})", until=until, first=first)
    ordered = {name: parts[name] for name in _PARTS if name in parts}
    if ordered == {"FREQ": "DAILY"}:
        return Repeat(rrule="", until=until)
    rule = ";".join(f"{name}={value}" for name, value in ordered.items())
    if not _ever(rule, first):
        raise RuleWrong("the rule {rule} never happens", rule=rule)
    return Repeat(rrule=rule, until=until)


@lru_cache(maxsize=4096)
def happens(rule: str, first: date | None, low: date, high: date) -> frozenset[date]:
    """The days from `low` to `high`, both included, on which a rule that `read_rrule` gave holds. "" is every day."""
    low = max(low, first or low)
    if not rule:
        return frozenset(low + timedelta(days=number) for number in range((high - low).days + 1))
    pattern = _pattern(rule)
    # Where nothing is counted from the first day, any day before is as good.
    return frozenset(pattern.days(first if first and pattern.from_first else low, low, high))


@lru_cache(maxsize=1024)
def _pattern(rule: str) -> Pattern:
    return Pattern.of(dict(part.split("=", 1) for part in rule.split(";")))


def _ever(rule: str, first: date | None) -> bool:
    low = first or EARLIEST
    return any(happens(rule, first, low, min(low + span, LATEST)) for span in (SEEN_SOON, SEEN_FOR))


def _parts(text: str) -> dict[str, str]:
    if len(text) > LONGEST:
        raise RuleWrong("the rule of repetition is too long")
    parts: dict[str, str] = {}
    for part in text.upper().split(";") if text else ():
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name == "FREQ" and value in TOO_FINE:
            raise RuleWrong(
                "{part} repeats within a day: a shift repeats by days, and has a start and an end", part=f"FREQ={value}"
            )
        if name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
            raise RuleWrong("{name} is not for shifts: give the hours as start and end", name=name)
        if name not in _PARTS or name in parts or not re.fullmatch(_PARTS[name], value):
            raise RuleWrong("“{part}” is no part of a rule such as FREQ=WEEKLY;BYDAY=TU,TH", part=part[:60])
        parts[name] = str(int(value)) if name in ("INTERVAL", "COUNT") else value
    if parts and "FREQ" not in parts:
        raise RuleWrong("the rule says not how often: it needs FREQ=WEEKLY or another one")
    if parts.get("INTERVAL") == "1":
        del parts["INTERVAL"]
    if parts.get("WKST") == "MO":
        del parts["WKST"]
    if "BYDAY" in parts:
        parts["BYDAY"] = ",".join(sorted(parts["BYDAY"].split(","), key=lambda day: (WEEKDAYS.index(day[-2:]), day)))
    return parts


def _check(parts: dict[str, str], first: date | None) -> None:
    if not 1 <= int(parts.get("INTERVAL", 1)) <= 400:
        raise RuleWrong("{part}: it must be from 1 to 400", part=f"INTERVAL={parts['INTERVAL']}")
    if not 1 <= int(parts.get("COUNT", 1)) <= MOST_COUNTED:
        told = marked("{part}: it must be from 1 to {most}, which is ten years of days")
        raise RuleWrong(told, part=f"COUNT={parts['COUNT']}", most=MOST_COUNTED)
    if "COUNT" in parts and "UNTIL" in parts:
        raise RuleWrong("say how many times (COUNT) or until when (UNTIL), not both")
    for name, most in _LIMITS.items():
        if any(not 1 <= abs(int(number)) <= most for number in parts.get(name, "1").split(",")):
            raise RuleWrong("{part}: its numbers go from 1 to {most}", part=f"{name}={parts[name]}", most=most)
    numbered = re.search(r"\d", parts.get("BYDAY", ""))
    if numbered and parts["FREQ"] not in ("MONTHLY", "YEARLY"):
        told = marked("{part}: a weekday has a number in a month or a year only")
        raise RuleWrong(told, part=f"BYDAY={parts['BYDAY']}")
    if "BYWEEKNO" in parts and (parts["FREQ"] != "YEARLY" or "BYDAY" not in parts or "WKST" in parts):
        raise RuleWrong("BYWEEKNO goes with FREQ=YEARLY, BYDAY and weeks that begin on Mondays")
    if first is None and Pattern.of(parts).from_first:
        raise RuleWrong("a rule that is counted from its first day needs one (from)")


def _until(text: str, start: int) -> date:
    """The last day. An UNTIL with a time leaves out the shift of its day when that begins later."""
    try:
        if "T" not in text:
            return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 (a day, not an instant)
        ends = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 (its zone is looked at below)
    except ValueError as error:
        raise RuleWrong("{part} is no day such as 20261231", part=f"UNTIL={text}") from error
    if text.endswith("Z"):
        ends = datetime.fromisoformat(f"{ends.isoformat()}+00:00").astimezone(LONDON)
    return ends.date() if ends.hour * 60 + ends.minute >= start else ends.date() - timedelta(days=1)
