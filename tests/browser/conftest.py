"""The whole real system, started as `make run` starts it; and a real Chromium."""

import shutil
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.running import System, running_already, started


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    if (running := running_already()) is not None:
        yield running
        return
    with started(tmp_path_factory.mktemp("var"), {}) as fresh:
        yield fresh


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
