"""How the heads are fitted: kernel ridge regression, writers left out, calibration and thresholds."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from understanding.examples import Example

FOLDS, SEED = 4, 3
RIDGE = 1.0
CRISIS_RECALL = 0.966
LOWEST, HIGHEST = 0.18, 0.6

Matrix = NDArray[np.float32]
Answers = NDArray[np.bool_]


def fit(kernel: Matrix, truth: Matrix, weights: Matrix) -> tuple[Matrix, Matrix]:
    """(weight of each example, mean) of every label by ridge regression: `truth` (n, labels), `weights` (n)."""
    mean = (truth * weights[:, None]).sum(axis=0) / weights.sum()
    answer = solve(kernel + np.diag(RIDGE / weights).astype(np.float32), truth - mean, assume_a="pos")
    return answer.astype(np.float32), mean.astype(np.float32)


def folds_of(examples: list[Example]) -> NDArray[np.int64]:
    """The fold of each example. All that one writer wrote in one sitting (a file) is in one fold."""
    files = sorted({example.batch for example in examples})
    places = np.random.default_rng(SEED).permutation(len(files)) % FOLDS
    of = dict(zip(files, places.tolist(), strict=True))
    return np.array([of[example.batch] for example in examples], dtype=np.int64)


def out_of_fold(kernel: Matrix, truth: Matrix, weights: Matrix, fold: NDArray[np.int64]) -> Matrix:
    """(n, labels): the score of each text from heads that have seen nothing of its file."""
    scores = np.zeros_like(truth)
    for number in np.unique(fold):
        inside, outside = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        if len(outside):
            answer, mean = fit(kernel[np.ix_(outside, outside)], truth[outside], weights[outside])
            scores[inside] = kernel[np.ix_(inside, outside)] @ answer + mean
    return scores


def calibrate(scores: Matrix, said: Matrix, truth: Answers) -> list[float]:
    """What `heads.sure` needs: logistic regression on out-of-fold scores (n) and phrases said (n, 2), Platt's way."""
    fitted: Any = LogisticRegression(C=50.0, max_iter=500).fit(np.c_[scores, said], truth)
    return [*fitted.coef_[0].tolist(), float(fitted.intercept_[0])]


def best_threshold(chances: Matrix, truth: Answers) -> float:
    """Where F1 is best, kept between LOWEST and HIGHEST so that few examples do not decide alone."""
    steps = np.arange(LOWEST, HIGHEST + 0.001, 0.02)

    def f1(step: float) -> float:
        said = chances >= step
        hits = float((said & truth).sum())
        return 2 * hits / (float(said.sum()) + float(truth.sum()) or 1.0)

    return float(max(steps, key=lambda step: (round(f1(step), 3), -abs(step - 0.35))))


def recall_threshold(chances: Matrix, truth: Answers) -> float:
    """Where CRISIS_RECALL of the crises are found by heads that have not seen them: a miss costs more than an alert."""
    if not truth.any() or truth.all():
        return 0.5
    return float(np.clip(np.quantile(chances[truth], 1 - CRISIS_RECALL), 0.03, 0.6))
