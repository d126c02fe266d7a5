"""Once a minute: what broke and was left unsettled by a crash is gone on with, and who did not come is asked kindly."""

import asyncio
import logging
import sqlite3

from sqlalchemy.exc import SQLAlchemyError

from casework.disruptions import go_on
from casework.following_up import follow_up
from foundation.clock import utc_now
from foundation.errors import FrontDoorError
from web.edge import Edge

log = logging.getLogger("frontdoor.disruptions")
LOOK_EVERY_SECONDS = 60.0


async def settle_what_broke(edge: Edge, *, every: float = LOOK_EVERY_SECONDS) -> None:
    """For ever, `every` so many seconds: settle what a disruption still hits, and follow up."""
    while True:
        try:
            done = await edge.in_thread(go_on, edge.database, now=utc_now(), ways=edge.ways)
            asked = await edge.in_thread(follow_up, edge.database, now=utc_now(), ways=edge.ways)
            if done or asked:
                log.info("%d disruptions were gone on with, %d people asked who did not come", done, asked)
                edge.post.sender.wake.set()
        except (SQLAlchemyError, sqlite3.Error, FrontDoorError):
            log.exception("what broke was not settled; it is tried again soon")
        await asyncio.sleep(every)
