"""Which days and times suit, heard in a person's own words: "not Tuesdays", "after the school run", "by phone".

What a story says in passing counts only where it cannot mean anything else ("evicted on Tuesday" is no wish); what is
said to the question which times suit is read more freely. What we took is said back, so a wrong guess does no harm.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Any, Self

AFTER_SCHOOL_RUN, BEFORE_PICK_UP = time(9, 30), time(14, 45)
MORNING_ENDS, AFTERNOON_BEGINS, AFTER_WORK = time(12, 30), time(12), time(17)
EVERY_DAY = frozenset(range(7))
WEEKEND = frozenset({5, 6})

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)(?:days?|s|sdays?|nesdays?|rs|rsdays?|urdays?)?"
_SEVERAL = rf"((?:{_DAY}|weekends?)(?:(?:,| and| or| nor|/| &)+ (?:on )?(?:{_DAY}|weekends?))*)\b"
_CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|o'?clock)?(?!\d|\w)|(noon|midday)|half (?:past )?(\w+)"
_NUMBERS = {name: at for at, name in enumerate(
    ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=1
)}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Wants:
    """What is known of the times and ways that suit. None and empty: nothing was said of it."""

    not_weekdays: frozenset[int] = frozenset()  # Monday is 0
    not_before: time | None = None
    not_after: time | None = None
    by_phone: bool | None = None
    room_features: frozenset[str] = frozenset()
    interpreter: str = ""

    def and_then(self, newer: "Wants") -> "Wants":
        """Both, and what is newer where they differ. A new time of day takes the place of the one before."""
        timed = newer if newer.not_before or newer.not_after else self
        days = newer.not_weekdays if newer.only_days else self.not_weekdays | newer.not_weekdays
        return Wants(
            not_weekdays=days,
            not_before=timed.not_before,
            not_after=timed.not_after,
            by_phone=self.by_phone if newer.by_phone is None else newer.by_phone,
            room_features=self.room_features | newer.room_features,
            interpreter=newer.interpreter or self.interpreter,
        )

    @property
    def only_days(self) -> bool:
        """Whether these are the days that suit, said as such: then all others are left out."""
        return len(self.not_weekdays - WEEKEND) >= 3

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the assessment: only what was said."""
        kept: dict[str, Any] = {
            "not_weekdays": sorted(self.not_weekdays),
            "not_before": self.not_before and self.not_before.isoformat("minutes"),
            "not_after": self.not_after and self.not_after.isoformat("minutes"),
            "by_phone": self.by_phone,
            "room_features": sorted(self.room_features),
            "interpreter": self.interpreter,
        }
        return {name: value for name, value in kept.items() if value not in (None, "", [])}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """What `as_json` made."""
        read: dict[str, Any] = dict(document)
        for name in ("not_weekdays", "room_features"):
            read[name] = frozenset(read.get(name, ()))
        for name in ("not_before", "not_after"):
            read[name] = time.fromisoformat(read[name]) if read.get(name) else None
        return cls(**read)


READY: Mapping[str, Wants] = {
    "suits_mornings": Wants(not_after=MORNING_ENDS),
    "suits_afternoons": Wants(not_before=AFTERNOON_BEGINS),
    "suits_after_school_run": Wants(not_before=AFTER_SCHOOL_RUN),
    "suits_by_phone": Wants(by_phone=True),
}

_CANNOT = r"\b(?:can'?t|cannot|unable to|not able to)"
_STEP_FREE, _LOOP = (Wants(room_features=frozenset({feature})) for feature in ("step_free", "hearing_loop"))
# Each is unmistakable wherever it is said.
_STORY: tuple[tuple[str, Wants], ...] = (
    (rf"{_CANNOT} (?:get|go|come) out of (?:the|my) (?:house|home|flat)", READY["suits_by_phone"]),
    (rf"{_CANNOT} leave (?:the|my) (?:house|home|flat|bed)", READY["suits_by_phone"]),
    (r"\b(?:house|home|bed)[- ]?bound\b", READY["suits_by_phone"]),
    (r"\bwheel ?chair|\bstep[- ]free|\bno (?:stairs|steps)\b", _STEP_FREE),
    (
        rf"(?:{_CANNOT}|\bstruggle (?:to|with)) (?:(?:do|climb|use) )?(?:the |any )?(?:stairs|steps)\b",
        _STEP_FREE,
    ),
    (r"\bi(?:'m| am) (?:deaf|hard of hearing)|\bhearing (?:aids?|loop)\b", _LOOP),
    (r"\bprivate (?:room|place|space)\b", Wants(room_features=frozenset({"private"}))),
    (r"\bquiet (?:room|place|space)\b", Wants(room_features=frozenset({"quiet"}))),
    (r"\bafter (?:the )?(?:school run|(?:school )?drop[- ]?off)\b", READY["suits_after_school_run"]),
    (r"\bbefore (?:(?:the )?(?:school )?pick[- ]?up|school (?:ends|finishes))\b", Wants(not_after=BEFORE_PICK_UP)),
    (r"\b(?:only|just) (?:in the )?mornings?\b|\bmornings? only\b", READY["suits_mornings"]),
    (r"\b(?:only|just) (?:in the )?afternoons?\b|\bafternoons? only\b", READY["suits_afternoons"]),
)
# Only an answer to the question which times suit. The first that holds wins within a line.
_ANSWER: tuple[tuple[str, Wants], ...] = (
    (r"\b(?:not|no|can'?t do|cannot do|never) (?:in )?(?:the )?mornings?\b", READY["suits_afternoons"]),
    (r"\b(?:not|no|can'?t do|cannot do|never) (?:in )?(?:the )?afternoons?\b", READY["suits_mornings"]),
    (r"\b(?:in|during|within) school (?:hours|time)\b|\bwhile .*\bat school\b",
     Wants(not_before=AFTER_SCHOOL_RUN, not_after=BEFORE_PICK_UP)),
    (r"\bschool run\b|\bdrop(?:ping)? (?:the |my )?(?:kids|children|son|daughter)\b", READY["suits_after_school_run"]),
    (r"\bmornings?\b", READY["suits_mornings"]),
    (r"\bafternoons?\b", READY["suits_afternoons"]),
    (r"\bevenings?\b|\bafter work\b", Wants(not_before=AFTER_WORK)),
)  # fmt: skip
_ANSWER_WAY: tuple[tuple[str, Wants], ...] = (
    (r"\bin person\b|\bface to face\b", Wants(by_phone=False)),
    (r"\b(?:by|over the|on the) (?:tele)?phone\b|\b(?:phone|ring|call) me\b|\bphone call\b", READY["suits_by_phone"]),
    (r"\b(?:can'?t|cannot|unable to) (?:get out|go out|travel|come in|get there|get to)\b", READY["suits_by_phone"]),
)  # fmt: skip
_NOT_DAYS = (
    rf"\b(?:not|except|but not|apart from|avoid|any day but|never) (?:on )?(?:a )?{_SEVERAL}",
    rf"\b(?:can'?t|cannot|don'?t) (?:do|make|come|manage|come in|get there)(?: on)? {_SEVERAL}",
    rf"\b{_SEVERAL} (?:is|are) (?:no good|not good|bad|out|hard)\b",
    rf"\b{_SEVERAL} (?:isn'?t|aren'?t|doesn'?t|don'?t|won'?t) (?:good|work|suit)\b",
    rf"\bi(?:'m| am)? work(?:ing)?(?: on)? {_SEVERAL}",
)
_ONLY_DAYS = (rf"\b(?:only|just)(?: on| do)? {_SEVERAL}", rf"\b{_SEVERAL} only\b")


def wants_of_story(text: str) -> Wants:
    """What somebody's account of their situation says of the visit itself, beyond doubt."""
    said = _plain(text)
    found = Wants()
    for pattern, wants in _STORY:
        if re.search(pattern, said):
            found = found.and_then(wants)
    return found


def wants_of_answer(text: str) -> Wants:
    """What an answer to the question which days and times suit says. Nothing understood: `Wants()`."""
    said = _plain(text)
    found = wants_of_story(said)
    for lines in (_ANSWER, _ANSWER_WAY):
        first = next((wants for pattern, wants in lines if re.search(pattern, said)), Wants())
        timed = (found.not_before or found.not_after) and lines is _ANSWER
        found = found if timed else found.and_then(first)
    return _timed(found.and_then(_days(said)), said)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


def _days(said: str) -> Wants:
    only = next((match[1] for pattern in _ONLY_DAYS if (match := re.search(pattern, said))), None)
    refused = {day for pattern in _NOT_DAYS for match in re.finditer(pattern, said) for day in _numbers(match[1])}
    named = {day for match in re.finditer(rf"\b{_SEVERAL}", said) for day in _numbers(match[1])}
    wanted = _numbers(only) if only else named - refused if not refused else frozenset()
    if wanted:
        return Wants(not_weekdays=EVERY_DAY - wanted)
    return Wants(not_weekdays=frozenset(refused))


def _numbers(names: str) -> frozenset[int]:
    days = {_DAYS.index(name) for name in re.findall(r"\b(mon|tue|wed|thu|fri|sat|sun)", names)}
    return frozenset(days | (WEEKEND if "weekend" in names else set()))


def _timed(found: Wants, said: str) -> Wants:
    """With the hours that were named: "after 10", "before half two", "between 10 and 2", "I work till 3pm"."""
    between = re.search(rf"\b(?:between|from) (?:{_CLOCK}) (?:and|to|till|until|-) (?:{_CLOCK})", said)
    if between:
        first, last = _clock(between.groups()[:5]), _clock(between.groups()[5:])
        return replace(found, not_before=first, not_after=last) if first and last else found
    begins = _after(said, r"after|not before|from|later than|not until|any ?time after|work(?:ing)? (?:un)?till?")
    ends = _after(
        said, r"before|not after|no later than|by|until|till|(?:leave|go|back|home|away|done|finished) (?:by|at)"
    )
    if begins is None and ends is None:
        return found
    if begins is not None and begins == ends:  # "not before 10", "I work until 3"
        ends = None
    both = replace(found, not_before=begins or found.not_before, not_after=ends or found.not_after)
    if both.not_before and both.not_after and both.not_before >= both.not_after:  # the hour says it better
        return replace(found, not_before=begins, not_after=ends)
    return both


def _after(said: str, words: str) -> time | None:
    match = re.search(rf"\b(?:{words}) (?:{_CLOCK})", said)
    return _clock(match.groups()) if match else None


def _clock(groups: tuple[Any, ...]) -> time | None:
    """A time of the working day: seven to twelve are in the morning, one to six in the afternoon, unless it is said."""
    hour, minute, half, noon, past = groups
    if noon:
        return time(12)
    if past:
        if past not in _NUMBERS and not (past.isdecimal() and 1 <= int(past) <= 12):
            return None
        hour, minute = str(_NUMBERS.get(past) or past), "30"
    number = int(hour)
    afternoon = number < 12 if half == "pm" else half != "am" and 1 <= number <= 6
    number += 12 if afternoon else 0
    return time(number, int(minute or 0)) if number < 24 and int(minute or 0) < 60 else None
