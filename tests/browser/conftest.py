"""The whole real system, started as `make run` starts it, on ports and in a folder of its own; and a real Chromium."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
START_SECONDS = 300


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class System:
    """A running Front Door: where it is, and the environment that it was started with."""

    def __init__(self, base: str, env: dict[str, str], ports: dict[str, int], var: Path) -> None:
        self.base, self.env, self.ports, self.var = base, env, ports, var


def is_ready(base: str) -> bool:
    try:
        return httpx.get(f"{base}/readyz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def wait_for(what: Any, seconds: float, *, every: float = 0.3) -> None:
    """Wait until `what()` is true; fail when `seconds` have passed."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(every)


def listening(port: int) -> list[psutil.Process]:
    """The processes that listen on a port of this machine."""
    found = [c.pid for c in psutil.net_connections("tcp") if c.status == "LISTEN" and c.laddr.port == port and c.pid]
    return [psutil.Process(pid) for pid in set(found)]


def running_already() -> System | None:
    """For work on the tests: FRONTDOOR_TEST_RUNNING=1 takes the system that the usual variables point to."""
    if not os.environ.get("FRONTDOOR_TEST_RUNNING"):
        return None
    ports = {name: int(os.environ[f"FRONTDOOR_{name}_PORT"]) for name in ("WEB", "BOT", "ACTIONS")}
    base = f"http://127.0.0.1:{ports['WEB']}"
    return System(base, dict(os.environ), ports, Path(os.environ["FRONTDOOR_VAR"]))


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    if (running := running_already()) is not None:
        yield running
        return
    var = tmp_path_factory.mktemp("var")
    ports = {name: free_port() for name in ("WEB", "BOT", "ACTIONS")}
    env = {
        **os.environ,
        **{f"FRONTDOOR_{name}_PORT": str(port) for name, port in ports.items()},
        "FRONTDOOR_VAR": str(var),
        "FRONTDOOR_DEMONSTRATION": "true",
    }
    env.pop("DATABASE_URL", None)
    log = (var / "start.log").open("w")
    run = subprocess.Popen(
        [sys.executable, "tools/up.py", "run"], cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT
    )
    base = f"http://127.0.0.1:{ports['WEB']}"

    def up() -> bool:
        assert run.poll() is None, (var / "start.log").read_text()
        return is_ready(base)

    try:
        wait_for(up, START_SECONDS)
        yield System(base, env, ports, var)
    finally:
        run.send_signal(signal.SIGINT)
        try:
            run.wait(30)
        finally:
            run.kill()
            log.close()
    for port in ports.values():
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0, f"something still listens on {port}"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*flags, "--disable-sync", "--no-first-run"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, system: System) -> Iterator[Page]:
    context = chromium.new_context(base_url=system.base, locale="en-GB", timezone_id="Europe/London")
    yield context.new_page()
    context.close()


class Talk:
    """A resident at the JSON API."""

    def __init__(self, base: str) -> None:
        self.client = httpx.Client(base_url=base, timeout=30)
        started = self.client.post("/api/conversations", json={"channel": "website"})
        assert started.status_code == 201
        self.id, self.token = started.json()["conversation"], started.json()["token"]
        self.replies: list[dict[str, Any]] = started.json()["replies"]
        self.state, self.seen = "listening", list(self.replies)

    def say(self, text: str | None = None, **body: Any) -> list[dict[str, Any]]:
        sent = {**({"text": text} if text is not None else {}), **body}
        answer = self.client.post(
            f"/api/conversations/{self.id}/messages", json=sent, headers={"Authorization": f"Bearer {self.token}"}
        )
        assert answer.status_code == 200, answer.text
        self.replies, self.state = answer.json()["replies"], answer.json()["state"]
        self.seen += self.replies
        return self.replies

    def kinds(self) -> list[str]:
        return [reply["kind"] for reply in self.replies]

    def last(self, kind: str) -> dict[str, Any]:
        return next(reply for reply in reversed(self.seen) if reply["kind"] == kind)

    def answer_until(self, kinds: set[str], answers: dict[str, str], turns: int = 25) -> None:
        """Answer questions by code, skipping what is not in `answers`, until one of `kinds` is reached."""
        for _ in range(turns):
            if kinds & set(self.kinds()):
                return
            waiting = self.replies[-1]
            ids = [choice["id"] for choice in waiting["choices"]]
            if waiting["kind"] == "needs":
                self.say(choice="yes")
            elif waiting["ask"] in answers:
                value = answers[waiting["ask"]]
                self.say(choice=value) if value in ids else self.say(value)
            elif waiting["kind"] == "plan" or waiting["kind"] == "openings":
                self.say(choice=ids[0])
            elif waiting["kind"] == "consent":
                self.say(choice="yes")
            elif "confirm" in ids:
                self.say(choice="confirm")
            else:
                self.say(choice="skip")
        raise AssertionError(f"no {kinds} after {turns} turns; last was {self.replies}")


@pytest.fixture
def talk(system: System) -> Iterator[Talk]:
    made = Talk(system.base)
    yield made
    made.client.close()
