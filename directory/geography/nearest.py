"""From a place on the map to the area around it, offline. The exact place is used here and kept nowhere."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from pyproj import Transformer

from directory.geography.postcodes import grid

FARTHEST_METRES = 1500.0
WGS84, BRITISH_GRID = "EPSG:4326", "EPSG:27700"


@cache
def _to_grid() -> Transformer:
    return Transformer.from_crs(WGS84, BRITISH_GRID)


def nearest_area(latitude: float, longitude: float, *, letters: Sequence[str]) -> str | None:
    """The area (`CB4 3`) of the nearest postcode, or None when none lies within 1.5 km.

    Degrees in WGS84; only postcodes that begin with one of `letters` are looked at. A sector and not the whole
    postcode: that would be a neighbour's.
    """
    east, north = _to_grid().transform(latitude, longitude)
    best, found = FARTHEST_METRES, None
    for letter in letters:
        codes, points = grid(letter)
        if not len(codes):
            continue
        metres = np.hypot(points[:, 0] - east, points[:, 1] - north)
        first = int(np.argmin(metres))
        if metres[first] < best:
            best, found = float(metres[first]), codes[first]
    return None if found is None else f"{found[:-3].strip()} {found[-3]}"
