"""What the examples mean is kept between trainings, and only as long as the encoder is the same."""

from pathlib import Path

import numpy as np
import pytest

from understanding import meanings
from understanding.describing import describe
from understanding.meanings import KEPT, keep_meanings, key_of, known_meanings

TEXTS = ["behind with the rent", "nothing in for tea 🍞", ""]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder with the meanings of TEXTS, each unlike the others."""
    keep_meanings(tmp_path, TEXTS, np.arange(len(TEXTS) * 2 * 384, dtype=np.float16).reshape(-1, 2, 384))
    return tmp_path


def test_what_was_kept_is_known_by_its_text(kept: Path) -> None:
    known = known_meanings(kept)
    assert set(known) == {key_of(text) for text in TEXTS}
    assert known[key_of(TEXTS[1])][0, 0] == 2 * 384
    assert key_of("behind with the Rent") not in known


def test_another_encoder_or_other_code_knows_nothing(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert known_meanings(kept)
    monkeypatch.setattr(meanings, "digest_of_model", lambda: "another")
    assert known_meanings(kept) == {}


@pytest.mark.parametrize("broken", [b"", b"PK\x03\x04 half a file", b"not at all"])
def test_a_broken_or_missing_file_knows_nothing(tmp_path: Path, broken: bytes) -> None:
    assert known_meanings(tmp_path) == {}
    (tmp_path / KEPT).write_bytes(broken)
    assert known_meanings(tmp_path) == {}


def test_a_second_training_sees_what_the_first_one_saw() -> None:
    first, meant = describe(TEXTS, [None] * len(TEXTS))
    second, again = describe(TEXTS, list(meant))
    assert np.array_equal(first.dense, second.dense)
    assert np.array_equal(meant, again)
    other, _ = describe(TEXTS, [meant[1], meant[0], meant[2]])
    assert not np.array_equal(first.dense, other.dense), "what is known is really used"
