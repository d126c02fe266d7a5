"""The whole real system, with providers that are played over real HTTP."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from casework import tables as t
from foundation.database import Database
from tests.providers.fakes.base import Fake, Resident
from tests.providers.fakes.meta import FakeMeta
from tests.providers.fakes.notify import FakeNotify
from tests.providers.fakes.twilio import FakeTwilio
from tests.running import System, free_port, started, wait_for

PUBLIC = "https://front-door.example.gov.uk"


@dataclass(frozen=True)
class Texting:
    """A running system and those who carry its texts."""

    system: System
    sms: Fake
    whatsapp: Fake

    @property
    def database(self) -> Database:
        """The system's own, to look at what was really written."""
        return Database(f"sqlite:///{self.system.var}/frontdoor.db")

    def settle(self, number: str) -> None:
        """Wait until everything from this phone is answered, and every answer has gone out."""
        database = self.database

        def settled() -> bool:
            with database.reading() as db:
                m, o = t.message.c, t.outbox.c
                waits = sa.select(m.id).where(m.address == number, m.status == "waiting")
                goes = sa.select(o.id).where(o.address == number, o.state.in_(("waiting", "unsure")))
                return not db.execute(sa.union_all(sa.select(t.letterbox.c.id), waits, goes)).first()

        wait_for(settled, 30, every=0.05)
        database.close()

    def phone(self, channel: str, number: str) -> Resident:
        """A resident's phone on one of the channels."""
        fake = self.sms if channel == "sms" else self.whatsapp
        if channel == "whatsapp" and isinstance(fake, FakeTwilio):
            fake.on_whatsapp(number)
        return fake.resident(number)


@pytest.fixture(scope="session", params=["notify and meta", "twilio"])
def texting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Texting]:
    ports = {name: free_port() for name in ("WEB", "BOT", "ACTIONS")}
    edge = f"http://127.0.0.1:{ports['WEB']}"
    with ExitStack() as stack:
        if request.param == "twilio":
            sms = whatsapp = FakeTwilio(edge=edge, public_url=PUBLIC)
            stack.enter_context(sms.running())
            settings = sms.settings("sms", "whatsapp")
        else:
            sms, whatsapp = FakeNotify(edge=edge, public_url=PUBLIC), FakeMeta(edge=edge, public_url=PUBLIC)
            stack.enter_context(sms.running())
            stack.enter_context(whatsapp.running())
            settings = {**sms.settings(), **whatsapp.settings()}
        var = tmp_path_factory.mktemp("var")
        system = stack.enter_context(started(var, {**settings, "FRONTDOOR_PUBLIC_URL": PUBLIC}, ports=ports))
        yield Texting(system, sms, whatsapp)
