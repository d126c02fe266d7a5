"""Numbers that look like ages and are none: times of day, lengths of time, measures."""

import re

GROWN = 10  # “at least 2 years” is how long; “at least 16 years” is an age
_SURELY = re.compile(r"\bage|\baged|old|y/?os?\b|\d'?s\b|month|\+|\bplus\b|ties\b", re.IGNORECASE)
_CHILD = re.compile(r"\b(?:child|bab|infant|toddler|kid|boy|girl)", re.IGNORECASE)
_CLOCK = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)(?:days?)?\b"
    r"|\b(?:weds?|weekdays?|weekends?|noon|o'clock|open|opens|daily)\b|\d\s*[ap]m\b",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"(?:\bbmi|\bscores?|\bincomes?|\bsalar\w+|\bsavings|\bearn\w*|\bdebts?|£)[^.;,]{0,20}$", re.IGNORECASE
)
_LASTING = re.compile(r"\b(?:for|last|past|within|next|lived?|resident|served|been)(?:\s+in\s+\w+)?\s*$", re.IGNORECASE)
_AROUND = 30


def is_age(text: str, start: int, end: int) -> bool:
    """Whether the numbers from `start` to `end`, which have the shape of an age, are one, by the words round them."""
    written = text[start:end]
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    numbers = [int(number) for number in re.findall(r"\d+", written)]
    of_months = "month" in written.casefold() and len(numbers) == 1
    if _MEASURE.search(before) or (of_months and not _CHILD.search(before + after)):
        return False
    if _SURELY.search(written):
        return True
    if re.search(r"year|yr", written, re.IGNORECASE):
        return not _LASTING.search(before) and (max(numbers) >= GROWN or bool(_CHILD.search(before)))
    return not _CLOCK.search(f"{before} {written} {after}")
