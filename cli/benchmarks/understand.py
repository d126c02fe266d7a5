"""Understanding a message, beside the embedding that it stands on."""

import json
import random
from collections.abc import Iterator

from cli.benchmarks.figure import Figure, NotMeasurable, milliseconds, pair
from foundation.settings import ROOT
from understanding import models_ready, understand
from understanding.embedding import encoder

FILE = ROOT / "data" / "understanding" / "needs-dev.jsonl"
MESSAGES, SEED = 200, 20261122


def measure() -> Iterator[Figure]:
    """p50 and p95 in milliseconds a message, both after one to warm up. Raises NotMeasurable without the models."""
    if not models_ready():
        raise NotMeasurable("Understanding is not measured: its models are not trained. `make setup` trains them.")
    texts = [json.loads(line)["text"] for line in FILE.read_text(encoding="utf-8").splitlines() if line.strip()]
    chosen = random.Random(SEED).sample(texts, min(MESSAGES, len(texts)))
    understand(chosen[0])
    ours, bare = [], []
    for text in chosen:
        ours.append(milliseconds(lambda t=text: understand(t)))  # type: ignore[misc]
        bare.append(milliseconds(lambda t=text: encoder().encode(t)))  # type: ignore[misc]
    yield from pair("understand", ours, bare, reference="the embedding alone", percents=(50, 95))
