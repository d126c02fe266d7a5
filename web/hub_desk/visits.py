"""One visit: looked up, moved to another time, cancelled; each with a reason."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from booking.errors import OpeningNotReadable, OpeningsNotPossible, OpeningTaken, VisitChanged, VisitOver
from booking.openings import OpeningsResult
from casework.hub_desk.board import visit_on_board
from casework.hub_desk.errors import NotOffered
from casework.hub_desk.moving import Asked, cancel, move, times_for
from casework.hub_desk.visits import history_of
from casework.ways import Ways
from foundation.clock import to_london, utc_now
from foundation.languages import translate
from web.edge import edge_of
from web.hub_desk.asked import day_asked, number, reference_in, reference_of, text, today
from web.hub_desk.guard import Manager, show

REFUSED = (OpeningTaken, OpeningNotReadable, NotOffered, VisitChanged, VisitOver)
NONE_FOUND = OpeningsResult(openings=(), blocked_by=None)


async def find(request: Request, manager: Manager) -> Response:
    """GET /desk/hub/find?reference="""
    reference = reference_of(request.query_params.get("reference", "")[:40])
    return RedirectResponse(page_of(manager, reference), status_code=303)


def page_of(manager: Manager, reference: str) -> str:
    """The address of a visit's page."""
    return f"{manager.home}/visits/{reference}"


async def visit(request: Request, _: Manager, *, status: int = 200, **more: Any) -> Response:
    """GET /desk/hub/visits/REFERENCE"""
    edge, reference = edge_of(request), reference_in(request)
    found = await edge.in_thread(visit_on_board, edge.database, reference)
    return show(
        request,
        "visit.html",
        status=status,
        visit=found,
        happened=await edge.in_thread(history_of, edge.database, reference),
        day_of=to_london(found.start).date(),
        ahead=found.state == "booked" and found.start > utc_now(),
        saved=bool(request.query_params.get("saved")),
        **more,
    )


async def cancelled(request: Request, manager: Manager) -> Response:
    """POST there: cancel it, with a `reason`."""
    edge, form = edge_of(request), await request.form()
    asked = Asked(reference=reference_in(request), reason=text(form, "reason"), version=number(form, "version") or 0)
    if not asked.reason:
        told = translate("Write why it is cancelled.")
        return await visit(request, manager, status=400, error=told, error_for="reason")
    ways = Ways.of(edge.settings)
    try:
        await edge.in_thread(cancel, edge.database, manager.who, asked, now=utc_now(), ways=ways)
    except REFUSED as error:
        told, typed = translate(str(error)), asked.reason
        return await visit(request, manager, status=409, error=told, error_for="reason", reason=typed)
    edge.post.sender.wake.set()
    return RedirectResponse(f"{page_of(manager, asked.reference)}?saved=yes", status_code=303)


@dataclass(frozen=True, kw_only=True)
class _Typed:
    """What was chosen and typed, and what was wrong with it."""

    opening: str = ""
    reason: str = ""
    problems: dict[str, str] | None = None
    status: int = 200


NOTHING_TYPED = _Typed()


async def change(request: Request, manager: Manager, typed: _Typed = NOTHING_TYPED) -> Response:
    """GET /desk/hub/visits/REFERENCE/change?day=: other times from that day on."""
    edge, reference = edge_of(request), reference_in(request)
    found = await edge.in_thread(visit_on_board, edge.database, reference)
    from_day = max(day_asked(request.query_params), today())
    times, refused = await edge.in_thread(_times, edge.database, reference, from_day)
    problems = dict(typed.problems or {})
    if refused:
        problems["day"] = refused
    return show(
        request,
        "visit_change.html",
        status=typed.status,
        visit=found,
        times=times,
        from_day=from_day,
        chosen=typed.opening,
        reason=typed.reason,
        problems=problems,
        error=next(iter(problems.values()), None),
    )


def _times(database: Any, reference: str, from_day: date) -> tuple[OpeningsResult, str]:
    """The times, or why the question has no answer."""
    try:
        return times_for(database, reference, from_day=from_day, now=utc_now()), ""
    except OpeningsNotPossible as error:
        return NONE_FOUND, translate(str(error))


async def changed(request: Request, manager: Manager) -> Response:
    """POST there: move it to `opening`, with a `reason`."""
    edge, form = edge_of(request), await request.form()
    code = text(form, "opening", longest=2000)
    asked = Asked(reference=reference_in(request), reason=text(form, "reason"), version=number(form, "version") or 0)
    problems = {}
    if not code:
        problems["opening"] = translate("Choose a time.")
    if not asked.reason:
        problems["reason"] = translate("Write why it is moved.")
    if problems:
        typed = _Typed(opening=code, reason=asked.reason, problems=problems, status=400)
        return await change(request, manager, typed)
    try:
        ways = Ways.of(edge.settings)
        moved = await edge.in_thread(move, edge.database, manager.who, asked, code, now=utc_now(), ways=ways)
    except REFUSED as error:
        typed = _Typed(reason=asked.reason, problems={"opening": translate(str(error))}, status=409)
        return await change(request, manager, typed)
    edge.post.sender.wake.set()
    return RedirectResponse(f"{page_of(manager, moved.reference)}?saved=yes", status_code=303)
