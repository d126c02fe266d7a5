"""A hub: one place on bus routes where several agencies see people. Its data is a file, `hub.yml`, of the place."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from booking.errors import RotaNotReadable


@dataclass(frozen=True, kw_only=True)
class Room:
    """A room where one agency sees one person."""

    id: str
    label: str
    features: tuple[str, ...]


@dataclass(frozen=True)
class Hub:
    """What people are told about the hub, as `hub.yml` has it."""

    details: dict[str, Any]

    @property
    def id(self) -> str:
        """Its slug."""
        return str(self.details["id"])

    @property
    def name(self) -> str:
        """Its neutral name."""
        return str(self.details["name"])

    @property
    def host(self) -> str:
        """Who meets people at the door."""
        return str(self.details["host"])

    @property
    def phone(self) -> str:
        """The hub's own number."""
        return str(self.details["phone"])

    @property
    def address(self) -> str:
        """One line."""
        return ", ".join(self.details["address"])

    @property
    def rooms(self) -> tuple[Room, ...]:
        """The rooms, in the order of the file."""
        return tuple(
            Room(id=room["id"], label=room["label"], features=tuple(room["features"])) for room in self.details["rooms"]
        )

    @property
    def agencies(self) -> dict[str, dict[str, Any]]:
        """Agencies that see people here: slug -> {label, minutes}."""
        return dict(self.details["agencies"])

    def as_json(self) -> dict[str, Any]:
        """What a page or an API shows: all but rooms and sessions."""
        return {key: value for key, value in self.details.items() if key not in ("rooms", "sessions", "agencies")}


def read_hub(path: Path) -> Hub:
    """The hub in a `hub.yml`. Raises RotaNotReadable."""
    try:
        hub = Hub(yaml.safe_load(path.read_text(encoding="utf-8")))
        _ = (hub.id, hub.name, hub.host, hub.phone, hub.address, hub.rooms, hub.agencies)
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise RotaNotReadable(f"{path.name} cannot be read: {error}.") from error
    return hub
