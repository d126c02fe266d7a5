"""`python -m understanding.train [--if-needed]`: trains the heads from data/understanding into the models folder."""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from foundation.errors import FrontDoorError
from foundation.needs import CRISIS_KINDS, NEEDS
from understanding.alarm import alarms_in
from understanding.embedding import SIZE, encoder, loudest
from understanding.examples import Example, example_files, read_examples
from understanding.features import BUCKETS, hashed_counts, weigh
from understanding.heads import ABOUT, ROOT, WEIGHTS, models_folder
from understanding.reading import extra_features
from understanding.text import clauses_of, words_of

FINGERPRINT = "fingerprint.txt"
FOLDS = 5
SPARSE_SCALE = 1.5
STRENGTH, CRISIS_STRENGTH = 4.0, 1.0
CRISIS_RECALL = 0.9
NOT_SURE = frozenset(
    ["domestic_abuse", "mental_health", "housing", "substance_misuse", "physical_health", "family_children"]
)
LOWEST, HIGHEST = 0.18, 0.6
CODE = ("alarm", "embedding", "evidence", "examples", "features", "heads", "phrases", "reading", "text", "train")

Matrix = NDArray[np.float32]


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


def _dense(text: str) -> list[float]:
    embedded = encoder().encode(text)
    return [*embedded.vector, *extra_features(words_of(text)), *loudest(embedded, clauses_of(text))]


def describe(texts: list[str]) -> tuple[Any, NDArray[np.float32]]:
    """(figures of all texts as one sparse matrix, rarity of each bucket)."""
    counts = [hashed_counts(words_of(text)) for text in texts]
    frequency = np.zeros(BUCKETS, dtype=np.float32)
    for some in counts:
        frequency[list(some)] += 1
    rarity = (np.log((1 + len(texts)) / (1 + frequency)) + 1).astype(np.float32)
    dense = np.array([_dense(text) for text in texts], dtype=np.float32)
    weighed = [weigh(some, rarity) for some in counts]
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in weighed)])
    values = np.concatenate([values for _, values in weighed]) * SPARSE_SCALE
    sparse = csr_matrix((values, np.concatenate([b for b, _ in weighed]), ends), shape=(len(texts), BUCKETS))
    return hstack([csr_matrix(dense), sparse], format="csr"), rarity


def fit(figures: Any, truth: NDArray[np.bool_], *, crisis: bool = False) -> LogisticRegression:
    """One head. The crisis head gives the few crises as much weight as all the rest."""
    head = LogisticRegression(
        C=CRISIS_STRENGTH if crisis else STRENGTH,
        class_weight="balanced" if crisis else None,
        dual=True, solver="liblinear", max_iter=300, tol=0.02, random_state=7,
    )  # fmt: skip
    return head.fit(figures, truth)


def out_of_fold(figures: Any, truth: NDArray[np.bool_], order: NDArray[np.int64], *, crisis: bool = False) -> Matrix:
    """The probability of each text from a head that has not seen it."""
    chances = np.zeros(len(truth), dtype=np.float32)
    for number in range(FOLDS):
        held = order % FOLDS == number
        if truth[~held].any():
            chances[held] = fit(figures[~held], truth[~held], crisis=crisis).predict_proba(figures[held])[:, 1]
    return chances


def best_threshold(chances: Matrix, truth: NDArray[np.bool_]) -> float:
    """Where F1 is best, kept between LOWEST and HIGHEST so that few examples do not decide alone."""
    steps = np.arange(LOWEST, HIGHEST + 0.001, 0.025)

    def f1(step: float) -> float:
        said = chances >= step
        hits = float((said & truth).sum())
        return 2 * hits / (float(said.sum()) + float(truth.sum()) or 1.0)

    return float(max(steps, key=lambda step: (round(f1(step), 3), -abs(step - 0.4))))


def recall_threshold(chances: Matrix, truth: NDArray[np.bool_]) -> float:
    """Where CRISIS_RECALL of the crises are found by heads that have not seen them: a miss costs more than an alert."""
    if not truth.any() or truth.all():
        return 0.5
    return float(np.clip(np.quantile(chances[truth], 1 - CRISIS_RECALL), 0.08, 0.6))


def _labels(examples: list[Example]) -> dict[str, tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Label -> (which examples say something about it, which have it).

    A message labelled for needs alone counts as no crisis unless a crisis phrase stands in it, or a need that often
    hides one (NOT_SURE).
    """
    told = np.array([e.needs is not None for e in examples])
    asked = np.array([e.crisis is not None or _plainly_none(e) for e in examples])
    labels = {code: (told, np.array([code in (e.needs or ()) for e in examples])) for code in NEEDS}
    labels["none"] = (told, np.array([e.needs == frozenset() for e in examples]))
    labels["crisis"] = (asked, np.array([bool(e.crisis) for e in examples]))
    for kind in CRISIS_KINDS:
        labels[f"crisis:{kind}"] = (asked, np.array([e.kind == kind for e in examples]))
    return labels


def _plainly_none(example: Example) -> bool:
    return not NOT_SURE & (example.needs or frozenset()) and not any(alarms_in(words_of(example.text)).sure.values())


def train(folder: Path) -> dict[str, float]:
    """Train every head into `folder`; gives the thresholds. Raises ExamplesBroken, ModelsMissing."""
    examples = read_examples(example_files())
    figures, rarity = describe([example.text for example in examples])
    order = np.random.default_rng(7).permutation(len(examples))
    without_clauses = np.r_[: figures.shape[1] - BUCKETS - SIZE, figures.shape[1] - BUCKETS : figures.shape[1]]
    plain = figures[:, without_clauses]
    rows, biases, thresholds, names = [], [], {}, []
    for label, (told, truth) in _labels(examples).items():
        if truth[told].sum() < FOLDS:
            continue
        crisis = label == "crisis"
        seen = (figures if crisis else plain)[told]
        chances = out_of_fold(seen, truth[told], order[told], crisis=crisis)
        choose = recall_threshold if crisis else best_threshold
        thresholds[label] = choose(chances, truth[told])
        head = fit(seen, truth[told], crisis=crisis)
        row = np.zeros(figures.shape[1], dtype=np.float32)
        row[slice(None) if crisis else without_clauses] = head.coef_[0]
        names.append(label)
        rows.append(row)
        biases.append(head.intercept_[0])
    _save(folder, np.array(rows, dtype=np.float32), np.array(biases, dtype=np.float32), rarity, names, thresholds)
    return thresholds


def _save(
    folder: Path, rows: Matrix, biases: Matrix, rarity: Matrix, names: list[str], thresholds: dict[str, float]
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    cut = rows.shape[1] - BUCKETS
    sparse = (rows[:, cut:] * SPARSE_SCALE).astype(np.float16)
    np.savez(folder / WEIGHTS, dense=rows[:, :cut], sparse=sparse, bias=biases, rarity=rarity)
    about = {"labels": names, "thresholds": thresholds}
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
