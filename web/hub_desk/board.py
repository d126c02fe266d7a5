"""Today, and any day: who comes when, who is here, and how far each visit is."""

from collections import Counter
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from casework.hub_desk.board import board
from casework.hub_desk.steps import offered
from foundation.clock import utc_now
from web.edge import edge_of
from web.hub_desk.asked import day_asked, today
from web.hub_desk.guard import Manager, show
from web.hub_desk.live import mark_of_visits


async def day(request: Request, manager: Manager) -> Response:
    """GET /desk/hub?day="""
    return await shown(request, manager, day_asked(request.query_params))


async def shown(request: Request, manager: Manager, asked: date, *, status: int = 200, **more: object) -> Response:
    """The board of a day."""
    edge, now = edge_of(request), utc_now()
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
        rows=[{"visit": each, "offered": offered(each, now=now)} for each in visits],
        mark=mark_of_visits(visits),
        stages=Counter(each.stage for each in visits),
        **more,
    )
