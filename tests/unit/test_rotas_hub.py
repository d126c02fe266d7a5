"""What `hub.yml` says of booking: defaults that are safe, and plain errors for what cannot be."""

from datetime import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from booking.errors import RotaNotReadable
from booking.hub import BookingRules, Hub, read_hub
from tests.unit.rota_examples import PLACE, hub

DETAILS = read_hub(PLACE / "hub.yml").details
ANNEXE = {"id": "annexe", "label": "Annexe", "walk_minutes": {"main": 5}}
SHED = {"id": "shed", "label": "Shed", "walk_minutes": {"main": 2, "annexe": 4}}


def written(folder: Path, **changes: Any) -> Hub:
    file = folder / "hub.yml"
    file.write_text(yaml.safe_dump(DETAILS | changes), encoding="utf-8")
    return read_hub(file)


def test_a_hub_that_says_nothing_of_booking_has_the_usual_rules() -> None:
    plain = Hub({key: value for key, value in DETAILS.items() if key not in ("booking", "nation", "sites")})
    assert plain.booking_rules == BookingRules(lead_working_hours=2, last_bookable=None, buffer_minutes=0)
    assert (plain.nation, plain.sites, plain.walk_minutes("", "")) == ("england-and-wales", (), 0)


def test_a_hub_says_its_own(tmp_path: Path) -> None:
    found = written(
        tmp_path, nation="scotland", booking={"last_bookable": "15:00", "buffer_minutes": 15}, sites=[ANNEXE, SHED]
    )
    assert found.booking_rules == BookingRules(last_bookable=time(15), buffer_minutes=15)
    assert found.walk_minutes("", "annexe") == found.walk_minutes("annexe", "") == 5
    assert found.walk_minutes("annexe", "shed") == found.walk_minutes("shed", "annexe") == 4
    assert {"booking", "nation", "sites", "rooms"} & set(found.as_json()) == set()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"nation": "wales"}, "nation is 'wales', it must be one of england-and-wales, scotland, northern-ireland"),
        ({"booking": {"lead_working_hours": -1}}, "lead_working_hours is -1"),
        ({"booking": {"lead_working_hours": 1000}}, "from 0 to 80"),
        ({"booking": {"lead_working_hours": "soon"}}, "cannot be read"),
        ({"booking": {"buffer_minutes": 600}}, "buffer_minutes is 600"),
        ({"booking": {"last_bookable": "3pm"}}, "cannot be read: Invalid isoformat string: '3pm'"),
        ({"booking": {"lead_hours": 2}}, "lead_hours"),
        ({"booking": {"day_begins": "17:00", "day_ends": "09:00"}}, "day_begins must be before day_ends"),
        ({"sites": [ANNEXE | {"walk_minutes": {}}]}, "the walk between .* is not told"),
        ({"sites": [ANNEXE | {"walk_minutes": {"main": 500}}]}, "from 0 to 60 minutes"),
        ({"rooms": [{"id": "a", "label": "A", "features": [], "site": "moon"}]}, "a is in 'moon', which is no site"),
        ({"rooms": [{"id": "a", "label": "A", "features": [], "capacity": 1}]}, "a has room for 1"),
        ({"rooms": [{"id": "a", "label": "A", "features": []}] * 2}, "two rooms have one id"),
        ({"rooms": [{"id": "a", "label": "A"}]}, "features is missing"),
    ],
)
def test_a_hub_that_cannot_be_is_refused(tmp_path: Path, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(RotaNotReadable, match=says):
        written(tmp_path, **changes)


def test_the_demonstration_has_interpreters_without_names_and_rooms_for_several() -> None:
    text = (PLACE / "rota.csv").read_text(encoding="utf-8")
    assert "interpreter-a,interpreters,Interpreter 1,works" in text
    assert max(room.capacity for room in hub().rooms) >= 5
