"""The page of a booked visit: what, when, where; calendar, change, cancel. Opened by its sitting or by two facts."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from booking.calendars.visit import visit_ics
from booking.errors import OpeningNotReadable, OpeningTaken, VisitNotFound, VisitOver
from booking.visits.model import Visit, load_visit
from casework.conversations import ConversationNotFound
from casework.sittings import let_in
from casework.steps.describing import describe
from casework.steps.reached import visit_reply
from casework.visits import VisitLocked, case_of_visit, end_visit, move_visit, other_openings, unlock_visit
from casework.work import Work
from foundation.clock import utc_now
from foundation.languages import translate
from foundation.references import NotAReference, read_reference
from web import rendering
from web.edge import Edge, edge_of
from web.environment import WORDS
from web.kiosk.codes import arrival_code
from web.moving import qr
from web.sittings import VISIT, VISIT_SECONDS


async def show(request: Request) -> Response:
    """The visit, or the form that opens it: whether there is such a visit is not told before."""
    visit = await _opened(request)
    if visit is None:
        return _find(request)
    return await _page(request, visit, "visit_cancelled.html" if visit.state == "cancelled" else "visit.html")


async def calendar(request: Request) -> Response:
    """The visit as an iCalendar file."""
    visit = await _opened(request)
    if visit is None:
        return _find(request)
    headers = {"Content-Disposition": 'attachment; filename="visit.ics"', "Cache-Control": "no-store"}
    return Response(visit_ics(visit, now=utc_now()), media_type="text/calendar", headers=headers)


async def find(request: Request) -> Response:
    """The form that opens a visit by its reference and a name or number."""
    return _find(request)


async def unlock(request: Request) -> Response:
    """Open a visit for this browser, for an hour."""
    edge = edge_of(request)
    form = await request.form()
    typed = str(form.get("reference") or "")
    if not edge.sittings.genuine(request, form.get("csrf")):
        return _find(request, typed=typed, error=WORDS("errors.page_too_old"), status=400)
    try:
        reference = await edge.in_thread(unlock_visit, edge.database, typed, str(form.get("proof") or ""))
    except VisitLocked as error:
        return _find(request, typed=typed, error=translate(str(error)), status=400)
    response = RedirectResponse(f"/visit/{reference}", status_code=303)
    edge.sittings.open(response, VISIT, reference)
    return response


async def change(request: Request) -> Response:
    """Other times for the same agencies; with POST, move the visit to one of them."""
    visit = await _opened(request)
    if visit is None:
        return _find(request)
    edge = edge_of(request)
    error = None
    if request.method == "POST":
        form = await request.form()
        opening = str(form.get("choice") or "")
        if not edge.sittings.genuine(request, form.get("csrf")):
            error = WORDS("errors.choose_again")
        elif not opening:
            error = WORDS("errors.choose_a_time")
        else:
            try:
                await edge.in_thread(move_visit, edge.database, visit.reference, opening, now=utc_now(), ways=edge.ways)
                edge.freed.set()
                return RedirectResponse(f"/visit/{visit.reference}", status_code=303)
            except (OpeningTaken, OpeningNotReadable, VisitOver, VisitLocked) as problem:
                error = translate(str(problem))
    found = await edge.in_thread(other_openings, edge.database, visit, now=utc_now())
    openings = [describe(opening, soonest=False) for opening in found]
    return await _page(
        request, visit, "visit_change.html", openings=openings, error=error, status=400 if error else 200
    )


async def cancel(request: Request) -> Response:
    """Cancel the visit."""
    visit = await _opened(request)
    if visit is None:
        return _find(request)
    edge = edge_of(request)
    form = await request.form()
    if edge.sittings.genuine(request, form.get("csrf")):
        try:
            await edge.in_thread(end_visit, edge.database, visit.reference, now=utc_now(), ways=edge.ways)
            edge.freed.set()
        except VisitOver as error:
            return await _page(request, visit, "visit.html", error=translate(str(error)), status=400)
    return RedirectResponse(f"/visit/{visit.reference}", status_code=303)


async def _page(request: Request, visit: Visit, template: str, *, status: int = 200, **more: Any) -> Response:
    edge = edge_of(request)
    work = Work(edge.database, edge.settings.place_folder, visit.resident, utc_now())
    case = await edge.in_thread(case_of_visit, edge.database, visit.reference)
    reply = (await edge.in_thread(visit_reply, work, visit, case.plan if case else {})).as_json()
    values = {"visit": reply["data"], "reply": reply, "contact": case.contact if case else {}}
    values["arrival_qr"] = qr(arrival_code(edge.settings, visit.reference))
    return rendering.page(request, template, status=status, **{**values, "error": None, **more})


def _find(request: Request, *, typed: str = "", error: str | None = None, status: int = 200) -> Response:
    typed = typed or request.path_params.get("reference", "")
    return rendering.page(request, "visit_find.html", reference=typed[:20], error=error, status=status)


async def _opened(request: Request) -> Visit | None:
    edge = edge_of(request)
    return await edge.in_thread(_load, edge, request)


def _load(edge: Edge, request: Request) -> Visit | None:
    try:
        visit = load_visit(edge.database, read_reference(request.path_params["reference"]))
    except (NotAReference, VisitNotFound):
        return None
    if edge.sittings.read(request, VISIT, seconds=VISIT_SECONDS) == visit.reference:
        return visit
    sitting = edge.sittings.chat(request)
    if sitting is None or sitting.conversation != visit.resident:
        return None
    try:
        let_in(edge.database, sitting.conversation, sitting.token)
    except ConversationNotFound:
        return None
    return visit


routes = [
    Route("/visit", find),
    Route("/visit", unlock, methods=["POST"]),
    Route("/visit/{reference}", show),
    Route("/visit/{reference}", unlock, methods=["POST"]),
    Route("/visit/{reference}/calendar.ics", calendar),
    Route("/visit/{reference}/change", change, methods=["GET", "POST"]),
    Route("/visit/{reference}/cancel", cancel, methods=["POST"]),
]
