"""Labelled examples: JSON lines under data/understanding. Files ending -dev or -locked are for measuring only."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foundation.needs import CRISIS_KINDS, NEEDS
from understanding.heads import ROOT
from understanding.results import ExamplesBroken

FOLDER = ROOT / "data" / "understanding"
MEASURED = ("dev", "locked")


@dataclass(frozen=True)
class Example:
    """One labelled text. `needs` or `kind` is None where the file does not say."""

    text: str
    needs: frozenset[str] | None
    crisis: bool | None
    kind: str | None
    batch: str


def split_of(path: Path) -> str:
    """`dev`, `locked` or `train`, told by how the file's name ends."""
    ending = path.stem.rsplit("-", 1)[-1]
    return ending if ending in MEASURED else "train"


def example_files(folder: Path = FOLDER, *, split: str = "train") -> list[Path]:
    """The files of one split, sorted. Fitting and thresholds see `train` only."""
    return sorted(path for path in folder.glob("*.jsonl") if split_of(path) == split)


def read_examples(paths: list[Path]) -> list[Example]:
    """Every example of `paths`. Raises ExamplesBroken with the file and the line."""
    return [example for path in paths for example in _read(path)]


def _read(path: Path) -> Iterator[Example]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield _example(json.loads(line), path.stem)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ExamplesBroken(f"{path.name} line {number} cannot be used: {error}.") from error


def _example(row: dict[str, Any], batch: str) -> Example:
    needs = frozenset(row["needs"]) if "needs" in row else None
    kind = row.get("kind")
    if needs is not None and not needs <= set(NEEDS):
        raise ValueError(f"no such need as {sorted(needs - set(NEEDS))}")
    if kind is not None and kind not in CRISIS_KINDS:
        raise ValueError(f"no such crisis as {kind!r}")
    crisis = kind is not None if "kind" in row else row.get("crisis")
    return Example(str(row["text"]), needs, crisis, kind, batch)
