"""Webhooks acknowledged at 50 a second, beside an empty endpoint of the same server in the same run.

The edge runs by itself, on SQLite and then on PostgreSQL, with a database that is thrown away: each webhook is
verified, stored and acknowledged while those before it are being answered, eight a second: by a bot that takes half a
second for each of four, as Rasa does on two busy cores.
"""

import asyncio
import hashlib
import hmac
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from casework.tables import message
from cli.benchmarks.figure import Figure, NotMeasurable, pair, percentile
from cli.benchmarks.throwaway import PLACE, postgresql_url, sqlite_url
from cli.demonstration import load_services
from foundation.clock import utc_now
from foundation.database import Database
from foundation.settings import ROOT

A_SECOND, BLOCK_CALLS, BLOCKS = 50, 200, 4
WARMING = 25  # calls of each kind before the measured ones: modules are opened, statements compiled, connections made
BOT_SECONDS = 0.5
TARGET_RATIO, TARGET_MILLISECONDS = 3.0, 250.0
NUMBER_ID, SECRET = "106540352242922", "a secret of this measurement alone"
SAID = "two months behind with the rent and nothing in for tea"
START_SECONDS = 60.0


def measure() -> Iterator[Figure]:
    """p50 and p99 in milliseconds and how many messages were lost; on PostgreSQL again. Raises NotMeasurable."""
    for name, place in (("acknowledge", sqlite_url), ("acknowledge_postgresql", postgresql_url)):
        with place() as url:
            yield from figures(name, url)


def figures(name: str, url: str) -> Iterator[Figure]:
    """With the database `url`, which is empty. Raises NotMeasurable."""
    _prepare(url)
    with tempfile.TemporaryDirectory() as folder, _slow_bot() as bot, _edge(Path(folder), url, bot) as base:
        database = Database(url)
        ours, theirs = asyncio.run(_both(base, database))
        stored = _count(database)
        database.close()
    empty = "empty endpoint, same server"
    yield from pair(name, ours, theirs, reference=empty, percents=(50, 99), target=TARGET_RATIO)
    yield Figure(
        figure=f"{name}_p99_most", value=percentile(ours, 99), unit="ms", reference="the target",
        reference_value=TARGET_MILLISECONDS, target=1.0,
    )  # fmt: skip
    yield Figure(
        figure=f"{name}_lost", value=WARMING + len(ours) - stored, unit="messages", reference="sent", reference_value=0,
        target=0,
    )  # fmt: skip


def _prepare(url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "-x", f"url={url}", "upgrade", "head"], cwd=ROOT, capture_output=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise NotMeasurable("Webhooks are not measured: the tables could not be made.")
    database = Database(url)
    load_services(database, PLACE / "services", now=utc_now(), echo=lambda _: None)
    database.close()


@contextmanager
def _edge(folder: Path, url: str, bot: int) -> Iterator[str]:
    web, nobody = _free_port(), _free_port()
    env = {
        **os.environ,
        "DATABASE_URL": url,
        "FRONTDOOR_VAR": str(folder),
        "FRONTDOOR_DEMONSTRATION": "true",
        "FRONTDOOR_WEB_PORT": str(web),
        "FRONTDOOR_BOT_PORT": str(bot),
        "FRONTDOOR_ACTIONS_PORT": str(nobody),
        "FRONTDOOR_PUBLIC_URL": "https://front-door.example.gov.uk",
        "FRONTDOOR_WHATSAPP_PROVIDER": "meta",
        "FRONTDOOR_META_TOKEN": "measured",
        "FRONTDOOR_META_APP_SECRET": SECRET,
        "FRONTDOOR_META_VERIFY_TOKEN": SECRET,
        "FRONTDOOR_META_PHONE_NUMBER": NUMBER_ID,
        "FRONTDOOR_META_TEMPLATE": "carry_on",
        "FRONTDOOR_META_URL": f"http://127.0.0.1:{nobody}",
    }
    with (folder / "web.log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "web"], cwd=ROOT, env=env, stdout=log, stderr=log)
        try:
            base = f"http://127.0.0.1:{web}"
            _wait(lambda: httpx.get(f"{base}/healthz", timeout=2).is_success, folder / "web.log")
            yield base
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def _slow_bot() -> Iterator[int]:
    """What takes Rasa's place: it answers everything with the same words, half a second later. Its port."""

    class Slow(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(BOT_SECONDS)
            said = json.dumps([{"text": "Tell us more."}]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            with suppress(BrokenPipeError):  # the edge was stopped before it heard the answer
                self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(ready: Callable[[], bool], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            if ready():
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise NotMeasurable(f"Webhooks are not measured: the edge did not start. {log.read_text()[-500:]}")


def _count(database: Database, *that: sa.ColumnElement[bool]) -> int:
    with database.reading() as db:
        return int(db.execute(sa.select(sa.func.count()).select_from(message).where(*that)).scalar_one())


def _until_answered(database: Database) -> None:
    while _count(database, message.c.status == "waiting"):
        time.sleep(0.2)


async def _both(base: str, database: Database) -> tuple[list[float], list[float]]:
    """Blocks of webhooks and of empty calls by turns, at the same rate: milliseconds of each."""
    ours: list[float] = []
    theirs: list[float] = []
    async with httpx.AsyncClient(
        base_url=base, timeout=30, limits=httpx.Limits(max_connections=100, keepalive_expiry=1)
    ) as client:
        await _block(client, lambda at: client.build_request("GET", "/healthz"), calls=WARMING)
        await _block(client, lambda at: _webhook(client, f"warming-{at}", at), calls=WARMING)
        await asyncio.to_thread(_until_answered, database)  # what answers is warm then too
        for block in range(BLOCKS):
            ours += await _block(client, lambda at, block=block: _webhook(client, f"{block}-{at}", at))  # type: ignore[misc]
            theirs += await _block(client, lambda at: client.build_request("GET", "/healthz"))
    return ours, theirs


async def _block(
    client: httpx.AsyncClient, make: Callable[[int], httpx.Request], *, calls: int = BLOCK_CALLS
) -> list[float]:
    """Calls at their times, whether those before have been answered or not."""
    begun = time.perf_counter()

    async def one(at: int) -> float:
        request = make(at)
        await asyncio.sleep(max(0.0, begun + at / A_SECOND - time.perf_counter()))
        sent = time.perf_counter()
        answer = await client.send(request)
        if not answer.is_success:
            raise NotMeasurable(f"Webhooks are not measured: one was answered with {answer.status_code}.")
        return (time.perf_counter() - sent) * 1000

    return list(await asyncio.gather(*(one(at) for at in range(calls))))


def _webhook(client: httpx.AsyncClient, name: str, at: int) -> httpx.Request:
    """One text, as Meta sends it, from one of 50 phones."""
    phone = f"447700900{at % 50:03d}"
    told: dict[str, Any] = {
        "from": phone, "id": f"wamid.{name}", "timestamp": str(int(time.time())), "type": "text",
        "text": {"body": f"{SAID} {name}"},
    }  # fmt: skip
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "441632960902", "phone_number_id": NUMBER_ID},
        "contacts": [{"profile": {"name": "Sam"}, "wa_id": phone}],
        "messages": [told],
    }
    entry = {"id": "0", "changes": [{"value": value, "field": "messages"}]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    sign = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={sign}", "Content-Type": "application/json"}
    return client.build_request("POST", "/hooks/whatsapp", content=body, headers=headers)
