"""The trained heads: logistic regressions, run in plain numpy from one .npz and one .json."""

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from understanding.embedding import SIZE, Embedded, loudest
from understanding.features import hashed_counts, weigh
from understanding.results import ModelsMissing
from understanding.text import Words, clauses_of

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS, ABOUT = "heads.npz", "heads.json"


def models_folder() -> Path:
    """FRONTDOOR_MODELS, or var/models/understanding of this checkout."""
    return Path(os.environ.get("FRONTDOOR_MODELS") or ROOT / "var" / "models" / "understanding")


@dataclass(frozen=True)
class Features:
    """One text as the heads see it."""

    embedded: Embedded
    extra: NDArray[np.float32]
    clauses: NDArray[np.float32]
    buckets: NDArray[np.int64]
    values: NDArray[np.float32]


@dataclass(frozen=True)
class Heads:
    """`dense` (labels, 384 + extra + 384), `sparse` (labels, buckets), `bias` (labels), `rarity` (buckets)."""

    labels: tuple[str, ...]
    thresholds: dict[str, float]
    dense: NDArray[np.float32]
    sparse: NDArray[np.float32]
    bias: NDArray[np.float32]
    rarity: NDArray[np.float32]

    def features(self, words: Words, embedded: Embedded, extra: list[float]) -> Features:
        """All figures of one text."""
        buckets, values = weigh(hashed_counts(words), self.rarity)
        clauses = loudest(embedded, clauses_of(words.text))
        return Features(embedded, np.array(extra, dtype=np.float32), clauses, buckets, values)

    def probabilities(self, features: Features) -> dict[str, float]:
        """Label -> probability."""
        logits = self.bias + self.dense @ np.concatenate([features.embedded.vector, features.extra, features.clauses])
        logits = logits + self.sparse[:, features.buckets] @ features.values
        return dict(zip(self.labels, (1 / (1 + np.exp(-np.clip(logits, -30, 30)))).tolist(), strict=True))

    def pull(self, label: str, embedded: Embedded) -> NDArray[np.float32]:
        """How much each token of the text speaks for `label`."""
        weights: NDArray[np.float32] = self.dense[self.labels.index(label), :SIZE]
        pulls: NDArray[np.float32] = embedded.tokens @ weights
        return pulls


def load_heads(folder: Path) -> Heads:
    """Read the heads. Raises ModelsMissing."""
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        with np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
            kept = {name: arrays[name].astype(np.float32) for name in ("dense", "sparse", "bias", "rarity")}
    except (OSError, ValueError, KeyError) as error:
        raise ModelsMissing("The trained models are missing: run python -m understanding.train.") from error
    return Heads(labels=tuple(about["labels"]), thresholds=dict(about["thresholds"]), **kept)


@cache
def heads() -> Heads:
    """The heads of this process. Raises ModelsMissing."""
    return load_heads(models_folder())


def models_ready() -> bool:
    """Whether the trained heads are there and can be read."""
    folder = models_folder()
    return (folder / WEIGHTS).is_file() and (folder / ABOUT).is_file()
