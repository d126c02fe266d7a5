"""The languages on the first page, by their own names."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from foundation.languages import LANGUAGES


@dataclass(frozen=True)
class Tile:
    """One language: its own `name`, what English speakers call it, which way it is written, and what to do."""

    code: str
    name: str
    english: str
    direction: str = "ltr"
    desk: str = ""

    @property
    def spoken(self) -> bool:
        """Whether a whole conversation can be held in it."""
        return self.code in LANGUAGES


@cache
def load_tiles() -> tuple[Tile, ...]:
    """The tiles in their order on the screen, from languages.yml."""
    rows = yaml.safe_load(Path(__file__).with_name("languages.yml").read_text(encoding="utf-8"))
    return tuple(Tile(**row) for row in rows)
