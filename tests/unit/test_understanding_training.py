"""How the heads are fitted and measured, on small made-up figures."""

import numpy as np
import pytest

from foundation.needs import NEEDS
from understanding.examples import Example
from understanding.heads import SHARPNESS, nearness, sure
from understanding.measure import interval, macro_f1, matrix, micro_f1, needs_figures
from understanding.ridge import (
    CRISIS_RECALL,
    FOLDS,
    best_threshold,
    calibrate,
    fit,
    folds_of,
    out_of_fold,
    recall_threshold,
)


def examples(files: list[str]) -> list[Example]:
    return [Example("text", frozenset(), None, None, file) for file in files]


def test_what_one_writer_wrote_is_in_one_fold() -> None:
    files = [f"needs-{letter}" for letter in "abcdefghij" for _ in range(3)]
    folds = folds_of(examples(files))
    assert {len(set(folds[start : start + 3])) for start in range(0, 30, 3)} == {1}
    assert set(folds) == set(range(FOLDS))


def test_scores_out_of_fold_have_not_seen_the_fold() -> None:
    alone = np.eye(6, dtype=np.float32)
    truth = np.array([[1], [0], [1], [0], [1], [0]], dtype=np.float32)
    evenly = np.ones(6, dtype=np.float32)
    unseen = out_of_fold(alone, truth, evenly, np.array([0, 0, 1, 1, 2, 2]))
    assert unseen == pytest.approx(np.full((6, 1), 0.5))
    answer, mean = fit(alone, truth, evenly)
    assert alone @ answer + mean == pytest.approx(np.array([[0.75], [0.25]] * 3))


def test_a_heavier_example_is_followed_more_closely() -> None:
    kernel, truth = np.eye(2, dtype=np.float32), np.array([[1], [0]], dtype=np.float32)
    answer, mean = fit(kernel, truth, np.array([9, 1], dtype=np.float32))
    first, second = (kernel @ answer + mean)[:, 0]
    assert mean == pytest.approx(0.9)
    assert (1 - first) < second


def test_nearness_is_the_gaussian_kernel() -> None:
    near = nearness(np.array([[0, 0], [1, 1]], dtype=np.float32), np.array([[0, 0]], dtype=np.float32))
    assert near == pytest.approx(np.array([[1], [np.exp(-2 * SHARPNESS)]]))


def test_calibrated_scores_are_shares() -> None:
    scores = np.repeat(np.array([0.1, 0.5, 0.9], dtype=np.float32), 100)
    truth = np.concatenate([np.arange(100) < share for share in (10, 30, 50)])
    line = calibrate(scores, np.zeros((300, 2), dtype=np.float32), truth)
    assert sure(0.1, (False, False), line) == pytest.approx(0.1, abs=0.03)
    assert sure(0.9, (False, False), line) == pytest.approx(0.5, abs=0.03)


def test_thresholds() -> None:
    chances = np.linspace(0, 1, 101, dtype=np.float32)
    assert best_threshold(chances, chances >= 0.4) == pytest.approx(0.4, abs=0.02)
    real = chances >= 0.2
    assert (chances >= recall_threshold(chances, real))[real].mean() == pytest.approx(CRISIS_RECALL, abs=0.02)


def test_figures_of_needs() -> None:
    truth = matrix([frozenset([NEEDS[0], NEEDS[1]]), frozenset([NEEDS[0]]), frozenset(), frozenset()])
    said = matrix([frozenset([NEEDS[0]]), frozenset([NEEDS[0]]), frozenset([NEEDS[1]]), frozenset()])
    assert macro_f1(truth, said) == pytest.approx(0.5)
    assert micro_f1(truth, said) == pytest.approx(4 / 6)
    values = {figure.name: figure.value for figure in needs_figures(truth, said)}
    assert values["every need of a message found"] == 0.5
    assert values["no need claimed where there is none"] == 0.5


def test_an_interval_holds_its_value_and_narrows_with_more_messages() -> None:
    few = interval("few", lambda said: float(said.mean()), np.array([True, False] * 10))
    many = interval("many", lambda said: float(said.mean()), np.array([True, False] * 1000))
    assert few.low < few.value == 0.5 < few.high
    assert many.high - many.low < (few.high - few.low) / 5
