"""Ages in a wording, in all the shapes in which people write them, as spans of whole years."""

import re
from collections.abc import Callable, Iterator

from directory.wordings.age_doubts import is_age
from directory.wordings.mentions import Kind, Mention, Rule

ELDEST = 110
_MONTHS = r"(?P<months>\s*-?\s*months?\b(?:\s*-?\s*olds?\b)?)"
_YEARS = r"(?:\s*-?\s*(?:years?|yrs?)\b(?:\s*-?\s*olds?\b|\s+of\s+age\b)?|\s*y/?os?\b|'?s\b)"
_UNIT = rf"(?:{_MONTHS}|{_YEARS})?"
_AGED = r"(?:\b(?:aged?|ages)(?:\s+(?:range|group))?\b\s*[:(]?\s*)"
_OF_AGE = r"(?:\s*-?\s*(?:the\s+)?(?:ages?|aged)\s+(?:of\s+)?)?"
_OVER = r"\b(?:over|above|older\s+than|at\s+least|minimum(?:\s+age)?(?:\s+of)?|min(?:\s+age)?|from)"
_BELOW = r"\b(?:under|below|younger\s+than|less\s+than)"
_UP_TO = r"\b(?:up\s+to|until|maximum(?:\s+age)?(?:\s+of)?|max(?:\s+age)?|no\s+older\s+than|not\s+over)"
_TENS = {"fifties": 50, "sixties": 60, "seventies": 70, "eighties": 80}
# A number beside one of these is no age.
_NO_AGE = (
    r"(?!\s*(?:[ap]m\b|%|weeks?\b|days?\b|hours?\b|hrs?\b|min(?:ute)?s?\b|people\b|places\b|miles?\b|per\b|beds?\b"
    r"|sessions?\b|visits?\b|appointments?\b|nights?\b|steps?\b|stone\b|kg\b|points?\b|pounds?\b|times\b|employees\b))"
)


def _number(name: str, *, second: bool = False) -> str:
    return rf"(?<![\d.:£{'' if second else ',/'}])(?P<{name}>\d{{1,3}})(?![\d:]|[.,]\d)"


def _both(hit: re.Match[str]) -> tuple[int | None, int | None]:
    return int(hit["low"]), int(hit["high"])


def _least(hit: re.Match[str]) -> tuple[int | None, int | None]:
    return int(hit["low"]), None


def _most(hit: re.Match[str]) -> tuple[int | None, int | None]:
    return None, int(hit["high"])


def _less(hit: re.Match[str]) -> tuple[int | None, int | None]:
    return None, int(hit["high"]) - 1


def _one(hit: re.Match[str]) -> tuple[int | None, int | None]:
    return int(hit["low"]), int(hit["low"])


def _tens(hit: re.Match[str]) -> tuple[int | None, int | None]:
    return _TENS[hit["tens"].casefold()], None


_LOW, _HIGH, _NEXT = _number("low"), _number("high"), _number("high", second=True)
_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[int | None, int | None]]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), ends)
    for pattern, ends in (
        (rf"{_AGED}?(?:\b(?:between|from)\s+(?:the\s+ages\s+of\s+|ages?\s+)?)?{_LOW}{_YEARS}?\s*(?:-|to|until|up\s+to)\s*"
         rf"(?:the\s+age\s+of\s+|age\s+)?{_HIGH}{_UNIT}{_NO_AGE}", _both),
        (rf"{_AGED}?\bbetween\s+(?:the\s+ages\s+of\s+)?{_LOW}\s+and\s+{_HIGH}{_UNIT}{_NO_AGE}", _both),
        (rf"{_AGED}?{_LOW}\s*(?:/|,|and|or|&)\s*{_NEXT}{_YEARS}{_NO_AGE}", _both),
        (rf"{_AGED}?{_LOW}{_UNIT}\s*(?:\+|\bplus\b|\b(?:and|or|&)\s+(?:over|above|older|up|upwards)\b|\bupwards\b|\bonwards\b)"
         rf"(?:{_YEARS})?", _least),
        (rf"{_AGED}?{_OVER}\b{_OF_AGE}\s*-?\s*{_LOW}{_UNIT}{_NO_AGE}", _least),
        (rf"\b(?:no|not|not\s+for|no\s+one|nobody|not\s+open\s+to)\s+(?:children\s+|people\s+)?under\b{_OF_AGE}\s*-?\s*{_LOW}"
         rf"{_UNIT}{_NO_AGE}", _least),
        (rf"{_AGED}?{_BELOW}\b{_OF_AGE}\s*-?\s*{_HIGH}{_UNIT}{_NO_AGE}", _less),
        (rf"{_AGED}?{_UP_TO}\b{_OF_AGE}\s*-?\s*{_HIGH}{_UNIT}{_NO_AGE}", _most),
        (rf"{_AGED}?{_HIGH}{_UNIT}\s*\b(?:and|or|&)\s+(?:under|below|younger)\b", _most),
        (rf"{_AGED}{_LOW}{_UNIT}{_NO_AGE}", _one),
        (rf"{_LOW}\s*-?\s*years?\s*-?\s*olds?\b", _one),
        (r"\bover\s*-?\s*(?P<tens>fifties|sixties|seventies|eighties)\b", _tens),
    )
)  # fmt: skip


def find_ages(text: str) -> Iterator[Mention]:
    """Every age in a tidied wording, as a rule about `age_band`; they may overlap. “Over 18” lets 18 in."""
    for pattern, ends in _SHAPES:
        for hit in pattern.finditer(text):
            low, high = ends(hit)
            if hit.groupdict().get("months"):
                low, high = (None if end is None else end // 12 for end in (low, high))
            if _sensible(low, high) and is_age(text, hit.start(), hit.end()):
                yield Mention(hit.start(), hit.end(), Kind.AGE, "age", _rule(low, high))


def _sensible(low: int | None, high: int | None) -> bool:
    ends = [end for end in (low, high) if end is not None]
    return bool(low or high is not None) and all(0 <= end <= ELDEST for end in ends) and ends == sorted(ends)


def _rule(low: int | None, high: int | None) -> Rule:
    limits = {key: end for key, end in (("min", low or None), ("max", high)) if end is not None}
    return {"about": "age_band", **limits}


def says_ages(rule: Rule, *, whom: str = "people") -> str:
    """The reason in plain words: “for people aged 65 or over”."""
    low, high = rule.get("min"), rule.get("max")
    if high is None:
        return f"for {whom} aged {low} or over"
    if not low:
        return f"for {whom} aged {high} or under" if high else f"for {whom} under 1 year old"
    return f"for {whom} aged {low}" if low == high else f"for {whom} aged {low} to {high}"
