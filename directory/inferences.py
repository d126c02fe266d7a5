"""Guesses: needs that usually come with what was said. Each is shown with its reason and can be taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("inferences.yml")


@dataclass(frozen=True)
class Guess:
    """A need that was not said, and why it is guessed: in English, to be translated when it is said."""

    need: str
    because: str


@cache
def _rules() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def infer_needs(needs: Sequence[str], circumstances: dict[str, Any]) -> list[Guess]:
    """The needs to guess for somebody with `needs` and `circumstances`, without those that are there already."""
    guesses: dict[str, Guess] = {}
    for rule in _rules():
        fits = all(circumstances.get(code) in values for code, values in rule["when"].items())
        if fits and set(rule["when_needs"]) <= set(needs) and rule["need"] not in needs:
            guesses.setdefault(rule["need"], Guess(rule["need"], rule["because"]))
    return list(guesses.values())
