"""Services in and out of a real database: nothing lost, nothing doubled, bad records set aside with a reason."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from directory.command import check_all, export_folder, import_source, list_stale
from directory.feeds.sources import SourceUnreadable, read_pages, read_source, records_in
from directory.keeping.services import current_services
from directory.keeping.store import load_services, take_in
from directory.keeping.tables import quarantine, service
from foundation.database import Database
from tests.conftest import rows
from tests.unit.directory_fixtures import FOLDER, made

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 12, tzinfo=UTC)


def take(database: Database, source: Path | str, *, now: datetime = NOW) -> tuple[int, list[str]]:
    said: list[str] = []
    return import_source(database, str(source), now=now, echo=said.append), said


def write(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def kept(database: Database) -> dict[str, Any]:
    return {row["id"]: row["document"] for row in rows(database, service)}


def test_the_cambridge_folder_goes_in_whole_and_again_without_a_change(database: Database) -> None:
    count = len(list(FOLDER.glob("*.json")))
    code, said = take(database, FOLDER)
    assert (code, said) == (0, [f"{count} services are new or changed, 0 are as they were."])
    before = rows(database, service)
    code, said = take(database, FOLDER, now=LATER)
    assert (code, said) == (0, [f"0 services are new or changed, {count} are as they were."])
    assert rows(database, service) == before
    assert rows(database, quarantine) == []


def test_what_is_exported_comes_in_again_as_the_same(database: Database, tmp_path: Path) -> None:
    take(database, FOLDER)
    before = rows(database, service)
    export_folder(database, tmp_path / "out", echo=lambda line: None)
    assert len(list((tmp_path / "out").glob("*.json"))) == len(before)
    code, said = take(database, tmp_path / "out", now=LATER)
    assert (code, said[0]) == (0, f"0 services are new or changed, {len(before)} are as they were.")
    assert rows(database, service) == before


BAD: list[tuple[Any, str]] = [
    (made("bad") | {"status": "open"}, "The status is 'open'"),
    (made("bad") | {"name": " "}, "has no name"),
    (made("bad") | {"id": None}, "has no id"),
    (made("bad") | {"id": "../../outside"}, "The id must be"),
    (made("bad") | {"id": "x" * 37}, "The id must be"),
    (made("bad") | {"service_at_locations": [{"location": {"latitude": 100, "longitude": 0}}]}, "latitude 100"),
    (made("bad") | {"service_at_locations": [{"location": {"latitude": "north"}}]}, "does not have the shape"),
    (made("bad") | {"service_at_locations": 7}, "does not have the shape"),
    (made("bad") | {"assured_date": "soon"}, "cannot be read"),
    (made("bad") | {"name": "a\u0000b"}, "cannot be stored"),
    (made("bad") | {"description": "\ud800"}, "cannot be stored"),
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
    assert aside["reason"] in said[-1]


def test_a_record_that_is_mended_leaves_the_quarantine(database: Database, tmp_path: Path) -> None:
    source = write(tmp_path / "feed.json", [made("a") | {"status": "open"}])
    assert take(database, source)[0] == 3
    write(source, [made("a")])
    assert take(database, source)[0] == 0
    assert rows(database, quarantine) == []
    assert set(kept(database)) == {"a"}


def test_a_bad_new_version_leaves_the_good_old_one(database: Database, tmp_path: Path) -> None:
    source = write(tmp_path / "feed.json", [made("a")])
    take(database, source)
    write(source, [made("a") | {"name": "New", "status": "open"}])
    assert take(database, source)[0] == 3
    assert kept(database)["a"]["name"] == "A"


def test_a_changed_service_is_changed_and_one_that_is_missing_from_the_feed_stays(
    database: Database, tmp_path: Path
) -> None:
    source = write(tmp_path / "feed.json", [made("a"), made("b")])
    take(database, source)
    write(source, [made("a") | {"name": "New"}])
    assert take(database, source, now=LATER)[1][0].startswith("1 services are new or changed, 0")
    assert {id: document["name"] for id, document in kept(database).items()} == {"a": "New", "b": "B"}


def test_a_truncated_file_is_refused_and_nothing_is_lost(database: Database, tmp_path: Path) -> None:
    source = write(tmp_path / "feed.json", [made("a")])
    take(database, source)
    source.write_bytes(source.read_bytes()[:-20])
    code, said = take(database, source)
    assert code == 1
    assert "not whole JSON" in said[0]
    assert set(kept(database)) == {"a"}


def test_a_truncated_file_in_a_folder_leaves_the_others_alone(database: Database, tmp_path: Path) -> None:
    write(tmp_path / "a.json", made("a"))
    write(tmp_path / "c.json", made("c"))
    (tmp_path / "b.json").write_text('{"id": "b", "na')
    code, said = take(database, tmp_path)
    assert code == 3
    assert set(kept(database)) == {"a", "c"}
    assert said[-1].startswith("Set aside: b.json: b.json is not whole JSON")


def test_a_folder_of_broken_files_only_is_unreadable(database: Database, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_bytes(b"\xff\xfe{")
    assert take(database, tmp_path)[0] == 1


@pytest.mark.parametrize("missing", ["nothing.json", "no/such/folder"])
def test_a_source_that_is_not_there(database: Database, tmp_path: Path, missing: str) -> None:
    code, said = take(database, tmp_path / missing)
    assert code == 1
    assert "nothing at" in said[0]


def test_an_empty_folder_says_so(database: Database, tmp_path: Path) -> None:
    code, said = take(database, tmp_path)
    assert (code, said) == (1, [f"There are no .json files in {tmp_path}."])


@pytest.mark.parametrize(
    "page",
    [
        made("a"),
        [made("a")],
        {"contents": [made("a")], "last_page": True},  # Open Referral UK 3.0
        {"content": [made("a")], "last": True, "totalElements": 1},  # Open Referral UK 1.0
    ],
)
def test_a_list_a_page_and_a_single_service_are_all_read(page: Any) -> None:
    assert records_in(page) == [made("a")]


def test_a_service_in_the_older_uk_format_goes_in(database: Database, tmp_path: Path) -> None:
    older = {
        "id": "b3ca9b5c-0001", "name": "Lunch club", "status": "active", "assured_date": "2026-10-01T00:00:00Z",
        "organization": {"id": "o1", "name": "A church"},
        "service_areas": [{"id": "s1", "service_area": "Cambridge", "extent": None}],
        "regular_schedules": [{"id": "r1", "opens_at": "12:00:00", "closes_at": "14:00:00", "byday": "TU"}],
        "eligibilitys": [], "service_taxonomys": [],
    }  # fmt: skip
    source = write(tmp_path / "feed.json", {"content": [older], "last": True})
    assert take(database, source)[0] == 0
    assert kept(database) == {"b3ca9b5c-0001": older}


def test_only_active_services_are_matched_and_what_is_new_is_seen_at_once(database: Database, tmp_path: Path) -> None:
    source = write(tmp_path / "feed.json", [made("a"), made("b") | {"status": "temporarily closed"}])
    take(database, source)
    with database.reading() as db:
        assert [read.id for read in load_services(db)] == ["a"]
    assert [read.id for read in current_services(database)] == ["a"]
    write(source, [made("b")])
    take(database, source, now=LATER)
    assert [read.id for read in current_services(database)] == ["a", "b"]


def test_what_is_due_for_a_check_is_listed_oldest_first(database: Database, tmp_path: Path) -> None:
    dated = [made(name) | {"assured_date": day} for name, day in
             [("fresh", "2026-11-01"), ("check", "2026-08-01"), ("stale", "2026-01-01")]]  # fmt: skip
    take(database, write(tmp_path / "feed.json", [*dated, made("never")]))
    said: list[str] = []
    list_stale(database, now=NOW, echo=said.append)
    assert [line.split()[1] for line in said[:-1]] == ["stale", "stale", "check"]
    assert [line.split()[0] for line in said[:-1]] == ["never", "2026-01-01", "2026-08-01"]
    assert said[-1] == "3 of 4 services are due for a check."


def test_the_check_finds_nothing_wrong_in_cambridge(database: Database) -> None:
    take(database, FOLDER)
    said: list[str] = []
    assert check_all(database, now=NOW, echo=said.append) == 0
    assert said[-1].endswith(" 0 problems.")


# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8000/oruk/v3", "http://localhost/services", "http://[::1]/", "http://10.0.0.7/",
        "http://192.168.1.1/services", "http://169.254.169.254/latest", "http://0.0.0.0/", "http://[::ffff:127.0.0.1]/",
        "http://user@127.0.0.1/",
    ],
)  # fmt: skip
def test_an_address_inside_a_network_is_refused(address: str) -> None:
    with pytest.raises(SourceUnreadable, match="private network"):
        list(read_source(address))


@pytest.mark.parametrize("address", ["http://", "http://[::1", "https://" + "a" * 80 + ".invalid/"])
def test_an_address_that_is_none_is_refused_in_plain_words(address: str) -> None:
    with pytest.raises(SourceUnreadable):
        list(read_source(address))


LISTING = "https://x.example/v3/services"


def served(pages: list[dict[str, Any]], broken: str = "") -> tuple[httpx.Client, list[str]]:
    """A client of an API of our own (a list in pages, each service under its address), and what it was asked for."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        if "page" in request.url.params:
            return httpx.Response(200, json=pages[min(int(request.url.params["page"]), len(pages)) - 1])
        id = request.url.path.rpartition("/")[2]
        return httpx.Response(200, text="oh no") if id == broken else httpx.Response(200, json=made(id))

    return httpx.Client(transport=httpx.MockTransport(answer)), asked


@pytest.mark.parametrize(("key", "last"), [("contents", "last_page"), ("content", "last")])
def test_every_page_of_an_address_is_read(key: str, last: str) -> None:
    client, asked = served([{key: [{"id": "a"}, {"id": "b"}], last: False}, {key: [{"id": "c"}], last: True}])
    assert [record["id"] for record in read_pages(client, LISTING)] == ["a", "b", "c"]
    assert len(asked) == 5


def test_an_address_that_repeats_its_page_for_ever_is_left() -> None:
    client, asked = served([{"contents": [{"id": 7}, {"name": "without an id"}]}])
    assert len(list(read_pages(client, LISTING))) == 2
    assert len(asked) <= 4


def test_an_address_that_does_not_answer_with_json_is_unreadable() -> None:
    client = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, text="<html>")))
    with pytest.raises(SourceUnreadable, match="does not answer with JSON"):
        list(read_pages(client, LISTING))


def test_a_service_that_does_not_answer_is_set_aside(database: Database) -> None:
    client, _ = served([{"contents": [{"id": "a"}, {"id": "b", "name": "B"}, {"id": "c"}], "last_page": True}], "b")
    with database.writing() as db:
        taken = take_in(db, read_pages(client, LISTING), source=LISTING, now=NOW)
    assert set(kept(database)) == {"a", "c"}
    assert [name for name, _ in taken.set_aside] == ["B"]
