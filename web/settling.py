"""What broke at the hub and was left unsettled, by a crash or a busy database: gone on with once a minute."""

import asyncio
import logging
import sqlite3

from sqlalchemy.exc import SQLAlchemyError

from casework.disruptions import go_on
from foundation.clock import utc_now
from foundation.errors import FrontDoorError
from web.edge import Edge

log = logging.getLogger("frontdoor.disruptions")
LOOK_EVERY_SECONDS = 60.0


async def settle_what_broke(edge: Edge, *, every: float = LOOK_EVERY_SECONDS) -> None:
    """For ever, `every` so many seconds: settle the visits that a disruption still hits."""
    while True:
        try:
            if done := await edge.in_thread(go_on, edge.database, now=utc_now(), ways=edge.ways):
                log.info("%d disruptions were gone on with", done)
                edge.post.sender.wake.set()
        except (SQLAlchemyError, sqlite3.Error, FrontDoorError):
            log.exception("a disruption was not settled; it is tried again soon")
        await asyncio.sleep(every)
