"""What differs between two states of a record, part by part, in lines that a person reads."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from directory.records.parts import OTHER, PARTS
from directory.records.saying import lines


@dataclass(frozen=True)
class Difference:
    """One part that differs: `rows` of (`was`, `is` or `same`, line), in the order of the newer state."""

    part: str
    rows: tuple[tuple[str, str], ...]


def differences(older: dict[str, Any], newer: dict[str, Any]) -> list[Difference]:
    """Every part whose lines differ. A difference that no line shows (an id) is none to a person."""
    found = []
    for part in [*PARTS, OTHER]:
        before, after = lines(older, part), lines(newer, part)
        if before != after:
            rows = [row for row in _rows(before, after) if part != OTHER or row[0] != "same"]
            found.append(Difference(part, tuple(rows)))
    return found


def _rows(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            rows += [("same", line) for line in after[c:d]]
            continue
        rows += [("was", line) for line in before[a:b]]
        rows += [("is", line) for line in after[c:d]]
    return rows
