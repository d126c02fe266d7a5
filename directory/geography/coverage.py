"""Whom a service serves: by council, by a shape drawn on the map, or in words that only its staff can read."""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from directory.geography.councils import GSS, is_an_area, named_areas, tiers_of
from directory.geography.nearest import to_grid
from directory.geography.postcodes import Area, points_of

Extents = frozenset[str]
LONGEST = 4_000_000  # letters of one drawn area; a coast in full detail has fewer
WKT = re.compile(r"^\s*(MULTI)?POLYGON\s*Z?\s*\(", re.IGNORECASE)
IN_THE_KINGDOM = (-9.0, 49.0, 2.5, 61.5)  # degrees west, south, east, north


def extents_of(service_areas: Iterable[dict[str, Any]]) -> Extents:
    """What the `service_areas` of an Open Referral record say: GSS codes, shapes as text, and else their words.

    None at all means everywhere. A record that only names an area we know ("Cambridgeshire") gets its code.
    """
    return frozenset(text for entry in service_areas for text in _extents(entry))


def share_served(extents: Extents, area: Area) -> float | None:
    """How much of `area` is served, 0 to 1, counted in postcodes; None when the record does not let us tell.

    Someone without an address is served where they are.
    """
    if not extents or not area.councils:
        return 1.0
    inside = [bool(tiers & extents) for tiers in area.councils]
    if all(inside):
        return 1.0
    shapes = [shape for text in extents if (shape := shape_of(text)) is not None]
    share = _drawn(area, extents, shapes) if shapes else _counted(area, inside)
    return share if share or not any(_unreadable(text) for text in extents) else None


def _counted(area: Area, inside: list[bool]) -> float:
    return sum(share for share, served in zip(area.shares, inside, strict=True) if served)


def _drawn(area: Area, extents: Extents, shapes: list[BaseGeometry]) -> float:
    councils, points = points_of(area.postcode)
    if not len(points):
        return 0.0
    served = [code for code in set(councils.tolist()) if tiers_of(code.decode()) & extents]
    inside: NDArray[np.bool_] = np.isin(councils, served) if served else np.zeros(len(points), dtype=bool)
    for shape in shapes:
        inside |= shapely.contains_xy(shape, points[:, 0], points[:, 1])
    return float(inside.mean())


def _extents(entry: dict[str, Any]) -> list[str]:
    written = [str(entry.get(key) or "").strip() for key in ("extent", "uri", "name", "service_area")]
    extent = written[0]
    if _looks_drawn(extent):
        return [extent]
    codes = [code for text in written[:2] for code in GSS.findall(text)]
    if codes:
        return codes
    for text in filter(None, written):
        if code := named_areas().get(text.casefold()):
            return [code]
    return [next(text for text in written if text)] if any(written) else []


def _looks_drawn(text: str) -> bool:
    return text.startswith("{") or bool(WKT.match(text))


def _unreadable(text: str) -> bool:
    return not is_an_area(text) and shape_of(text) is None


@lru_cache(maxsize=2048)
def shape_of(text: str) -> BaseGeometry | None:
    """A GeoJSON or WKT shape (WGS84 degrees) on the British grid, in metres; None for what is no such shape."""
    if not _looks_drawn(text) or len(text) > LONGEST:
        return None
    try:
        drawn = _parse(text)
        if not np.isfinite(shapely.bounds(drawn)).all():
            return None
        whole: BaseGeometry = shapely.make_valid(shapely.transform(_east_first(drawn), _onto_grid))
    except (shapely.errors.GEOSException, ValueError, RecursionError):
        return None
    shapely.prepare(whole)
    shapely.contains_xy(whole, 0, 0)  # builds its index here, in one thread, before others share it
    return whole if shapely.area(whole) else None


def _parse(text: str) -> BaseGeometry:
    if WKT.match(text):
        return shapely.from_wkt(text)
    # Through Python's own reader first, which refuses what is nested without end.
    return shapely.from_geojson(json.dumps(json.loads(text)))


def _east_first(drawn: BaseGeometry) -> BaseGeometry:
    """Longitude first, as the standards have it; feeds that write latitude first are put right."""
    west, south, east, north = shapely.bounds(drawn)
    least_east, least_north, most_east, most_north = IN_THE_KINGDOM
    swapped = least_north <= west and east <= most_north and least_east <= south and north <= most_east
    return shapely.transform(drawn, lambda points: points[:, ::-1]) if swapped else drawn


def _onto_grid(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack(to_grid().transform(points[:, 1], points[:, 0]))
