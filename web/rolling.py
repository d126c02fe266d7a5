"""Every hour: the rota is rolled forward, so that the last day that can be booked moves on with the calendar."""

import asyncio
import logging
import sqlite3

from sqlalchemy.exc import SQLAlchemyError

from booking.rotas.loading import roll_all_forward
from foundation.clock import utc_now
from foundation.errors import FrontDoorError
from web.edge import Edge

log = logging.getLogger("frontdoor.rota")
ROLL_EVERY_SECONDS = 3600.0  # it writes once a day: the other times nothing differs


async def roll_rotas_forward(edge: Edge, *, every: float = ROLL_EVERY_SECONDS) -> None:
    """For ever, `every` so many seconds: expand the rules of each hub's rota from today on."""
    while True:
        try:
            await edge.in_thread(roll_all_forward, edge.database, now=utc_now())
        except (SQLAlchemyError, sqlite3.Error, FrontDoorError):
            log.exception("the rota was not rolled forward; it is tried again in an hour")
        await asyncio.sleep(every)
