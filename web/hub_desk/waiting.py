"""The waiting list: who waits since when for which agencies, what is offered, and taking somebody off."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casework.hub_desk.waiting import on_the_list, take_off
from foundation.clock import utc_now
from foundation.languages import translate
from web.edge import edge_of
from web.hub_desk.asked import text
from web.hub_desk.guard import Manager, show

LIST = "/waiting"


async def waiting(
    request: Request, manager: Manager, *, status: int = 200, error: str | None = None, wrong: str = ""
) -> Response:
    """GET /desk/hub/waiting"""
    edge, now = edge_of(request), utc_now()
    return show(
        request,
        "waiting.html",
        status=status,
        places=await edge.in_thread(on_the_list, edge.database, manager.hub.id, now=now),
        saved=bool(request.query_params.get("saved")),
        error=error,
        error_for=f"reason-{wrong}",
        wrong=wrong,
        now=now,
    )


async def off(request: Request, manager: Manager) -> Response:
    """POST there: take `place` off the list, with a `reason`."""
    edge, form = edge_of(request), await request.form()
    place, reason = text(form, "place", longest=40), text(form, "reason")
    if not reason:
        told = translate("Write why they come off the list.")
        return await waiting(request, manager, status=400, error=told, wrong=place)
    await edge.in_thread(take_off, edge.database, manager.who, place, reason=reason, now=utc_now())
    return RedirectResponse(f"{manager.home}{LIST}?saved=yes", status_code=303)
