"""The board follows what others do: an event whenever a day is not what it was. The page then fetches itself."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from datetime import date

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response

from casework.hub_desk.board import BoardVisit, board
from foundation.database import Database
from web.edge import edge_of
from web.hub_desk.asked import day_asked
from web.hub_desk.guard import Manager
from web.live import NEVER_KEPT, RETRY_SECONDS, SENDING_SECONDS
from web.streams import HEARTBEAT_SECONDS

LOOK_EVERY_SECONDS = 2.0
LOOKS = 300  # then the page asks again, and shows anew who it is
MOST = 40  # streams of this process

_open: set[object] = set()


async def events(request: Request, manager: Manager) -> Response:
    """GET /desk/hub/events?day=&seen=MARK: `changed` as soon as the day's mark is not `seen` any more."""
    if len(_open) >= MOST:
        return Response(status_code=503, headers={"Retry-After": str(RETRY_SECONDS), **NEVER_KEPT})
    seen = request.query_params.get("seen", "")[:32]
    told = _events(edge_of(request).database, manager.hub.id, day_asked(request.query_params), seen)
    return EventSourceResponse(told, ping=HEARTBEAT_SECONDS, send_timeout=SENDING_SECONDS, sep="\n")


async def _events(database: Database, hub_id: str, day: date, seen: str) -> AsyncIterator[dict[str, str]]:
    token = object()
    _open.add(token)
    try:
        for _ in range(LOOKS):
            mark = await asyncio.to_thread(mark_of, database, hub_id, day)
            if mark != seen:
                seen = mark
                yield {"event": "changed", "data": mark}
            await asyncio.sleep(LOOK_EVERY_SECONDS)
    finally:
        _open.discard(token)


def mark_of(database: Database, hub_id: str, day: date) -> str:
    """Stands for all that the board of a day shows."""
    return mark_of_visits(board(database, hub_id, day))


def mark_of_visits(visits: Sequence[BoardVisit]) -> str:
    """The same for visits that were read already."""
    return hashlib.sha256(repr(visits).encode()).hexdigest()[:16]
