"""`/services`: the search box, and what it found."""

import logging
import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from casework.safety import safety_reply
from directory.geography.postcodes import NotAPostcode, UnknownPostcode
from directory.keeping.gaps import count_gaps, gap_of_search
from directory.keeping.searching import current_index
from directory.labels import need_label
from directory.model import Service
from directory.publishing import is_public
from directory.searching.because import changed
from directory.searching.finding import Answer, Asked, answer
from directory.searching.index import ServiceIndex
from directory.searching.opening import Openings
from foundation.clock import to_london, utc_now
from foundation.database import Database
from foundation.needs import NEEDS
from understanding import understand
from web import rendering
from web.edge import edge_of
from web.services.asking import PAGE_SIZE, Question, read_question
from web.services.facts import line, public_service

log = logging.getLogger("frontdoor.services")
_openings = Openings()
SUGGESTED = 6


async def find(request: Request) -> Response:
    """The form, and under it the services that were asked for; all of them when nothing was."""
    edge = edge_of(request)
    question, now = read_question(request.query_params), utc_now()
    needs = sorted(((code, need_label(code)) for code in NEEDS), key=lambda one: one[1])
    page: dict[str, Any] = {"question": question, "needs": needs, "error": None, "found": None}
    page["safety"] = await edge.in_thread(_danger, question.text)
    try:
        found = await edge.in_thread(_search, edge.database, question, now)
    except (NotAPostcode, UnknownPostcode) as error:
        page["error"] = str(error)  # in the language spoken now, like all that postcodes says
        return rendering.page(request, "services/list.html", status=400, **page)
    page |= _as_page(found, question, now)
    return rendering.page(request, "services/list.html", **page)


async def suggest(request: Request) -> Response:
    """The names of the first few services for words that are still being typed. Nothing of it is kept or counted."""
    edge, typed = edge_of(request), read_question(request.query_params).text
    names = await edge.in_thread(_names, edge.database, typed) if typed else []
    return JSONResponse({"names": names}, headers={"Cache-Control": "no-store"})


def _names(database: Database, typed: str) -> list[str]:
    asked = Asked(text=typed, now=utc_now(), typing=True, only=lambda s: is_public(s.document), limit=SUGGESTED)
    return list(dict.fromkeys(one.service.name for one in answer(current_index(database), asked).found))


def _danger(text: str) -> dict[str, Any] | None:
    """The safety answer, when what is looked for is no errand for a list."""
    crisis = understand(text).crisis if text else None
    return safety_reply(crisis.kind, crisis.role).as_json()["data"] if crisis else None


def _search(database: Database, question: Question, now: datetime) -> Answer:
    index = current_index(database)
    found = answer(index, _asked(question, now))
    if question.text and not found.total:
        _count_gap(database, index, question, now)
    return found


def _asked(question: Question, now: datetime) -> Asked:
    return Asked(
        text=question.text, now=now, needs=(question.need,) if question.need else (), postcode=question.postcode,
        only=lambda service: _shown(service, question, now), start=question.start, limit=PAGE_SIZE,
    )  # fmt: skip


def _shown(service: Service, question: Question, now: datetime) -> bool:
    return is_public(service.document) and (not question.open_now or _openings.is_open(service.document, now))


def _count_gap(database: Database, index: ServiceIndex, question: Question, now: datetime) -> None:
    """A search that found nothing is a gap; what is merely shut just now, or was narrowed down by need, is none."""
    anywhere = answer(index, _asked(Question(text=question.text), now))
    here = answer(index, _asked(Question(text=question.text, postcode=question.postcode), now))
    if here.total:
        return
    one = gap_of_search(anywhere.needs, elsewhere=bool(anywhere.total), postcode=question.postcode)
    try:
        with database.writing() as db:
            count_gaps(db, [one], day=to_london(now).date())
    except SQLAlchemyError:
        log.warning("a gap was not counted: the database did not take it", exc_info=True)


def _lines(found: Answer, now: datetime) -> Iterator[dict[str, Any]]:
    for one in found.found:
        if service := public_service(one.service.document, one.service.doubts):
            yield {**line(service, one.service.document, now=now), "because": one.because}


def _as_page(found: Answer, question: Question, now: datetime) -> dict[str, Any]:
    pages = max(1, math.ceil(found.total / PAGE_SIZE))
    return {
        "found": list(_lines(found, now)),
        "total": found.total,
        "pages": pages,
        "previous": question.address(page=min(question.page, pages + 1) - 1) if question.page > 1 else None,
        "next": question.address(page=question.page + 1) if question.page < pages else None,
        "wider": question.address(without_filters=True),
        "changes": [changed(wrote, looked_for) for wrote, looked_for in found.changes],
    }
