"""Feeds at addresses, over real HTTP: pages that repeat, services that fail, answers that lead inside our network."""

import gzip
import json
import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from directory import command
from directory.feeds import outside
from directory.feeds.outside import Outside, answer, is_outside, open_client, shown
from directory.feeds.records import SourceUnreadable
from directory.feeds.sources import read_source
from directory.keeping.tables import import_run, service
from foundation.database import Database
from tests.conftest import rows
from tests.unit.directory_fixtures import made

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
# A public address that nothing listens at: what is sent there goes to the proxy that the test sets.
FEED = "http://93.184.215.14/feed"
Answer = tuple[int, dict[str, str], bytes]
Answers = Callable[[str, dict[str, str]], Answer | None]


class Feed:
    """A feed on this machine, reached as a proxy. `answers` takes a path and its query; what is not told is 404."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: Answers = lambda path, query: None


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Feed]:
    told = Feed()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            at = urlsplit(self.path)
            told.asked.append(self.path)
            query = {key: values[0] for key, values in parse_qs(at.query).items()}
            status, headers, body = told.answers(at.path, query) or (404, {}, b"no")
            self.send_response(status)
            for name, value in {"content-length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name in ("no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(outside, "WAITS_SECONDS", (0.0, 0.0))
    yield told
    server.shutdown()
    server.server_close()


def as_json(content: Any) -> Answer:
    return 200, {"content-type": "application/json"}, json.dumps(content).encode()


def api(pages: list[dict[str, Any]], *, beyond: Callable[[], Answer | None] | None = None, **wrong: Answer) -> Answers:
    """The list in pages and each service under its address; past the last page, that page again or `beyond`."""

    def answers(path: str, query: dict[str, str]) -> Answer | None:
        last = path.rsplit("/", 1)[-1]
        if last == "services":
            number = int(query["page"])
            if number > len(pages) and beyond is not None:
                return beyond()
            return as_json(pages[min(number, len(pages)) - 1])
        return wrong.get(last) or as_json(made(last))

    return answers


def page(*names: str, **facts: Any) -> dict[str, Any]:
    return {"contents": [{"id": name, "name": name.upper()} for name in names], **facts}


def take(database: Database, address: str = FEED) -> tuple[int, list[str]]:
    said: list[str] = []
    return command.import_source(database, address, now=NOW, echo=said.append), said


def kept(database: Database) -> set[str]:
    return {row["id"] for row in rows(database, service)}


def whole(database: Database) -> bool:
    return bool(rows(database, import_run)[-1]["whole"])


@pytest.mark.parametrize(("items", "last"), [("contents", "last_page"), ("content", "last")])
def test_every_page_is_read_and_every_service_whole(database: Database, feed: Feed, items: str, last: str) -> None:
    first, second = page("a", "b"), page("c")
    feed.answers = api([{items: one["contents"], last: one is second} for one in (first, second)])
    assert take(database) == (0, ["3 services are new or changed, 0 are as they were."])
    assert kept(database) == {"a", "b", "c"}
    assert rows(database, service)[0]["document"] == made("a")  # more than the list says of it
    assert len(feed.asked) == 5
    assert whole(database)


def test_a_service_that_fails_is_set_aside_and_the_others_go_in(database: Database, feed: Feed) -> None:
    wrong = {"b": (500, {}, b"oh no"), "d": as_json(made("e")), "e": (200, {}, b"<html>sorry</html>")}
    feed.answers = api([page("a", "b", "c", "d", "e", last_page=True)], **wrong)
    code, said = take(database)
    assert code == 3
    assert kept(database) == {"a", "c"}
    assert said[:3] == [
        "Set aside: B: http://93.184.215.14/feed/services/b answers 500 and no data.",
        "Set aside: D: http://93.184.215.14/feed/services/d answers with something else.",
        "Set aside: E: http://93.184.215.14/feed/services/e is a web page, not data.",
    ]
    assert whole(database)  # it is known which ones failed, so what else is missing has vanished


def test_one_that_is_too_busy_is_asked_again(database: Database, feed: Feed) -> None:
    busy = iter([(429, {"retry-after": "0"}, b""), (503, {}, b"")])
    usual = api([page("a", last_page=True)])
    feed.answers = lambda path, query: next(busy, None) or usual(path, query)
    assert take(database)[0] == 0
    feed.answers = lambda path, query: (503, {}, b"")
    assert take(database)[1][0] == "http://93.184.215.14/feed/services is too busy to answer, or breaks off."


# ---------------------------------------------------------------- where the pages end


@pytest.mark.parametrize(
    ("facts", "beyond", "code", "is_whole"),
    [
        ({"total_items": 3}, None, 0, True),  # repeats its last page for ever, but all was there
        ({}, None, 3, False),  # repeats, and nobody knows how much there is
        ({"total_items": 4}, None, 3, False),
        ({"total_pages": 2, "total_items": 3}, None, 0, True),
        ({"total_pages": 2, "total_items": 9}, None, 3, False),
        ({}, lambda: as_json({"contents": [], "empty": True}), 0, True),
        ({}, lambda: (404, {}, b"no such page"), 0, True),
        ({}, lambda: (500, {}, b"oh"), 3, False),
    ],
)
def test_where_the_pages_end_is_seen_however_they_say_it(
    database: Database, feed: Feed, facts: dict[str, Any], beyond: Any, code: int, is_whole: bool
) -> None:
    feed.answers = api([page("a", "b", **facts), page("c", **facts)], beyond=beyond)
    assert take(database)[0] == code
    assert kept(database) == {"a", "b", "c"}
    assert whole(database) == is_whole
    assert sum("/services?" in path for path in feed.asked) <= 3


def test_pages_that_repeat_are_told(database: Database, feed: Feed) -> None:
    feed.answers = api([page("a")])
    said = take(database)[1]
    assert said[0] == "The pages repeat: page 2 has only what earlier pages had. We stopped there. It may not be all."


def test_records_without_ids_are_not_lost_and_not_read_for_ever(database: Database, feed: Feed) -> None:
    feed.answers = api([{"contents": [{"name": "One"}, {"name": "Two"}, {"id": "a"}]}])
    code, said = take(database)
    assert code == 3
    assert kept(database) == {"a"}
    assert sum(line.startswith("Set aside: ") for line in said) == 2


def test_a_file_at_an_address_is_a_feed_too(database: Database, feed: Feed) -> None:
    files = {"/feed": as_json([made("a")]), "/data/services.csv": (200, {}, b"id,name,provider\nb,Lunch,Church\n")}
    feed.answers = lambda path, query: files.get(path)
    assert take(database)[0] == 0
    assert take(database, "http://93.184.215.14/data/services.csv")[0] == 0
    assert kept(database) == {"a", "b"}


def test_a_key_in_the_address_goes_along_and_is_never_kept_or_shown(database: Database, feed: Feed) -> None:
    feed.answers = api([page("a", "b", last_page=True)], b=(500, {}, b""))
    _, said = take(database, FEED.replace("http://", "http://me:hidden@") + "?key=hidden")
    assert all("key=hidden" in path for path in feed.asked)
    told = "\n".join(said) + json.dumps([rows(database, service), rows(database, import_run)], default=str)
    assert "hidden" not in told


# ---------------------------------------------------------------- answers that harm


def test_a_packed_answer_is_unpacked_and_a_packed_bomb_is_stopped(database: Database, feed: Feed) -> None:
    packed = {"content-encoding": "gzip"}
    bomb = gzip.compress(b"[" + b" " * 50_000_000)
    feed.answers = lambda path, query: (200, packed, gzip.compress(json.dumps([made("a")]).encode()))
    with open_client() as client, answer(client, FEED) as body:
        assert json.loads(body.read()) == [made("a")]
    feed.answers = lambda path, query: (200, packed, bomb)
    with pytest.raises(SourceUnreadable, match="sends more than 1 MB"), open_client() as client:
        answer(client, FEED, limit=1_000_000).__enter__()
    feed.answers = lambda path, query: (200, {"content-encoding": "br"}, b"x")
    with pytest.raises(SourceUnreadable, match="packed as 'br'"), open_client() as client:
        answer(client, FEED).__enter__()


@pytest.mark.parametrize(
    "inside",
    ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/", "http://169.254.169.254/latest",
     "http://10.0.0.7/", "http://[::ffff:127.0.0.1]:{port}/", "http://2130706433:{port}/"],
)  # fmt: skip
def test_a_redirect_into_our_network_is_refused_and_never_asked(
    database: Database, feed: Feed, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    port = httpx.URL(os.environ["http_proxy"]).port
    target = inside.format(port=port)
    feed.answers = lambda path, query: (302, {"location": target}, b"") if "/feed" in path else as_json([made("a")])
    code, said = take(database)
    assert code == 1
    assert said[0] == "That address leads to a private network, so it is not read."
    assert all("/feed" in path for path in feed.asked)
    assert kept(database) == set()


def test_a_redirect_elsewhere_outside_is_followed_and_a_circle_is_left(database: Database, feed: Feed) -> None:
    there = {"location": "http://93.184.215.15/other"}
    feed.answers = lambda path, query: (301, there, b"") if path == "/feed.json" else as_json([made("a")])
    assert take(database, "http://93.184.215.14/feed.json")[0] == 0
    feed.answers = lambda path, query: (301, {"location": "http://93.184.215.14/feed.json"}, b"")
    code, said = take(database, "http://93.184.215.14/feed.json")
    assert (code, said[0]) == (1, "http://93.184.215.14/feed.json does not answer: Exceeded maximum allowed redirects.")


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8000/oruk/v3", "http://localhost/services", "http://[::1]/", "http://10.0.0.7/",
     "http://192.168.1.1/services", "http://169.254.169.254/latest", "http://0.0.0.0/", "http://[::ffff:127.0.0.1]/",
     "http://user@127.0.0.1/", "https://127.1/feed.json"],
)  # fmt: skip
def test_an_address_inside_a_network_is_refused(address: str) -> None:
    with pytest.raises(SourceUnreadable, match="private network"):
        list(read_source(address))


@pytest.mark.parametrize("address", ["http://", "http://[::1", "https://" + "a" * 80 + ".invalid/", "http:///x.json"])
def test_an_address_that_is_none_is_refused_in_plain_words(address: str) -> None:
    with pytest.raises(SourceUnreadable):
        list(read_source(address))


@pytest.mark.parametrize(
    ("ip", "is_so"),
    [("93.184.215.14", True), ("2606:2800::1", True), ("127.0.0.1", False), ("::1", False), ("0.0.0.0", False),
     ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.0.1", False), ("169.254.169.254", False),
     ("100.64.0.1", False), ("224.0.0.1", False), ("ff02::1", False), ("fe80::1%eth0", False), ("fd00::1", False),
     ("::ffff:10.0.0.1", False), ("2002:7f00:1::", False), ("64:ff9b::7f00:1", False), ("64:ff9b::5db8:d70e", True)],
)  # fmt: skip
def test_what_is_outside(ip: str, is_so: bool) -> None:
    assert is_outside(ip) == is_so


class Line(httpx.BaseTransport):
    """Where connections go, instead of making them."""

    def __init__(self) -> None:
        self.went: list[tuple[str, str, str]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.went.append((request.url.host, request.headers["host"], request.extensions["sni_hostname"]))
        if request.url.host == "93.184.215.99":
            raise httpx.ConnectError("nobody there")
        return httpx.Response(200, content=b"[]")


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def test_a_name_that_changes_its_address_is_asked_where_it_was_checked(no_proxy: None) -> None:
    """DNS rebinding: public when it is checked, our own machine a moment later."""
    answers = iter([["93.184.215.99", "93.184.215.14"], ["127.0.0.1"], ["127.0.0.1"]])
    line = Line()
    with open_client(Outside(resolve=lambda host: next(answers), line=lambda: line)) as client:
        for _ in range(3):
            assert client.get("https://feed.example/services").status_code == 200
    assert {host for host, _, _ in line.went} == {"93.184.215.99", "93.184.215.14"}
    assert {told[1:] for told in line.went} == {("feed.example", "feed.example")}  # its certificate is checked by name


def test_one_private_address_among_public_ones_is_enough_to_refuse(no_proxy: None) -> None:
    line = Line()
    way = Outside(resolve=lambda host: ["93.184.215.14", "10.0.0.1"], line=lambda: line)
    with open_client(way) as client, pytest.raises(SourceUnreadable, match="private network"):
        client.get("https://feed.example/services")
    assert line.went == []


def test_an_address_is_shown_without_its_secrets() -> None:
    assert shown("https://me:pw@feed.example/v3/services?key=1#x") == "https://feed.example/v3/services"


def test_the_way_to_a_feed_that_drips_is_cut(feed: Feed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    feed.answers = lambda path, query: (200, {}, b"[" + b" " * 300_000)
    monkeypatch.setattr(outside, "ANSWER_SECONDS", 0)
    with pytest.raises(SourceUnreadable, match="minutes to answer"), open_client() as client:
        answer(client, FEED).__enter__()
