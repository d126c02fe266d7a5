from datetime import UTC, datetime, timedelta

import pytest

from booking.errors import OpeningNotReadable
from booking.openings import Opening, OpeningLeg, read_opening_code


def test_an_opening_comes_back_from_its_code() -> None:
    start = datetime(2026, 11, 24, 10, tzinfo=UTC)
    first = OpeningLeg(
        agency="city_housing", service_id="0a1b-2c", start=start, finish=start + timedelta(minutes=30),
        adviser="city-housing-a", room="room_1", room_label="Room 1",
    )  # fmt: skip
    second = OpeningLeg(
        agency="cvs", service_id="0a1b-2d", start=start + timedelta(minutes=45), finish=start + timedelta(minutes=90),
        adviser="cvs-a", room="room_1", room_label="Room 1",
    )  # fmt: skip
    opening = Opening(legs=(first, second))
    assert read_opening_code(opening.id, {"room_1": "Room 1"}) == opening
    assert opening.waiting_minutes == 15


@pytest.mark.parametrize(
    "code", ["", "x", "a.b.c.d.e.f", "a.s.100.-1.x.r", "a.s.100.2.x.r~b.s.101.2.y.r", "~", "a.s.9e99.1.x.r"]
)
def test_what_is_no_opening_is_refused(code: str) -> None:
    with pytest.raises(OpeningNotReadable):
        read_opening_code(code)
