"""The pages that listen for letters: one look at the database a second for all of them, no connection held."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from casework.letters import Letter, letters_after, newest_letters
from foundation.database import Database
from foundation.errors import FrontDoorError

log = logging.getLogger("frontdoor.live")
LOOK_EVERY_SECONDS = 1.0
HEARTBEAT_SECONDS = 15
A_CONVERSATION = 2  # streams: a page and one more tab
TOTAL = 500  # streams of this process


class TooManyStreams(FrontDoorError):
    """So many pages listen already that one more would slow down the rest. The page asks again later."""


@dataclass(eq=False)
class Stream:
    """One page that listens. `after` is the newest letter in its queue; None in the queue ends it."""

    conversation: str
    after: int
    queue: asyncio.Queue[Letter | None] = field(default_factory=asyncio.Queue)
    caught_up: bool = False
    gave_way: bool = False

    def offer(self, letter: Letter) -> None:
        """Queue a letter, unless it is there or was."""
        if letter.id > self.after:
            self.after = letter.id
            self.queue.put_nowait(letter)


class Streams:
    """The open streams of this process, and the one task that looks for letters for all of them."""

    def __init__(self, database: Database, *, total: int = TOTAL) -> None:
        self._database, self._total = database, total
        self._streams: list[Stream] = []
        self._looking: asyncio.Task[None] | None = None

    def check(self, conversation: str) -> None:
        """Raises TooManyStreams when there is no room for one more."""
        if len(self._streams) >= self._total and not self._of(conversation):
            raise TooManyStreams("Too many pages are open just now. Try again in half a minute.")

    def open(self, conversation: str, after: int) -> Stream:
        """One more stream. Past A_CONVERSATION the oldest gives way: it may be of a page that is long gone."""
        mine = self._of(conversation)
        if len(mine) >= A_CONVERSATION:
            mine[0].gave_way = True
            self._end(mine[0])
        stream = Stream(conversation, after)
        self._streams.append(stream)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        return stream

    def _of(self, conversation: str) -> list[Stream]:
        return [stream for stream in self._streams if stream.conversation == conversation]

    def _end(self, stream: Stream) -> None:
        self.close(stream)
        stream.queue.put_nowait(None)

    def close(self, stream: Stream) -> None:
        """Nothing more for this page."""
        if stream in self._streams:
            self._streams.remove(stream)

    async def letters(self, stream: Stream) -> AsyncIterator[Letter | None]:
        """The letters of a stream as they come, and None whenever nothing came for a heartbeat. Ends when told to."""
        for letter in await asyncio.to_thread(letters_after, self._database, stream.conversation, stream.after):
            stream.offer(letter)
        stream.caught_up = True
        while stream in self._streams or not stream.queue.empty():
            try:
                letter_or_end = await asyncio.wait_for(stream.queue.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield None
                continue
            if letter_or_end is None:
                return
            yield letter_or_end

    async def _look(self) -> None:
        """Until no page listens: what is new, for every stream. Pages ask again after a database was away."""
        while self._streams:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            try:
                found = await asyncio.to_thread(newest_letters, self._database)
            except SQLAlchemyError:
                log.exception("letters could not be looked for; the pages ask again")
                for stream in list(self._streams):
                    self._end(stream)
                return
            listening = [stream for stream in self._streams if stream.caught_up]
            for letter in found:
                for stream in listening:
                    if stream.conversation == letter.conversation_id:
                        stream.offer(letter)
