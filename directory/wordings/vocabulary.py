"""The words of `vocabulary.yml`, found in a wording."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from directory.wordings.mentions import Kind, Mention, Rule
from foundation.words import load_words

FILE = Path(__file__).with_name("vocabulary.yml")
_LISTS = {
    "open": Kind.OPEN, "filler": Kind.FILLER, "narrows": Kind.NARROWS, "others": Kind.OTHERS, "stops": Kind.STOP,
    "negations": Kind.NEGATION, "voids": Kind.VOID,
}  # fmt: skip


def find_words(text: str) -> Iterator[Mention]:
    """Every mention in a tidied wording of a word that the vocabulary has; they may overlap."""
    for pattern, kind, name, rule, more in _patterns():
        for hit in pattern.finditer(text):
            yield Mention(hit.start(), hit.end(), kind, name, rule, more)


def languages() -> dict[str, str]:
    """The names of languages, in small letters, with their ISO 639-1 codes."""
    return {name: code for code, names in _load()["languages"].items() for name in names}


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Kind, str, Rule | None, bool], ...]:
    loaded = _load()
    rows: list[tuple[re.Pattern[str], Kind, str, Rule | None, bool]] = []
    for name, group in loaded["groups"].items():
        rule: Rule = {**group["rule"], "says": group["says"]}
        rows.append((_pattern(group["words"]), Kind.GROUP, name, rule, bool(group.get("more"))))
    for kind, section in ((Kind.AGE_NOUN, "ages"), (Kind.ACCESS, "access")):
        rows += [(_pattern(words), kind, name, None, False) for name, words in loaded[section].items()]
    rows += [(_pattern(loaded[section]), kind, section, None, False) for section, kind in _LISTS.items()]
    return tuple(rows)


def _pattern(words: list[str]) -> re.Pattern[str]:
    parts = sorted((str(word) for word in words), key=len, reverse=True)
    return re.compile(rf"(?<![\w'])(?:{'|'.join(map(_word, parts))})(?![\w'])")


def _word(word: str) -> str:
    exact, stem = word.startswith("="), word.removeprefix("=").removesuffix("*")
    written = r"[\s-]+".join(re.escape(part) for part in re.split(r"[\s-]+", stem))
    return (written if exact else f"(?i:{written})") + (r"[\w']*" if word.endswith("*") else "")


def _load() -> dict[str, Any]:
    return load_words(FILE)
