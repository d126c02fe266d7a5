"""All examples as the heads see them in training: their figures, and how alike each two of them are."""

import multiprocessing
import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from foundation.needs import NEEDS
from understanding.embedding import encoder, meaning_of
from understanding.evidence import evidence_in
from understanding.features import BUCKETS, hashed_counts, weigh
from understanding.heads import dense_figures, nearness
from understanding.reading import extra_features, said_of
from understanding.ridge import Matrix
from understanding.text import clauses_of, words_of

AXES = 256
A_BLOCK = 500  # rows of a kernel that one thread works out at a time
A_WORKER = 500  # texts that are worth a process of their own, which has to load the encoder

# The counts of a text's words and word parts, its meaning, its dense figures, what its phrases say of each need.
type Described = tuple[dict[int, float], Matrix, Matrix, dict[str, tuple[bool, bool]]]


@dataclass(frozen=True)
class Figures:
    """All examples as the heads see them: `dense` (n, 256) along `axes` (384 + extra + 384, 256).

    `sparse` is (n, buckets), `rarity` (buckets).
    `said` is (n, 2) for each need: whether a strong phrase and whether a detail stands in the text.
    """

    axes: Matrix
    dense: Matrix
    sparse: Any
    rarity: Matrix
    said: dict[str, Matrix]

    def kernel(self, rows: NDArray[np.int64]) -> Matrix:
        """(rows, rows): how alike each two of these examples are."""
        dense, sparse = self.dense[rows], self.sparse[rows]
        near, others = nearness(dense, dense), sparse.T.tocsr()

        def add_shared(start: int) -> None:
            near[start : start + A_BLOCK] += (sparse[start : start + A_BLOCK] @ others).toarray()

        with ThreadPoolExecutor(os.cpu_count()) as threads:  # SciPy lets go of the interpreter while it multiplies
            list(threads.map(add_shared, range(0, len(rows), A_BLOCK)))
        return near


def describe_one(text: str, known: Matrix | None) -> Described:
    """All that the heads see of one text; its meaning (2, 384) is worked out where it is not known."""
    words = words_of(text)
    meaning = meaning_of(encoder().encode(text), clauses_of(text)) if known is None else known
    meaning = meaning.astype(np.float16)  # as it is kept, so that a second training gives what the first one gave
    dense = dense_figures(meaning.astype(np.float32), extra_features(words))
    return hashed_counts(words), meaning, dense, said_of(evidence_in(words))


def describe(texts: list[str], known: list[Matrix | None]) -> tuple[Figures, Matrix]:
    """The figures of all texts, worked out on every processor, and the meaning of each (n, 2, 384)."""
    counts, meant, dense, said = zip(*_each(texts, known), strict=True)
    frequency = np.zeros(BUCKETS, dtype=np.float32)
    for some in counts:
        frequency[list(some)] += 1
    rarity = (np.log((1 + len(texts)) / (1 + frequency)) + 1).astype(np.float32)
    weighed = [weigh(some, rarity) for some in counts]
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in weighed)])
    values, places = np.concatenate([v for _, v in weighed]), np.concatenate([b for b, _ in weighed])
    sparse = csr_matrix((values, places, ends), shape=(len(texts), BUCKETS))
    phrases = {code: np.array([one[code] for one in said], dtype=np.float32) for code in NEEDS}
    whole = np.array(dense, dtype=np.float32)
    axes = main_axes(whole)
    return Figures(axes, whole @ axes, sparse, rarity, phrases), np.array(meant)


def _each(texts: list[str], known: list[Matrix | None]) -> Iterable[Described]:
    workers = min(os.cpu_count() or 1, len(texts) // A_WORKER)
    if workers < 2:
        return map(describe_one, texts, known)
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(describe_one, texts, known, chunksize=50))


def main_axes(dense: Matrix) -> Matrix:
    """(figures, 256): the directions in which the examples differ most; distances along them say as much."""
    _, directions = np.linalg.eigh(np.cov(dense, rowvar=False))
    return directions[:, ::-1][:, :AXES].astype(np.float32)
