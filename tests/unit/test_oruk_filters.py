"""The standard's filters, on small services of our own."""

from datetime import UTC, datetime
from typing import Any

import pytest

from web.oruk.catalogue import Snapshot, arranged
from web.oruk.entries import entry_of, minutes
from web.oruk.filters import Asked, CannotAsk, places, services

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
CITY, UTTLESFORD = "E07000008", "E07000077"
TERMS = {
    "food": {"id": "t1", "name": "Food", "taxonomy": "Types"},
    "lunch": {"id": "t2", "name": "Lunch", "parent_id": "t1", "taxonomy": "Types"},
    "soup": {"id": "t3", "name": "Soup", "parent_id": "t2", "taxonomy": "Types"},
    "work": {"id": "t4", "name": "Work", "taxonomy": "Other types"},
}


def made(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "name": name, "status": "active", **more}


def term(code: str) -> list[dict[str, Any]]:
    return [{"id": f"a-{code}", "taxonomy_term": TERMS[code]}]


def open_on(days: str, opens: str, closes: str) -> list[dict[str, Any]]:
    return [{"id": days, "byday": days, "opens_at": opens, "closes_at": closes}]


def at(name: str, latitude: float, longitude: float, **more: Any) -> dict[str, Any]:
    return {"id": f"at-{name}", "location": {"id": f"l-{name}", "latitude": latitude, "longitude": longitude}, **more}


def snapshot(
    *documents: dict[str, Any], gone: tuple[str, ...] = (), modified: dict[str, datetime] | None = None
) -> Snapshot:
    changed = modified or {}
    entries = {
        document["id"]: entry_of(
            document, key=document["id"], modified=changed.get(document["id"], NOW), gone=document["id"] in gone
        )
        for document in documents
    }
    return arranged(entries, 1, NOW)


def names(known: Snapshot, **asked: Any) -> list[str]:
    return [entry.name for entry in services(known, Asked(**asked))]


def test_without_filters_everything_by_name() -> None:
    known = snapshot(made("b"), made("A"), made("c", front_door={"internal": True}))
    assert names(known) == ["A", "b"]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("lunch", ["Lunch club"]),
        ("LUNCHES", ["Lunch club"]),
        ("lunch chesterton", ["Lunch club"]),
        ("lunch harbour", []),
        ("café", ["Cafe for carers"]),
        ("caring", ["Cafe for carers"]),
        ("  ", ["Cafe for carers", "Lunch club"]),
        ("?!", []),
    ],
)  # fmt: skip
def test_every_word_has_to_be_there_whatever_its_ending(search: str, expected: list[str]) -> None:
    known = snapshot(made("Lunch club", description="In Chesterton."), made("Cafe for carers", description="Caring."))
    assert names(known, search=search.strip()) == expected


def test_a_confidential_place_is_not_found_by_its_address() -> None:
    refuge = made("Refuge", front_door={"confidential_address": True}, service_at_locations=[at("x", 52.2, 0.1)])
    refuge["service_at_locations"][0]["location"] |= {"name": "Juniper Lodge"}
    assert names(snapshot(refuge), search="juniper") == []
    assert not places(snapshot(refuge), Asked())


def test_a_term_brings_the_terms_under_it() -> None:
    known = snapshot(
        made("food", attributes=term("food")), made("soup", attributes=term("soup")),
        made("lunch", attributes=term("lunch")), made("work", attributes=term("work")),
    )  # fmt: skip
    keys = {one.name: one.id for one in known.terms.values()}
    assert names(known, taxonomy_term_id=keys["Food"]) == ["food", "lunch", "soup"]
    assert names(known, taxonomy_term_id=keys["Soup"]) == ["soup"]
    assert names(known, taxonomy_term_id="none") == []
    assert names(known, taxonomy_id="Other types") == ["work"]
    assert [names(known, taxonomy_id=one.id) for one in known.taxonomies.values()] == [
        ["work"],
        ["food", "lunch", "soup"],
    ]


def test_terms_that_are_each_others_parents_end() -> None:
    round_and_round = [{"id": "a", "taxonomy_term": {"id": "t1", "name": "x", "parent_id": "t1"}}]
    known = snapshot(made("one", attributes=round_and_round))
    assert names(known, taxonomy_term_id=next(iter(known.terms))) == ["one"]


def test_ages_as_the_standard_says_them() -> None:
    known = snapshot(made("any"), made("old", minimum_age=65), made("young", minimum_age=11, maximum_age=25))
    assert names(known, minimum_age=18) == ["old"]
    assert names(known, minimum_age=11) == ["old", "young"]
    assert names(known, maximum_age=25) == ["young"]
    assert names(known, maximum_age=24) == []


def test_hours_have_to_be_those_of_one_line() -> None:
    known = snapshot(
        made("monday", schedules=open_on("MO,TU", "09:00", "12:00")),
        made("friday", schedules=open_on("FR", "14:00", "24:00")),
        made("at a place", service_at_locations=[at("p", 52.2, 0.1, schedules=open_on("1MO", "10:00:00", "11:00:00"))]),
        made("unknown"),
    )
    assert names(known, day="MO") == ["at a place", "monday"]
    assert names(known, day="MO", start_time=10 * 60) == ["at a place"]
    assert names(known, start_time=9 * 60, end_time=12 * 60) == ["at a place", "monday"]
    assert [entry.name for entry, _ in places(known, Asked(day="MO", start_time=10 * 60))] == ["at a place"]
    assert not places(known, Asked(day="TU"))
    assert names(known, day="FR", end_time=18 * 60) == []
    assert names(known, day="FR", end_time=24 * 60) == ["friday"]


def test_who_changed_since_and_who_is_gone() -> None:
    before, after = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
    known = snapshot(
        made("early"), made("late"), made("let go"), made("long gone"), gone=("let go", "long gone"),
        modified={"early": before, "late": after, "let go": after, "long gone": before},
    )  # fmt: skip
    assert names(known) == ["early", "late"]
    assert names(known, modified_after=after) == ["late", "let go"]
    assert b'"status":"defunct"' in services(known, Asked(modified_after=after))[1].listed
    assert names(known, modified_after=datetime(2026, 11, 21, tzinfo=UTC)) == []


def test_near_a_postcode_and_for_people_there() -> None:
    city = [{"id": "c", "extent": CITY}]
    known = snapshot(
        made("next door", service_areas=city, service_at_locations=[at("n", 52.2229, 0.1370)]),
        made("across town", service_at_locations=[at("a", 52.1937, 0.1378)]),
        made("next door, for others", service_areas=[{"id": "u", "extent": UTTLESFORD}],
             service_at_locations=[at("o", 52.2229, 0.1370)]),
        made("somewhere", service_at_locations=[{"id": "s", "location": {"id": "l"}}]),
    )  # fmt: skip

    def found(**asked: Any) -> list[str]:
        return [entry.name for entry, _ in places(known, Asked(**asked))]

    assert found() == ["across town", "next door", "next door, for others", "somewhere"]
    assert found(postcode="CB4 3EH") == ["across town", "next door", "somewhere"]
    assert found(postcode="cb101aa") == ["across town", "next door, for others", "somewhere"]
    assert found(postcode="CB4 3EH", proximity=1500) == ["next door"]
    assert found(postcode="CB4 3EH", proximity=9000) == ["next door", "across town"]
    with pytest.raises(CannotAsk):
        found(proximity=100)


@pytest.mark.parametrize(
    ("clock", "expected"),
    [("09:30", 570), ("9:30", 570), ("09:30:00", 570), ("24:00", 1440), ("09:30Z", 570), ("24:01", None), ("9", None)],
)  # fmt: skip
def test_times(clock: str, expected: int | None) -> None:
    assert minutes(clock) == expected


def test_an_area_that_is_drawn_is_asked_too() -> None:
    drawn = (
        '{"type": "Polygon", "coordinates": [[[0.1, 52.18], [0.1, 52.24], [0.18, 52.24], [0.18, 52.18], [0.1, 52.18]]]}'
    )
    at_home = made("drawn", service_areas=[{"id": "d", "extent": drawn, "extent_type": "geojson"}])
    known = snapshot(at_home | {"service_at_locations": [at("d", 52.2229, 0.1370)]})
    assert [entry.name for entry, _ in places(known, Asked(postcode="CB4 3EH"))] == ["drawn"]
    assert not places(known, Asked(postcode="CB10 1AA"))
