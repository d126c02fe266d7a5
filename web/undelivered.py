"""The desk's dead letters: what could not be delivered, to be sent again or put aside."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from casework import undelivered as use
from casework.cases import CaseNotFound
from casework.staff import Staff
from foundation.clock import utc_now
from web import rendering
from web.desk import signed_in
from web.edge import edge_of

DOES = {"again": use.send_again, "aside": use.put_aside}


async def show(request: Request, who: Staff) -> Response:
    """The table of them."""
    edge = edge_of(request)
    found = await edge.in_thread(use.undelivered, edge.database, who)
    return rendering.page(request, "desk/undelivered.html", who=who, deliveries=found)


async def act(request: Request, who: Staff) -> Response:
    """Do to one of them what its button says."""
    edge, form = edge_of(request), await request.form()
    do, identity = DOES.get(str(form.get("do"))), str(form.get("delivery") or "")
    if do is None or not identity.isdigit():
        raise CaseNotFound("That message is not on your desk.")
    await edge.in_thread(do, edge.database, who, int(identity), now=utc_now())
    edge.post.sender.wake.set()
    return RedirectResponse("/desk/undelivered", status_code=303)


routes = [
    Route("/desk/undelivered", signed_in(show)),
    Route("/desk/undelivered", signed_in(act), methods=["POST"]),
]
