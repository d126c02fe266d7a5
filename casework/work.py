"""What a step works with: the database, the place, the time, and what the resident just said."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from booking.hub import read_hub
from casework.ways import NOBODY, Ways
from foundation.database import Database
from foundation.words import Words

words = Words(Path(__file__).with_name("words.yml"))


@dataclass(frozen=True)
class Work:
    """One step's surroundings. `now` is aware UTC; `resident` is the conversation's id, a resource in booking."""

    database: Database
    place_folder: Path
    resident: str
    now: datetime
    ways: Ways = NOBODY  # who carries messages for us

    def hub(self) -> dict[str, Any]:
        """The hub of this place, as its pages show it."""
        return hub_data(self.place_folder)


@cache
def hub_data(place_folder: Path) -> dict[str, Any]:
    """The hub of the place in `place_folder`, as pages show it; read once."""
    details = read_hub(place_folder / "hub.yml").as_json()
    plain: dict[str, Any] = json.loads(json.dumps(details, default=str))  # a date in YAML is text on a page
    return plain


@dataclass(frozen=True)
class Said:
    """What the resident just sent: `text` as typed, or the `choice` that was tapped, and what was heard in it."""

    text: str = ""
    choice: str | None = None
    parts: tuple[str, ...] | None = None
    heard: dict[str, Any] = field(default_factory=dict)

    def needs(self) -> list[dict[str, Any]]:
        """The needs that were heard in this message."""
        return list(self.heard.get("needs", []))
