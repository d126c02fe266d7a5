"""A new service, in one form: the least that makes a right record. The other parts are filled in on its own page."""

import secrets
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from directory.keeping.adding import ASKED, MARK, AddedBefore, NoOrganisation, add_service, organisation_of
from directory.keeping.editing import NotRight
from directory.keeping.keepers import Keeper
from foundation.clock import utc_now
from foundation.database import Database
from foundation.languages import translate
from web.directory_desk.change import areas_known
from web.directory_desk.forms import FORMS
from web.directory_desk.forms.reading import Read
from web.directory_desk.guard import show
from web.directory_desk.record import page_of
from web.edge import edge_of

ADD = "/desk/directory/add"


def _organisation(database: Database, who: Keeper) -> dict[str, Any]:
    with database.reading() as db:
        return organisation_of(db, who)


async def form(request: Request, who: Keeper) -> Response:
    """GET /desk/directory/add"""
    return await _page(request, who, read_new(FormData()), fresh=True)


async def save(request: Request, who: Keeper) -> Response:
    """POST there. `more` asks for another row and keeps nothing yet."""
    edge, typed = edge_of(request), await request.form()
    read, mark = read_new(typed), str(typed.get("mark") or "")
    if typed.get("more"):
        return await _page(request, who, read, mark=mark, fresh=True)
    if not MARK.fullmatch(mark):
        read.problems[""] = translate("That page was too old. Please try again.")
    if read.problems:
        return await _page(request, who, read, mark=mark, status=400)
    try:
        made = await edge.in_thread(add_service, edge.database, who, mark, read.changes, now=utc_now())
    except NoOrganisation:
        return await _page(request, who, read, status=409)
    except NotRight as error:
        read.problems[""] = error.said()
        return await _page(request, who, read, mark=mark, status=400)
    except AddedBefore as error:
        return await _page(request, who, read, status=409, made=page_of(error.service_id))
    return RedirectResponse(f"{page_of(made)}?saved=added", status_code=303)


def read_new(typed: FormData) -> Read:
    """The parts that are asked for, read as each one's own form reads it; `values` has each part's under its name."""
    parts = {part: FORMS[part].read(typed, {}) for part in ASKED}
    read = Read({part: one.values for part, one in parts.items()})
    for one in parts.values():
        read.changes |= one.changes
        read.problems |= one.problems
    if not (read.values["phones"]["rows"] or read.values["about"]["url"]):
        read.problems["number-0"] = translate("Write a phone number or a web page, so that people can get in touch.")
    return read


async def _page(
    request: Request, who: Keeper, read: Read, *, mark: str = "", fresh: bool = False, status: int = 200, **more: Any
) -> Response:
    edge = edge_of(request)
    try:
        organisation = await edge.in_thread(_organisation, edge.database, who)
    except NoOrganisation:
        return show(request, "add_nothing.html", status=409)
    problems = {} if fresh else _in_order(read.problems)
    return show(
        request,
        "add.html",
        status=status,
        organisation=organisation["name"],
        mark=mark if MARK.fullmatch(mark) else secrets.token_hex(16),
        v=read.values,
        problems=problems,
        error=next(iter(problems.values()), None),
        areas_known=await edge.in_thread(areas_known, edge.database),
        **more,
    )


def _in_order(problems: dict[str, str]) -> dict[str, str]:
    """As the boxes stand on the page, so that the list of what is wrong leads down it."""
    boxes = ("name", "description", "need-", "number-", "url", "area-", "")
    return dict(
        sorted(problems.items(), key=lambda one: next(n for n, box in enumerate(boxes) if one[0].startswith(box)))
    )
