"""Thousands of messages with duplicates and reorders, while web, actions and bot are killed: none lost, none doubled.

`python -m tests.load.chaos --messages 10000`. Notify is played over real HTTP; a webhook that our edge does not
acknowledge is delivered again, as the provider does.
"""

import argparse
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import httpx
import psutil
import sqlalchemy as sa

from casework import tables as t
from foundation.database import Database
from tests.conftest import rows
from tests.providers.fakes.base import Call
from tests.providers.fakes.notify import FakeNotify
from tests.running import System, free_port, is_ready, listening, started, wait_for

SAID = (
    "behind with the rent and they sent a letter",
    "1",
    "cb4 3eh",
    "38",
    "cant pay the leccy either",
    "1",
    "no",
    "back",
    "skip",
    "what happens next",
)
SET_ASIDE = "deal with that message by computer"
TWICE, SWAPPED = 0.15, 0.15
AT_ONCE = 8
CALM_SECONDS = (15.0, 40.0)  # between two deaths, with all parts up
PATIENCE_SECONDS = 900.0
RETRY_SECONDS = 0.5


@dataclass(frozen=True)
class Result:
    """What was seen. Everything but `messages`, `deaths` and `seconds` has to be 0."""

    messages: int
    deaths: Counter[str]
    seconds: float
    lost: int
    stored_twice: int
    unanswered: int
    set_aside: int
    unsent: int
    sent_twice: int
    out_of_order: int

    def faults(self) -> int:
        """How many things went wrong."""
        counts = (self.lost, self.stored_twice, self.unanswered, self.set_aside, self.unsent, self.sent_twice)
        return sum(counts) + self.out_of_order


def run(messages: int, *, kill: bool, seed: int, say: Callable[[str], object]) -> Result:
    """Send so many messages to a fresh system and look at what became of each."""
    chance = random.Random(seed)
    ports = {name: free_port() for name in ("WEB", "BOT", "ACTIONS")}
    edge = f"http://127.0.0.1:{ports['WEB']}"
    fake = FakeNotify(edge=edge, public_url="https://front-door.example.gov.uk", daily_limit=10 * messages)
    settings = {"FRONTDOOR_PUBLIC_URL": fake.public_url}
    with ExitStack() as stack:
        stack.enter_context(fake.running())
        var = stack.enter_context(tempfile.TemporaryDirectory())
        system = stack.enter_context(started(Path(var), {**settings, **fake.settings()}, ports=ports))
        database = Database(f"sqlite:///{var}/frontdoor.db")
        begun = time.monotonic()
        stop, deaths = threading.Event(), Counter[str]()
        killer = threading.Thread(target=_kill_now_and_then, args=(system, stop, deaths, chance.random(), say))
        if kill:
            killer.start()
        calls = _conversations(fake, messages, chance)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(partial(_deliver_all, edge, fake.public_url), calls))
        say(f"all {messages} handed over after {time.monotonic() - begun:.0f} s")
        _wait_until(database, messages // 5, say)
        stop.set()
        if kill:
            killer.join()
        _wait_until(database, 0, say)
        seconds = time.monotonic() - begun
        result = _looked_at(database, fake, messages, deaths, seconds)
        database.close()
    return result


def _conversations(fake: FakeNotify, messages: int, chance: random.Random) -> list[list[Call]]:
    """For each phone its calls, some twice, some swapped with the next; numbers of Ofcom's drama range."""
    made = []
    for phone in range((messages + len(SAID) - 1) // len(SAID)):
        address = f"+447700900{phone % 1000:03d}" if phone < 1000 else f"+4416329601{phone % 100:02d}"
        calls = [fake.arrives(address, "text", text=said) for said in SAID[: messages - phone * len(SAID)]]
        for at in range(1, len(calls) - 1):  # the first word opens the conversation; it stays first
            if chance.random() < SWAPPED:
                calls[at], calls[at + 1] = calls[at + 1], calls[at]
        made.append([call for call in calls for _ in range(2 if chance.random() < TWICE else 1)])
    return made


def _deliver_all(edge: str, public: str, calls: list[Call]) -> None:
    """One phone's calls, each again and again until it is acknowledged."""
    with httpx.Client(timeout=30, trust_env=False) as client:
        for call in calls:
            url = edge + call.url.removeprefix(public)
            until = time.monotonic() + PATIENCE_SECONDS
            while not _acknowledged(client, url, call):
                assert time.monotonic() < until, "the edge did not come back"
                time.sleep(RETRY_SECONDS)


def _acknowledged(client: httpx.Client, url: str, call: Call) -> bool:
    try:
        return client.post(url, headers=call.headers, content=call.body).status_code == 200
    except httpx.HTTPError:
        return False


def _kill_now_and_then(
    system: System, stop: threading.Event, deaths: Counter[str], seed: float, say: Callable[[str], object]
) -> None:
    chance = random.Random(seed)
    while not stop.wait(chance.uniform(*CALM_SECONDS)):
        if not is_ready(system.base):
            continue  # what was killed last is not up again yet
        name = chance.choice(tuple(os.environ.get("KILL", "WEB ACTIONS BOT").split()))
        for process in listening(system.ports[name]):
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
            deaths[name] += 1
            say(f"killed {name}")


def _wait_until(database: Database, left: int, say: Callable[[str], object]) -> None:
    """Until at most so many wait to be answered or sent."""
    told = [time.monotonic()]

    def few() -> bool:
        with database.reading() as db:
            waits = db.execute(sa.select(sa.func.count()).where(t.message.c.status == "waiting")).scalar_one()
            waits += db.execute(sa.select(sa.func.count()).select_from(t.letterbox)).scalar_one()
            goes = db.execute(
                sa.select(sa.func.count()).where(t.outbox.c.state.in_(("waiting", "unsure")))
            ).scalar_one()
        if time.monotonic() - told[0] > 20:
            told[0] = time.monotonic()
            say(f"{waits} wait for an answer, {goes} to go out")
        return bool(waits + goes <= left)

    wait_for(few, PATIENCE_SECONDS * 4, every=1.0)


def _looked_at(database: Database, fake: FakeNotify, messages: int, deaths: Counter[str], seconds: float) -> Result:
    said = [row for row in rows(database, t.message) if row["kind"] == "text"]
    out = rows(database, t.outbox)
    taken = Counter(str(message["reference"]) for message in fake.sent)
    answers = {row["reference"] for row in out}
    told = [row for row in out if row["kind"].startswith("answer")]
    answered = {row["about"] for row in told}
    order = [message["reference"] for message in fake.sent]
    place = {reference: at for at, reference in reversed(list(enumerate(order)))}
    by_phone: dict[str, list[int]] = {}
    for row in sorted(out, key=lambda row: int(row["id"])):
        if row["reference"] in place:
            by_phone.setdefault(row["address"], []).append(place[row["reference"]])
    for row in said:
        if SET_ASIDE in str(row["replies"]):
            print("set aside:", row["id"], row["address"], repr(row["text"]))
    return Result(
        messages=messages,
        deaths=deaths,
        seconds=seconds,
        lost=max(0, messages - len(said)),
        stored_twice=max(0, len(said) - messages),
        unanswered=sum(row["status"] != "answered" or not row["replies"] for row in said),
        set_aside=sum(SET_ASIDE in str(row["replies"]) for row in said),
        unsent=len(answers - set(taken)) + sum(f"message:{row['id']}" not in answered for row in said),
        sent_twice=sum(count - 1 for count in taken.values()),
        out_of_order=sum(a > b for places in by_phone.values() for a, b in pairwise(places)),
    )


def main() -> int:
    """Run once, print what was seen; 0 when nothing was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--calm", action="store_true", help="kill nothing")
    words = parser.parse_args()
    result = run(words.messages, kill=not words.calm, seed=words.seed, say=lambda text: print(text, flush=True))
    print(f"seed {words.seed}: {result}")
    return 1 if result.faults() else 0


if __name__ == "__main__":
    sys.exit(main())
