"""The buttons of the board: arrived, begun, done, missed, handed over, taken back."""

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from booking.progress.states import LegNotFound, StepNotPossible
from casework.hub_desk.board import visit_on_board
from casework.hub_desk.steps import Pressed, press
from foundation.clock import to_london, utc_now
from foundation.languages import translate
from web.edge import edge_of
from web.hub_desk import board
from web.hub_desk.asked import reference_in, text
from web.hub_desk.guard import Manager

# A step of a leg has its number behind it: `begin-2`.
DO = re.compile(r"([a-z_]{1,20})(?:-(\d))?")


async def step(request: Request, manager: Manager) -> Response:
    """POST /desk/hub/visits/REFERENCE/steps: `do`, and `line-2` with a hand-over."""
    edge, reference, form = edge_of(request), reference_in(request), await request.form()
    found = DO.fullmatch(str(form.get("do") or ""))
    pressed = Pressed(
        do=found[1] if found else "",
        number=int(found[2]) if found and found[2] else None,
        line=text(form, f"line-{found[2]}", longest=1000) if found and found[2] else "",
    )
    visit = await edge.in_thread(visit_on_board, edge.database, reference)
    day = to_london(visit.start).date()
    try:
        await edge.in_thread(press, edge.database, manager.who, reference, pressed, now=utc_now())
    except (StepNotPossible, LegNotFound) as error:
        told = translate(str(error))
        return await board.shown(
            request,
            manager,
            day,
            status=409,
            error=told,
            error_for=f"visit-{reference}",
            line=pressed.line,
            number=pressed.number,
        )
    return RedirectResponse(f"{manager.home}?day={day}#visit-{reference}", status_code=303)
