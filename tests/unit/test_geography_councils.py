"""Which council stands over which, beside a register of councils where one is at hand."""

import csv
from pathlib import Path

import pytest

from directory.geography.councils import council_name, county_of, is_an_area, tiers_of

REGISTER = Path(__file__).parents[3] / "shared/data/geo/local-authorities.csv"


@pytest.mark.skipif(not REGISTER.is_file(), reason="the register of councils (reference data) is not here")
def test_every_district_of_the_register_has_its_county_and_no_other_council_has_one() -> None:
    with REGISTER.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    by_id = {row["id"]: row for row in rows}
    districts = {row["gss"]: by_id[row["parent_local_authority_id"]] for row in rows if row["tier_id"] == "2"}
    assert len(districts) > 160
    assert {code: county_of(code) for code in districts} == {code: county["gss"] for code, county in districts.items()}
    assert all(county_of(row["gss"]) == "" for row in rows if row["gss"] not in districts)
    counties = {county["gss"]: county["name"] for county in districts.values()}
    assert {code: council_name(code) for code in counties} == counties


@pytest.mark.skipif(not REGISTER.is_file(), reason="the register of councils (reference data) is not here")
def test_the_councils_round_here_are_called_as_in_the_register() -> None:
    with REGISTER.open(encoding="utf-8") as file:
        names = {row["gss"]: row["name"].replace("District ", "") for row in csv.DictReader(file)}  # some say it not
    ours = {code: council_name(code).replace("’", "").replace("District ", "") for code in names}
    assert sum(map(bool, ours.values())) > 30
    assert {code: name for code, name in ours.items() if name and name != names[code]} == {}


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("E07000008", True), ("E10000003", True), ("K02000001", True), ("E12000007", True), ("S12000036", True),
        ("N09000003", True), ("W06000015", True), ("E09000033", True), ("E47000008", True),
        ("E05002702", False),  # a ward
        ("E54000056", False),  # an integrated care board
        ("E10000006", False),  # Cumbria, which is no more
        ("Cambridge", False), ("", False),
    ],
)  # fmt: skip
def test_which_codes_a_postcode_can_be_told_to_lie_in(code: str, known: bool) -> None:
    assert is_an_area(code) is known


def test_an_island_that_is_not_of_the_kingdom_lies_in_nothing_wider() -> None:
    assert tiers_of("L99999999") == {"L99999999"}
