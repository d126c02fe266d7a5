"""Where a postcode is, for a place whose address is written by hand."""

from functools import cache

from pyproj import Transformer

from directory.geography.nearest import BRITISH_GRID, WGS84
from directory.geography.postcodes import NotAPostcode, UnknownPostcode, normalise, points_of
from foundation.languages import translate

DIGITS = 5  # of a degree: about a metre


@cache
def _to_degrees() -> Transformer:
    return Transformer.from_crs(BRITISH_GRID, WGS84)


def whole_postcode(text: str) -> str:
    """A postcode as the Post Office writes it. Raises NotAPostcode, UnknownPostcode: half a one is not enough here."""
    postcode = normalise(text)
    if len(postcode.replace(" ", "")) < 5:
        raise NotAPostcode(translate("Write the whole postcode, such as CB4 3EH."))
    if not len(points_of(postcode)[1]):
        raise UnknownPostcode(translate("We cannot find this postcode. Check it."))
    return postcode


def middle_of(postcode: str) -> dict[str, float]:
    """The middle of a whole postcode, in degrees (WGS84), as a location has it."""
    _, points = points_of(postcode)
    latitude, longitude = _to_degrees().transform(*points[0])
    return {"latitude": round(latitude, DIGITS), "longitude": round(longitude, DIGITS)}
