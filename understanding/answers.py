"""Free-text answers to one circumstance question, as people type them."""

import re
from collections.abc import Callable
from functools import cache

from understanding.circumstances import circumstances_in
from understanding.evidence import FOLDER, groups, load_yaml
from understanding.figures import BORN, LANGUAGES, NUMBER_WORDS, age_in, band_of, postcode_in
from understanding.languages import language_of
from understanding.phrases import PhraseMatcher
from understanding.text import Words, words_of

YES_NO = frozenset(
    [
        "pregnant",
        "eviction_notice",
        "disability_or_condition",
        "carer",
        "care_leaver",
        "prison_leaver",
        "armed_forces",
        "safe_at_home",
    ]
)
LONGEST = 2000
SKIP = "skip"
NO_ADDRESS = re.compile(
    r"\b(?:none|no (?:fixed )?(?:address|abode)|nfa|homeless|don'?t have (?:one|an address)|nowhere)\b", re.I
)
OUTWARD = re.compile(r"^\W*([A-Z]{1,2}[0-9][0-9A-Z]?)(?:\s*([0-9]))?\W*$", re.I)
DATE = re.compile(r"^\D{0,12}(\d{1,2})[/. -](\d{1,2})[/. -](\d{2,4})\W*$")
TENS = {
    w: 10 * n
    for n, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2)
}
TEENS = {
    w: n
    for n, w in enumerate(["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"], start=13)
}
NO_CHILDREN = re.compile(r"^\W*(?:no|none|nope|nah|0|zero|don'?t have (?:any|kids)|no (?:kids|children))\b", re.I)
UNBORN = re.compile(r"\b(?:new ?born|baby|under (?:1|one)|(?:\w+) (?:weeks|months)(?: old)?)\b", re.I)


@cache
def answer_matchers() -> dict[str, PhraseMatcher]:
    """One matcher a question; labels are `PLACE:VALUE`, the place keeping the file's order."""
    loaded = load_yaml(FOLDER / "answers.yml")
    unsure = PhraseMatcher([(SKIP, phrase) for phrase in loaded.pop("not_sure")], groups())
    return {SKIP: unsure} | {code: _matcher(values) for code, values in loaded.items()}


def _matcher(values: dict[str, list[str]]) -> PhraseMatcher:
    labelled = [(f"{place}:{value}", phrase) for place, (value, some) in enumerate(values.items()) for phrase in some]
    return PhraseMatcher(labelled, groups())


def read_answer(code: str, text: str) -> object | None:
    """The value of the circumstance `code` that `text` gives, "skip" for "I'm not sure", None if not readable."""
    text = text.strip()[:LONGEST]
    if not text:
        return None
    words = words_of(text)
    special = SPECIAL.get(code)
    value = special(text, words) if special else _choice(code, text, words)
    if value is None and answer_matchers()[SKIP].find(words):
        return SKIP
    return value


def _choice(code: str, text: str, words: Words) -> object | None:
    """A whole sentence is understood like a message; a word or two by the short answers."""
    unsure = answer_matchers()[SKIP].find(words)
    if unsure and code != "sleeping_tonight" and "private" not in words.norms:
        return SKIP
    if code in YES_NO:
        return _yes_or_no(words) or circumstances_in(text).get(code)
    if (said := circumstances_in(text).get(code)) is not None:
        return said
    matcher = answer_matchers().get(code)
    found = matcher.find(words) if matcher else []
    if not found:
        return _mistyped(code, words)
    return min((int(match.label.split(":")[0]), match.label.split(":")[1]) for match in found)[1]


def _yes_or_no(words: Words) -> str | None:
    found = answer_matchers()["yes_no"].find(words)
    if not found:
        return _mistyped("yes_no", words)
    first = min(found, key=lambda match: (match.first, -match.after))
    return first.label.split(":")[1]


def _mistyped(code: str, words: Words) -> str | None:
    """One letter wrong, missing, doubled or swapped in a word of at least five letters."""
    matcher = answer_matchers().get(code)
    if matcher is None or len(words.norms) > 12:
        return None
    known = [word for word in matcher.first_words() if len(word) >= 5]
    for norm in words.norms:
        near = next((word for word in known if len(norm) >= 4 and _near(norm, word)), None)
        if near:
            found = matcher.find(words_of(near))
            if found:
                return min((int(m.label.split(":")[0]), m.label.split(":")[1]) for m in found)[1]
    return None


def _near(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1 or one[0] != other[0]:
        return False
    if len(one) == len(other):
        apart = [place for place in range(len(one)) if one[place] != other[place]]
        swapped = len(apart) == 2 and one[apart[0]] == other[apart[1]] and one[apart[1]] == other[apart[0]]
        return len(apart) == 1 or (swapped and apart[1] - apart[0] == 1)
    short, long = sorted((one, other), key=len)
    return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))


def _postcode(text: str, words: Words) -> object | None:
    found = postcode_in(text)
    if found:
        return found
    if outward := OUTWARD.match(text):
        return (outward[1] + (f" {outward[2]}" if outward[2] else "")).upper()
    return "none" if NO_ADDRESS.search(text) else None


def _age(text: str, words: Words) -> object | None:
    if born := DATE.match(text) or BORN.search(text):
        band = age_in("born " + "/".join(part for part in born.groups() if part))
        if band:
            return band
    numbers = [int(norm) for norm in words.norms if norm.isascii() and norm.isdigit() and len(norm) <= 3]
    if numbers and numbers[0] <= 115:
        return band_of(numbers[0])
    in_words = sum(TENS.get(n, 0) + TEENS.get(n, 0) + (NUMBER_WORDS.get(n, 0)) for n in words.norms[:4])
    if in_words:
        return band_of(in_words)
    stems = [(int(m[1]), m[0]) for m in re.finditer(r"\b([1-9]0)'?s\b", text)]
    return band_of(stems[0][0] + 5) if stems else age_in(text)


def _children(text: str, words: Words) -> object | None:
    if NO_CHILDREN.match(text):
        return "none"
    months = [0 for _ in UNBORN.finditer(text)]
    rest = re.sub(r"\b\w+ (?:weeks|months)(?: old)?\b", " ", text)
    ages = [int(number) for number in re.findall(r"(?<![\d.])\d{1,2}(?![\d])", rest)]
    ages += [NUMBER_WORDS[norm] for norm in words_of(rest).norms if norm in NUMBER_WORDS]
    counted = re.match(r"\W*(\d|two|three|four|five|six)\W+(?:kids|children|boys|girls)\b", rest, re.I)
    if counted and len(ages) > 1:
        ages.remove(int(counted[1]) if counted[1].isdigit() else NUMBER_WORDS[counted[1].lower()])
    elif counted:
        return None
    return sorted(age for age in [*months[:1], *ages] if age <= 25) or None


def _language(text: str, words: Words) -> object | None:
    if "english" in words.norms:
        return "en"
    named = next((LANGUAGES[norm] for norm in words.norms if norm in LANGUAGES), None)
    spoken = language_of(text)
    return named or (spoken if spoken != "en" else None)


SPECIAL: dict[str, Callable[[str, Words], object | None]] = {
    "postcode": _postcode,
    "age_band": _age,
    "children_ages": _children,
    "language": _language,
}
