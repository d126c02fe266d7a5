"""Which council owes what, for every CB postcode and for places elsewhere, beside what GOV.UK publishes of tiers."""

import csv
from pathlib import Path
from typing import Any

import pytest

from directory.deciding.eligibility import FITS, NO, judge
from directory.geography.duties import FILE, UnknownDuty, council_to_ask, duty_council
from directory.geography.postcodes import Area, letter_of, look_up
from foundation.needs import NEEDS
from foundation.words import load_words
from tests.unit.directory_fixtures import CITY, cambridge

TIERS = Path(__file__).parents[3] / "shared/data/govuk/local_services_lgsl_tier.csv"
COUNTY, ESSEX, SUFFOLK, NORFOLK, UTTLESFORD = "E10000003", "E10000012", "E10000029", "E10000020", "E07000077"
# The districts that share CB postcodes, and the county over each (data/README of the reference data; ONS).
COUNTIES = {
    CITY: COUNTY, "E07000009": COUNTY, "E07000010": COUNTY, "E07000011": COUNTY, "E07000012": COUNTY,
    UTTLESFORD: ESSEX, "E07000067": ESSEX, "E07000245": SUFFOLK, "E07000146": NORFOLK, "E06000031": "E06000031",
}  # fmt: skip


def table(name: str) -> dict[str, Any]:
    return dict(load_words(FILE)[name])


def every_cb_postcode() -> dict[str, str]:
    letter = letter_of("C")
    return {
        f"{code[:4].decode().strip()} {code[4:].decode()}": council.decode()
        for code, council in zip(letter.codes, letter.councils, strict=True)
        if code.startswith(b"CB") and council
    }


def test_on_every_cb_postcode_the_district_houses_and_the_county_cares() -> None:
    wrong = []
    postcodes = every_cb_postcode()
    for postcode, district in postcodes.items():
        area = look_up(postcode)
        houses, cares = duty_council("housing", area), duty_council("older_people_care", area)
        assert houses is not None
        assert cares is not None
        if (houses.councils, cares.councils) != ((district,), (COUNTIES[district],)):
            wrong.append(postcode)
    assert wrong == []
    assert len(postcodes) > 15_000
    assert set(postcodes.values()) == set(COUNTIES)


def test_no_cb_postcode_fits_a_council_that_owes_it_nothing() -> None:
    """Every service of a council that meets a need with a duty fits where that council owes it, and only there."""
    sample: dict[str, str] = {}
    for postcode, council in every_cb_postcode().items():
        sample.setdefault(council, postcode)
    looked_at = 0
    for service in cambridge():
        needs = [need for need in service.by_need if need in table("needs")]
        if not service.organisation.endswith("Council") or len(service.areas) != 1:
            continue
        (its_own,) = service.areas
        for council, postcode in sample.items():
            fit = judge(service, {"postcode": postcode}).fit
            assert (fit != NO) == (its_own in {council, COUNTIES[council]}), (service.name, postcode)
            for need in needs:
                owed = duty_council(need, look_up(postcode))
                looked_at += 1
                if need == "housing" and fit == FITS:
                    assert owed is not None
                    assert owed.councils == (its_own,), (service.name, postcode)
    assert looked_at > 50


def test_a_resident_of_saffron_walden_is_housed_by_uttlesford_and_cared_for_by_essex() -> None:
    walden = look_up("CB10 1AA")
    housing, care = duty_council("homelessness", walden), duty_council("adult_social_care", walden)
    assert housing is not None
    assert care is not None
    assert (housing.in_words(), care.in_words()) == ("Uttlesford District Council", "Essex County Council")
    assert housing.certain
    assert "Housing Act 1996" in housing.law


@pytest.mark.parametrize(
    ("duty", "postcode", "councils"),
    [
        ("homelessness", "PE1 1AA", ("E06000031",)),  # Peterborough does both
        ("adult_social_care", "PE1 1AA", ("E06000031",)),
        ("homelessness", "SW1A 1AA", ("E09000033",)),
        ("adult_social_care", "CF10 1AA", ("W06000015",)),
        ("homelessness", "EH1 1YZ", ("S12000036",)),
    ],
)
def test_elsewhere(duty: str, postcode: str, councils: tuple[str, ...]) -> None:
    owed = duty_council(duty, look_up(postcode))
    assert owed is not None
    assert owed.councils == councils


def test_in_northern_ireland_it_is_no_council() -> None:
    owed = duty_council("housing", look_up("BT1 5GS"))
    assert owed is not None
    assert (owed.councils, owed.in_words(), owed.certain) == ((), "Northern Ireland Housing Executive", True)
    assert duty_council("substance_misuse", look_up("BT1 5GS")) is None
    assert duty_council("domestic_abuse", look_up("EH1 1YZ")) is None  # the duty is England's


def test_part_of_a_postcode_names_all_who_may_owe_it_the_likeliest_first() -> None:
    owed = duty_council("housing", look_up("CB4 2"))
    assert owed is not None
    assert owed.councils == (CITY, "E07000012")
    assert owed.in_words() == "Cambridge City Council or South Cambridgeshire District Council"
    assert not owed.certain
    care = duty_council("disability", look_up("CB4 2"))
    assert care is not None
    assert care.councils == (COUNTY,)  # both are Cambridgeshire's
    assert care.certain


def test_far_off_and_unnamed() -> None:
    owed = duty_council("housing", look_up("ME15 6JQ"))  # Maidstone
    assert owed is not None
    assert owed.in_words() == "your district or city council"


def test_without_an_address_it_is_whoever_is_asked() -> None:
    owed = duty_council("housing", Area("none", ()))
    assert owed is not None
    assert (owed.councils, owed.in_words(), owed.certain) == ((), "any council", False)


def test_whom_to_ask_in_words() -> None:
    assert council_to_ask("education_send", "CB10 1AA") == "Essex County Council"
    assert council_to_ask("housing", "none") == "any council"
    assert council_to_ask("housing", None) == ""
    assert council_to_ask("loneliness", "CB4 3EH") == ""


def test_what_no_council_owes_and_what_is_no_need() -> None:
    assert duty_council("loneliness", look_up("CB4 3EH")) is None
    with pytest.raises(UnknownDuty):
        duty_council("parking", look_up("CB4 3EH"))


def test_the_table_is_whole() -> None:
    assert set(table("needs")) <= set(NEEDS)
    assert set(table("needs").values()) <= set(table("duties"))
    assert set(table("northern_ireland")) <= set(table("duties"))
    assert {row["tier"] for row in table("duties").values()} == {"district", "county"}
    assert all(row["law"] for row in table("duties").values())


@pytest.mark.skipif(not TIERS.is_file(), reason="GOV.UK's table of tiers (reference data) is not here")
def test_the_tiers_are_those_that_gov_uk_publishes() -> None:
    with TIERS.open(encoding="utf-8") as file:
        published = {int(row["LGSL"]): row["Providing Tier"] for row in csv.DictReader(file)}
    ours = {number: row["tier"] for row in table("duties").values() for number in row["lgsl"]}
    assert len(ours) > 15
    assert {n: published[n] for n, tier in ours.items() if published[n] != f"{tier}/unitary"} == {}
