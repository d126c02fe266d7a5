"""Advisers and interpreters: who they are, what they can, their rules, and their private calendar feed."""

import hashlib
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from booking.calendars.feeds import make_feed
from booking.changes.change import RotaChange
from booking.errors import RotaBusy, RotaNotReadable
from booking.rotas.checking import LANGUAGE, SLUG
from booking.rotas.rules import Person
from booking.tables import INTERPRETERS
from casework.hub_desk.rota import Kept, load
from directory.labels import agency_label
from foundation.languages import translate
from foundation.plain_text import clean
from foundation.telling import in_words
from web.edge import edge_of
from web.formatting import listed
from web.hub_desk.asked import text, today
from web.hub_desk.guard import Manager, show
from web.hub_desk.impact import AGAIN, Wanted, carried, settle
from web.hub_desk.rota import rule_row

PEOPLE = "/people"
type Problems = dict[str, str]


async def people(request: Request, manager: Manager) -> Response:
    """GET /desk/hub/people"""
    edge = edge_of(request)
    kept = await edge.in_thread(load, edge.database, manager.hub.id)
    return show(request, "people.html", people=kept.people, saved=bool(request.query_params.get("saved")))


async def new(request: Request, manager: Manager) -> Response:
    """GET /desk/hub/people/new"""
    kept = await edge_of(request).in_thread(load, edge_of(request).database, manager.hub.id)
    return _page(request, manager, kept, None, {"in_person": True, "active": True}, {})


async def person(request: Request, manager: Manager) -> Response:
    """GET /desk/hub/people/ID"""
    kept = await edge_of(request).in_thread(load, edge_of(request).database, manager.hub.id)
    found = kept.person(request.path_params["id"])
    return _page(request, manager, kept, found, shown(found), {})


async def added(request: Request, manager: Manager) -> Response:
    """POST /desk/hub/people/new"""
    kept = await edge_of(request).in_thread(load, edge_of(request).database, manager.hub.id)
    return await _settled(request, manager, kept, None)


async def changed(request: Request, manager: Manager) -> Response:
    """POST /desk/hub/people/ID: their details, or a new `feed`."""
    edge, form = edge_of(request), await request.form()
    kept = await edge.in_thread(load, edge.database, manager.hub.id)
    found = kept.person(request.path_params["id"])
    if form.get("do") == "feed":
        secret = await edge.in_thread(make_feed, edge.database, found.id)
        link = f"{edge.settings.own_address}/calendar/{secret}.ics"
        return _page(request, manager, kept, found, shown(found), {}, link=link)
    return await _settled(request, manager, kept, found)


async def _settled(request: Request, manager: Manager, kept: Kept, before: Person | None) -> Response:
    form = await request.form()
    values = typed(form)
    if before is not None and values["since"] != mark_of(before):
        told = {"": translate("Somebody else has changed this since. This is how it is now.")}
        return _page(request, manager, kept, before, shown(before), told, status=409)
    problems = problems_of(values, kept, before, [*manager.hub.agencies, INTERPRETERS])
    if problems or form.get("do") == AGAIN:
        return _page(request, manager, kept, before, values, problems, status=400 if problems else 200)
    made = person_of(values, before)
    at = f"{PEOPLE}/{before.id}" if before else f"{PEOPLE}/new"
    wanted = Wanted(
        change=RotaChange(people=(made,)), lines=lines_of(made), at=at, back=PEOPLE, tab="people", carried=carried(form)
    )
    try:
        return await settle(request, manager, wanted, form)
    except (RotaNotReadable, RotaBusy) as error:
        return _page(request, manager, kept, before, values, {"": in_words(error)}, status=400)


# ---------------------------------------------------------------- the form
def shown(one: Person) -> dict[str, Any]:
    """What the boxes hold."""
    told = {"id": one.id, "label": one.label, "agency": one.agency, "since": mark_of(one)}
    ticks = {"in_person": one.in_person, "by_phone": one.by_phone, "active": one.active}
    return told | ticks | {"skills": " ".join(sorted(one.skills)), "languages": " ".join(sorted(one.languages))}


def mark_of(one: Person) -> str:
    """Stands for what is kept of somebody now."""
    return hashlib.sha256(repr(sorted(one.as_json().items())).encode()).hexdigest()[:16]


def typed(form: FormData) -> dict[str, Any]:
    """What was typed."""
    told: dict[str, Any] = {name: text(form, name, longest=300) for name in ("id", "label", "agency", "since")}
    told |= {name: bool(form.get(name)) for name in ("in_person", "by_phone", "active")}
    return told | {name: _words(form, name) for name in ("skills", "languages")}


def _words(form: FormData, name: str) -> str:
    return " ".join(clean(str(form.get(name) or "")).replace(",", " ").casefold().split())[:600]


def problems_of(values: dict[str, Any], kept: Kept, before: Person | None, agencies: list[str]) -> Problems:
    """A sentence for each box that is wrong."""
    found = {}
    if before is None and not SLUG.fullmatch(values["id"]):
        found["id"] = translate("Write a short name in small letters, numbers, - and _, such as jobcentre-d.")
    elif before is None and values["id"] in {one.id for one in kept.people}:
        found["id"] = translate("Somebody has this short name already. Write another one.")
    if not 0 < len(values["label"]) <= 120:
        found["label"] = translate("Write what staff call them, such as Work coach D. It has 120 letters at most.")
    if values["agency"] not in agencies:
        found["agency"] = translate("Choose whose they are.")
    if any(not SLUG.fullmatch(word) for word in values["skills"].split()):
        found["skills"] = translate("Write skills in small letters, numbers, - and _, with spaces between.")
    if any(not LANGUAGE.fullmatch(word) for word in values["languages"].split()):
        found["languages"] = translate("Write codes of two or three letters, such as pl for Polish.")
    elif values["agency"] == INTERPRETERS and not values["languages"]:
        found["languages"] = translate("Write for which languages they interpret.")
    if not (values["in_person"] or values["by_phone"]):
        found["in_person"] = translate("Tick how they see people: at the hub, by phone, or both.")
    return found


def person_of(values: dict[str, Any], before: Person | None) -> Person:
    """The person that a form makes; their id never changes."""
    return Person(
        id=before.id if before else values["id"],
        agency=values["agency"],
        label=values["label"],
        skills=frozenset(values["skills"].split()),
        languages=frozenset(values["languages"].split()),
        by_phone=values["by_phone"],
        in_person=values["in_person"],
        active=values["active"],
    )


def lines_of(one: Person) -> list[str]:
    """Somebody in words."""
    how = [translate("at the hub")] * one.in_person + [translate("by phone")] * one.by_phone
    lines = [f"{one.label}, {agency_label(one.agency)}: {listed(how)}"]
    if one.languages:
        lines.append(translate("Languages: {codes}").format(codes=listed(sorted(one.languages))))
    if one.skills:
        lines.append(translate("Skills: {codes}").format(codes=listed(sorted(one.skills))))
    return lines if one.active else [*lines, translate("Not here any more")]


def _page(
    request: Request,
    manager: Manager,
    kept: Kept,
    found: Person | None,
    values: dict[str, Any],
    problems: Problems,
    *,
    status: int = 200,
    link: str = "",
) -> Response:
    rules = kept.rules_for(found.whom, today=today()) if found else []
    return show(
        request,
        "person.html",
        status=status,
        person=found,
        v=values,
        problems=problems,
        error=next(iter(problems.values()), None),
        agencies=[*manager.hub.agencies, INTERPRETERS],
        rules=[rule_row(rule, day=today()) for rule in rules],
        link=link,
    )
