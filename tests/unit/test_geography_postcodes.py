"""Postcodes as people type them, and whose they are."""

import pytest

from directory.geography.postcodes import (
    NotAPostcode,
    PostcodeWithoutPlace,
    UnknownPostcode,
    is_known,
    look_up,
    normalise,
)

CAMBRIDGE, SOUTH, EAST, UTTLESFORD, PETERBOROUGH = "E07000008", "E07000012", "E07000009", "E07000077", "E06000031"
COUNTY, ESSEX, ENGLAND = "E10000003", "E10000012", "E92000001"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("CB4 3EH", "CB4 3EH"), ("cb43eh", "CB4 3EH"), (" cb4-3eh. ", "CB4 3EH"), ("CB 4 3 EH", "CB4 3EH"),
        ("cb4 OEH", "CB4 0EH"), ("cb1o 2rp", "CB10 2RP"), ("cb1o", "CB10"),
        ("cb10", "CB10"), ("cb4 3", "CB4 3"), ("sw1a 1aa", "SW1A 1AA"),
    ],
)  # fmt: skip
def test_postcodes_as_people_type_them(typed: str, written: str) -> None:
    assert normalise(typed) == written


@pytest.mark.parametrize("typed", ["", "Cambridge", "12345", "C", "CB4 3EHX", "no idea", "🙂"])
def test_what_is_no_postcode_gets_a_sentence_that_helps(typed: str) -> None:
    with pytest.raises(NotAPostcode, match="looks like CB4 3EH"):
        look_up(typed)


@pytest.mark.parametrize("typed", ["CB4 3ZZ", "QQ1", "CB4 3II", "QQ1 1QQ"])
def test_a_postcode_that_does_not_exist(typed: str) -> None:
    with pytest.raises(UnknownPostcode, match="cannot find"):
        look_up(typed)


@pytest.mark.parametrize(
    ("postcode", "inside", "outside"),
    [
        ("CB4 3EH", {CAMBRIDGE, COUNTY, ENGLAND}, {SOUTH}),
        ("CB24 9NN", {SOUTH, COUNTY}, {CAMBRIDGE}),
        ("CB7 4EE", {EAST, COUNTY}, {CAMBRIDGE}),
        ("CB10 1AA", {UTTLESFORD, ESSEX, ENGLAND}, {CAMBRIDGE, COUNTY}),
        ("PE1 1AA", {PETERBOROUGH, ENGLAND}, {COUNTY}),  # unitary: no county above it
        ("EH1 1YZ", set(), {ENGLAND}),
    ],
)
def test_councils_and_counties(postcode: str, inside: set[str], outside: set[str]) -> None:
    (codes,) = look_up(postcode).councils
    assert inside <= codes
    assert not outside & codes


def test_the_first_part_is_certain_only_when_all_of_it_is_one_councils() -> None:
    city_and_villages = look_up("CB4")
    assert not city_and_villages.certain
    assert {CAMBRIDGE, SOUTH} <= set().union(*city_and_villages.councils)
    assert look_up("CB2 1").certain


@pytest.mark.parametrize("typed", ["none", "None", "no fixed address", "No fixed abode", "homeless", " no postcode "])
def test_no_address_is_an_answer(typed: str) -> None:
    assert look_up(typed).councils == ()
    assert is_known(typed)


def test_an_old_postcode_without_a_place_gets_a_sentence_that_helps() -> None:
    with pytest.raises(PostcodeWithoutPlace, match=r"old postcode.*only the first part: CB9"):
        look_up("CB9 1AB")
    assert not is_known("CB9 1AB")
    assert len(look_up("CB9").councils) > 1


@pytest.mark.parametrize(
    ("postcode", "wider"),
    [
        ("CB4 3EH", {"E10000003", "K02000001", "K03000001", "K04000001", "E92000001", "E12000006", "E47000008"}),
        ("PE1 1AA", {"K02000001", "K03000001", "K04000001", "E92000001", "E12000006", "E47000008"}),
        ("PE30 1AA", {"K02000001", "K03000001", "K04000001", "E92000001", "E12000006", "E10000020"}),
        ("SW1A 1AA", {"K02000001", "K03000001", "K04000001", "E92000001", "E12000007"}),
        ("CF10 1AA", {"K02000001", "K03000001", "K04000001", "W92000004"}),
        ("EH1 1YZ", {"K02000001", "K03000001", "S92000003"}),
        ("BT1 5GS", {"K02000001", "N92000002"}),
        ("JE2 3AB", set()),  # Jersey is no part of the United Kingdom
    ],
)
def test_every_wider_area_that_holds_it_and_no_other(postcode: str, wider: set[str]) -> None:
    (codes,) = look_up(postcode).councils
    assert {code for code in codes if not code.startswith(("E06", "E07", "E09", "W06", "S12", "N09", "L"))} == wider
