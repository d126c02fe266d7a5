"""Postcodes as people type them, and whose they are."""

import pytest

from directory.geography.postcodes import NotAPostcode, UnknownPostcode, look_up, normalise

CAMBRIDGE, SOUTH, EAST, UTTLESFORD, PETERBOROUGH = "E07000008", "E07000012", "E07000009", "E07000077", "E06000031"
COUNTY, ESSEX, ENGLAND = "E10000003", "E10000012", "E92000001"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("CB4 3EH", "CB4 3EH"), ("cb43eh", "CB4 3EH"), (" cb4-3eh. ", "CB4 3EH"), ("CB 4 3 EH", "CB4 3EH"),
        ("cb4 OEH", "CB4 0EH"), ("cb10", "CB10"), ("cb4 3", "CB4 3"), ("sw1a 1aa", "SW1A 1AA"),
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


def test_no_address_is_an_answer() -> None:
    for typed in ("none", "None", "no fixed address", "homeless"):
        assert look_up(typed).councils == ()
