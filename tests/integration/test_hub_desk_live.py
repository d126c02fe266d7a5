"""The live board of the hub's desk: so many pages may listen to one process, and a place is free once one leaves."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from foundation.database import Database
from tests.integration.hub_fixtures import HOME, a_hub, at_the_desk
from web.hub_desk import live
from web.sittings import DESK


class Listener:
    """A browser that keeps the board's events open. `status`: what it was answered, once it was."""

    def __init__(self, app: Any, cookie: str) -> None:
        self.status: int | None = None
        self.headers: dict[bytes, bytes] = {}
        self._left = asyncio.Event()
        self._asked = False
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": f"{HOME}/events", "raw_path": f"{HOME}/events".encode(), "root_path": "", "query_string": b"",
            "headers": [(b"host", b"testserver"), (b"cookie", f"{DESK}={cookie}".encode())],
            "client": ("127.0.0.1", 1), "server": ("testserver", 80),
        }  # fmt: skip
        self._task = asyncio.create_task(app(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])

    async def leave(self) -> None:
        self._left.set()
        await self._task


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110  what is awaited has no event of its own
            await asyncio.sleep(0.01)


@asynccontextmanager
async def listening(app: Any, cookie: str, number: int) -> AsyncIterator[list[Listener]]:
    """So many browsers, one after the other, each of whom is answered."""
    found: list[Listener] = []
    try:
        for already in range(number):
            found.append(Listener(app, cookie))
            await until(lambda: found[-1].status is not None and len(live._open) > already)  # noqa: B023
        yield found
    finally:
        await asyncio.gather(*(each.leave() for each in found))


def test_one_page_too_many_is_asked_to_come_back_and_a_place_is_free_once_one_leaves(
    database: Database, tmp_path: Path
) -> None:
    with at_the_desk(a_hub(database), tmp_path) as browser:
        client = browser("grace")
        app, cookie = client.app, client.cookies[DESK]

        async def ask() -> Listener:
            one = Listener(app, cookie)
            await until(lambda: one.status is not None)
            return one

        async def play() -> None:
            assert live.MOST == 40
            async with listening(app, cookie, live.MOST) as there:
                assert {each.status for each in there} == {200}
                refused = await ask()
                assert refused.status == 503
                assert int(refused.headers[b"retry-after"]) > 0
                assert refused.headers[b"cache-control"] == b"no-store"
                await there[7].leave()
                await until(lambda: len(live._open) < live.MOST)
                again = await ask()
                assert again.status == 200
                await again.leave()
            await until(lambda: not live._open)

        asyncio.run(play())


@pytest.fixture(autouse=True)
def nobody_listens() -> None:
    assert not live._open, "left over from another test"
