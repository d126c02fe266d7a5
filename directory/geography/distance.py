"""How far it is, as the crow flies, from where somebody lives to where a service sees people. Offline."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from directory.geography.nearest import to_grid
from directory.geography.postcodes import Area, Points, points_of

MILE = 1609.344
# The first part of a postcode may be miles across. Within this, or within a third of the way, a middle will do.
SPREAD_METRES, SPREAD_SHARE = MILE, 1 / 3


@dataclass(frozen=True)
class Spot:
    """A place of a service on the British grid, metres east and north; `place` is its number among the places."""

    place: int
    east: float
    north: float


@dataclass(frozen=True)
class Near:
    """The nearest of several places, by its number among them, and how far it is in metres."""

    place: int
    metres: float


def spots_of(document: dict[str, Any]) -> tuple[Spot, ...]:
    """Where people can go to a service of an Open Referral record; none when that is kept secret or is not known."""
    if (document.get("front_door") or {}).get("confidential_address"):
        return ()
    found = []
    for number, place in enumerate(document.get("service_at_locations") or []):
        location = place.get("location") or {}
        if location.get("location_type", "physical") != "physical":
            continue
        latitude, longitude = _degrees(location.get("latitude")), _degrees(location.get("longitude"))
        east, north = _grid(latitude, longitude)
        found += [Spot(number, east, north)] if math.isfinite(east) and math.isfinite(north) else []
    return tuple(found)


def nearest(spots: Sequence[Spot], area: Area) -> Near | None:
    """The nearest of `spots` from the middle of `area`; None when there is none, or nobody can say from where.

    The first part of a postcode counts while it is small beside the way: "2 miles" must not mean none or five.
    """
    home = home_of(area)
    if home is None or not spots:
        return None
    east, north = home.middle
    metres = [float(np.hypot(spot.east - east, spot.north - north)) for spot in spots]
    best = int(np.argmin(metres))
    return Near(spots[best].place, metres[best]) if home.spread <= _allowed(metres[best]) else None


@dataclass(frozen=True)
class Home:
    """About where people in an area live: the `middle` of its postcodes on the grid, and their `spread` in metres."""

    middle: tuple[float, float]
    spread: float


@lru_cache(maxsize=4096)
def home_of(area: Area) -> Home | None:
    """Where `area` is; None without an address or where no place is known. The spread holds nine in ten postcodes."""
    if not area.councils:
        return None
    _, points = points_of(area.postcode)
    return _middle(points) if len(points) else None


def _middle(points: Points) -> Home:
    east, north = np.median(points, axis=0)
    spread = float(np.percentile(np.hypot(points[:, 0] - east, points[:, 1] - north), 90))
    return Home((float(east), float(north)), spread)


def metres_from(home: Home, spots: Iterable[Spot]) -> float | None:
    """How far the nearest of `spots` is from the middle of `home`, in metres, however large its area; for ranking."""
    east, north = home.middle
    return min((float(np.hypot(spot.east - east, spot.north - north)) for spot in spots), default=None)


def _degrees(told: Any) -> float:
    """Feeds leave coordinates out, or write words into them: then no number."""
    try:
        return float(told)
    except (TypeError, ValueError):
        return math.nan


def _allowed(metres: float) -> float:
    return max(SPREAD_METRES, metres * SPREAD_SHARE)


@lru_cache(maxsize=65536)
def _grid(latitude: float, longitude: float) -> tuple[float, float]:
    east, north = to_grid().transform(latitude, longitude)
    return float(east), float(north)
