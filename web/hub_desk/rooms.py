"""Rooms: what is in them, how many they hold, whether they are open."""

import hashlib
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from booking.changes.change import RotaChange
from booking.errors import RotaBusy, RotaNotReadable
from booking.hub import Hub, Room
from booking.rotas.checking import SLUG
from casework.hub_desk.rota import Kept, load
from foundation.languages import marked, translate
from foundation.plain_text import clean
from foundation.telling import in_words
from web.edge import edge_of
from web.formatting import listed
from web.hub_desk.asked import number, text, today
from web.hub_desk.guard import Manager, show
from web.hub_desk.impact import AGAIN, Wanted, carried, settle
from web.hub_desk.rota import rule_row

ROOMS = "/rooms"
FEATURES = {
    "step_free": marked("No steps"),
    "hearing_loop": marked("Hearing loop"),
    "private": marked("Private"),
    "quiet": marked("Quiet"),
    "ground_floor": marked("On the ground floor"),
}
LEAST, MOST = 2, 500  # people, staff included


async def rooms(request: Request, manager: Manager) -> Response:
    """GET /desk/hub/rooms"""
    edge = edge_of(request)
    kept = await edge.in_thread(load, edge.database, manager.hub.id)
    sites = {site.id: site.label for site in manager.hub.sites}
    saved = bool(request.query_params.get("saved"))
    return show(request, "rooms.html", rooms=kept.rooms, features=_features(), sites=sites, saved=saved)


async def new(request: Request, manager: Manager) -> Response:
    """GET /desk/hub/rooms/new"""
    kept = await edge_of(request).in_thread(load, edge_of(request).database, manager.hub.id)
    return _page(request, manager, kept, None, {"open": True, "capacity": 3, "features": ["step_free"]}, {})


async def room(request: Request, manager: Manager) -> Response:
    """GET /desk/hub/rooms/ID"""
    kept = await edge_of(request).in_thread(load, edge_of(request).database, manager.hub.id)
    found = kept.room(request.path_params["id"])
    return _page(request, manager, kept, found, shown(found), {})


async def added(request: Request, manager: Manager) -> Response:
    """POST /desk/hub/rooms/new"""
    kept = await edge_of(request).in_thread(load, edge_of(request).database, manager.hub.id)
    return await _settled(request, manager, kept, None)


async def changed(request: Request, manager: Manager) -> Response:
    """POST /desk/hub/rooms/ID"""
    kept = await edge_of(request).in_thread(load, edge_of(request).database, manager.hub.id)
    return await _settled(request, manager, kept, kept.room(request.path_params["id"]))


async def _settled(request: Request, manager: Manager, kept: Kept, before: Room | None) -> Response:
    form = await request.form()
    values = typed(form)
    if before is not None and values["since"] != mark_of(before):
        told = {"": translate("Somebody else has changed this since. This is how it is now.")}
        return _page(request, manager, kept, before, shown(before), told, status=409)
    problems = problems_of(values, kept, before, manager.hub)
    if problems or form.get("do") == AGAIN:
        return _page(request, manager, kept, before, values, problems, status=400 if problems else 200)
    made = room_of(values, before)
    at = f"{ROOMS}/{before.id}" if before else f"{ROOMS}/new"
    wanted = Wanted(
        change=RotaChange(rooms=(made,)), lines=lines_of(made), at=at, back=ROOMS, tab="rooms", carried=carried(form)
    )
    try:
        return await settle(request, manager, wanted, form)
    except (RotaNotReadable, RotaBusy) as error:
        return _page(request, manager, kept, before, values, {"": in_words(error)}, status=400)


# ---------------------------------------------------------------- the form
def _features() -> dict[str, str]:
    return {code: translate(label) for code, label in FEATURES.items()}


def shown(one: Room) -> dict[str, Any]:
    """What the boxes hold."""
    others = " ".join(code for code in one.features if code not in FEATURES)
    told = {"id": one.id, "label": one.label, "capacity": one.capacity, "site": one.site, "open": one.open}
    return told | {"features": list(one.features), "others": others, "since": mark_of(one)}


def mark_of(one: Room) -> str:
    """Stands for what is kept of a room now."""
    return hashlib.sha256(repr(sorted(vars(one).items())).encode()).hexdigest()[:16]


def typed(form: FormData) -> dict[str, Any]:
    """What was typed."""
    told: dict[str, Any] = {name: text(form, name, longest=300) for name in ("id", "label", "site", "since")}
    others = " ".join(clean(str(form.get("others") or "")).replace(",", " ").casefold().split())[:600]
    told["features"] = [code for code in FEATURES if code in form.getlist("feature")]
    people = text(form, "capacity", longest=10)
    return told | {"others": others, "capacity": people, "number": number(form, "capacity"), "open": "open" in form}


def problems_of(values: dict[str, Any], kept: Kept, before: Room | None, hub: Hub) -> dict[str, str]:
    """A sentence for each box that is wrong."""
    found = {}
    if before is None and not SLUG.fullmatch(values["id"]):
        found["id"] = translate("Write a short name in small letters, numbers, - and _, such as room_7.")
    elif before is None and values["id"] in {one.id for one in kept.rooms}:
        found["id"] = translate("A room has this short name already. Write another one.")
    if not 0 < len(values["label"]) <= 120:
        found["label"] = translate("Write what is on its door, such as Room 7. It has 120 letters at most.")
    if values["number"] is None or not LEAST <= values["number"] <= MOST:
        found["capacity"] = translate("Write how many people fit in, from 2 to 500. Staff count.")
    if values["site"] and values["site"] not in {site.id for site in hub.sites}:
        found["site"] = translate("Choose the building.")
    if any(not SLUG.fullmatch(word) for word in values["others"].split()):
        found["others"] = translate("Write these in small letters, numbers, - and _, with spaces between.")
    return found


def room_of(values: dict[str, Any], before: Room | None) -> Room:
    """The room that a form makes; its id never changes, nor the order in which its features were named."""
    named = [*values["features"], *dict.fromkeys(values["others"].split())]
    kept = [code for code in (before.features if before else ()) if code in named]
    features = (*kept, *(code for code in named if code not in kept))
    return Room(
        id=before.id if before else values["id"], label=values["label"], features=features,
        capacity=values["number"], site=values["site"], open=values["open"],
    )  # fmt: skip


def lines_of(one: Room) -> list[str]:
    """A room in words."""
    known = _features()
    has = listed([known.get(code, code) for code in one.features]) or translate("nothing special")
    told = translate("{room}, for {number} people: {features}").format(
        room=one.label, number=one.capacity, features=has
    )
    return [told] if one.open else [told, translate("Closed")]


def _page(
    request: Request,
    manager: Manager,
    kept: Kept,
    found: Room | None,
    values: dict[str, Any],
    problems: dict[str, str],
    *,
    status: int = 200,
) -> Response:
    rules = kept.rules_for(f"room:{found.id}", today=today()) if found else []
    return show(
        request,
        "room.html",
        status=status,
        room=found,
        v=values,
        problems=problems,
        error=next(iter(problems.values()), None),
        features=_features(),
        sites=manager.hub.sites,
        rules=[rule_row(rule, day=today()) for rule in rules],
    )
