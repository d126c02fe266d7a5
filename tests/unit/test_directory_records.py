"""A record in plain lines, and what differs between two states of it."""

from typing import Any

import pytest

from directory.records.differences import Difference, differences
from directory.records.parts import PARTS, get, is_same, part_of, paths_of, put, taken_from
from directory.records.saying import lines, part_label, schedule_line
from tests.unit.directory_fixtures import documents, made


@pytest.mark.parametrize(
    ("schedule", "line"),
    [
        ({"freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:00", "closes_at": "12:30"},
         "Monday and Tuesday, 9am to 12:30pm"),
        ({"freq": "MONTHLY", "byday": "2WE", "opens_at": "10:00:00", "closes_at": "11:00", "notes": "not in August"},
         "Every month: second Wednesday, 10:00 to 11:00, not in August"),
        ({"freq": "MONTHLY", "byday": "1MO,-1FR", "opens_at": "10:00", "closes_at": "11:00"},
         "Every month: first Monday, last Friday, 10:00 to 11:00"),
        ({"freq": "MONTHLY", "bymonthday": "3", "opens_at": "10:00", "closes_at": "11:00"},
         "MONTHLY, 3, 10:00, 11:00"),
        ({"valid_from": "2026-12-25", "valid_to": "2026-12-25", "closed": True}, "25 December 2026: closed"),
        ({"description": "Open whenever the sun shines"}, "Open whenever the sun shines"),
        ({}, ""),
    ],
)  # fmt: skip
def test_a_schedule_is_one_line(schedule: dict[str, Any], line: str) -> None:
    assert schedule_line(schedule) == line


def test_a_part_of_a_shape_that_we_do_not_know_is_shown_as_it_stands() -> None:
    assert lines(made("a") | {"phones": "01223 457000"}, "phones") == ["01223 457000"]
    assert lines({"front_door": {"needs": [{"need": "magic"}]}}, "needs") == ["[{'need': 'magic'}]"], "an old code"


def test_every_part_has_a_name_and_every_service_lines() -> None:
    for document in documents().values():
        for part in PARTS:
            assert part_label(part)
            assert all(isinstance(line, str) for line in lines(document, part))


def test_a_difference_says_what_was_and_what_is() -> None:
    old = made("a") | {"phones": [{"number": "1"}, {"number": "2"}], "last_modified": "2026-01-01"}
    new = old | {"phones": [{"number": "1"}, {"number": "3"}], "alert": "Flood", "last_modified": "2026-02-02"}
    assert differences(old, new) == [
        Difference("phones", (("same", "1"), ("was", "2"), ("is", "3"))),
        Difference("other", (("is", 'alert: "Flood"'),)),
    ]
    assert differences(old, old | {"last_modified": "2026-03-03"}) == []


def test_a_part_is_put_where_it_was_taken_from() -> None:
    document = documents()["wintercomfort"]
    for part in PARTS:
        emptied = put(document, dict.fromkeys(PARTS[part]))
        assert all(get(emptied, path) is None for path in PARTS[part])
        back = put(emptied, taken_from(document, part))
        assert is_same(back, document, part)
    assert put(document, {}) == document
    assert document == documents()["wintercomfort"], "nothing is changed in place"


def test_every_path_belongs_to_a_part_or_to_the_rest() -> None:
    document = documents()["wintercomfort"]
    paths = paths_of(document)
    assert len(paths) == len(set(paths))
    assert {part_of(path) for path in paths} <= {*PARTS, "other"}
    assert part_of("front_door.access") == "access"
    assert part_of("front_door.at_hub") == "other"
