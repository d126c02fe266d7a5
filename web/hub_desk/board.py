"""Today, and any day: who comes when, who is here, and how far each visit is."""

from collections import Counter
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from casework.hub_desk.board import board
from foundation.clock import utc_now
from web.edge import edge_of
from web.hub_desk.asked import day_asked, today
from web.hub_desk.guard import Manager, show


async def day(request: Request, manager: Manager, *, status: int = 200, **more: object) -> Response:
    """GET /desk/hub?day="""
    edge, asked = edge_of(request), day_asked(request.query_params)
    visits = await edge.in_thread(board, edge.database, manager.hub.id, asked)
    return show(
        request,
        "board.html",
        status=status,
        day=asked,
        before=asked - timedelta(days=1),
        after=asked + timedelta(days=1),
        today=today(),
        is_today=asked == today(),
        visits=visits,
        stages=Counter(each.stage for each in visits),
        now=utc_now(),
        **more,
    )
