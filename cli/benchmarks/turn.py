"""A turn through the public API of the running system, beside a turn of a stock Rasa assistant.

Both are spoken to by turns, conversation by conversation, so that whatever else the machine does weighs on both.
"""

import os
import time
from collections.abc import Iterator
from typing import Any

import httpx

from cli.benchmarks.figure import Figure, NotMeasurable, pair
from cli.benchmarks.stock import Say, stock_assistant
from foundation.settings import Settings

STORY = "I lost my job in September, I'm two months behind with my rent to the council and I can't sleep for worry"
TYPED = {"postcode": "CB4 3EH", "age_band": "38"}  # every other question is answered by its first choice
CONVERSATIONS, ANSWERS, TARGET = 16, 4, 1.0


def measure() -> Iterator[Figure]:
    """p50 and p95 in milliseconds of a turn. Raises NotMeasurable when the system does not run."""
    port = os.environ.get("FRONTDOOR_WEB_PORT") or Settings.model_fields["web_port"].default
    base = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=base, timeout=30) as client:
        _check(client, base)
        with stock_assistant() as converse:
            _talk(client), _tell(converse())  # the first ones warm both up
            ours, theirs = [], []
            for _ in range(CONVERSATIONS):
                ours += _talk(client)
                theirs += _tell(converse())
    reference = "stock Rasa 3.6.21, 1 custom action"
    yield from pair("turn", ours, theirs, reference=reference, percents=(50, 95), target=TARGET)


def _check(client: httpx.Client, base: str) -> None:
    try:
        ready = client.get("/readyz").is_success
    except httpx.HTTPError:
        ready = False
    if not ready:
        raise NotMeasurable(f"A turn is not measured: Front Door is not running at {base}. Start it with `make run`.")


def _talk(client: httpx.Client) -> list[float]:
    """A fresh conversation: the story, yes, and a few answers. Milliseconds of each turn."""
    started = _posted(client, "/api/conversations", {"channel": "website"}, {})
    path = f"/api/conversations/{started['conversation']}/messages"
    head = {"Authorization": f"Bearer {started['token']}"}
    body, waits = {"text": STORY}, []
    for _ in range(2 + ANSWERS):
        begun = time.perf_counter()
        said = _posted(client, path, body, head)
        waits.append((time.perf_counter() - begun) * 1000)
        body = _answer(said["replies"][-1])
    return waits


def _answer(waiting: dict[str, Any]) -> dict[str, str]:
    if waiting["ask"] in TYPED:
        return {"text": TYPED[waiting["ask"]]}
    if not waiting["choices"]:
        raise NotMeasurable("A turn is not measured: the conversation stopped before it should. Try `frontdoor chat`.")
    return {"choice": waiting["choices"][0]["id"]}


def _posted(client: httpx.Client, path: str, body: dict[str, str], head: dict[str, str]) -> dict[str, Any]:
    try:
        answer = client.post(path, json=body, headers=head)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise NotMeasurable(f"A turn is not measured: the API failed ({error}).") from error
    answered: dict[str, Any] = answer.json()
    return answered


def _tell(say: Say) -> list[float]:
    waits = []
    for text in (STORY, "hello", "CB4 3EH", "38", "I am behind with my rent", "I lost my job"):
        begun = time.perf_counter()
        say(text)
        waits.append((time.perf_counter() - begun) * 1000)
    return waits
