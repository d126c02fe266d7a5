"""The trained heads: kernel ridge regression, run in plain numpy from one .npz and one .json.

A head compares a message with every training example: by a Gaussian kernel on meaning, phrases and loudest clause, and
by the words and word parts they share. That second part is linear, so it is kept as one weight a bucket.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from understanding.embedding import SIZE, Embedded, meaning_of
from understanding.features import hashed_counts, weigh
from understanding.results import ModelsMissing
from understanding.text import Words, clauses_of

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS, ABOUT = "heads.npz", "heads.json"
SHARPNESS = 0.7
PHRASES, LOUDEST = 0.3, 0.5
STRONGEST = 256  # of the examples that speak for or against a label, enough to say which clause does
UNSAID = (False, False)
Matrix = NDArray[np.float32]


def models_folder() -> Path:
    """FRONTDOOR_MODELS, or var/models/understanding of this checkout."""
    return Path(os.environ.get("FRONTDOOR_MODELS") or ROOT / "var" / "models" / "understanding")


def dense_figures(meaning: Matrix, extra: list[float]) -> Matrix:
    """384 + extra + 384 figures, scaled as the Gaussian kernel sees them."""
    phrases = np.array(extra, dtype=np.float32) * PHRASES
    return np.concatenate([meaning[0], phrases, meaning[1] * LOUDEST]).astype(np.float32)


def nearness(some: Matrix, others: Matrix) -> Matrix:
    """(a, b): the Gaussian kernel of each row of `some` (a, d) with each row of `others` (b, d)."""
    squares = (some * some).sum(axis=1)[:, None] + (others * others).sum(axis=1)[None] - 2 * some @ others.T
    near: Matrix = np.exp(-SHARPNESS * np.maximum(squares, 0)).astype(np.float32)
    return near


def sure(raw: float, said: tuple[bool, bool], weights: list[float]) -> float:
    """The calibrated probability: `raw` score, whether a strong phrase and a detail stand there, one bias."""
    line = weights[0] * raw + weights[1] * said[0] + weights[2] * said[1] + weights[3]
    return float(1 / (1 + np.exp(-np.clip(line, -30, 30))))


@dataclass(frozen=True)
class Seen:
    """One text as the heads see it: `near` (examples) says how close it is to each, `raw` is each label's score."""

    embedded: Embedded
    near: Matrix
    raw: dict[str, float]


@dataclass(frozen=True)
class Heads:
    """`axes` (384 + extra + 384, 256), `seen` (examples, 256), `weights` (examples, labels).

    `sparse` (labels, buckets), `bias` (labels), `rarity` (buckets), `lengths` (examples) of rows of `seen`, squared.
    """

    labels: tuple[str, ...]
    thresholds: dict[str, float]
    calibration: dict[str, list[float]]
    axes: Matrix
    seen: Matrix
    lengths: Matrix
    weights: Matrix
    sparse: Matrix
    bias: Matrix
    rarity: Matrix

    def look(self, words: Words, embedded: Embedded, extra: list[float]) -> Seen:
        """Compare one text with all examples."""
        buckets, values = weigh(hashed_counts(words), self.rarity)
        dense = dense_figures(meaning_of(embedded, clauses_of(words.text)), extra) @ self.axes
        squares = self.lengths + float(dense @ dense) - 2 * (self.seen @ dense)
        near = np.exp(-SHARPNESS * np.maximum(squares, 0)).astype(np.float32)
        raw = self.bias + near @ self.weights + self.sparse[:, buckets] @ values
        return Seen(embedded, near, dict(zip(self.labels, raw.tolist(), strict=True)))

    def chances(self, seen: Seen, said: Mapping[str, tuple[bool, bool]]) -> dict[str, float]:
        """Label -> probability; `said` tells of each need whether a strong phrase and a detail stand in the text."""
        return {label: sure(raw, said.get(label, UNSAID), self.calibration[label]) for label, raw in seen.raw.items()}

    def pull(self, label: str, seen: Seen) -> Matrix:
        """How much each token of the text speaks for `label`: along the slope of its score."""
        shares = self.weights[:, self.labels.index(label)] * seen.near
        most = np.argpartition(-np.abs(shares), min(STRONGEST, len(shares)) - 1)[:STRONGEST]
        slope = self.axes[:SIZE] @ (shares[most] @ self.seen[most])
        return (seen.embedded.tokens @ slope).astype(np.float32)


def load_heads(folder: Path) -> Heads:
    """Read the heads. Raises ModelsMissing."""
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        with np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
            kept = {
                name: arrays[name].astype(np.float32)
                for name in ("axes", "seen", "weights", "sparse", "bias", "rarity")
            }
        labels, thresholds, calibration = tuple(about["labels"]), dict(about["thresholds"]), dict(about["calibration"])
    except (OSError, ValueError, KeyError) as error:
        raise ModelsMissing("The trained models are missing: run python -m understanding.train.") from error
    lengths = (kept["seen"] * kept["seen"]).sum(axis=1)
    return Heads(labels=labels, thresholds=thresholds, calibration=calibration, lengths=lengths, **kept)


@cache
def heads() -> Heads:
    """The heads of this process. Raises ModelsMissing.

    From here on NumPy's sums use one thread: for one message a second one saves nothing, and spins while it waits
    (29 ms of processor time where one thread takes 16, and four times that when the processors are busy).
    """
    threadpool_limits(1, user_api="blas")
    return load_heads(models_folder())


def models_ready() -> bool:
    """Whether the trained heads are there and can be read."""
    folder = models_folder()
    return (folder / WEIGHTS).is_file() and (folder / ABOUT).is_file()
