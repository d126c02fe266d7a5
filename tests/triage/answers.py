"""Those who answer a row: Front Door, and search by BM25 over names and descriptions, without and with the area."""

import re
import sqlite3
from dataclasses import dataclass
from functools import cache

import yaml

from directory.deciding.matching import match
from directory.geography.postcodes import look_up
from directory.labels import need_label
from directory.verdicts import ASK, FITS, NO
from tests.triage.reading import HERE, Row, services, stems
from understanding import understand

FIRST = 3
NEED_WORDS = HERE.parents[1] / "directory" / "maps" / "need_words.yml"


@dataclass(frozen=True)
class Answer:
    """What somebody shows a person, by the names of the services' files.

    `first`: the first three for each need together. `fitting`: all that is called right for them, however far down.
    `asking`: those of the first three that wait for an answer.
    """

    first: frozenset[str]
    fitting: frozenset[str]
    asking: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()


def front_door(row: Row) -> Answer:
    """Understanding (for words) and matching, as the conversation uses them."""
    needs, details, told = row.needs, row.details, row.told
    if row.words is not None:
        heard = understand(row.words)
        needs = tuple(one.need for one in heard.needs)
        details = {one.need: one.detail for one in heard.needs}
        told = {**heard.circumstances, **told}
    found = [m for m in match(tuple(services().values()), needs, told, details=details) if m.fit != NO]
    first = [m for need in needs for m in [m for m in found if m.need == need][:FIRST]]
    return Answer(
        first=frozenset(stems()[m.service.id] for m in first),
        fitting=frozenset(stems()[m.service.id] for m in found if m.fit == FITS),
        asking=frozenset(stems()[m.service.id] for m in first if m.fit == ASK),
        needs=frozenset(needs),
    )


def told_the_needs(row: Row) -> Answer:
    """Front Door when a reader, and not the models, has heard the needs: what is lost in matching alone."""
    heard = understand(row.words or "")
    found = match(
        tuple(services().values()),
        row.needs,
        {**heard.circumstances, **row.told},
        details={one.need: one.detail for one in heard.needs} | row.details,
    )
    shown = [m for m in found if m.fit != NO]
    first = [m for need in row.needs for m in [m for m in shown if m.need == need][:FIRST]]
    return Answer(
        first=frozenset(stems()[m.service.id] for m in first),
        fitting=frozenset(stems()[m.service.id] for m in shown if m.fit == FITS),
    )


def bm25(row: Row) -> Answer:
    """As many results as Front Door may show. Whatever a search shows, it shows as right for the person."""
    return _searched(row, frozenset(services()))


def bm25_in_the_area(row: Row) -> Answer:
    """The same after a filter by postcode: services whose area, if they name one, touches the person's."""
    area = look_up(row.postcode) if row.postcode else None
    if area is None or not area.councils:
        return bm25(row)
    here = frozenset().union(*area.councils)
    return _searched(row, frozenset(stem for stem, s in services().items() if not s.areas or s.areas & here))


def _searched(row: Row, among: frozenset[str]) -> Answer:
    if row.words is not None:
        shown = _search(row.words, among, FIRST * len(row.needs))
    else:
        shown = [stem for need in row.needs for stem in _search(_query(row, need), among, FIRST)]
    return Answer(frozenset(shown), frozenset(shown))


def _query(row: Row, need: str) -> str:
    """What the need is called, its code, its detail, and the words by which services for it are known."""
    words = " ".join(_need_words()[need]).replace("*", "")
    return f"{need_label(need)} {need} {row.details.get(need) or ''} {words}".replace("_", " ")


@cache
def _need_words() -> dict[str, list[str]]:
    words: dict[str, list[str]] = yaml.safe_load(NEED_WORDS.read_text(encoding="utf-8"))
    return words


def _search(query: str, among: frozenset[str], most: int) -> list[str]:
    words = " OR ".join(f'"{word}"' for word in dict.fromkeys(re.findall(r"\w+", query.lower())))
    found = _index().execute("SELECT stem FROM service WHERE service MATCH ? ORDER BY bm25(service), stem", (words,))
    return [stem for (stem,) in found if stem in among][:most]


@cache
def _index() -> sqlite3.Connection:
    """SQLite's own full-text search, with the Porter stemmer, over name and description."""
    index = sqlite3.connect(":memory:")
    index.execute(
        "CREATE VIRTUAL TABLE service USING fts5(stem UNINDEXED, name, description, tokenize='porter unicode61')"
    )
    index.executemany(
        "INSERT INTO service VALUES (?, ?, ?)",
        [(stem, s.name, str(s.document.get("description", ""))) for stem, s in services().items()],
    )
    return index
