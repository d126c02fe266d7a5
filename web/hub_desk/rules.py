"""Adding, changing and taking away one rule of the rota: a form, what it breaks, and a yes."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from booking.changes.change import RotaChange
from booking.errors import RotaBusy, RotaNotReadable
from booking.rotas.rules import Rule
from casework.hub_desk.rota import Kept, load
from foundation.languages import translate
from foundation.telling import in_words
from web.edge import edge_of
from web.hub_desk.asked import text
from web.hub_desk.guard import Manager, show
from web.hub_desk.impact import AGAIN, Wanted, carried, settle
from web.hub_desk.rota import ROTA, by_agency, kind_labels, rule_said
from web.hub_desk.rule_form import REPEATS, Read, fresh, read, shown
from web.hub_desk.saying import weekday_names

REMOVE = ("look_removed", "removed")


async def new(request: Request, manager: Manager) -> Response:
    """GET /desk/hub/rota/new?kind=&whom="""
    kept, query = await _kept(request, manager), request.query_params
    whom = query.get("whom", "")
    values = fresh(query.get("kind", ""), whom if whom in kept.whose else "")
    return _page(request, manager, kept, Read(values), None)


async def added(request: Request, manager: Manager) -> Response:
    """POST there."""
    return await _settled(request, manager, await _kept(request, manager), None)


async def rule(request: Request, manager: Manager) -> Response:
    """GET /desk/hub/rota/rules/ID"""
    kept = await _kept(request, manager)
    found = kept.rule(request.path_params["id"])
    return _page(request, manager, kept, Read(shown(found) | {"since": _since(found)}), found)


async def changed(request: Request, manager: Manager) -> Response:
    """POST there."""
    kept = await _kept(request, manager)
    return await _settled(request, manager, kept, kept.rule(request.path_params["id"]))


async def _kept(request: Request, manager: Manager) -> Kept:
    edge = edge_of(request)
    return await edge.in_thread(load, edge.database, manager.hub.id)


async def _settled(request: Request, manager: Manager, kept: Kept, before: Rule | None) -> Response:
    form = await request.form()
    found = read(form, whose=kept.whose, hub=manager.hub.id, before=before)
    found.values["since"] = text(form, "since", longest=40)
    removing = (before is not None and text(form, "way") == "remove") or form.get("do") in REMOVE
    if before is not None and found.values["since"] != _since(before):
        found.problems = {"": translate("Somebody else has changed this rule since. This is how it is now.")}
        found.values = shown(before) | {"since": _since(before)}
        return _page(request, manager, kept, found, before, status=409)
    if form.get("do") == AGAIN or (found.problems and not removing):
        return _page(request, manager, kept, found, before, status=400 if found.problems else 200)
    wanted = _removal(kept, before, form) if removing and before else _change(kept, found, before, form)
    try:
        return await settle(request, manager, wanted, form)
    except (RotaNotReadable, RotaBusy) as error:
        found.problems = {"": in_words(error)}
        return _page(request, manager, kept, found, before, status=400)


def _change(kept: Kept, found: Read, before: Rule | None, form: FormData) -> Wanted:
    assert found.rule is not None
    said = [rule_said(kept, found.rule)]
    if before is None:
        change = RotaChange(add=(found.rule,), note=found.rule.note)
    else:
        change = RotaChange(replace=(replace(found.rule, changed_at=before.changed_at),), note=found.rule.note)
        said = [
            translate("Now: {rule}").format(rule=rule_said(kept, before)),
            translate("Then: {rule}").format(rule=said[0]),
        ]
    return _wanted(change, said, before, carried(form))


def _removal(kept: Kept, before: Rule, form: FormData) -> Wanted:
    said = [translate("Taken away: {rule}").format(rule=rule_said(kept, before))]
    return _wanted(RotaChange(remove=(before.id,)), said, before, [*carried(form), ("way", "remove")])


def _wanted(change: RotaChange, said: list[str], before: Rule | None, sent: list[tuple[str, str]]) -> Wanted:
    return Wanted(change=change, lines=said, at=_at(before), back=ROTA, tab="rota", carried=list(dict.fromkeys(sent)))


def _at(before: Rule | None) -> str:
    return f"{ROTA}/rules/{before.id}" if before else f"{ROTA}/new"


def _since(rule: Rule) -> str:
    at: datetime | None = rule.changed_at
    return at.isoformat() if at else ""


def _page(
    request: Request, manager: Manager, kept: Kept, found: Read, before: Rule | None, *, status: int = 200
) -> Response:
    told: dict[str, Any] = {
        "v": found.values,
        "problems": found.problems,
        "error": next(iter(found.problems.values()), None),
        "rule": before,
        "kinds": kind_labels(),
        "repeats": {code: translate(label) for code, label in REPEATS.items()},
        "weekdays": weekday_names(),
        "people": by_agency(kept.people),
        "rooms": kept.rooms,
        "at": _at(before),
        "back": ROTA,
    }
    return show(request, "rule.html", status=status, **told)
