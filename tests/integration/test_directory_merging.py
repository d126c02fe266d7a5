"""A feed and people who edit by hand: nobody's change is lost, and what both changed is shown."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from directory.command import import_records
from directory.keeping.merging import merge
from directory.keeping.services import current_services
from directory.keeping.store import services_version
from directory.keeping.tables import conflict, service, service_version
from directory.keeping.versions import history, record_version
from foundation.database import Database
from tests.conftest import rows
from tests.unit.directory_fixtures import made

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FIRST = made("a") | {"description": "Soup.", "url": "https://one.example", "assured_date": "2026-10-01"}


def feed(database: Database, *documents: dict[str, Any], days: int = 0) -> list[str]:
    said: list[str] = []
    at = NOW + timedelta(days=days)
    assert import_records(database, documents, source="feed", now=at, echo=said.append) == 0, said
    return said


def edit(database: Database, *, days: int = 0, **changes: Any) -> None:
    with database.writing() as db:
        (latest, *_) = history(db, "a")
        document = {key: value for key, value in (latest.document | changes).items() if value is not None}
        record_version(db, "a", document, by="jo", why="edited", now=NOW + timedelta(days=days))


def document(database: Database) -> dict[str, Any]:
    (row,) = rows(database, service)
    return dict(row["document"])


def states(database: Database) -> list[tuple[int, str, str | None]]:
    with database.reading() as db:
        return [(state.number, state.why, state.by) for state in reversed(history(db, "a"))]


def clashes(database: Database) -> list[tuple[str, Any, Any]]:
    return sorted((row["path"], row["ours"], row["theirs"]) for row in rows(database, conflict))


def test_what_was_edited_by_hand_stays_when_the_feed_is_read_again(database: Database) -> None:
    feed(database, FIRST)
    edit(database, description="Soup and bread.", url=None)
    assert feed(database, FIRST, days=1)[0] == "0 services are new or changed, 1 are as they were."
    assert document(database)["description"] == "Soup and bread."
    assert "url" not in document(database)
    assert states(database) == [(1, "imported", None), (2, "edited", "jo")]


def test_what_the_feed_changed_elsewhere_is_taken_beside_an_edit(database: Database) -> None:
    feed(database, FIRST)
    edit(database, description="Soup and bread.")
    newer = FIRST | {"url": "https://two.example", "front_door": FIRST["front_door"] | {"why": "It is warm."}}
    feed(database, newer, days=1)
    told = document(database)
    assert (told["description"], told["url"], told["front_door"]["why"]) == (
        "Soup and bread.", "https://two.example", "It is warm.",
    )  # fmt: skip
    assert clashes(database) == []
    assert states(database)[-1] == (3, "imported", None)


def test_what_both_changed_stays_ours_and_is_shown_once(database: Database) -> None:
    feed(database, FIRST)
    edit(database, description="Soup and bread.")
    said = feed(database, FIRST | {"description": "Stew."}, days=1)
    assert "1 parts were changed here and in the feed. Ours stay until the desk settles them." in said
    assert document(database)["description"] == "Soup and bread."
    assert clashes(database) == [("description", "Soup and bread.", "Stew.")]
    assert states(database) == [(1, "imported", None), (2, "edited", "jo")]  # nothing that counts changed
    feed(database, FIRST | {"description": "Stew."}, days=2)
    assert clashes(database) == [("description", "Soup and bread.", "Stew.")]
    feed(database, FIRST | {"description": "Pie."}, days=3)
    assert clashes(database) == [("description", "Soup and bread.", "Pie.")]


@pytest.mark.parametrize("who", ["feed", "both"])
def test_a_clash_is_over_when_both_say_the_same(database: Database, who: str) -> None:
    feed(database, FIRST)
    edit(database, description="Soup and bread.")
    feed(database, FIRST | {"description": "Stew."}, days=1)
    if who == "both":
        edit(database, description="Hot food.", days=2)
    feed(database, FIRST | {"description": document(database)["description"]}, days=3)
    assert clashes(database) == []


def test_what_one_side_took_away_and_the_other_changed_is_shown(database: Database) -> None:
    feed(database, FIRST)
    edit(database, url=None)
    feed(database, FIRST | {"url": "https://two.example"}, days=1)
    assert clashes(database) == [("url", None, "https://two.example")]


def test_of_two_checks_the_later_counts(database: Database) -> None:
    feed(database, FIRST)
    edit(database, assured_date="2026-11-20")
    feed(database, FIRST | {"assured_date": "2026-11-05"}, days=1)
    assert document(database)["assured_date"] == "2026-11-20"
    feed(database, FIRST | {"assured_date": "2026-11-23"}, days=2)
    assert document(database)["assured_date"] == "2026-11-23"
    assert clashes(database) == []


def test_a_stamp_alone_is_no_change(database: Database) -> None:
    feed(database, FIRST | {"last_modified": "2026-11-22T09:00:00Z"})
    assert feed(database, FIRST | {"last_modified": "2026-11-23T09:00:00Z"}, days=1)[0].startswith("0 services")
    assert len(rows(database, service_version)) == 1


def test_a_service_that_was_written_at_the_desk_first_is_not_overwritten(database: Database) -> None:
    with database.writing() as db:
        record_version(db, "a", FIRST | {"description": "Ours."}, by="jo", why="edited", now=NOW)
    feed(database, FIRST | {"alert": "Closed at Christmas."}, days=1)
    assert document(database)["alert"] == "Closed at Christmas."
    assert clashes(database) == [("description", "Ours.", "Soup.")]
    (row,) = rows(database, service)
    assert row["source"] == "feed"


def test_an_edit_survives_a_tombstone(database: Database) -> None:
    feed(database, FIRST, made("b"))
    edit(database, description="Soup and bread.")
    feed(database, made("b"), days=1)
    feed(database, FIRST | {"url": "https://two.example"}, made("b"), days=2)
    (a,) = [row for row in rows(database, service) if row["id"] == "a"]
    assert (a["removed_at"], a["document"]["description"], a["document"]["url"]) == (
        None, "Soup and bread.", "https://two.example",
    )  # fmt: skip
    assert [why for _, why, _ in states(database)] == ["imported", "edited", "removed", "returned"]


def test_the_running_system_sees_every_change_at_once_and_rereads_only_those(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(database, FIRST, made("b"), made("c"))
    first = current_services(database)
    assert current_services(database) is first
    by_id = {one.id: one for one in first}
    edit(database, name="Better", days=1)
    second = current_services(database)
    assert [one.name for one in second] == ["B", "Better", "C"]
    assert {one.id for one in second if one is by_id[one.id]} == {"b", "c"}
    feed(database, FIRST, made("b"), days=2)
    assert [one.name for one in current_services(database)] == ["B", "Better"]
    edit(database, status="inactive", days=3)
    assert [one.name for one in current_services(database)] == ["B"]
    edit(database, status="active", days=4)
    feed(database, FIRST, made("b"), made("c"), days=5)
    assert [one.name for one in current_services(database)] == ["B", "Better", "C"]
    with database.reading() as db:
        version = services_version(db)
    feed(database, FIRST, made("b"), made("c"), days=6)
    with database.reading() as db:
        assert services_version(db) == version


# ---------------------------------------------------------------- the rule itself, for every way of three


def test_every_way_in_which_three_values_can_stand() -> None:
    """From the rule: a part that one side alone changed is that side's; both, differently: ours, and shown."""
    for base in (None, 1, 2):
        for ours in (None, 1, 2, 3):
            for theirs in (None, 1, 2, 3):
                told = merge(*({"id": "a"} | ({} if value is None else {"p": value}) for value in (base, ours, theirs)))
                expected = theirs if ours == base else ours
                clash = ours not in (base, theirs) and theirs != base
                assert told.document.get("p") == expected, (base, ours, theirs)
                assert bool(told.clashes) == clash, (base, ours, theirs)
