"""The webhooks over real HTTP: the providers' players call them, and a stand-in for the post room takes what comes."""

import asyncio
import logging
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from foundation.settings import Settings
from tests.providers.asking import ANNA, REFERENCE, send, text_to_anna
from tests.providers.fakes import Fake, FakeMeta, FakeNotify, FakeTwilio
from tests.providers.serving import serving
from web import hooks
from web.headers import SafeHeaders
from web.providers.base import Arrived, Channel, Provider, Receipt
from web.providers.setup import make_providers

PUBLIC = "https://help.example.org"
MEGABYTE = 1024 * 1024


@dataclass
class Room:
    """Takes everything in, unless it is shut; one list a call, as it is one transaction a call."""

    calls: list[list[Arrived | Receipt]] = field(default_factory=list)
    shut: bool = False
    asked: threading.Event = field(default_factory=threading.Event)
    free: threading.Event = field(default_factory=threading.Event)

    async def take_in(self, items: Iterable[Arrived | Receipt]) -> None:
        self.asked.set()
        await asyncio.to_thread(self.free.wait)
        if self.shut:
            raise RuntimeError("the database does not answer")
        self.calls.append(list(items))

    @property
    def words(self) -> list[str]:
        return [item.text for call in self.calls for item in call if isinstance(item, Arrived)]

    @property
    def fates(self) -> list[tuple[str | None, str]]:
        return [(item.reference, item.fate) for call in self.calls for item in call if isinstance(item, Receipt)]


@dataclass
class Edge:
    """What runs: the webhooks at `url`, believed to be at PUBLIC."""

    url: str
    room: Room
    providers: dict[Channel, Provider]


@pytest.fixture
def edge() -> Iterator[Edge]:
    room, providers = Room(), dict[Channel, Provider]()
    room.free.set()
    app = Starlette(routes=hooks.routes, middleware=[Middleware(SafeHeaders)])
    app.state.edge = SimpleNamespace(settings=SimpleNamespace(public_url=PUBLIC), providers=providers, post=room)
    with serving(app) as url:
        yield Edge(url, room, providers)


@contextmanager
def played[F: Fake](fake: F, edge: Edge) -> Iterator[F]:
    """The fake runs, and the edge is configured for it."""
    with fake.running():
        told = {name.removeprefix("FRONTDOOR_").lower(): value for name, value in fake.settings().items()}
        edge.providers |= make_providers(Settings(public_url=PUBLIC, **told))
        yield fake


@pytest.fixture
def notify(edge: Edge) -> Iterator[FakeNotify]:
    with played(FakeNotify(edge=edge.url, public_url=PUBLIC), edge) as fake:
        yield fake


@pytest.fixture
def twilio(edge: Edge) -> Iterator[FakeTwilio]:
    with played(FakeTwilio(edge=edge.url, public_url=PUBLIC), edge) as fake:
        yield fake


@pytest.fixture
def meta(edge: Edge) -> Iterator[FakeMeta]:
    with played(FakeMeta(edge=edge.url, public_url=PUBLIC), edge) as fake:
        yield fake


@pytest.fixture(params=["notify", "twilio", "meta"])
def fake(request: pytest.FixtureRequest) -> Fake:
    """Each of the three in turn."""
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


def answer(response: httpx.Response | None) -> httpx.Response:
    assert response is not None
    return response


def test_what_a_resident_says_is_taken_in_and_acknowledged(fake: Fake, edge: Edge) -> None:
    response = answer(fake.resident(ANNA).says("I can’t pay my rent 😢"))
    assert response.status_code == 200
    assert edge.room.words == ["I can’t pay my rent 😢"]


def test_twilio_is_told_to_do_nothing(twilio: FakeTwilio) -> None:
    response = answer(twilio.resident(ANNA).says("hello"))
    assert response.headers["content-type"].startswith("text/xml")
    assert response.text.endswith("<Response/>")


def test_a_forged_call_is_sent_away_without_a_word(fake: Fake, edge: Edge) -> None:
    response = answer(fake.resident(ANNA).says("hello", forged=True))
    assert (response.status_code, response.content) == (403, b"")
    assert edge.room.calls == []


def test_a_call_of_somebody_else_is_sent_away(edge: Edge, meta: FakeMeta, twilio: FakeTwilio) -> None:
    for path in ("/hooks/twilio", "/hooks/twilio/receipts", "/hooks/whatsapp"):
        assert httpx.post(edge.url + path, json={"hello": 1}).status_code == 403


def test_a_replay_is_the_same_message_again(fake: Fake, edge: Edge) -> None:
    fake.resident(ANNA).says("hello")
    assert fake.replay().status_code == 200
    first, second = (call[0] for call in edge.room.calls)
    assert first.provider_id == second.provider_id  # by which the post room knows it


def test_duplicates_and_calls_out_of_order_come_through_as_they_are(fake: Fake, edge: Edge) -> None:
    with fake.holding() as held:
        fake.resident(ANNA).says("one")
        fake.resident(ANNA).says("two", times=2)
    assert edge.room.words == []
    assert [one.status_code for one in held.release(backwards=True)] == [200, 200, 200]
    assert edge.room.words == ["two", "two", "one"]


def test_only_what_is_stored_is_acknowledged(fake: Fake, edge: Edge) -> None:
    edge.room.free.clear()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(fake.resident(ANNA).says, "hello")
        assert edge.room.asked.wait(20)
        assert not waiting.done()
        edge.room.free.set()
        assert answer(waiting.result()).status_code == 200


def test_what_could_not_be_stored_is_asked_for_again(fake: Fake, edge: Edge) -> None:
    edge.room.shut = True
    assert answer(fake.resident(ANNA).says("hello")).status_code == 500
    edge.room.shut = False
    assert fake.replay().status_code == 200
    assert edge.room.words == ["hello"]


def test_receipts_come_in_however_they_are_ordered(fake: Fake, edge: Edge) -> None:
    fates = {FakeNotify: ("delivered", "sending", "delivered")}.get(type(fake), ("read", "sent", "delivered"))
    fake.tells(*fates)
    outgoing = text_to_anna()
    if isinstance(fake, FakeMeta):
        fake.arrives(ANNA, "text")
        outgoing = text_to_anna(channel="whatsapp", body={"type": "text", "text": {"body": "Hello"}})
    send(next(iter(edge.providers.values())), outgoing)
    fake.wait_for_receipts()
    ours = {"sending": "sent"}
    assert edge.room.fates == [(REFERENCE, ours.get(fate, fate)) for fate in fates]


def test_what_a_proxy_says_of_itself_changes_nothing(twilio: FakeTwilio, edge: Edge) -> None:
    call = twilio.arrives(ANNA, "text", text="hello")
    proxy = {"X-Forwarded-Proto": "http", "X-Forwarded-Host": "other.example.org", "Host": "inside.example.org"}
    response = httpx.post(f"{edge.url}/hooks/twilio", headers=call.headers | proxy, content=call.body)
    assert response.status_code == 200
    # Signed for the address that the proxy claims, it is not for us.
    stranger = FakeTwilio(edge=edge.url, public_url="http://other.example.org")
    stranger.token, stranger.account = twilio.token, twilio.account
    forged = stranger.arrives(ANNA, "text", text="hello")
    response = httpx.post(f"{edge.url}/hooks/twilio", headers=forged.headers | proxy, content=forged.body)
    assert response.status_code == 403


def test_several_messages_in_one_call_are_taken_in_together(meta: FakeMeta, edge: Edge) -> None:
    items = [meta.message(ANNA, "text", text="one"), meta.message("+447700900483", "text", text="two")]
    assert answer(meta.send_call(meta.call(messages=items))).status_code == 200
    assert [len(call) for call in edge.room.calls] == [2]


def test_a_call_that_tells_nothing_new_is_acknowledged(meta: FakeMeta, edge: Edge) -> None:
    assert answer(meta.resident(ANNA).sends("system")).status_code == 200
    assert edge.room.calls == []


def test_the_handshake(meta: FakeMeta) -> None:
    response = meta.handshake(challenge="<b>1158201444</b>")
    assert (response.status_code, response.text) == (200, "<b>1158201444</b>")
    assert response.headers["content-type"].startswith("text/plain")
    assert meta.handshake(token="a guess").status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/hooks/notify", "/hooks/notify/receipts", "/hooks/twilio", "/hooks/twilio/receipts", "/hooks/whatsapp"],
)
def test_a_provider_that_is_not_ours_is_not_there(edge: Edge, path: str) -> None:
    assert httpx.post(edge.url + path, json={}).status_code == 404
    assert httpx.get(f"{edge.url}/hooks/whatsapp").status_code == 404


def test_what_cannot_be_read_is_refused_and_logged_without_a_word_of_it(
    notify: FakeNotify, caplog: pytest.LogCaptureFixture
) -> None:
    call = notify.arrives(ANNA, "text", text="I am pregnant")
    broken = replace(call, body=call.body.replace(b'"id"', b'"no"'))
    with caplog.at_level(logging.INFO):
        assert notify.deliver(broken).status_code == 400
        assert answer(notify.resident(ANNA).says("I am pregnant")).status_code == 200
    logged = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("frontdoor"))
    assert "notify webhook could not be read" in logged
    assert "pregnant" not in logged
    assert "7700900482" not in logged


@pytest.mark.parametrize(("name", "size", "status"), [("notify", 1.1, 413), ("meta", 2.0, 200), ("meta", 3.1, 413)])
def test_a_body_is_read_up_to_what_its_provider_sends(
    request: pytest.FixtureRequest, edge: Edge, name: str, size: float, status: int
) -> None:
    fake: Fake = request.getfixturevalue(name)
    call = fake.arrives(ANNA, "text", text="x" * int(size * MEGABYTE))
    path = call.url.removeprefix(PUBLIC)
    assert httpx.post(edge.url + path, headers=call.headers, content=call.body).status_code == status
    in_pieces = iter([call.body[:100], call.body[100:]])  # without saying how long it is
    assert httpx.post(edge.url + path, headers=call.headers, content=in_pieces).status_code == status
