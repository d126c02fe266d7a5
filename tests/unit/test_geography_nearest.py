"""From a place on the map to the area around it: places that anybody can look up, and the postcodes' own points."""

import math
import random
from typing import Any

import numpy as np
import pytest
from pyproj import Transformer

from directory.geography.nearest import FARTHEST_METRES, nearest_area
from directory.geography.postcodes import letter_of

LETTERS = ("C", "I")


# WGS84 as on any map; the area is the one that the place's own postcode begins with.
@pytest.mark.parametrize(
    ("place", "latitude", "longitude", "areas"),
    [
        ("Cambridge, market square (Guildhall: CB2 3QJ)", 52.2053, 0.1192, {"CB2 3", "CB2 1"}),
        ("Cambridge, Arbury Court (CB4 2JQ)", 52.2227, 0.1270, {"CB4 2", "CB4 3"}),
        ("Cambridge station (CB1 2JW)", 52.1943, 0.1371, {"CB1 2", "CB1 3"}),
        ("Ely cathedral (CB7 4DL)", 52.3986, 0.2640, {"CB7 4"}),
        ("Saffron Walden, market square (CB10 1HR)", 52.0226, 0.2410, {"CB10 1", "CB11 3", "CB11 4"}),
    ],
)
def test_real_places(place: str, latitude: float, longitude: float, areas: set[str]) -> None:
    assert nearest_area(latitude, longitude, letters=LETTERS) in areas, place


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (53.5, 2.5),  # the North Sea
        (0.0, 0.0),  # where maps begin
        (48.8566, 2.3522),  # Paris
        (90.0, 0.0),
        (-52.2053, 0.1192),
        (52.2053, 100.0),
        (math.nan, 0.1192),
        (52.2053, math.nan),
        (math.inf, 0.1192),
        (1e9, 1e9),
    ],
)
def test_far_away_and_nonsense_are_no_area(latitude: float, longitude: float) -> None:
    assert nearest_area(latitude, longitude, letters=LETTERS) is None


def test_only_the_letters_asked_for_are_looked_at() -> None:
    assert nearest_area(52.2053, 0.1192, letters=("P",)) is None
    assert nearest_area(52.2053, 0.1192, letters=()) is None


def sector(code: bytes) -> str:
    return f"{code[:4].decode().strip()} {code[4:5].decode()}"


def placed(letter: str) -> tuple[list[bytes], Any]:
    known = letter_of(letter)
    there = ~np.isnan(known.points[:, 0])
    return list(known.codes[there]), known.points[there]


def test_at_its_own_point_every_postcode_finds_its_own_area() -> None:
    """Postcodes may share a point; then the area of any of them is right."""
    codes, points = placed("C")
    ours = [n for n, code in enumerate(codes) if code.startswith(b"CB")]
    at: dict[tuple[float, float], set[str]] = {}
    for n in ours:
        at.setdefault((points[n][0], points[n][1]), set()).add(sector(codes[n]))
    back = Transformer.from_crs("EPSG:27700", "EPSG:4326")
    for n in random.Random(7).sample(ours, 200):
        east, north = points[n]
        latitude, longitude = back.transform(east, north)
        assert nearest_area(latitude, longitude, letters=("C",)) in at[east, north], codes[n]


@pytest.mark.parametrize(("metres", "found"), [(-20, True), (20, False)])
def test_no_farther_than_it_says(metres: float, found: bool) -> None:
    """From the easternmost postcode of all, there is nothing nearer further east."""
    codes, points = placed("C")  # Canterbury among them, and the coast
    last = max(range(len(codes)), key=lambda n: points[n][0])
    east, north = points[last]
    back = Transformer.from_crs("EPSG:27700", "EPSG:4326")
    place = back.transform(east + FARTHEST_METRES + metres, north)
    assert (nearest_area(*place, letters=("C",)) is not None) == found
