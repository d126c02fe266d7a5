"""What the tests of receiving, answering and sending share: two invented phones, a Rasa and a provider of our own."""

import asyncio
import multiprocessing
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from casework import lines, outbox
from casework import tables as t
from casework.lines import Fate, Incoming
from casework.outbox import Parcel
from foundation.database import Database
from web.dressing import Dressing
from web.providers.base import Arrived, Channel, Hook, Outgoing, Receipt
from web.rasa import BotNotAnswering
from web.turns import Turns

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SAM, ALEX = "+447700900482", "+447700900111"
PERSON, AGAIN, BACK = "talk_to_person", "start_again", "go_back"  # choices that need no model to be understood


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def incoming(
    identity: str, text: str = "", *, choice: str | None = None, address: str = SAM, kind: str = "", **more: Any
) -> Incoming:
    """A message from a phone; `at` is when it was sent."""
    sent_at, channel = more.get("at", NOW), more.get("channel", "sms")
    return Incoming(channel, identity, address, kind or ("choice" if choice else "text"), text, choice, sent_at)


def receive(database: Database, *items: Incoming | Fate, now: datetime = NOW) -> int:
    """They come, and are sorted; how many messages were new."""
    with database.writing() as db:
        return lines.take_in(db, items, language="en", now=now)


def conversation_of(database: Database, address: str = SAM, channel: str = "sms") -> str:
    """The conversation that this phone holds."""
    mine = sa.select(t.line.c.conversation_id).where(t.line.c.address == address, t.line.c.channel == channel)
    with database.reading() as db:
        return str(db.execute(mine).scalar_one())


def parcel(about: str = "message:1", text: str = "Hello", *, address: str = SAM, **more: Any) -> Parcel:
    return Parcel(about=about, kind="answer", channel="sms", address=address, body={"text": text}, **more)


def put(database: Database, *parcels: Parcel, now: datetime = NOW) -> None:
    with database.writing() as db:
        for each in parcels:
            outbox.put(db, each, now=now)


def rested(database: Database) -> None:
    """As if every rest between two attempts were over, and every lease of a dead sender run out."""
    past = datetime(2020, 1, 1, tzinfo=UTC)
    with database.writing() as db:
        db.execute(t.outbox.update().values(not_before=past, leased_until=past))


class FakeRasa:
    """Answers what it heard. Fails for the messages in `failing`; `well` is its health; `hold` makes it wait."""

    def __init__(self) -> None:
        self.failing: set[str] = set()
        self.well = True
        self.hold: dict[str, asyncio.Event] = {}
        self.said: list[tuple[str, str]] = []  # the conversation and what was said
        self.replies: dict[str, list[dict[str, Any]]] = {}

    async def say(self, sender: str, message: str, metadata: dict[str, Any]) -> list[dict[str, Any]]:
        self.said.append((sender, message))
        if message in self.hold:
            await self.hold[message].wait()
        if message in self.failing:
            raise BotNotAnswering("down")
        return self.replies.get(message, [text_reply(f"heard {message}")])

    async def ready(self) -> bool:
        return self.well

    async def actions_ready(self) -> bool:
        return self.well


def text_reply(text: str) -> dict[str, Any]:
    return {"kind": "text", "text": text, "ask": None, "choices": [], "data": {}}


@dataclass
class FakeProvider:
    """Takes what it is given and remembers it by reference, as a provider does.

    `troubles` are raised by the next sends, one each; an `Unsure` among them has taken the message (`Unsure.taken`),
    if the test says so by `lost_answers`.
    """

    name: str = "notify"
    channels: tuple[Channel, ...] = ("sms",)
    answers_stop: tuple[Channel, ...] = ()
    troubles: list[Exception] = field(default_factory=list)
    lost_answers: int = 0
    sent: list[Outgoing] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)
    find_troubles: list[Exception] = field(default_factory=list)
    gate: asyncio.Event | None = None
    refusing: dict[str, Exception] = field(default_factory=dict)  # by number

    def read(self, hook: Hook) -> list[Arrived | Receipt]:
        raise NotImplementedError(hook)

    async def send(self, outgoing: Outgoing) -> str:
        if self.gate is not None:
            await self.gate.wait()
        if self.lost_answers:  # it takes the message, but we never hear so
            self.lost_answers -= 1
            self.sent.append(outgoing)
            raise self.troubles.pop(0)
        if outgoing.to in self.refusing:
            raise self.refusing[outgoing.to]
        if self.troubles:
            raise self.troubles.pop(0)
        self.sent.append(outgoing)
        return f"theirs-{outgoing.reference}"

    async def find(self, outgoing: Outgoing) -> str | None:
        self.looked.append(outgoing.reference)
        if self.find_troubles:
            raise self.find_troubles.pop(0)
        if any(each.reference == outgoing.reference for each in self.sent):
            return f"theirs-{outgoing.reference}"
        return None

    async def close(self) -> None: ...

    @property
    def texts(self) -> list[str]:
        return [each.body["text"] for each in self.sent]


def make_turns(database: Database, rasa: FakeRasa, provider: FakeProvider | None = None) -> Turns:
    """The edge's turns with a real outbox behind them."""
    carried: dict[Channel, Any] = dict.fromkeys(provider.channels, provider) if provider else {}
    dress = Dressing(database, carried, public_url="https://help.example.org")
    return Turns(database, rasa, help_phone="01632 960110", dress=dress)  # type: ignore[arg-type]


def answer(turns: Turns, identity: str) -> bool:
    return asyncio.run(turns.answer_waiting(identity))


def in_threads(work: Callable[..., Any], arguments: list[tuple[Any, ...]]) -> list[Any]:
    """What `work` returned in as many threads, which begin together."""
    barrier, answers = threading.Barrier(len(arguments)), []

    def run(each: tuple[Any, ...]) -> None:
        barrier.wait(60)
        try:
            answers.append(work(*each))
        except Exception as error:  # noqa: BLE001  the test looks at it
            answers.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=run, args=(each,)) for each in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def in_processes(database: Database, work: Callable[..., Any], arguments: list[tuple[Any, ...]]) -> list[Any]:
    """What `work(database, *arguments)` returned in each of as many processes, which begin together."""
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(len(arguments)), context.SimpleQueue()
    url = database.url.render_as_string(hide_password=False)
    database.engine.dispose()  # a child must not inherit an open connection

    def run(each: tuple[Any, ...]) -> None:
        own = Database(url)
        with own.reading() as db:
            db.execute(sa.text("SELECT 1"))
        barrier.wait(60)
        try:
            answers.put(work(own, *each))
        except Exception as error:  # noqa: BLE001  the test looks at it
            answers.put(f"{type(error).__name__}: {error}")

    processes = [context.Process(target=run, args=(each,)) for each in arguments]
    for process in processes:
        process.start()
    found = [answers.get() for _ in processes]
    for process in processes:
        process.join(60)
    return found
