"""Reminders to owners: written once a day, and the manager's page about them."""

import asyncio
import logging
import sqlite3

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response

from casework.reminders import NotReached, not_reached, remind
from directory.keeping.keepers import Keeper, only_manager
from directory.keeping.reviews import Asked, Due, asked, due
from foundation.clock import utc_now
from foundation.database import Database
from web.directory_desk.guard import show
from web.edge import Edge, edge_of

log = logging.getLogger("frontdoor.reminders")
REMIND_EVERY_SECONDS = 24 * 3600


async def remind_owners(edge: Edge) -> None:
    """For ever, once a day: ask the owners of records that are due whether they are still right."""
    while True:
        try:
            done = await edge.in_thread(
                remind,
                edge.database,
                now=utc_now(),
                public_url=edge.settings.own_address,
                by_email="email" in edge.providers,
            )
            log.info(
                "asked about %d records in %d e-mails; %d have nobody to ask", done.asked, done.emails, done.nobody
            )
            edge.post.sender.wake.set()
        except (SQLAlchemyError, sqlite3.Error):
            log.exception("reminders were not written; it is tried again tomorrow")
        await asyncio.sleep(REMIND_EVERY_SECONDS)


def _looked(database: Database, who: Keeper) -> tuple[list[Due], list[Asked], list[NotReached]]:
    only_manager(who)
    with database.reading() as db:
        return due(db, now=utc_now(), limit=200), asked(db), not_reached(db)


async def reminders(request: Request, who: Keeper) -> Response:
    """GET /desk/directory/reminders"""
    edge = edge_of(request)
    waiting, sent, lost = await edge.in_thread(_looked, edge.database, who)
    by_email = "email" in edge.providers
    return show(request, "reminders.html", due=waiting, asked=sent, lost=lost, by_email=by_email, now=utc_now())
