"""`python -m understanding.agreement`: how far two labellers agree, on the rows that a second one labelled blind.

The second one's rows stand in `data/understanding/second/` (needs.jsonl, crisis.jsonl), found again by their text.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score

from foundation.needs import NEEDS
from understanding.examples import FOLDER, Example, read_examples
from understanding.results import ExamplesBroken

SECOND = FOLDER / "second"
AMBIGUOUS = "ambiguous"
Answers = NDArray[np.bool_]


def kappa(first: Answers, second: Answers) -> float:
    """Cohen's kappa: agreement beyond chance, 1 where both always say the same. 1 too where neither ever says yes."""
    return 1.0 if not first.any() and not second.any() else float(cohen_kappa_score(first, second))


def needs_lines(first: list[Example], second: list[dict[str, Any]]) -> Iterator[str]:
    """Lines of a Markdown table: all needs together, then each one with how often each labeller gave it."""
    ours = np.array([[code in (e.needs or ()) for code in NEEDS] for e in first])
    theirs = np.array([[code in row["needs"] for code in NEEDS] for row in second])
    yield _line("all needs", ours.ravel(), theirs.ravel())
    yield _line("none at all", ~ours.any(axis=1), ~theirs.any(axis=1))
    for place, code in enumerate(NEEDS):
        yield _line(code, ours[:, place], theirs[:, place])
    same, both = (ours == theirs).all(axis=1).mean(), 2 * (ours & theirs).sum() / (ours.sum() + theirs.sum())
    yield f"\nThe same set: {same:.2f} of {len(first)}; F1 of one by the other {both:.2f}."


def crisis_lines(first: list[Example], second: list[dict[str, Any]]) -> Iterator[str]:
    """A line on crisis or none, and one on the kind, without what the second labeller found ambiguous."""
    sure = [(e, row) for e, row in zip(first, second, strict=True) if row["kind"] != AMBIGUOUS]
    ours, theirs = np.array([bool(e.kind) for e, _ in sure]), np.array([bool(row["kind"]) for _, row in sure])
    kinds = [e.kind == row["kind"] for e, row in sure if e.kind and row["kind"]]
    yield _line("crisis", ours, theirs)
    left = len(first) - len(sure)
    yield f"\nThe same kind in {sum(kinds)} of {len(kinds)} that both call a crisis; {left} left open."


def _line(name: str, ours: Answers, theirs: Answers) -> str:
    return f"| {name} | {kappa(ours, theirs):.2f} | {ours.sum()} | {theirs.sum()} |"


def paired(name: str, *, folder: Path = SECOND) -> tuple[list[Example], list[dict[str, Any]]]:
    """(first labeller's row, second one's) for each row of `name`.jsonl. Raises ExamplesBroken where one is missing."""
    second = [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    known = {e.text: e for e in read_examples(sorted(folder.parent.glob(f"{name}-*.jsonl")))}
    missing = [row["text"] for row in second if row["text"] not in known]
    if missing:
        raise ExamplesBroken(f"A row of second/{name}.jsonl is in no file: {missing[0]!r}.")
    return [known[row["text"]] for row in second], second


def main() -> int:
    """Print both tables."""
    for name, lines in (("needs", needs_lines), ("crisis", crisis_lines)):
        sys.stdout.write(f"\n| {name} | kappa | first | second |\n| --- | --- | --- | --- |\n")
        sys.stdout.writelines(f"{line}\n" for line in lines(*paired(name)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
