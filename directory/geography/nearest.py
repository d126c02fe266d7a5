"""From a place on the map to the area around it, offline. The exact place is used here and kept nowhere."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from pyproj import Transformer

from directory.geography.postcodes import letter_of

FARTHEST_METRES = 1500.0
WGS84, BRITISH_GRID = "EPSG:4326", "EPSG:27700"


@cache
def to_grid() -> Transformer:
    """Latitude and longitude (WGS84, degrees) to metres east and north on the British grid."""
    return Transformer.from_crs(WGS84, BRITISH_GRID)


def nearest_area(latitude: float, longitude: float, *, letters: Sequence[str]) -> str | None:
    """The area (`CB4 3`) of the nearest postcode, or None when none lies within 1.5 km.

    Degrees in WGS84; only postcodes that begin with one of `letters` are looked at. A sector and not the whole
    postcode: that would be a neighbour's.
    """
    east, north = to_grid().transform(latitude, longitude)
    if not (np.isfinite(east) and np.isfinite(north)):
        return None
    best, found = FARTHEST_METRES, None
    for letter in letters:
        known = letter_of(letter)
        if not known.codes.size:
            continue
        metres = np.hypot(known.points[:, 0] - east, known.points[:, 1] - north)
        first = int(np.nanargmin(metres))
        if metres[first] < best:
            best, found = float(metres[first]), known.codes[first].decode()
    return None if found is None else f"{found[:4].strip()} {found[4]}"
