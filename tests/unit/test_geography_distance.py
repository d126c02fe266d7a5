"""How far it is: between places that anybody can measure on a map, and never to a place that is secret."""

from typing import Any

import pytest

from directory.deciding.travel import getting_there, how_far
from directory.geography.distance import MILE, Near, Spot, home_of, metres_from, nearest, spots_of
from directory.geography.postcodes import look_up
from foundation.languages import speaking

GUILDHALL = {"latitude": 52.2050, "longitude": 0.1190}  # Cambridge market square, CB2 3QJ
ELY = {"latitude": 52.3986, "longitude": 0.2640}  # the cathedral


def record(*locations: dict[str, Any], **ours: Any) -> dict[str, Any]:
    places = [{"id": str(n), "location": {"location_type": "physical", **one}} for n, one in enumerate(locations)]
    return {"service_at_locations": places, "front_door": ours}


# As a map's ruler has it, in a straight line.
@pytest.mark.parametrize(
    ("postcode", "place", "miles"),
    [
        ("CB2 3QJ", GUILDHALL, 0.0),
        ("CB7 4DL", GUILDHALL, 14.7),  # Ely to Cambridge
        ("CB10 1HR", GUILDHALL, 13.7),  # Saffron Walden to Cambridge
        ("CB7 4DL", ELY, 0.0),
        ("EH1 1YZ", GUILDHALL, 287),  # Edinburgh, some 460 km
    ],
)
def test_miles_as_a_map_has_them(postcode: str, place: dict[str, float], miles: float) -> None:
    near = nearest(spots_of(record(place)), look_up(postcode))
    assert near is not None
    assert near.metres / MILE == pytest.approx(miles, rel=0.03, abs=0.15)


def test_the_nearest_of_several_places() -> None:
    both = spots_of(record(GUILDHALL, ELY))
    assert [near.place for p in ("CB4 3EH", "CB7 4EE") if (near := nearest(both, look_up(p)))] == [0, 1]


def test_part_of_a_postcode_counts_when_it_is_small_beside_the_way() -> None:
    here, there = spots_of(record(GUILDHALL)), spots_of(record(ELY))
    assert nearest(here, look_up("CB1 2")) is not None  # a few streets
    assert nearest(there, look_up("CB2")) is not None  # all of it about as far
    assert nearest(here, look_up("CB24")) is None  # villages from two miles to ten
    home = home_of(look_up("CB24"))
    assert home is not None
    assert (metres_from(home, here) or 0) > MILE  # for ranking, about is enough


def test_nobody_is_measured_without_an_address_and_nothing_without_a_place() -> None:
    assert nearest(spots_of(record(GUILDHALL)), look_up("none")) is None
    assert nearest((), look_up("CB4 3EH")) is None
    assert spots_of(record({"latitude": None, "longitude": 0.1}, {"latitude": "north", "longitude": ""}, {})) == ()
    assert spots_of(record({**GUILDHALL, "location_type": "virtual"})) == ()
    assert spots_of({}) == ()
    home = home_of(look_up("CB4 3EH"))
    assert home is not None
    assert metres_from(home, ()) is None


def test_a_place_that_is_off_every_map_is_no_place() -> None:
    """The standard's own example has latitude 100."""
    assert spots_of(record({"latitude": 100, "longitude": 101})) == ()
    assert [spot.place for spot in spots_of(record({"latitude": 100, "longitude": 101}, GUILDHALL))] == [1]


def test_a_refuge_is_nowhere() -> None:
    refuge = record(GUILDHALL, confidential_address=True, buses=[{"route": "Citi 2", "stop": "Emmanuel Street"}])
    assert spots_of(refuge) == ()
    assert getting_there(refuge, Near(0, 500.0)) == []


@pytest.mark.parametrize(
    ("miles", "words"),
    [
        (0.0, "Less than half a mile away"), (0.37, "Less than half a mile away"), (0.4, "About half a mile away"),
        (0.69, "About half a mile away"), (0.71, "About 1 mile away"), (1.49, "About 1 mile away"),
        (1.51, "About 2 miles away"), (14.4, "About 14 miles away"), (22.6, "About 25 miles away"),
        (288.0, "About 290 miles away"),
    ],
)  # fmt: skip
def test_how_far_in_words(miles: float, words: str) -> None:
    assert how_far(miles * MILE) == words


def test_getting_there() -> None:
    buses = [
        {"route": "Citi 2", "stop": "Emmanuel Street", "walk_minutes": 4},
        {"route": "Citi 8", "stop": "Market Street", "walk_minutes": 1},
        {"route": "Nowhere"},
        {"route": "U", "stop": "the door"},
        {"route": "Fourth", "stop": "Far off"},
    ]
    assert getting_there(record(GUILDHALL, buses=buses), Near(0, 22500.0)) == [
        "About 14 miles away.",
        "Bus Citi 2 stops at Emmanuel Street, 4 minutes from there on foot.",
        "Bus Citi 8 stops at Market Street, 1 minute from there on foot.",
        "Bus U stops outside, at the door.",
    ]
    assert getting_there(record(GUILDHALL), None) == []


def test_what_the_record_says_of_transport_at_the_nearest_place() -> None:
    two = record({**GUILDHALL, "transportation": "Park Street car park."}, {**ELY, "transportation": "Ely station."})
    assert getting_there(two, Near(1, 900.0))[1:] == ["Ely station."]
    assert getting_there(two, None) == ["Park Street car park."]


def test_spots_and_distances_are_plain_values() -> None:
    assert nearest([Spot(3, 545000.0, 258000.0)], look_up("CB4 3EH")) == Near(3, pytest.approx(1000, abs=1500))
    with speaking("pl"):
        assert how_far(2 * MILE)  # whatever it says, it says something
