"""The figures that the heads see: embedding, phrase evidence, hashed words and word parts."""

from collections import Counter
from itertools import pairwise
from math import log
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from understanding.text import Words

BUCKETS = 1 << 15
CHARACTERS = (3, 4, 5)


def hashed_counts(words: Words) -> dict[int, float]:
    """Bucket -> sublinear count of words, pairs of words and word parts; length 1 before any weighting."""
    norms = [norm for norm in words.norms if norm[0].isalnum()]
    parts: Counter[int] = Counter()
    for norm in norms:
        parts[_bucket("w", norm)] += 1
        if len(norm) > 3:
            marked = f"<{norm}>"
            for size in CHARACTERS:
                for start in range(len(marked) - size + 1):
                    parts[_bucket("c", marked[start : start + size])] += 1
    for pair in pairwise(norms):
        parts[_bucket("p", " ".join(pair))] += 1
    return {bucket: 1.0 + log(count) for bucket, count in parts.items()}


def _bucket(kind: str, part: str) -> int:
    return crc32(f"{kind}{part}".encode("utf-8", "replace")) % BUCKETS


def weigh(counts: dict[int, float], rarity: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """(buckets, tf-idf values of length 1) for one text; `rarity` is the idf of each bucket."""
    buckets = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
    values = np.fromiter(counts.values(), dtype=np.float32, count=len(counts)) * rarity[buckets]
    length = float(np.linalg.norm(values)) or 1.0
    return buckets, (values / length).astype(np.float32)
