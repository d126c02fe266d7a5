"""A whole rota from a file, CSV or iCalendar: read, shown with what it breaks, and then put in place of the old one."""

from dataclasses import replace
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from booking.changes.change import RotaChange
from booking.errors import RotaBusy, RotaNotReadable
from booking.hub import Hub
from booking.rotas.files import read_rota_bytes
from booking.rotas.loading import taking_over
from booking.rotas.rules import Rotas
from casework.hub_desk.rota import Kept, load
from foundation.languages import translate, translate_count
from foundation.telling import in_words
from web.edge import edge_of
from web.hub_desk.asked import today
from web.hub_desk.guard import Manager, show
from web.hub_desk.impact import AGAIN, Wanted, settle
from web.hub_desk.rota import ROTA, rule_said

IMPORT = f"{ROTA}/import"
MOST_BYTES = 500_000  # it travels with the page that shows what it breaks
MOST_LINES = 12


async def ask(request: Request, manager: Manager, *, status: int = 200, error: str | None = None) -> Response:
    """GET /desk/hub/rota/import"""
    return show(request, "rota_import.html", status=status, error=error, error_for="file", hub_name=manager.hub.name)


async def take(request: Request, manager: Manager) -> Response:
    """POST there: a `file`, or the text of one that was shown."""
    edge = edge_of(request)
    form = await request.form(max_part_size=2 * MOST_BYTES)
    if form.get("do") == AGAIN:
        return await ask(request, manager)
    content, name = await _content(form)
    if not content:
        return await ask(request, manager, status=400, error=translate("Choose a file: CSV, or a calendar (.ics)."))
    if len(content) > MOST_BYTES:
        told = translate("That file is too large for this page. Use the command: frontdoor rota import.")
        return await ask(request, manager, status=400, error=told)
    kept = await edge.in_thread(load, edge.database, manager.hub.id)
    try:
        rota = await edge.in_thread(read_rota_bytes, content, name, manager.hub, today=today())
        wanted = _wanted(kept, rota, manager.hub, content, name)
        return await settle(request, manager, wanted, form)
    except (RotaNotReadable, RotaBusy) as error:
        return await ask(request, manager, status=400, error=in_words(error))


async def _content(form: FormData) -> tuple[bytes, str]:
    given: Any = form.get("file")
    if isinstance(given, UploadFile):
        content = await given.read(MOST_BYTES + 1)
        await given.close()
        return content, (given.filename or "rota")[:80]
    return str(form.get("text") or "").encode(), str(form.get("name") or "rota")[:80]


def _wanted(kept: Kept, rota: Rotas, hub: Hub, content: bytes, name: str) -> Wanted:
    """The change that puts `rota` in place of what there is; who is not named in it is not here any more."""
    # What a rule says counts, not its id: one that was made here and comes back in a file stays as it is.
    stays = {replace(rule, id="") for rule in taking_over(rota.rules, kept.rules)}
    there = {replace(rule, id=""): rule for rule in kept.rules}
    new = sorted(stays - there.keys(), key=lambda rule: (rule.whom, rule.kind, rule.start))
    gone = [rule for said, rule in there.items() if said not in stays]
    named = {person.id for person in rota.people}
    left = [replace(person, active=False) for person in kept.people if person.active and person.id not in named]
    people = [person for person in rota.people if person not in kept.people]
    change = RotaChange(
        add=tuple(new), remove=tuple(rule.id for rule in gone), people=(*people, *left), hub=hub.id,
        note=translate("Import of {file}").format(file=name),
    )  # fmt: skip
    known = replace(kept, people=(*kept.people, *people))
    lines = [
        translate_count("%(num)s rule is new", "%(num)s rules are new", len(new)) % {"num": len(new)},
        *_some([rule_said(known, rule) for rule in new]),
        translate_count("%(num)s rule goes", "%(num)s rules go", len(gone)) % {"num": len(gone)},
        *_some([rule_said(kept, rule) for rule in gone]),
        *(translate("New or changed: {name}").format(name=person.label) for person in people[:MOST_LINES]),
        *(translate("Not here any more: {name}").format(name=person.label) for person in left[:MOST_LINES]),
    ]
    sent = [("text", content.decode("utf-8-sig")), ("name", name)]
    return Wanted(change=change, lines=lines, at=IMPORT, back=ROTA, tab="rota", carried=sent)


def _some(lines: list[str]) -> list[str]:
    more = len(lines) - MOST_LINES
    shown = [f"– {line}" for line in lines[:MOST_LINES]]
    return [*shown, translate("– and {number} more").format(number=more)] if more > 0 else shown
