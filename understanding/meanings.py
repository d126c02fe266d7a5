"""What each example means, kept from one training to the next: working it out is two thirds of a first training."""

import hashlib
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from understanding.embedding import digest_of_model
from understanding.heads import ROOT
from understanding.ridge import Matrix

KEPT = "meanings.npz"
CODE = ("embedding", "text")


def known_meanings(folder: Path) -> dict[bytes, Matrix]:
    """Key of a text -> its meaning (2, 384), from the last training into `folder`; none if the encoder has changed."""
    try:
        with np.load(folder / KEPT, allow_pickle=False) as arrays:
            if str(arrays["mark"]) != _mark():
                return {}
            return dict(zip(arrays["keys"].tolist(), arrays["meanings"], strict=True))
    except (OSError, EOFError, ValueError, KeyError, BadZipFile):  # a training that was stopped: nothing is lost
        return {}


def keep_meanings(folder: Path, texts: list[str], meanings: Matrix) -> None:
    """Keep the meaning of each text (n, 2, 384) for the next training."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / KEPT, mark=_mark(), keys=np.array([key_of(text) for text in texts]), meanings=meanings)


def key_of(text: str) -> bytes:
    """What stands for `text`."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest().encode()


def _mark() -> str:
    digest = hashlib.sha256(digest_of_model().encode())
    for name in CODE:
        digest.update((ROOT / "understanding" / f"{name}.py").read_bytes())
    return digest.hexdigest()
