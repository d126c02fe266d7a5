"""`python -m understanding.train [--if-needed]`: trains the heads from data/understanding into the models folder."""

import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foundation.errors import FrontDoorError
from foundation.needs import CRISIS_KINDS, NEEDS
from understanding.alarm import alarms_in, crisis_chance
from understanding.describing import Figures, describe
from understanding.examples import Example, example_files, read_examples
from understanding.heads import ABOUT, ROOT, WEIGHTS, models_folder, sure
from understanding.meanings import keep_meanings, key_of, known_meanings
from understanding.ridge import Matrix, best_threshold, calibrate, fit, folds_of, out_of_fold, recall_threshold
from understanding.text import words_of

FINGERPRINT = "fingerprint.txt"
CRISIS_WEIGHT = 3.0
FEWEST = 5
OFTEN_CRISIS = frozenset(
    ["domestic_abuse", "mental_health", "housing", "substance_misuse", "physical_health", "family_children"]
)
CODE = (
    "alarm",
    "describing",
    "embedding",
    "evidence",
    "examples",
    "features",
    "heads",
    "phrases",
    "reading",
    "ridge",
    "text",
    "train",
)


@dataclass(frozen=True)
class Task:
    """Labels that are learned from the same examples: `rows` of all, `truth` (rows, labels), `weights` (rows)."""

    labels: tuple[str, ...]
    rows: NDArray[np.int64]
    truth: Matrix
    weights: Matrix


def fingerprint() -> str:
    """A digest of everything that the trained heads depend on."""
    digest = hashlib.sha256()
    package = ROOT / "understanding"
    code = [package / f"{name}.py" for name in CODE]
    for path in [*example_files(), *sorted((package / "patterns").glob("*.yml")), *code]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def up_to_date(folder: Path) -> bool:
    """Whether `folder` holds heads trained from just this data and code."""
    mark = folder / FINGERPRINT
    kept = all((folder / name).is_file() for name in (WEIGHTS, ABOUT))
    return kept and mark.is_file() and mark.read_text(encoding="utf-8").strip() == fingerprint()


def plainly_none(example: Example) -> bool:
    """Whether a message labelled for needs alone counts as no crisis: no need or phrase that may hide one."""
    return not OFTEN_CRISIS & (example.needs or frozenset()) and not any(
        alarms_in(words_of(example.text)).sure.values()
    )


def needs_task(examples: list[Example]) -> Task:
    """The needs, and `none`, from the examples that are labelled for needs."""
    rows = np.flatnonzero([e.needs is not None for e in examples])
    sets = [examples[row].needs or frozenset() for row in rows]
    truth = np.array([[*(code in one for code in NEEDS), not one] for one in sets], dtype=np.float32)
    return Task((*NEEDS, "none"), rows, truth, np.ones(len(rows), dtype=np.float32))


def crisis_task(examples: list[Example]) -> Task:
    """The kinds of crisis. The few crises weigh more, so that they are not drowned."""
    rows = np.flatnonzero([e.crisis is not None or plainly_none(e) for e in examples])
    some = [examples[row] for row in rows]
    truth = np.array([[e.kind == kind for kind in CRISIS_KINDS] for e in some], dtype=np.float32)
    weights = np.array([CRISIS_WEIGHT if e.crisis else 1.0 for e in some], dtype=np.float32)
    return Task(tuple(f"crisis:{kind}" for kind in CRISIS_KINDS), rows, truth, weights)


def train(folder: Path) -> dict[str, float]:
    """Train every head into `folder`; gives the thresholds. Raises ExamplesBroken, ModelsMissing."""
    examples = read_examples(example_files())
    texts = [example.text for example in examples]
    known = known_meanings(folder)
    figures, meant = describe(texts, [known.get(key_of(text)) for text in texts])
    keep_meanings(folder, texts, meant)
    fold, silent = folds_of(examples), np.zeros((len(examples), 2), dtype=np.float32)
    columns: list[Matrix] = []
    biases: list[float] = []
    calibration: dict[str, list[float]] = {}
    thresholds: dict[str, float] = {}
    needs, crisis = needs_task(examples), crisis_task(examples)
    unseen: dict[str, Matrix] = {}  # the probabilities of texts whose file the heads had not seen
    for task in (needs, crisis):
        own = figures.kernel(task.rows)
        scores = out_of_fold(own, task.truth, task.weights, fold[task.rows])
        answer, mean = fit(own, task.truth, task.weights)
        for place in np.flatnonzero(task.truth.sum(axis=0) >= FEWEST):
            label, truth = task.labels[place], task.truth[:, place] > 0
            said = figures.said.get(label, silent)[task.rows]
            line = calibrate(scores[:, place], said, truth)
            unseen[label] = all_sure(scores[:, place], said, line)
            thresholds[label] = best_threshold(unseen[label], truth)
            calibration[label] = line
            column = np.zeros(len(examples), dtype=np.float32)
            column[task.rows] = answer[:, place]
            columns.append(column)
            biases.append(float(mean[place]))
    labels = list(thresholds)
    thresholds["crisis"] = recall_threshold(crisis_chance(unseen), crisis.truth.any(axis=1))
    about = {"labels": labels, "thresholds": thresholds, "calibration": calibration}
    _save(folder, figures, np.array(columns, dtype=np.float32), np.array(biases, dtype=np.float32), about)
    return thresholds


def all_sure(scores: Matrix, said: Matrix, line: list[float]) -> Matrix:
    """The calibrated probability of each of `scores`."""
    chances = [sure(float(raw), (a > 0, b > 0), line) for raw, (a, b) in zip(scores, said, strict=True)]
    return np.array(chances, dtype=np.float32)


def _save(folder: Path, figures: Figures, columns: Matrix, biases: Matrix, about: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(
        folder / WEIGHTS,
        axes=figures.axes,
        seen=figures.dense.astype(np.float16),
        weights=columns.T,
        sparse=(figures.sparse.T @ columns.T).T.astype(np.float16),
        bias=biases,
        rarity=figures.rarity,
    )
    (folder / ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
    (folder / FINGERPRINT).write_text(fingerprint() + "\n", encoding="utf-8")


def main(arguments: list[str]) -> int:
    """The command. 0 when the models are there."""
    folder = models_folder()
    if "--if-needed" in arguments and up_to_date(folder):
        sys.stdout.write("The models are up to date.\n")
        return 0
    try:
        thresholds = train(folder)
    except FrontDoorError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"Trained {len(thresholds)} heads.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
