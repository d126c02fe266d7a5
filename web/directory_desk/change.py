"""One part of a service in a form. What is wrong is said beside its box, and nothing that was typed is lost."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casework.staff import staff_names
from directory.geography.councils import council_name
from directory.keeping.editing import NotRight, PartChanged, Record, ServiceNotFound, change_part, load_record
from directory.keeping.keepers import Keeper, only_keeper
from directory.keeping.services import current_services
from directory.records.parts import put
from directory.records.saying import lines, part_label
from foundation.clock import utc_now
from foundation.database import Database
from foundation.languages import marked
from web.directory_desk.forms import FORMS
from web.directory_desk.forms.reading import Read
from web.directory_desk.guard import show
from web.directory_desk.record import number_in, page_of
from web.edge import edge_of


@dataclass(frozen=True)
class Meanwhile:
    """Somebody changed the part: what it is now, and what was typed, in lines; `by` is a username or None."""

    by: str | None
    theirs: list[str]
    yours: list[str]


def _load(database: Database, who: Keeper, service_id: str) -> Record:
    with database.reading() as db:
        record = load_record(db, service_id)
    only_keeper(who, record.organisation_id)
    return record


def _part_in(request: Request) -> str:
    part = str(request.path_params["part"])
    if part not in FORMS:
        raise ServiceNotFound(marked("There is no such part of a service."))
    return part


async def form(request: Request, who: Keeper) -> Response:
    """GET /desk/directory/services/ID/change/PART"""
    edge, part = edge_of(request), _part_in(request)
    record = await edge.in_thread(_load, edge.database, who, request.path_params["id"])
    return await _page(request, record, Read(FORMS[part].shown(record.document)), base=record.version)


async def save(request: Request, who: Keeper) -> Response:
    """POST there. `more` asks for another row, or for the next step, and keeps nothing yet."""
    edge, part, typed = edge_of(request), _part_in(request), await request.form()
    record = await edge.in_thread(_load, edge.database, who, request.path_params["id"])
    base, read = number_in(typed.get("version")), FORMS[part].read(typed, record.document)
    if typed.get("more"):
        return await _page(request, record, Read(read.values), base=base)
    if read.problems:
        return await _page(request, record, read, base=base, status=400)
    try:
        await edge.in_thread(change_part, edge.database, who, record.id, part, read.changes, base=base, now=utc_now())
    except NotRight as error:
        read.problems[""] = error.said()
        return await _page(request, record, read, base=base, status=400)
    except PartChanged as error:
        now = error.record
        yours = lines(put(record.document, read.changes), part)
        meanwhile = Meanwhile(error.by, lines(now.document, part), yours)
        return await _page(request, now, read, base=now.version, status=409, meanwhile=meanwhile)
    return RedirectResponse(f"{page_of(record.id)}?saved={part}#{part}", status_code=303)


async def _page(request: Request, record: Record, read: Read, *, base: int, status: int = 200, **more: Any) -> Response:
    part = _part_in(request)
    if "meanwhile" in more:
        more["names"] = await edge_of(request).in_thread(staff_names, edge_of(request).database)
    if part == "areas":
        more["areas_known"] = await edge_of(request).in_thread(areas_known, edge_of(request).database)
    return show(
        request,
        "change.html",
        status=status,
        record=record,
        part=part,
        label=part_label(part),
        base=base,
        v=read.values,
        problems=read.problems,
        error=next(iter(read.problems.values()), None),
        **more,
    )


def areas_known(database: Database) -> list[str]:
    """The areas that services here serve, by name and code, for choosing from."""
    found = {}
    for service in current_services(database):
        for area in service.document.get("service_areas") or []:
            code = str(area.get("extent") or "")
            if len(code) == 9:
                found[code] = council_name(code) or str(area.get("name") or "")
    return sorted(f"{name} ({code})" for code, name in found.items())
