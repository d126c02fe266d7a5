"""The way in: calls that come while the database is busy are stored together, in their order."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.exc import SQLAlchemyError


class Intake[Item]:
    """`store(items)` stores them all or none; each caller is told when its own are in."""

    def __init__(self, store: Callable[[Sequence[Item]], None]) -> None:
        self._store = store
        self._waiting: list[tuple[list[Item], asyncio.Future[None]]] = []
        self._storing: asyncio.Task[None] | None = None
        # A thread of its own: a provider must not wait behind what is being answered.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="intake")

    async def put(self, items: list[Item]) -> None:
        """Store these."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((items, done))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store_all())  # goes on when this caller hangs up
        await done

    async def _store_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            await self._store_together(batch)

    async def _store_together(self, batch: list[tuple[list[Item], asyncio.Future[None]]]) -> None:
        try:
            await self._in_thread([item for items, _ in batch for item in items])
        except SQLAlchemyError as error:
            if len(batch) == 1:
                _fail(batch[0][1], error)
                return
            for one in batch:  # one bad call must not turn the others away
                await self._store_together([one])
            return
        for _, done in batch:
            if not done.done():
                done.set_result(None)

    async def _in_thread(self, items: list[Item]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._store, items)


def _fail(done: asyncio.Future[None], error: Exception) -> None:
    if not done.done():
        done.set_exception(error)
