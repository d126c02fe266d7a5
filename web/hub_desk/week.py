"""The week: people and rooms by day, with hub sessions, what is booked and what is free."""

from datetime import timedelta
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from casework.hub_desk.week import DAYS, monday_of, week
from foundation.clock import utc_now
from web.edge import edge_of
from web.hub_desk.asked import day_asked, today
from web.hub_desk.guard import Manager, show

WHAT = ("people", "rooms")
WEEKEND = timedelta(days=2)  # on Saturday and Sunday the week to look at is the next one


async def page(request: Request, manager: Manager) -> Response:
    """GET /desk/hub/week?day=&what=people|rooms"""
    edge, this = edge_of(request), monday_of(today() + WEEKEND)
    first = monday_of(day_asked(request.query_params)) if request.query_params.get("day") else this
    what = "rooms" if request.query_params.get("what") == "rooms" else "people"
    found = await edge.in_thread(week, edge.database, manager.hub.id, first, now=utc_now())
    # A day at the week's end on which nothing is and nobody works only takes room.
    used = [n for n in range(DAYS) if n < 5 or found.sessions[n] or any(line.days[n].here for line in found.people)]
    groups = [(agency, list(lines)) for agency, lines in groupby(found.people, key=lambda line: line.agency)]
    return show(
        request,
        "week.html",
        week=found,
        used=used,
        groups=groups,
        what=what,
        first=first,
        before=first - timedelta(days=DAYS),
        after=first + timedelta(days=DAYS),
        this=this,
    )
