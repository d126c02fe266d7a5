"""Whom a service serves: codes, shapes, names, and words that cannot be read. Three values, never a guess."""

import json
from typing import Any

import numpy as np
import pytest
from pyproj import Transformer

from directory.geography.coverage import extents_of, shape_of, share_served
from directory.geography.nearest import to_grid
from directory.geography.postcodes import letter_of, look_up

CITY = "E07000008"
WEST, SOUTH, EAST, NORTH = 0.06, 52.15, 0.19, 52.25  # a box round Cambridge, degrees
RING = [[WEST, SOUTH], [EAST, SOUTH], [EAST, NORTH], [WEST, NORTH], [WEST, SOUTH]]
BOX: dict[str, Any] = {"type": "Polygon", "coordinates": [RING]}
WKT = f"POLYGON (({', '.join(f'{x} {y}' for x, y in RING)}))"


def served(entry: dict[str, Any] | list[dict[str, Any]], postcode: str) -> float | None:
    entries = entry if isinstance(entry, list) else [entry]
    return share_served(extents_of(entries), look_up(postcode))


@pytest.mark.parametrize(
    ("entry", "extents"),
    [
        ({"extent": CITY}, {CITY}),
        ({"extent": "E07000008, E07000012"}, {CITY, "E07000012"}),
        ({"uri": "http://statistics.data.gov.uk/id/statistical-geography/E10000003"}, {"E10000003"}),
        ({"extent": "extent", "name": "Cambridgeshire"}, {"E10000003"}),
        ({"name": "Cambridge"}, {CITY}),
        ({"name": "Cambridgeshire County Council"}, {"E10000003"}),
        ({"service_area": "Nationwide"}, {"K02000001"}),
        ({"name": "King's Lynn"}, {"King's Lynn"}),
        ({"name": "The Fens"}, {"The Fens"}),
        ({"extent": WKT, "name": "Cambridge"}, {WKT}),
        ({"id": "7"}, set()),
        ({"extent": None, "name": ""}, set()),
    ],
)
def test_what_a_record_says(entry: dict[str, Any], extents: set[str]) -> None:
    assert extents_of([entry]) == extents


@pytest.mark.parametrize(
    ("entries", "postcode", "share"),
    [
        ([], "CB10 1AA", 1.0),
        ([{"extent": CITY}], "CB4 3EH", 1.0),
        ([{"extent": CITY}], "CB10 1AA", 0.0),
        ([{"extent": "E10000003"}], "CB10 1AA", 0.0),
        ([{"extent": "E10000012"}], "CB10 1AA", 1.0),  # Saffron Walden is in Essex
        ([{"extent": CITY}, {"extent": "E07000077"}], "CB10 1AA", 1.0),
        ([{"name": "The Fens"}], "CB4 3EH", None),
        ([{"extent": CITY}, {"name": "and villages near it"}], "CB4 3EH", 1.0),
        ([{"extent": CITY}, {"name": "and villages near it"}], "CB24 9NN", None),
        ([{"extent": "E05002702"}], "CB4 3EH", None),  # a ward: we do not know where it ends
        ([{"extent": CITY}], "none", 1.0),
        ([{"name": "The Fens"}], "none", 1.0),
    ],
)
def test_by_codes_and_words(entries: list[dict[str, Any]], postcode: str, share: float | None) -> None:
    assert served(entries, postcode) == share


@pytest.mark.parametrize(
    "extent",
    [
        json.dumps(BOX),
        json.dumps({"type": "Feature", "properties": {}, "geometry": BOX}),
        json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": BOX}]}),
        json.dumps({"type": "MultiPolygon", "coordinates": [[RING]]}),
        WKT,
        WKT.lower(),
        json.dumps({"type": "Polygon", "coordinates": [[[y, x] for x, y in RING]]}),  # latitude first, as some write
        json.dumps({"type": "Polygon", "coordinates": [RING[::-1]]}),  # the wrong way round
    ],
)
def test_a_shape_serves_those_inside(extent: str) -> None:
    entry = {"extent": extent, "extent_type": "geojson"}
    assert served(entry, "CB4 3EH") == 1.0
    assert served(entry, "CB10 1AA") == 0.0
    assert served(entry, "EH1 1YZ") == 0.0
    assert 0 < (served(entry, "CB24") or 0) < 1  # villages round about, some of them inside


def test_every_cb_postcode_is_inside_or_outside_as_its_own_degrees_say() -> None:
    """The shape goes to the grid; here the points go to degrees, the other way. A metre at the edge may differ."""
    codes = letter_of("C").codes
    ours = np.flatnonzero(np.char.startswith(codes, b"CB") & ~np.isnan(letter_of("C").points[:, 0]))
    latitude, longitude = Transformer.from_crs("EPSG:27700", "EPSG:4326").transform(*letter_of("C").points[ours].T)
    inside = (longitude > WEST) & (longitude < EAST) & (latitude > SOUTH) & (latitude < NORTH)
    edge = np.abs(np.stack([longitude - WEST, longitude - EAST, latitude - SOUTH, latitude - NORTH])).min(axis=0) < 1e-4
    extents = extents_of([{"extent": json.dumps(BOX)}])
    told = [f"{code[:4].decode().strip()} {code[4:].decode()}" for code in codes[ours]]
    found = np.array([share_served(extents, look_up(postcode)) for postcode in told])
    assert len(told) > 15_000
    assert [told[n] for n in np.flatnonzero((found != inside) & ~edge)] == []
    assert 0.2 < inside.mean() < 0.8


def test_a_shape_and_a_council_together() -> None:
    both = [{"extent": json.dumps(BOX)}, {"extent": "E07000077"}]
    assert served(both, "CB10 1AA") == 1.0
    assert served(both, "CB4 3EH") == 1.0
    assert served(both, "CB7 4EE") == 0.0


@pytest.mark.parametrize(
    "extent",
    [
        "{", "{}", '{"type": "Topology", "arcs": []}', '{"type": "Polygon", "coordinates": []}',
        '{"type": "Polygon", "coordinates": [[[0, 52], [1, "x"]]]}', '{"type": "Point", "coordinates": [0.1, 52.2]}',
        '{"type": "Polygon", "coordinates": [[[0, 52], [1e999, 52], [1, 53], [0, 52]]]}',
        "POLYGON ((0 52, 1", "POLYGON EMPTY", "POLYGON ((0 0, 0 0, 0 0, 0 0))",
        '{"type": "Polygon", "coordinates": ' + "[" * 100_000 + "]" * 100_000 + "}",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_not_known_and_never_a_no(extent: str) -> None:
    assert shape_of(extent) is None
    assert served({"extent": extent}, "CB4 3EH") is None


def test_a_shape_that_crosses_itself_is_made_whole() -> None:
    bow = {
        "type": "Polygon",
        "coordinates": [[[WEST, SOUTH], [EAST, NORTH], [EAST, SOUTH], [WEST, NORTH], [WEST, SOUTH]]],
    }
    found = shape_of(json.dumps(bow))
    assert found is not None
    assert found.is_valid
    east, north = to_grid().transform(*reversed(RING[0]))
    assert found.bounds[0] == pytest.approx(east, abs=500)
    assert found.bounds[1] == pytest.approx(north, abs=500)


def test_of_part_of_a_postcode_the_shapes_and_the_councils_count_together() -> None:
    north = json.dumps({"type": "Polygon", "coordinates": [[[x, y + NORTH - SOUTH] for x, y in RING]]})
    alone = [served({"extent": text}, "CB24") or 0 for text in (WKT, north, CITY)]
    both = served([{"extent": WKT}, {"extent": north}], "CB24") or 0
    with_council = served([{"extent": north}, {"extent": CITY}], "CB24") or 0
    assert min(alone) > 0
    assert both == pytest.approx(alone[0] + alone[1])  # side by side: nobody is in both
    assert max(alone[1:]) < with_council <= alone[1] + alone[2]
