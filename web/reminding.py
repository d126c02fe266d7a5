"""Reminders of visits, looked for once a minute by every process; the outbox lets each be written once."""

import asyncio
import logging
import sqlite3

from sqlalchemy.exc import SQLAlchemyError

from casework.visit_reminders import remind_of_visits
from foundation.clock import utc_now
from web.edge import Edge

log = logging.getLogger("frontdoor.reminders")
LOOK_EVERY_SECONDS = 60.0


async def remind_residents(edge: Edge, *, every: float = LOOK_EVERY_SECONDS) -> None:
    """For ever, `every` so many seconds: write the reminders that are due."""
    while True:
        try:
            done = await edge.in_thread(remind_of_visits, edge.database, ways=edge.ways, now=utc_now())
            if done.written or done.failed:
                log.info("%d reminders of visits were written, %d could not be", done.written, done.failed)
                edge.post.sender.wake.set()
        except (SQLAlchemyError, sqlite3.Error):
            log.exception("reminders of visits were not written; it is tried again soon")
        await asyncio.sleep(every)
