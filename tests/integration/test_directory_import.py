"""Import and export on real databases, from files as broken as real feeds, and over real HTTP."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from directory import command
from directory.keeping.services import current_services
from directory.keeping.store import all_documents, load_services
from directory.keeping.tables import quarantine, service
from foundation.database import Database
from tests.conftest import rows
from tests.unit.directory_examples import FOLDER, made_up_document

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
GOOD = made_up_document("Good", needs=[{"need": "food", "strength": 3}])
# A public address that nothing listens at: what is sent there goes to the proxy that the test sets.
FEED = "http://93.184.215.14/feed"


def take_in(database: Database, source: Path | str, *, later: int = 0) -> tuple[int, str]:
    said: list[str] = []
    code = command.import_source(database, str(source), now=NOW + timedelta(minutes=later), echo=said.append)
    return code, "\n".join(said)


def write(folder: Path, **files: Any) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.json").write_text(content if isinstance(content, str) else json.dumps(content))
    return folder


def names(database: Database) -> set[str]:
    with database.reading() as db:
        return {kept.name for kept in load_services(db)}


def test_the_demonstration_goes_in_whole_and_twice_changes_nothing(database: Database) -> None:
    assert take_in(database, FOLDER)[0] == 0
    before = rows(database, service)
    assert len(before) == len(list(FOLDER.glob("*.json")))
    code, said = take_in(database, FOLDER, later=5)
    assert code == 0
    assert said.startswith("0 services are new or changed")
    assert rows(database, service) == before


def test_what_goes_out_is_what_came_in(database: Database, tmp_path: Path) -> None:
    take_in(database, FOLDER)
    command.export_folder(database, tmp_path / "out", echo=lambda line: None)
    came = [json.loads(path.read_text()) for path in FOLDER.glob("*.json")]
    went = [json.loads(path.read_text()) for path in (tmp_path / "out").glob("*.json")]
    assert sorted(went, key=lambda d: d["id"]) == sorted(came, key=lambda d: d["id"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "open-ish"},
        {"name": ""},
        {"id": "../../escaped"},
        {"id": "x" * 60},
        {"organization": {}},
        {"assured_date": "last spring"},
        {"name": "Nothing \x00 here"},
        {"description": "half a letter \ud83d"},
        {"schedules": [{"id": "1", "opens_at": "nine-ish"}]},
        {"schedules": "Mondays"},
        {"service_at_locations": [{"id": "1", "location": {"latitude": 100, "longitude": 0.1}}]},
        {"service_at_locations": [{"id": "1", "location": {"latitude": "north"}}]},
        {"service_at_locations": ["Mill Road"]},
        {"front_door": {"needs": [{"need": "parking"}]}},
        {"front_door": {"eligibility": [{"says": "for some"}]}},
        {"front_door": {"eligibility": [{"any": [{"any_of": ["yes"]}]}]}},
        {"front_door": "yes"},
    ],
    ids=lambda wrong: json.dumps(wrong)[:50],
)
def test_a_bad_record_is_set_aside_and_its_neighbour_goes_in(
    database: Database, tmp_path: Path, wrong: dict[str, Any]
) -> None:
    bad = {**made_up_document("Bad"), **wrong}
    code, said = take_in(database, write(tmp_path / "feed", a=bad, b=GOOD))
    assert code == 3
    assert names(database) == {"Good"}
    (aside,) = rows(database, quarantine)
    assert aside["reason"].endswith(".")
    assert "Set aside" in said


@pytest.mark.parametrize("content", ["{not json", "", "[" * 100_000, "7", "null", '["text"]'])
def test_a_broken_file_leaves_the_others_alone(database: Database, tmp_path: Path, content: str) -> None:
    code, _ = take_in(database, write(tmp_path / "feed", broken=content, good=GOOD))
    assert code == 3
    assert names(database) == {"Good"}


def test_the_first_of_two_records_with_one_id_is_kept(database: Database, tmp_path: Path) -> None:
    page = {"contents": [GOOD, {**GOOD, "name": "Impostor"}], "page_number": 1, "last_page": True}
    assert take_in(database, write(tmp_path / "feed", page=page))[0] == 3
    assert names(database) == {"Good"}


def test_a_bad_new_version_does_not_push_out_the_good_one(database: Database, tmp_path: Path) -> None:
    feed = write(tmp_path / "feed", good=GOOD)
    take_in(database, feed)
    write(feed, good={**GOOD, "name": "Better", "status": "?"})
    assert take_in(database, feed, later=1)[0] == 3
    assert names(database) == {"Good"}
    write(feed, good={**GOOD, "name": "Better"})
    assert take_in(database, feed, later=2)[0] == 0
    assert names(database) == {"Better"}
    assert rows(database, quarantine) == []  # what was put right is no longer held against it


def test_what_left_the_feed_is_not_lost(database: Database, tmp_path: Path) -> None:
    take_in(database, write(tmp_path / "one", good=GOOD))
    take_in(database, write(tmp_path / "two", other=made_up_document("Other")))
    assert names(database) == {"Good", "Other"}


def test_only_active_services_are_offered_and_all_are_kept(database: Database, tmp_path: Path) -> None:
    closed = {**made_up_document("Closed"), "status": "temporarily closed"}
    assert take_in(database, write(tmp_path / "feed", a=GOOD, b=closed))[0] == 0
    assert names(database) == {"Good"}
    with database.reading() as db:
        assert {document["name"] for document in all_documents(db)} == {"Good", "Closed"}


def test_the_running_system_sees_a_change_at_once(database: Database, tmp_path: Path) -> None:
    feed = write(tmp_path / "feed", good=GOOD)
    take_in(database, feed)
    assert [s.name for s in current_services(database)] == ["Good"]
    write(feed, good={**GOOD, "name": "Better"})
    take_in(database, feed, later=1)
    assert [s.name for s in current_services(database)] == ["Better"]


@pytest.mark.parametrize("source", ["nowhere", "http://127.0.0.1:9/", "http://[::1]/", "http://10.0.0.1/", "http:///"])
def test_what_cannot_or_must_not_be_read(database: Database, tmp_path: Path, source: str) -> None:
    code, said = take_in(database, source if source.startswith("http") else tmp_path / source)
    assert code == 1
    assert said.endswith(".")
    assert rows(database, service) == []


def test_check_and_stale_say_what_to_do(database: Database, tmp_path: Path) -> None:
    old = {**made_up_document("Old"), "assured_date": "2026-01-05"}
    new = {**made_up_document("New"), "assured_date": "2026-11-20"}
    take_in(database, write(tmp_path / "feed", a=old, b=new, c=GOOD))
    said: list[str] = []
    assert command.list_stale(database, now=NOW, echo=said.append) == 0
    assert said[0].startswith("never  stale  Good")
    assert said[1].startswith("2026-01-05  stale  Old")
    assert said[-1] == "2 of 3 services are due for a check."
    said.clear()
    assert command.check_all(database, now=NOW, echo=said.append) == 0
    assert said == ["3 services, 0 problems."]


class Feed(BaseHTTPRequestHandler):
    """An Open Referral API of two pages, reached as a proxy; its last page repeats for ever, as real ones do."""

    def do_GET(self) -> None:
        at = urlsplit(self.path)
        last = at.path.rsplit("/", 1)[-1]
        if last == "services":
            page = min(int(parse_qs(at.query)["page"][0]), 2)
            on_page = ["One"] if page == 1 else ["Two", "Gone"]
            self._answer(200, {"contents": [{"id": f"made-up-{n}", "name": n} for n in on_page]})
        elif last == "made-up-Gone":
            self._answer(500, {"error": "broken"})
        else:
            self._answer(200, made_up_document(last.removeprefix("made-up-")))

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        sent = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name in ("no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.server_port}")
    yield FEED
    server.shutdown()
    server.server_close()


def test_an_api_is_read_page_by_page_and_service_by_service(database: Database, feed: str) -> None:
    code, said = take_in(database, feed)
    assert code == 3
    assert names(database) == {"One", "Two"}
    assert "Gone" in said
