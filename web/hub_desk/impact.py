"""What a change of the rota would break, shown before it is made; and making it.

The page that shows it carries the form that asked for it, so that nothing is kept in between. Whoever comes second is
told: when the rota, or what it would break, is not what they saw, they look again before anything is made.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from booking.changes.breaking import BrokenLeg, Impact
from booking.changes.change import RotaChange
from booking.changes.rota import apply, preview
from casework.hub_desk.board import BoardVisit, visits_of
from foundation.clock import utc_now
from foundation.languages import translate
from web.edge import edge_of
from web.hub_desk.guard import Manager, show

LOOK, MAKE, AGAIN = "look", "make", "again"
NOT_CARRIED = ("csrf", "do", "seen")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A change that somebody asked for. `lines` say it in words.

    `at` is its form, `back` where they came from, both as paths below the hub's pages; `tab` is the part of the desk
    that it belongs to. `carried` is what its form sent.
    """

    change: RotaChange
    lines: Sequence[str]
    at: str
    back: str
    tab: str
    carried: Sequence[tuple[str, str]]


def carried(form: FormData) -> list[tuple[str, str]]:
    """What a form sent, to be sent once more with the yes."""
    return [(name, value) for name, value in form.multi_items() if name not in NOT_CARRIED and isinstance(value, str)]


async def settle(request: Request, manager: Manager, wanted: Wanted, form: FormData) -> Response:
    """Show what `wanted` breaks, or make it when that was seen. Raises RotaNotReadable and RotaBusy."""
    edge, now = edge_of(request), utc_now()
    wanted = replace(wanted, change=replace(wanted.change, hub=manager.hub.id))
    found = await edge.in_thread(preview, edge.database, wanted.change, now=now)
    if form.get("do") != MAKE:
        return await _show(request, wanted, found)
    if form.get("seen") != mark_of(found):
        told = translate("Something was booked or changed since you looked. Look at it again.")
        return await _show(request, wanted, found, meanwhile=told)
    made = await edge.in_thread(apply, edge.database, wanted.change, by=manager.username, now=now)
    to = "/broken?saved=rota" if made.visits else f"{wanted.back}?saved=yes"
    return RedirectResponse(f"{manager.home}{to}", status_code=303)


def mark_of(found: Impact) -> str:
    """Stands for the booked legs that a change would break. Holds come and go by themselves."""
    said = repr(sorted((each.reference, each.number, each.why) for each in found.visits))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


async def _show(request: Request, wanted: Wanted, found: Impact, *, meanwhile: str = "") -> Response:
    edge = edge_of(request)
    visits = await edge.in_thread(visits_of, edge.database, found.references)
    return show(
        request,
        "impact.html",
        status=409 if meanwhile else 200,
        wanted=wanted,
        rows=[_row(each, visits) for each in found.visits],
        visits=len(found.references),
        holds=len({each.hold for each in found.holds}),
        seen=mark_of(found),
        meanwhile=meanwhile,
    )


def _row(each: BrokenLeg, visits: dict[str, BoardVisit]) -> dict[str, object]:
    visit = visits.get(each.reference)
    leg = next((one for one in visit.legs if one.number == each.number), None) if visit else None
    return {"broken": each, "name": visit.name if visit else "", "leg": leg}
