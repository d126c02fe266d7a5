"""The waiting list, looked at once a minute and at once after a visit is cancelled or moved, by every process."""

import asyncio
import logging
import sqlite3
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from casework.waiting_offers import offer_to_those_who_wait
from foundation.clock import utc_now
from web.edge import Edge

log = logging.getLogger("frontdoor.waiting")
LOOK_EVERY_SECONDS = 60.0


async def offer_freed_times(edge: Edge) -> None:
    """For ever: offer what is free to those who wait."""
    while True:
        edge.freed.clear()
        try:
            made = await edge.in_thread(offer_to_those_who_wait, edge.database, ways=edge.ways, now=utc_now())
            if made:
                log.info("%d times were offered to people who wait", len(made))
                edge.post.sender.wake.set()
        except (SQLAlchemyError, sqlite3.Error):
            log.exception("times were not offered to people who wait; it is tried again in a minute")
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY_SECONDS):
                await edge.freed.wait()
