"""The post room: what comes in by text is stored and answered, what goes out is dressed for its channel and sent."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from casework import conversations as kept
from casework import letterbox, lines
from directory.geography.nearest import nearest_area
from foundation.clock import utc_now
from foundation.database import Database
from foundation.languages import ENGLISH
from foundation.plain_text import clean
from web.hands import Hands
from web.intake import Intake
from web.providers.base import Arrived, Channel, Provider, Receipt
from web.sending import Sender
from web.turns import Turns

# The bot works on one turn at a time: eight at once were answered no sooner than four (200 messages in 28 s and 26 s),
# and the more end at one moment, the longer waits a call that has to be stored.
AT_ONCE = 4


class Post:
    """Works off what waits, side by side for different residents, in order for each."""

    def __init__(
        self, database: Database, turns: Turns, providers: Mapping[Channel, Provider], *, letters: Sequence[str]
    ) -> None:
        self._database, self._turns, self._letters = database, turns, letters
        self._places = "whatsapp" in providers  # nobody else tells us where a resident is
        self.sender = Sender(database, providers)
        self._sorter = Hands(self._unsorted, self._sort, most=1)
        self._hands = Hands(self._waiting, self._answer, most=AT_ONCE)
        self._in_hand: set[str] = set()
        self._intake = Intake(self._store)

    async def take_in(self, items: Iterable[Arrived | Receipt]) -> None:
        """Store what a provider handed us; when this returns, nothing can be lost any more."""
        await self._intake.put(list(items))
        self._sorter.wake.set()

    def _store(self, items: Sequence[Arrived | Receipt]) -> None:
        letterbox.keep(self._database, [_as_told(item, self._letters) for item in items], now=utc_now())

    async def run(self) -> None:
        """For ever: sort what came in, and answer whatever waits in any conversation and is in nobody's hands."""
        if self._places:  # the map takes two seconds to open: not while a provider waits for us
            await asyncio.to_thread(nearest_area, 0.0, 0.0, letters=self._letters)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._sorter.run())
            group.create_task(self._hands.run())

    async def _unsorted(self, _limit: int) -> list[list[int]]:
        names = await asyncio.to_thread(letterbox.to_sort, self._database)
        return [names] if names else []

    async def _sort(self, names: Sequence[int]) -> None:
        if await asyncio.to_thread(letterbox.sort, self._database, names, language=ENGLISH, now=utc_now()):
            self._hands.wake.set()

    async def _waiting(self, limit: int) -> list[str]:
        found = await asyncio.to_thread(
            kept.unanswered, self._database, now=utc_now(), limit=limit + len(self._in_hand)
        )
        new = [identity for identity in found if identity not in self._in_hand][:limit]
        self._in_hand.update(new)
        return new

    async def _answer(self, identity: str) -> None:
        try:
            await self._turns.answer_waiting(identity)
        finally:
            self._in_hand.discard(identity)
            self.sender.wake.set()


def _as_told(item: Arrived | Receipt, letters: Sequence[str]) -> lines.Incoming | lines.Fate:
    if isinstance(item, Receipt):
        return lines.Fate(item.provider_id, item.reference, item.fate, item.error, item.why)
    kind, text = item.kind, clean(item.text)
    if item.kind == "location" and item.place is not None:
        area = nearest_area(*item.place, letters=letters)
        kind, text = ("text", area) if area else ("location", "")
    return lines.Incoming(item.channel, item.provider_id, item.address, kind, text, item.choice, item.sent_at)
