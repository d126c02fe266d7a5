"""Hands: work that is done side by side, for ever. What is slow holds up nothing else, what breaks stops nothing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger("frontdoor.hands")
MOST = 8
LOOK_EVERY_SECONDS = 1.0


class Hands[Thing]:
    """`take(limit)` finds up to so many things to do and takes them from everybody else, `do(thing)` does one.

    At most `most` are done at one moment. `wake` says that there is something new; without it, it is looked for every
    second.
    """

    def __init__(
        self,
        take: Callable[[int], Awaitable[Sequence[Thing]]],
        do: Callable[[Thing], Awaitable[object]],
        *,
        most: int = MOST,
    ) -> None:
        self._take, self._do, self._most = take, do, most
        self._busy = 0
        self.wake = asyncio.Event()

    async def run(self) -> None:
        """Until it is cancelled, and then everything in hand with it."""
        async with asyncio.TaskGroup() as group:
            while True:
                self.wake.clear()
                found = await self._found(self._most - self._busy)
                self._busy += len(found)
                for thing in found:
                    group.create_task(self._one(thing))
                if not found:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self.wake.wait(), LOOK_EVERY_SECONDS)

    async def _found(self, limit: int) -> Sequence[Thing]:
        if not limit:
            return []
        try:
            return await self._take(limit)
        except SQLAlchemyError:
            log.exception("the database did not answer; what waits is taken up again")
            return []

    async def _one(self, thing: Thing) -> None:
        try:
            await self._do(thing)
        except Exception:  # whatever one thing breaks on, the hands go on
            log.exception("something could not be done; it waits, and is taken up again")
        finally:
            self._busy -= 1
            self.wake.set()
