"""What all three fakes share: a real HTTP server in a thread, moods, an outbox to wait on, webhooks to our edge."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.providers.fakes.resident import PATIENCE, Message, Resident
from tests.providers.serving import serving

# Our edge is on this machine: no proxy on the way, no certificate to look at.
NEARBY: dict[str, Any] = {"timeout": PATIENCE, "trust_env": False, "verify": False}


@dataclass(frozen=True)
class Call:
    """One webhook call, signed: to replay it is to send it again as it is."""

    url: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Failure:
    status: int
    code: int | None
    retry_after: float | None
    gateway: bool


@dataclass
class Held:
    """Webhook calls that wait."""

    fake: "Fake"
    calls: list[Call] = field(default_factory=list)

    def release(self, *, backwards: bool = False) -> list[httpx.Response]:
        """Send them now, in the order in which they were made or in the opposite one."""
        waiting, self.calls = (self.calls[::-1] if backwards else self.calls), []
        return [self.fake.deliver(call) for call in waiting]


class Fake:
    """One provider. `edge` is where our edge listens; `public_url` where the provider believes it to be."""

    def __init__(self, *, edge: str = "", public_url: str = "") -> None:
        self.edge = edge
        self._public_url = public_url
        self.url = ""
        self.sent: list[Message] = []  # what was taken
        self.asked: list[Message] = []  # every request to send, taken or not
        self.calls: list[Call] = []
        self.answers: list[httpx.Response] = []
        self._news = threading.Condition()
        self._failures: list[Failure] = []
        self._slow = 0.0
        self._silent = self._cut = 0
        self._fates: tuple[str, ...] = ()
        self._held: Held | None = None
        self._told = ThreadPoolExecutor(1)

    @property
    def public_url(self) -> str:
        """Our edge's FRONTDOOR_PUBLIC_URL, which is what is signed."""
        return self._public_url or self.edge

    # ---- running

    @contextmanager
    def running(self) -> Iterator[str]:
        """Serve on a free port until the block ends; the URL to reach it at."""
        with serving(Starlette(routes=self.routes())) as url:
            self.url = url
            try:
                yield url
            finally:
                self._told.shutdown(wait=True)

    def routes(self) -> list[Route]:
        raise NotImplementedError

    def settings(self) -> dict[str, str]:
        """What our edge has to be started with, by environment name, once this runs."""
        raise NotImplementedError

    # ---- moods

    def fail_next(
        self,
        status: int,
        times: int = 1,
        *,
        code: int | None = None,
        retry_after: float | None = None,
        gateway: bool = False,
    ) -> None:
        """Refuse the next requests, in the provider's own words; `gateway` as a proxy before it, in HTML."""
        self._failures += [Failure(status, code, retry_after, gateway)] * times

    def slow(self, seconds: float) -> None:
        """Take so long over every request from now on."""
        self._slow = seconds

    def time_out_after_accepting(self, times: int = 1) -> None:
        """Take the next messages, but never answer."""
        self._silent += times

    def cut_after_accepting(self, times: int = 1) -> None:
        """Take the next messages, and hang up in the middle of the answer."""
        self._cut += times

    def tells(self, *fates: str) -> None:
        """Send receipts of these fates, in this order, after each message from now on."""
        self._fates = fates

    async def play(self, request: Request, act: Callable[[], tuple[int, Message]], *, sends: bool) -> Response:
        """One request under the present mood. `act` does it and gives the status and the body."""
        if self._slow:
            await asyncio.sleep(self._slow)
        if self._failures:
            failure = self._failures.pop(0)
            headers = {"Retry-After": f"{failure.retry_after:g}"} if failure.retry_after is not None else None
            if failure.gateway:
                return HTMLResponse("<h1>Bad gateway</h1>", failure.status, headers)
            return JSONResponse(self.error(failure.status, failure.code), failure.status, headers)
        status, body = act()
        if sends and status < 400 and self._silent:
            self._silent -= 1
            while (await request.receive())["type"] != "http.disconnect":
                pass
            return Response(status_code=status)  # nobody is there to read it
        if sends and status < 400 and self._cut:
            self._cut -= 1
            return Response("{", status, {"Content-Length": "1000"})
        return JSONResponse(body, status)

    def error(self, status: int, code: int | None = None, words: str = "It did not work") -> Message:
        """An error as this provider says it."""
        raise NotImplementedError

    # ---- what was sent

    def taken(self, message: Message) -> None:
        """Keep a message that was taken, wake those who wait for it, and send its receipts."""
        with self._news:
            self.sent.append(message)
            self._news.notify_all()
        for fate in self._fates:
            self._told.submit(self.receipt, message, fate)

    def outbox(self, address: str) -> list[Message]:
        """What was taken for this address, oldest first."""
        with self._news:
            return [message for message in self.sent if message["to"] == address]

    def texts(self, address: str) -> list[str]:
        """The words of it."""
        return [str(message["text"]) for message in self.outbox(address)]

    def wait_for(self, true: Callable[[], bool], *, seconds: float = PATIENCE, what: str = "it") -> None:
        """Wait until something is so, looking whenever a message was taken."""
        with self._news:
            assert self._news.wait_for(true, seconds), f"{what} did not happen in {seconds:g} seconds"

    def wait_for_replies(self, address: str, count: int, *, seconds: float = PATIENCE) -> list[Message]:
        """Wait until at least so many messages were taken for this address; all of them."""

        def there() -> bool:
            return sum(message["to"] == address for message in self.sent) >= count

        self.wait_for(there, seconds=seconds, what=f"reply {count} to {address}")
        return self.outbox(address)

    def wait_for_receipts(self) -> None:
        """Wait until every receipt that is on its way has been answered."""
        self._told.submit(lambda: None).result(PATIENCE)

    # ---- webhooks

    def resident(self, address: str) -> Resident:
        """Somebody with a phone."""
        return Resident(self, address)

    def arrives(self, address: str, kind: str, *, forged: bool = False, **what: Any) -> Call:
        """The signed call that tells of a message from this address."""
        raise NotImplementedError

    def told(self, message: Message, fate: str, *, error: int | None = None, forged: bool = False) -> Call:
        """The signed call that tells what became of a message that was taken."""
        raise NotImplementedError

    def receipt(
        self, message: Message, fate: str, *, error: int | None = None, times: int = 1, forged: bool = False
    ) -> httpx.Response | None:
        """Tell our edge what became of a message; its last answer, None while calls are held back."""
        return self.send_call(self.told(message, fate, error=error, forged=forged), times=times)

    def send_call(self, call: Call, *, times: int = 1) -> httpx.Response | None:
        """Make a webhook call, or keep it while calls are held back; the last answer."""
        if self._held is not None:
            self._held.calls += [call] * times
            return None
        return [self.deliver(call) for _ in range(times)][-1]

    def deliver(self, call: Call) -> httpx.Response:
        """Make a webhook call now: signed for the public URL, sent to where our edge listens."""
        url = self.edge + call.url.removeprefix(self.public_url)
        answer = httpx.post(url, headers=call.headers, content=call.body, **NEARBY)
        self.calls.append(call)
        self.answers.append(answer)
        return answer

    def replay(self, call: Call | None = None) -> httpx.Response:
        """The last call (or this one) again, byte for byte, as somebody who overheard it would."""
        return self.deliver(call or self.calls[-1])

    @contextmanager
    def holding(self) -> Iterator[Held]:
        """Keep webhook calls back, for the block's own `release`."""
        self._held = Held(self)
        held = self._held
        try:
            yield held
        finally:
            self._held = None
