"""One visit: looked up by its reference, with what has happened to it."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casework.hub_desk.board import visit_on_board
from casework.hub_desk.visits import history_of
from foundation.clock import to_london, utc_now
from web.edge import edge_of
from web.hub_desk.asked import reference_in, reference_of
from web.hub_desk.guard import HOME, Manager, show


async def find(request: Request, manager: Manager) -> Response:
    """GET /desk/hub/find?reference="""
    reference = reference_of(request.query_params.get("reference", "")[:40])
    return RedirectResponse(f"{HOME}/visits/{reference}", status_code=303)


async def visit(request: Request, manager: Manager, *, status: int = 200, **more: object) -> Response:
    """GET /desk/hub/visits/REFERENCE"""
    edge, reference = edge_of(request), reference_in(request)
    found = await edge.in_thread(visit_on_board, edge.database, reference)
    happened = await edge.in_thread(history_of, edge.database, reference)
    return show(
        request,
        "visit.html",
        status=status,
        visit=found,
        happened=happened,
        now=utc_now(),
        day_of=to_london(found.start).date(),
        **more,
    )
