"""Something broke: reporting it after seeing what it hits, what became of each visit, and what is left to a person."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from booking.disruptions.reading import ROTA
from booking.disruptions.settling import LONGEST, LONGEST_NOTE, DisruptionNotPossible
from booking.errors import RotaBusy
from booking.rotas.rules import HUB
from casework.disruptions import Broken, report_disruption, reseat_broken
from casework.hub_desk.breaking import outcome, plans, reported
from casework.hub_desk.rota import Kept, load
from casework.hub_desk.todo import to_do
from casework.ways import Ways
from foundation.clock import LONDON, instant_of, utc_now
from foundation.languages import marked, translate
from web.edge import edge_of
from web.hub_desk.asked import text, today
from web.hub_desk.guard import Manager, show
from web.hub_desk.impact import AGAIN, MAKE, carried
from web.hub_desk.rota import by_agency
from web.typed import read_day, read_time

BROKEN = "/broken"


@dataclass
class Read:
    """What was typed, what it makes, and a sentence for each box that is wrong."""

    values: dict[str, str]
    broken: Broken | None = None
    problems: dict[str, str] = field(default_factory=dict)


async def page(request: Request, manager: Manager) -> Response:
    """GET /desk/hub/broken?whom="""
    day = today().isoformat()
    values = {"whom": request.query_params.get("whom", "")[:96], "first": day, "last": day}
    return await _page(request, manager, Read(values))


async def report(request: Request, manager: Manager) -> Response:
    """POST there: show what it would do, and then do it."""
    edge, form, now = edge_of(request), await request.form(), utc_now()
    kept = await edge.in_thread(load, edge.database, manager.hub.id)
    found = read(form, kept, manager.hub.id, now=now)
    if found.broken is None or form.get("do") == AGAIN:
        return await _page(request, manager, found, status=400 if found.problems else 200)
    if form.get("do") != MAKE:
        return await _planned(request, manager, kept, found.broken, form)
    ways = Ways.of(edge.settings)
    try:
        settled = await edge.in_thread(
            report_disruption, edge.database, found.broken, by=manager.username, now=now, ways=ways
        )
    except (DisruptionNotPossible, RotaBusy) as error:
        found.problems["whom"] = translate(str(error))
        return await _page(request, manager, found, status=400)
    edge.post.sender.wake.set()
    return RedirectResponse(f"{manager.home}{BROKEN}/{settled.disruption.id}", status_code=303)


async def reseat(request: Request, manager: Manager) -> Response:
    """POST /desk/hub/broken/rota: another place for each `visit` that a change of the rota broke."""
    edge, form, now = edge_of(request), await request.form(), utc_now()
    references = [each for each in form.getlist("visit") if isinstance(each, str)]
    try:
        settled = await edge.in_thread(
            reseat_broken, edge.database, manager.hub.id, references, by=manager.username, now=now,
            ways=Ways.of(edge.settings),
        )  # fmt: skip
    except DisruptionNotPossible as error:
        day = today().isoformat()
        found = Read({"whom": "", "first": day, "last": day}, problems={"": translate(str(error))})
        return await _page(request, manager, found, status=409)
    edge.post.sender.wake.set()
    return RedirectResponse(f"{manager.home}{BROKEN}/{settled.disruption.id}", status_code=303)


async def one(request: Request, manager: Manager) -> Response:
    """GET /desk/hub/broken/ID: what became of each visit."""
    edge = edge_of(request)
    kept = await edge.in_thread(load, edge.database, manager.hub.id)
    broken, became = await edge.in_thread(outcome, edge.database, manager.hub.id, request.path_params["id"])
    return show(
        request,
        "broken_one.html",
        broken=broken,
        label=label_of(kept, broken.whom),
        first=instant_of(broken.first),
        end=instant_of(broken.end),
        became=became,
        left=sum(each.what == "by_hand" and not each.settled for each in became),
    )


def label_of(kept: Kept, whom: str) -> str:
    """What people call what broke."""
    named = {HUB: marked("The whole hub"), ROTA: marked("A change of the rota")}
    return translate(named[whom]) if whom in named else kept.label(whom)


# ---------------------------------------------------------------- the form
def read(form: FormData, kept: Kept, hub_id: str, *, now: datetime) -> Read:
    """What was reported. A time that is left empty is the beginning, or the end, of the day."""
    values = {name: text(form, name, longest=600) for name in ("whom", "first", "start", "last", "end", "note")}
    found = Read(values)
    if values["whom"] not in kept.whose:
        found.problems["whom"] = translate("Choose who or what is not there.")
    first = _moment(found, "first", "start", otherwise="00:00")
    end = _moment(found, "last", "end", otherwise="24:00")
    if first and end:
        _check_order(found, first, end, now)
    if len(values["note"]) > LONGEST_NOTE:
        found.problems["note"] = translate("Write a note of 200 letters at most.")
    if not found.problems and first and end:
        found.broken = Broken(whom=values["whom"], first=first, end=end, note=values["note"], hub=hub_id)
    return found


def _moment(found: Read, day: str, hour: str, *, otherwise: str) -> datetime | None:
    on = read_day(found.values[day])
    at = read_time(found.values[hour]) if found.values[hour] else otherwise
    if on is None or not date(2000, 1, 1) <= on <= date(2099, 12, 30):
        found.problems[day] = translate("Write a day, such as 25/12/2026.")
    if at is None:
        found.problems[hour] = translate("Write a time, such as 9am, 9:30 or 17:00.")
    if on is None or at is None or day in found.problems:
        return None
    if at == "24:00":
        return datetime.combine(on + timedelta(days=1), time(), LONDON)
    return datetime.combine(on, time.fromisoformat(at), LONDON)


def _check_order(found: Read, first: datetime, end: datetime, now: datetime) -> None:
    if end <= first:
        found.problems["last"] = translate("It ends before it begins.")
    elif end <= now:
        found.problems["last"] = translate("That is over. Report what is still to come.")
    elif end - first > LONGEST:
        found.problems["last"] = translate("That is more than a year. Change the rota instead.")


async def _page(request: Request, manager: Manager, found: Read, *, status: int = 200) -> Response:
    edge, now = edge_of(request), utc_now()
    kept = await edge.in_thread(load, edge.database, manager.hub.id)
    lately = await edge.in_thread(reported, edge.database, manager.hub.id)
    return show(
        request,
        "broken.html",
        status=status,
        v=found.values,
        problems=found.problems,
        error=next(iter(found.problems.values()), None),
        people=by_agency(kept.people),
        rooms=[room for room in kept.rooms if room.open],
        to_do=await edge.in_thread(to_do, edge.database, manager.hub.id, now=now),
        lately=[{"reported": each, "label": label_of(kept, each.broken.whom), "first": instant_of(each.broken.first),
                 "end": instant_of(each.broken.end)} for each in lately],
        saved=bool(request.query_params.get("saved")),
    )  # fmt: skip


async def _planned(request: Request, manager: Manager, kept: Kept, broken: Broken, form: FormData) -> Response:
    edge, now = edge_of(request), utc_now()
    found = await edge.in_thread(plans, edge.database, manager.hub.id, broken, by=manager.username, now=now)
    told: dict[str, Any] = {"broken": broken, "label": label_of(kept, broken.whom), "plans": found}
    return show(request, "broken_look.html", carried=carried(form), **told)
