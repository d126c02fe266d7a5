"""The post room: what comes in by text is stored and answered, what goes out is dressed for its channel and sent."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.exc import SQLAlchemyError

from casework import conversations as kept
from casework import lines
from directory.nearest import nearest_area
from foundation.clock import utc_now
from foundation.database import Database
from foundation.languages import ENGLISH
from web.providers.base import Arrived, Channel, Provider, Receipt
from web.sending import Sender
from web.turns import Turns

log = logging.getLogger("frontdoor.post")
AT_ONCE = 8
LOOK_EVERY_SECONDS = 1.0


class Post:
    """Works off what waits, side by side for different residents, in order for each."""

    def __init__(
        self, database: Database, turns: Turns, providers: Mapping[Channel, Provider], *, letters: Sequence[str]
    ) -> None:
        self._database, self._turns, self._letters = database, turns, letters
        self.sender = Sender(database, providers)
        self._wake = asyncio.Event()

    async def take_in(self, items: Iterable[Arrived | Receipt]) -> None:
        """Store what a provider handed us; when this returns, nothing can be lost any more."""
        if await asyncio.to_thread(self._store, list(items)):
            self._wake.set()

    def _store(self, items: list[Arrived | Receipt]) -> int:
        told = [_as_told(item, self._letters) for item in items]
        return lines.take_in(self._database, told, language=ENGLISH, now=utc_now())

    async def run(self) -> None:
        """For ever: answer whatever waits in any conversation and is in nobody's hands."""
        while True:
            try:
                idle = not await self._answer_some()
            except SQLAlchemyError:
                log.exception("the database did not answer; what waits is taken up again")
                idle = True
            if idle:
                self._wake.clear()
                try:
                    await asyncio.wait_for(self._wake.wait(), LOOK_EVERY_SECONDS)
                except TimeoutError:
                    continue

    async def _answer_some(self) -> int:
        found = await asyncio.to_thread(kept.unanswered, self._database, now=utc_now(), limit=AT_ONCE)
        await asyncio.gather(*(self._turns.answer_waiting(identity) for identity in found))
        self.sender.wake.set()
        return len(found)


def _as_told(item: Arrived | Receipt, letters: Sequence[str]) -> lines.Incoming | lines.Fate:
    if isinstance(item, Receipt):
        return lines.Fate(item.provider_id, item.reference, item.fate, item.error)
    kind, text = item.kind, item.text
    if item.kind == "location" and item.place is not None:
        area = nearest_area(*item.place, letters=letters)
        kind, text = ("text", area) if area else ("location", "")
    return lines.Incoming(item.channel, item.provider_id, item.address, kind, text, item.choice, item.sent_at)
