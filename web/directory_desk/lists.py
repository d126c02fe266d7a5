"""The list of services: searched, filtered, a page at a time."""

from math import ceil
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from directory.keeping.keepers import Keeper
from directory.keeping.listing import PAGE, WHICH, Asked, Listed, Which, listed
from directory.keeping.searching import current_index
from directory.searching import finding
from foundation.clock import utc_now
from foundation.database import Database
from foundation.plain_text import clean
from web.directory_desk.guard import show
from web.edge import edge_of

MOST_FOUND = 200
HOME = "/desk/directory"


async def services(request: Request, who: Keeper) -> Response:
    """GET /desk/directory?words=&which=&whose=&page="""
    edge, query = edge_of(request), request.query_params
    words = " ".join(clean(query.get("words", "")[:400]).split())[:100]
    which: Which = next((one for one in WHICH if one == query.get("which")), "all")
    mine = query.get("whose", "mine" if not who.manager else "all") == "mine" and not who.manager
    page = int(number) if (number := query.get("page", "1")).isdecimal() and len(number) < 6 else 1
    rows, total = await edge.in_thread(_listed, edge.database, who, words, which, mine, page)
    asked = {"words": words, "which": which, "whose": "mine" if mine else "all"}
    return show(
        request,
        "services.html",
        rows=rows,
        total=total,
        asked=asked,
        pages=ceil(total / PAGE),
        page=page,
        first=(page - 1) * PAGE + 1,
        here=f"{HOME}?{urlencode(asked)}",
        may_change=who.keeps,
    )


def _listed(
    database: Database, who: Keeper, words: str, which: Which, mine: bool, page: int
) -> tuple[list[Listed], int]:
    now = utc_now()
    found: list[str] = []
    if words:
        asked = finding.Asked(text=words, now=now, limit=MOST_FOUND)
        found = [one.service.id for one in finding.answer(current_index(database), asked).found]
    with database.reading() as db:
        return listed(db, who, Asked(which=which, mine=mine, words=words, found=found, page=page), now=now)


async def home(request: Request) -> Response:
    """Where somebody of the directory lands after signing in."""
    return RedirectResponse(HOME, status_code=303)
