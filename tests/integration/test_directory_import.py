"""Imports into real databases: nothing lost, nothing doubled, bad records set aside with a reason."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from directory import command
from directory.exporting import export_json
from directory.keeping.services import current_services
from directory.keeping.store import all_documents, load_services, services_version
from directory.keeping.tables import import_run, quarantine, service
from directory.keeping.versions import record_version
from foundation.database import Database
from tests.conftest import rows
from tests.unit.directory_fixtures import FOLDER, made

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def take(database: Database, source: Path | str, *, days: int = 0, **more: Any) -> tuple[int, list[str]]:
    said: list[str] = []
    at = NOW + timedelta(days=days)
    return command.import_source(database, str(source), now=at, echo=said.append, **more), said


def write(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def kept(database: Database) -> dict[str, Any]:
    return {row["id"]: row["document"] for row in rows(database, service)}


def offered(database: Database) -> set[str]:
    with database.reading() as db:
        return {read.id for read in load_services(db)}


def test_the_demonstration_goes_in_whole_and_again_without_a_change(database: Database) -> None:
    count = len(list(FOLDER.glob("*.json")))
    code, said = take(database, FOLDER)
    assert (code, said) == (0, [f"{count} services are new or changed, 0 are as they were."])
    before = rows(database, service)
    with database.reading() as db:
        version = services_version(db)
    code, said = take(database, FOLDER, days=1)
    assert (code, said) == (0, [f"0 services are new or changed, {count} are as they were."])
    assert rows(database, service) == before
    assert rows(database, quarantine) == []
    with database.reading() as db:
        assert services_version(db) == version
    runs = [(run["whole"], run["changed"], run["unchanged"], run["removed"]) for run in rows(database, import_run)]
    assert runs == [(True, count, 0, 0), (True, 0, count, 0)]


def test_what_is_exported_comes_in_elsewhere_as_the_same_services(database: Database, tmp_path: Path) -> None:
    take(database, FOLDER)
    before = {read.id: read for read in current_services(database)}
    export_json(database, tmp_path / "out", public=True, echo=lambda line: None)
    assert len(list((tmp_path / "out").glob("*.json"))) == len(before)
    code, said = take(database, tmp_path / "out", days=1)
    assert code == 0, said
    after = {read.id: read for read in current_services(database)}
    assert after.keys() == before.keys()
    for id, read in after.items():
        assert (read.name, read.meets, read.areas, read.assured) == (
            before[id].name, before[id].meets, before[id].areas, before[id].assured,
        )  # fmt: skip


BAD: list[tuple[Any, str]] = [
    (made("bad") | {"status": "open-ish"}, "The status is 'open-ish'"),
    (made("bad") | {"name": " "}, "has no name"),
    (made("bad") | {"id": None}, "has no id"),
    (made("bad") | {"id": "../../outside"}, "The id must be"),
    (made("bad") | {"id": "x" * 37}, "The id must be"),
    (made("bad") | {"organization": {}}, "names no organisation"),
    (made("bad") | {"assured_date": "soon"}, "is not a date"),
    (made("bad") | {"assured_date": "2031-01-01"}, "has not come yet"),
    (made("bad") | {"name": "a\u0000b"}, "cannot be stored"),
    (made("bad") | {"description": "\ud800"}, "cannot be stored"),
    (made("bad") | {"service_at_locations": 7}, "must be a list of objects"),
    (made("bad") | {"service_at_locations": [{"location": {"latitude": "north"}}]}, "latitude must be a number"),
    (made("bad") | {"front_door": "yes"}, "front_door must be an object"),
    (made("good"), "Another record in this feed has the same id."),
    ("a word", "is not an object"),
    (None, "is not an object"),
]


@pytest.mark.parametrize(("bad", "reason"), BAD)
def test_one_bad_record_is_set_aside_with_a_reason_and_the_rest_go_in(
    database: Database, tmp_path: Path, bad: Any, reason: str
) -> None:
    source = write(tmp_path / "feed.json", [made("good"), bad, made("other")])
    code, said = take(database, source)
    assert code == 3
    assert set(kept(database)) == {"good", "other"}
    (aside,) = rows(database, quarantine)
    assert reason in aside["reason"]
    assert f"Set aside: {aside['name']}: {aside['reason']}" in said


def test_a_record_that_is_mended_leaves_the_quarantine_and_another_source_keeps_its_own(
    database: Database, tmp_path: Path
) -> None:
    other = write(tmp_path / "other.json", [made("b") | {"status": "?"}, made("c")])
    source = write(tmp_path / "feed.json", [made("a") | {"status": "?"}, made("d")])
    assert take(database, other)[0] == take(database, source)[0] == 3
    write(source, [made("a"), made("d")])
    assert take(database, source)[0] == 0
    assert [row["name"] for row in rows(database, quarantine)] == ["B"]
    assert set(kept(database)) == {"a", "c", "d"}


def test_what_was_set_aside_stays_so_when_the_source_was_not_read_that_far(database: Database, tmp_path: Path) -> None:
    source = write(tmp_path / "feed.json", [made("a"), made("b") | {"status": "?"}, made("c") | {"status": "?"}])
    take(database, source)
    write(source, json.dumps([made("a"), made("b") | {"status": "??"}, made("c")])[:-50])
    take(database, source, days=1)
    assert sorted((row["name"], "'??'" in row["reason"]) for row in rows(database, quarantine)) == [
        ("B", True), ("C", False),
    ]  # fmt: skip


def test_one_id_twice_is_told_at_every_reading(database: Database, tmp_path: Path) -> None:
    source = write(tmp_path / "feed.json", [made("a"), made("a")])
    for days in (0, 1):
        code, said = take(database, source, days=days)
        assert (code, said[0]) == (3, "Set aside: A: Another record in this feed has the same id.")


def test_a_bad_new_version_leaves_the_good_old_one_and_is_no_reason_to_take_it_away(
    database: Database, tmp_path: Path
) -> None:
    source = write(tmp_path / "feed.json", [made("a")])
    take(database, source)
    write(source, [made("a") | {"name": "New", "status": "open"}])
    assert take(database, source)[0] == 3
    assert kept(database)["a"]["name"] == "A"
    assert offered(database) == {"a"}


def test_only_active_services_are_offered_and_all_are_kept(database: Database, tmp_path: Path) -> None:
    source = write(tmp_path / "feed.json", [made("a"), made("b") | {"status": "temporarily closed"}])
    assert take(database, source)[0] == 0
    assert offered(database) == {"a"}
    with database.reading() as db:
        assert {document["id"] for document in all_documents(db)} == {"a", "b"}


def test_extra_properties_are_kept(database: Database, tmp_path: Path) -> None:
    extra = {"waiting_list": {"weeks": 3}, "phones": [{"id": "p", "number": "01632 960001", "text_too": True}]}
    take(database, write(tmp_path / "feed.json", made("a") | extra))
    assert kept(database)["a"] == made("a") | extra


# ---------------------------------------------------------------- sources that are broken


def test_a_feed_that_ends_in_the_middle_gives_what_came_before_and_takes_nothing_away(
    database: Database, tmp_path: Path
) -> None:
    source = write(tmp_path / "feed.json", [made("a"), made("b"), made("c")])
    take(database, source)
    write(source, json.dumps([made("a") | {"name": "New"}, made("d"), made("c")])[:-150])
    code, said = take(database, source)
    assert code == 3
    assert said == [
        "feed.json is not whole JSON: it ends in the middle after 2 records.",
        "2 services are new or changed, 0 are as they were.",
        "It was not read to its end, or not all of it, so nothing was taken away.",
    ]
    assert offered(database) == {"a", "b", "c", "d"}
    assert kept(database)["a"]["name"] == "New"
    last = max(rows(database, import_run), key=lambda run: run["id"])
    assert (last["whole"], last["note"]) == (False, said[0])


def test_a_broken_file_in_a_folder_leaves_the_others_alone(database: Database, tmp_path: Path) -> None:
    write(tmp_path / "feed" / "a.json", made("a"))
    write(tmp_path / "feed" / "b.json", '{"id": "b", "na')
    write(tmp_path / "feed" / "c.json", made("c"))
    code, said = take(database, tmp_path / "feed")
    assert code == 3
    assert set(kept(database)) == {"a", "c"}
    assert said[0] == "Set aside: b.json: b.json is not whole JSON: it ends in the middle."


@pytest.mark.parametrize("content", ["{not json", "", "[" * 100_000, "<html>", "[]", '[{"id": "a", "na'])
def test_where_nothing_can_be_read_nothing_is_lost(database: Database, tmp_path: Path, content: str) -> None:
    source = write(tmp_path / "feed.json", [made("a")])
    take(database, source)
    write(source, content)
    code, said = take(database, source)
    assert (code, said[-1]) == (1, "Nothing could be read, so nothing was changed.")
    assert offered(database) == {"a"}


@pytest.mark.parametrize("source", ["nowhere", "http://127.0.0.1:9/", "http://[::1]/", "http://10.0.0.1/", "http:///"])
def test_what_cannot_or_must_not_be_read(database: Database, tmp_path: Path, source: str) -> None:
    code, said = take(database, source if source.startswith("http") else tmp_path / source)
    assert code == 1
    assert said[0].endswith(".")
    assert rows(database, service) == []


def test_a_crash_in_the_middle_loses_nothing_that_was_in(database: Database) -> None:
    def feed() -> Any:
        for number in range(250):
            yield made(f"s{number}")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        command.import_records(database, feed(), source="feed", now=NOW, echo=lambda line: None)
    assert len(kept(database)) == 200
    (run,) = rows(database, import_run)
    assert (run["ended_at"], run["whole"]) == (None, False)
    all_of_it = [made(f"s{number}") for number in range(250)]
    said: list[str] = []
    assert command.import_records(database, all_of_it, source="feed", now=NOW, echo=said.append) == 0
    assert said == ["50 services are new or changed, 200 are as they were."]


def test_others_read_and_write_while_a_feed_comes_in(database: Database) -> None:
    """What is in a batch is seen at once, and between batches nothing is locked."""
    seen: list[int] = []

    def feed() -> Any:
        for number in range(350):
            if number % 120 == 119:
                seen.append(len(kept(database)))
                with database.writing() as db:
                    db.execute(quarantine.insert().values(source="other", record="", reason="Me.", at=NOW))
            yield made(f"s{number}")

    assert command.import_records(database, feed(), source="feed", now=NOW, echo=lambda line: None) == 0
    assert seen == [100, 200]
    assert len([row for row in rows(database, quarantine) if row["source"] == "other"]) == 2


def test_a_long_import_says_how_far_it_is_and_never_floods(database: Database) -> None:
    records = [made(f"s{number}") | ({"status": "?"} if number % 2 else {}) for number in range(300)]
    ticks = iter([0, 4, 9, 10])  # seconds: at the start, and after each batch
    said: list[str] = []
    command.import_records(
        database, records, source="feed", now=NOW, echo=said.append, clock=lambda: float(next(ticks))
    )  # fmt: skip
    assert [line for line in said if "so far" in line] == ["200 services read so far, 100 of them set aside."]
    assert sum(line.startswith("Set aside") for line in said) == 50
    assert "100 more records were set aside. The desk lists them all." in said
    assert len(rows(database, quarantine)) == 150


# ---------------------------------------------------------------- what the source no longer has


def feed_of(path: Path, *names: str) -> Path:
    return write(path / "feed.json", [made(name) for name in names])


def test_what_vanishes_becomes_a_tombstone_and_returns_with_its_history(database: Database, tmp_path: Path) -> None:
    take(database, feed_of(tmp_path, "a", "b"))
    assert [read.id for read in current_services(database)] == ["a", "b"]
    code, said = take(database, feed_of(tmp_path, "a"), days=1)
    assert code == 0
    assert said[-1] == "1 services are no longer in the feed, so they are no longer offered. They are kept."
    assert [read.id for read in current_services(database)] == ["a"]
    assert {row["id"]: row["removed_at"] for row in rows(database, service)} == {
        "a": None,
        "b": NOW + timedelta(days=1),
    }
    assert take(database, feed_of(tmp_path, "a"), days=2)[1][0].startswith("0 services")  # gone once, not every day
    take(database, feed_of(tmp_path, "a", "b"), days=3)
    assert [read.id for read in current_services(database)] == ["a", "b"]
    (b,) = [row for row in rows(database, service) if row["id"] == "b"]
    assert (b["version"], b["removed_at"]) == (3, None)


def test_another_source_takes_nothing_away(database: Database, tmp_path: Path) -> None:
    take(database, feed_of(tmp_path / "one", "a"))
    take(database, feed_of(tmp_path / "two", "b"))
    assert offered(database) == {"a", "b"}


def test_when_most_would_vanish_at_once_none_does_until_somebody_insists(database: Database, tmp_path: Path) -> None:
    names = [f"s{number}" for number in range(12)]
    take(database, feed_of(tmp_path, *names))
    code, said = take(database, feed_of(tmp_path, *names[:5]), days=1)
    assert code == 3
    assert "The feed no longer has 7 of its services." in said[-1]
    assert offered(database) == set(names)
    assert take(database, feed_of(tmp_path, *names[:5]), days=2, let_go=True)[0] == 0
    assert offered(database) == set(names[:5])


@pytest.mark.parametrize(("left", "gone"), [(1, 5), (7, 6)])
def test_a_few_or_a_smaller_half_may_vanish(database: Database, tmp_path: Path, left: int, gone: int) -> None:
    names = [f"s{number}" for number in range(left + gone)]
    take(database, feed_of(tmp_path, *names))
    assert take(database, feed_of(tmp_path, *names[:left]), days=1)[0] == 0
    assert len(offered(database)) == left


def test_where_a_record_cannot_be_told_nothing_is_taken_away(database: Database, tmp_path: Path) -> None:
    take(database, feed_of(tmp_path, "a", "b"))
    write(tmp_path / "feed.json", [made("a"), {"name": "B, without its id"}])
    assert take(database, tmp_path / "feed.json", days=1)[0] == 3
    assert offered(database) == {"a", "b"}


# ---------------------------------------------------------------- what it says of what is in


def test_check_and_stale_say_what_to_do(database: Database, tmp_path: Path) -> None:
    days = [("fresh", "2026-11-01"), ("check", "2026-08-01"), ("stale", "2026-01-01")]
    dated = [made(name) | {"assured_date": day} for name, day in days]
    take(database, write(tmp_path / "feed.json", [*dated, made("never")]))
    said: list[str] = []
    assert command.list_stale(database, now=NOW, echo=said.append) == 0
    assert [line.split()[:2] for line in said[:-1]] == [
        ["never", "stale"], ["2026-01-01", "stale"], ["2026-08-01", "check"],
    ]  # fmt: skip
    assert said[-1] == "3 of 4 services are due for a check."
    said.clear()
    assert command.check_all(database, now=NOW, echo=said.append) == 0
    assert said == ["4 services, 0 problems."]


def test_a_service_that_breaks_a_newer_rule_does_not_take_the_others_with_it(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    take(database, write(tmp_path / "feed.json", [made("a"), made("b")]))
    broken = made("b") | {"front_door": {"eligibility": [{"says": "for some"}]}}
    with database.writing() as db:
        record_version(db, "b", broken, by=None, why="edited", now=NOW)
    assert offered(database) == {"a"}
    assert [read.id for read in current_services(database)] == ["a"]
    assert "The service b cannot be offered" in caplog.text
    said: list[str] = []
    assert command.check_all(database, now=NOW, echo=said.append) == 3
    assert any(line.startswith("B: ") for line in said)
