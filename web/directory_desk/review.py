"""The page behind an owner's private link: the service as it is published, and three buttons.

Looking changes nothing, since programs that check e-mails open every link in them; a button's POST does.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from directory.keeping.editing import PartChanged, Record, ServiceNotFound
from directory.keeping.evidence import PARTS as WRONG
from directory.keeping.reviews import ReviewOver, reviewed, something_wrong, still_right
from directory.records.parts import PARTS
from directory.records.saying import lines, part_label
from foundation.clock import utc_now
from foundation.database import Database
from web import rendering
from web.directory_desk.outside import as_shown
from web.directory_desk.record import number_in
from web.edge import edge_of

SHOWN = [part for part in PARTS if part not in ("owner", "assured")]


def _load(database: Database, secret: str) -> Record:
    with database.reading() as db:
        return reviewed(db, secret, now=utc_now())


async def look(request: Request, *, status: int = 200, **more: Any) -> Response:
    """GET /review/SECRET"""
    edge = edge_of(request)
    try:
        record = await edge.in_thread(_load, edge.database, request.path_params["secret"])
    except (ReviewOver, ServiceNotFound):
        return rendering.page(request, "review/over.html", status=404)
    document = as_shown(record.document)
    parts = [] if document is None else [(part_label(part), lines(document, part)) for part in SHOWN]
    return rendering.page(
        request,
        "review/look.html",
        status=status,
        record=record,
        hidden=document is None,
        parts=[(label, told) for label, told in parts if told],
        parts_wrong=WRONG,
        **more,
    )


async def answer(request: Request) -> Response:
    """POST there: `still_right`, or `wrong` with the part that is."""
    edge, form = edge_of(request), await request.form()
    if not edge.sittings.genuine(request, form.get("csrf")):
        return await look(request, status=400, error_key="old")
    secret, now = request.path_params["secret"], utc_now()
    do, part = str(form.get("do") or ""), str(form.get("part") or "")
    try:
        if do == "still_right":
            base = number_in(form.get("version"))
            record = await edge.in_thread(still_right, edge.database, secret, base=base, now=now)
        elif do == "wrong" and part in WRONG:
            record = await edge.in_thread(something_wrong, edge.database, secret, part=part, now=now)
        else:
            return await look(request, status=400, error_key="part")
    except PartChanged:
        return await look(request, status=409, error_key="changed")
    except (ReviewOver, ServiceNotFound):
        return rendering.page(request, "review/over.html", status=404)
    return rendering.page(request, "review/done.html", record=record, right=do == "still_right")


routes = [
    Route("/review/{secret}", look),
    Route("/review/{secret}", answer, methods=["POST"]),
]
