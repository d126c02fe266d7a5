"""Where people must live, by the names of councils and counties: `places.csv`, with the codes of the ONS."""

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from directory.wordings.mentions import Kind, Mention

FILE = Path(__file__).with_name("places.csv")
# Names that are also plain words or other things, so that they count only beside words about living there.
_ALSO_WORDS = {"bath", "boston", "bury", "hart", "highland", "hunts", "kent", "lincoln", "melton", "newport", "reading",
               "rugby", "swale", "wyre", "angus", "stoke", "halton", "moray", "dover"}  # fmt: skip
_COMPASS = r"(?i:north|south|east|west|central|inner|outer|mid)"
_BEFORE = re.compile(
    r"(?i:\b(?:living|lives?|residents?|reside|residing|based|homeless)\s+(?:in|of|to|with|within|across)"
    r"|\bfrom|\bwithin|\bacross|\bin|\bboroughs?\s+of|\bcity\s+of|\bcounty\s+of|\bresidents?\s+of)\s+(?:the\s+)?"
    r"(?:(?i:london|royal)\s+)?(?:(?i:boroughs?|city|county|district|area)\s+of\s+)?$"
)
_AFTER = re.compile(
    r"[\s-]*(?i:residents?\b|based\b|only\b|boroughs?\b|council\b|district\b|area\b|citizens\b|locals\b|people\b|$)"
)
# Where such a word comes before, the place is not where the person lives.
_NOT_HOME = re.compile(
    r"(?i:\b(?:registered|register|gps?|schools?|colleges?|work|works|working|workers?|study|studying|attend\w*|job|hospital|"
    r"prison|surrounding|moving\s+to|connections?|links?|born|near|outside)\b[^.;]{0,40}$)"
)
_AROUND = re.compile(r"(?i:\b(?:surrounding|neighbouring|nearby|adjoining|bordering)\b)")


def find_places(text: str) -> Iterator[Mention]:
    """The places in a tidied wording where people must live: one mention for places that are joined."""
    if _AROUND.search(text):  # nobody can say where that ends
        return
    for run in _runs().finditer(text):
        names = _one().findall(run[0])
        before, after = text[: run.start()], text[run.end() :]
        home = bool(_BEFORE.search(before) or _AFTER.match(after) or re.search(r"(?i:resid|live)", after[:30]))
        doubtful = any(name.casefold() in _ALSO_WORDS for name in names)
        if names == ["London"] and re.match(r"(?i:\s+boroughs?\b)", after):
            continue
        if _NOT_HOME.search(before) or re.search(rf"{_COMPASS}[\s-]+$", before) or (doubtful and not home):
            continue
        codes = list(dict.fromkeys(codes_by_name()[_key(name)] for name in names))
        says = f"for people who live in {_joined([_said(code) for code in codes])}"
        yield Mention(run.start(), run.end(), Kind.PLACE, "place", {"about": "postcode", "any_of": codes, "says": says})


@cache
def codes_by_name() -> dict[str, str]:
    """Every name, in small letters, with its GSS code."""
    return {_key(name): row["code"] for row in _rows() for name in [row["name"], *_also(row)]}


@cache
def _names() -> dict[str, str]:
    return {row["code"]: row["name"] for row in _rows()}


def name_of(code: str) -> str:
    """What a place is called, by its GSS code."""
    return _names()[code]


def _rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _also(row: dict[str, str]) -> list[str]:
    return [name.strip() for name in row["also"].split(";") if name.strip()]


def _key(name: str) -> str:
    return " ".join(
        re.sub(r"[^a-z]+", " ", name.casefold().replace("&", " and ").replace("'", "").replace("’", "")).split()
    )


@cache
def _one() -> re.Pattern[str]:
    names = sorted((name for row in _rows() for name in [row["name"], *_also(row)]), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(_written, names))})(?!\w)")


@cache
def _runs() -> re.Pattern[str]:
    """Places that are joined: “Camden, Islington or Westminster”."""
    one = _one().pattern
    between = r"(?:\s*(?:,|/|&|\band/or\b|\band\b|\bor\b)\s*(?:\b(?:and|or)\s+)?(?:the\s+)?(?:in\s+)?)"
    return re.compile(rf"{one}(?:{between}{one})*")


def _written(name: str) -> str:
    """A name as people write it: with & for and, with or without hyphens and apostrophes, its first letter large."""
    parts = [
        r"(?:and|&)" if part == "and" else re.escape(part).replace("’", "['’]?") for part in re.split(r"[\s-]+", name)
    ]
    return r"[\s-]+".join(parts).replace(",[", ",?[")


def _said(code: str) -> str:
    name = name_of(code)
    return f"the {name}" if name.startswith(("United", "Isle", "Vale of", "City of", "Scottish Borders")) else name


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
