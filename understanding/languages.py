"""Which language a message is in, by script and by small words. English, however mixed and misspelt, stays English.

A message is foreign only when at least a third of its words are small words or marked letters of one other language
and outnumber the English ones. Measured against the cost of a language-identification package: 0.02 ms, no download.
"""
# ruff: noqa: E501 -- one line a group of scripts

import re
from functools import cache

from understanding.evidence import FOLDER, load_yaml

SCRIPTS = (
    ("uk", re.compile(r"[іїєґІЇЄҐ]")), ("ru", re.compile(r"[ыэъЫЭЪ]")), ("bg", re.compile(r"[\u0400-\u04ff]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")), ("ko", re.compile(r"[\uac00-\ud7af]")), ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ur", re.compile(r"[ٹڈڑںےھ]")), ("ps", re.compile(r"[ښځړېۍ]")), ("fa", re.compile(r"[پچژگی]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")), ("bn", re.compile(r"[\u0980-\u09ff]")), ("pa", re.compile(r"[\u0a00-\u0a7f]")),
    ("gu", re.compile(r"[\u0a80-\u0aff]")), ("ta", re.compile(r"[\u0b80-\u0bff]")), ("hi", re.compile(r"[\u0900-\u097f]")),
    ("ti", re.compile(r"[\u1200-\u137f]")), ("el", re.compile(r"[\u0370-\u03ff]")), ("he", re.compile(r"[\u0590-\u05ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")), ("si", re.compile(r"[\u0d80-\u0dff]")), ("ml", re.compile(r"[\u0d00-\u0d7f]")),
)  # fmt: skip
NOT_LATIN = re.compile(r"[^\W\d_a-zA-Z\u00c0-\u024f\u1e00-\u1eff]")
LATIN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
SHARED_WITH_ENGLISH = frozenset({"a", "i", "do", "me", "no", "so", "an"})
MARKS = {
    "pl": "ąćęłńśźż", "ro": "ăâîșțţş", "pt": "ãõç", "es": "ñ¿¡", "tr": "ğışİç", "hu": "őű", "fr": "çœèêà", "de": "ßäöü",
    "vi": "đơưạảấầẩậắằặẹẻẽếềểệỉịọỏốồổộớờởợụủứừửựỳỷỹ", "lt": "ėųūįš", "cs": "řěů", "sk": "ľĺŕô", "sq": "ë",
}  # fmt: skip
LOOKED_AT = 2000


@cache
def small_words() -> dict[str, frozenset[str]]:
    """Language -> its small words; "en" among them."""
    loaded = load_yaml(FOLDER / "languages.yml")
    return {
        code: frozenset(words.split()) - (SHARED_WITH_ENGLISH if code != "en" else set())
        for code, words in loaded.items()
    }


def language_of(text: str) -> str:
    """ISO 639-1 code of the language of `text`; "en" when in doubt."""
    text = text[:LOOKED_AT]
    latin = LATIN.findall(text.lower())
    strange = len(NOT_LATIN.findall(text))
    plain = sum(len(word) for word in latin if word.isascii())
    if strange > 2 and strange > plain * 0.4:
        return _by_script(text)
    return _by_words(text.lower(), latin)


def _by_script(text: str) -> str:
    counts = [(len(pattern.findall(text)), code) for code, pattern in SCRIPTS]
    return next((code for count, code in counts if count > 0), "en")


def _by_words(lower: str, words: list[str]) -> str:
    if len(words) < 2:
        return "en"
    by_language = small_words()
    english = sum(word in by_language["en"] for word in words)
    best, most = "en", 0.0
    for code, small in by_language.items():
        if code == "en":
            continue
        score = sum(1.0 for word in words if word in small)
        score += min(3.0, 0.75 * sum(lower.count(mark) for mark in MARKS.get(code, "")))
        if score > most:
            best, most = code, score
    enough = most >= max(1.5, 0.3 * len(words))
    return best if enough and most > english * 1.2 else "en"
