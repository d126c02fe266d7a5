"""A hub: one place on bus routes where several agencies see people. Its data is a file, `hub.yml`, of the place."""

from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

import yaml

from booking.errors import RotaNotReadable
from directory.hours.calendars import DIVISIONS, ENGLAND_AND_WALES

MAIN_SITE = "main"
MOST_LEAD_HOURS, MOST_BUFFER_MINUTES, MOST_WALK_MINUTES = 80, 60, 60


@dataclass(frozen=True, kw_only=True)
class Room:
    """A room where one agency sees one person, or several do together: `capacity` counts everybody in it.

    `site`: the building it is in, one of the hub's; "" is the main one.
    """

    id: str
    label: str
    features: tuple[str, ...]
    capacity: int = 3
    site: str = ""
    open: bool = True


@dataclass(frozen=True, kw_only=True)
class BookingRules:
    """How soon a visit may be, and how close. Times are London wall time on working days.

    `lead_working_hours`: from asking to the visit. `last_bookable`: from then on nothing is booked for the same day.
    `buffer_minutes`: kept free between one leg and the next.
    """

    lead_working_hours: float = 2
    last_bookable: time | None = None
    buffer_minutes: int = 0
    day_begins: time = time(9)
    day_ends: time = time(17)


@dataclass(frozen=True, kw_only=True)
class Site:
    """A building of the hub besides the main one. `walk_minutes`: to others, by their ids; the main one is "main"."""

    id: str
    label: str
    walk_minutes: dict[str, int]


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
            Room(
                id=str(room["id"]),
                label=str(room["label"]),
                features=tuple(map(str, room["features"])),
                capacity=int(room.get("capacity", 3)),
                site=str(room.get("site", "")),
            )
            for room in self.details["rooms"]
        )

    @property
    def nation(self) -> str:
        """Whose bank holidays are kept: england-and-wales, scotland or northern-ireland."""
        return str(self.details.get("nation", ENGLAND_AND_WALES))

    @property
    def booking_rules(self) -> BookingRules:
        """Lead time, last bookable time, buffers. Raises TypeError, ValueError for what `read_hub` would refuse."""
        told = dict(self.details.get("booking") or {})
        for name in ("last_bookable", "day_begins", "day_ends"):
            if told.get(name):
                told[name] = time.fromisoformat(str(told[name]))
        return BookingRules(**{name: value for name, value in told.items() if value not in (None, "")})

    @property
    def sites(self) -> tuple[Site, ...]:
        """Its buildings besides the main one."""
        return tuple(
            Site(id=str(site["id"]), label=str(site["label"]), walk_minutes=dict(site.get("walk_minutes", {})))
            for site in self.details.get("sites") or ()
        )

    def walk_minutes(self, one: str, other: str) -> int:
        """How long the walk between two of its sites takes ("" is the main one); either way alike. Raises KeyError."""
        first, second = one or MAIN_SITE, other or MAIN_SITE
        if first == second:
            return 0
        walks = {site.id: site.walk_minutes for site in self.sites}
        told = walks.get(first, {}).get(second, walks.get(second, {}).get(first))
        if told is None:
            raise KeyError(f"the walk between {first} and {second} is not told")
        return int(told)

    @property
    def agencies(self) -> dict[str, dict[str, Any]]:
        """Agencies that see people here: slug -> {label, minutes}."""
        return dict(self.details["agencies"])

    def as_json(self) -> dict[str, Any]:
        """What a page or an API shows: all but what only a search needs."""
        kept = ("rooms", "sessions", "agencies", "nation", "booking", "sites")
        return {key: value for key, value in self.details.items() if key not in kept}


def read_hub(path: Path) -> Hub:
    """The hub in a `hub.yml`. Raises RotaNotReadable, saying what is wrong."""
    try:
        hub = Hub(yaml.safe_load(path.read_text(encoding="utf-8")))
        _ = (hub.id, hub.name, hub.host, hub.phone, hub.address, hub.agencies)
        _check_booking(hub)
        _check_rooms(hub)
    except KeyError as error:
        raise RotaNotReadable(f"{path.name} cannot be read: {error.args[0]} is missing.") from error
    except (OSError, yaml.YAMLError, TypeError, ValueError, AttributeError) as error:
        raise RotaNotReadable(f"{path.name} cannot be read: {error}.") from error
    return hub


def _check_booking(hub: Hub) -> None:
    if hub.nation not in DIVISIONS:
        raise ValueError(f"its nation is {hub.nation!r}, it must be one of {', '.join(DIVISIONS)}")
    rules = hub.booking_rules
    if not 0 <= rules.lead_working_hours <= MOST_LEAD_HOURS:
        raise ValueError(f"lead_working_hours is {rules.lead_working_hours}, it must be from 0 to {MOST_LEAD_HOURS}")
    if not 0 <= rules.buffer_minutes <= MOST_BUFFER_MINUTES:
        raise ValueError(f"buffer_minutes is {rules.buffer_minutes}, it must be from 0 to {MOST_BUFFER_MINUTES}")
    if rules.day_begins >= rules.day_ends:
        raise ValueError("day_begins must be before day_ends")


def _check_rooms(hub: Hub) -> None:
    sites = {MAIN_SITE, *(site.id for site in hub.sites)}
    for one in sites:
        for other in sites:
            if not 0 <= hub.walk_minutes(one, other) <= MOST_WALK_MINUTES:
                raise ValueError(f"the walk between {one} and {other} must be from 0 to {MOST_WALK_MINUTES} minutes")
    rooms = hub.rooms
    for room in rooms:
        if (room.site or MAIN_SITE) not in sites:
            raise ValueError(f"{room.id} is in {room.site!r}, which is no site of this hub")
        if room.capacity < 2:
            raise ValueError(f"{room.id} has room for {room.capacity}: it takes two people at least")
    if len({room.id for room in rooms}) < len(rooms):
        raise ValueError("two rooms have one id")
