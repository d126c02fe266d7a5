"""The rota: every rule in words, and its way out as a file."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from booking.changes.log import changes_made
from booking.rotas.files import Format, write_rota
from booking.rotas.rules import HUB, KINDS, Person, Rotas, Rule
from casework.hub_desk.rota import Kept, is_over, load
from casework.staff import staff_names
from directory.labels import agency_label
from foundation.languages import translate
from web.edge import edge_of
from web.hub_desk.asked import today
from web.hub_desk.guard import Manager, show
from web.hub_desk.saying import KIND_WORDS, rule_words

ROTA = "/rota"
TYPES = {"csv": "text/csv", "ics": "text/calendar"}


async def rota(request: Request, manager: Manager) -> Response:
    """GET /desk/hub/rota?over=yes"""
    edge, over = edge_of(request), bool(request.query_params.get("over"))
    kept = await edge.in_thread(load, edge.database, manager.hub.id)
    return show(
        request,
        "rota.html",
        groups=list(_groups(kept, over=over, day=today())),
        over=over,
        saved=bool(request.query_params.get("saved")),
        names=await edge.in_thread(staff_names, edge.database),
    )


def _groups(kept: Kept, *, over: bool, day: date) -> Iterator[dict[str, Any]]:
    """The hub, people, and rooms, each with its rules."""
    yield _group(kept, HUB, translate("The whole hub"), over=over, day=day)
    for person in kept.people:
        if person.active or kept.rules_for(person.whom, today=day, over=over):
            small, href = agency_label(person.agency), f"/people/{person.id}"
            yield _group(kept, person.whom, person.label, over=over, day=day) | {"small": small, "href": href}
    for room in kept.rooms:
        group = _group(kept, f"room:{room.id}", room.label, over=over, day=day)
        yield group | {"href": f"/rooms/{room.id}"}


def _group(kept: Kept, whom: str, label: str, *, over: bool, day: date) -> dict[str, Any]:
    rules = [rule_row(rule, day=day) for rule in kept.rules_for(whom, today=day, over=over)]
    return {"whom": whom, "label": label, "rules": rules}


def rule_row(rule: Rule, *, day: date) -> dict[str, Any]:
    """A rule with its words."""
    words = rule_words(rule)
    said = f"{words[:1].upper()}{words[1:]}"
    return {"rule": rule, "kind": translate(KIND_WORDS[rule.kind]), "words": said, "over": is_over(rule, today=day)}


def kind_labels() -> dict[str, str]:
    """What a rule may be, in words."""
    return {kind: translate(KIND_WORDS[kind]) for kind in KINDS}


def by_agency(people: tuple[Person, ...]) -> list[tuple[str, list[Person]]]:
    """Those who are still there, by agency."""
    active = sorted((one for one in people if one.active), key=lambda one: (one.agency, one.label))
    return [(agency, list(group)) for agency, group in groupby(active, key=lambda one: one.agency)]


async def history(request: Request, manager: Manager) -> Response:
    """GET /desk/hub/rota/history: who changed what, the newest first."""
    edge = edge_of(request)
    made = await edge.in_thread(changes_made, edge.database, manager.hub.id)
    kept = await edge.in_thread(load, edge.database, manager.hub.id)
    rows = [{"made": each, "before": _told(kept, each.before), "after": _told(kept, each.after)} for each in made]
    names = await edge.in_thread(staff_names, edge.database)
    return show(request, "rota_history.html", rows=rows, names=names)


def _told(kept: Kept, part: dict[str, list[dict[str, Any]]]) -> list[str]:
    """One side of a change in lines."""
    rules = [rule_said(kept, rule_of_json(each)) for each in part.get("rules", [])]
    things = [str(each["label"]) for each in (*part.get("people", []), *part.get("rooms", []))]
    return [*rules, *things]


def rule_of_json(told: dict[str, Any]) -> Rule:
    """A rule from the log of changes."""
    days = {name: date.fromisoformat(told[name]) if told.get(name) else None for name in ("first_day", "last_day")}
    excepted = tuple(date.fromisoformat(day) for day in told.get("except_days", ()))
    return Rule(**{**told, **days, "except_days": excepted})


def rule_said(kept: Kept, rule: Rule) -> str:
    """A whole rule in one line: who, what and when."""
    row = rule_row(rule, day=today())
    whom = translate("The whole hub") if rule.whom == HUB else kept.label(rule.whom)
    words = f"{row['words'][:1].lower()}{row['words'][1:]}"
    return f"{whom}: {row['kind']}, {words}" + (f" ({rule.note})" if rule.note else "")


async def export(request: Request, manager: Manager) -> Response:
    """GET /desk/hub/rota/export.csv and .ics"""
    edge = edge_of(request)
    form: Format = "ics" if request.path_params["form"] == "ics" else "csv"
    kept = await edge.in_thread(load, edge.database, manager.hub.id)
    text = write_rota(Rotas(people=kept.people, rules=kept.rules), form)
    named = {"Content-Disposition": f'attachment; filename="rota.{form}"', "Cache-Control": "no-store"}
    return Response(text, media_type=TYPES[form], headers=named)
