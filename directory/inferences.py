"""Guesses: needs that usually come with what was said. Each is shown with its reason and can be taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from directory.maps.reading import current_maps


@dataclass(frozen=True)
class Guess:
    """A need that was not said, and why it is guessed: in English, to be translated when it is said."""

    need: str
    because: str


def infer_needs(needs: Sequence[str], circumstances: dict[str, Any]) -> list[Guess]:
    """The needs to guess for somebody with `needs` and `circumstances`, without those that are there already."""
    guesses: dict[str, Guess] = {}
    for row in current_maps().raised_by(circumstances, frozenset(needs)):
        if row.need not in needs:
            guesses.setdefault(row.need, Guess(row.need, row.because))
    return list(guesses.values())
