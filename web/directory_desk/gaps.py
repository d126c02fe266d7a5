"""What people look for and do not find, counted. Small numbers are not shown: they could be one person."""

from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from directory.geography.councils import council_name
from directory.keeping.gaps import FEWEST_TOLD, SEARCH, GapRow, gap_rows
from directory.keeping.keepers import Keeper
from directory.labels import need_label
from foundation.clock import to_london, utc_now
from foundation.database import Database
from foundation.languages import translate
from foundation.needs import NEEDS
from web.directory_desk.guard import show
from web.edge import edge_of

PERIODS = (30, 90, 365)  # days


def _rows(database: Database, since: date, until: date) -> list[GapRow]:
    with database.reading() as db:
        return gap_rows(db, since=since, until=until)


async def gaps(request: Request, who: Keeper) -> Response:
    """GET /desk/directory/gaps?days=30. Nothing of a person is in it, so every keeper may see it."""
    edge, told = edge_of(request), request.query_params.get("days", "")
    days = next((one for one in PERIODS if str(one) == told), PERIODS[0])
    until = to_london(utc_now()).date()
    since = until - timedelta(days=days - 1)
    found = await edge.in_thread(_rows, edge.database, since, until)
    rows = [
        {
            "what": what_of(row),
            "area": council_name(row.gap.area) or row.gap.area,
            "why": row.gap.why,
            "count": row.count,
        }
        for row in found
    ]
    return show(request, "gaps.html", rows=rows, days=days, periods=PERIODS, since=since, until=until, few=FEWEST_TOLD)


def what_of(row: GapRow) -> str:
    """What was looked for, by its name."""
    need, detail = row.gap.need, row.gap.detail
    if need == SEARCH:
        meant = need_label(detail) if detail in NEEDS else ""
        return translate("A search in words") + (f": {meant}" if meant else "")
    return f"{need_label(need)} ({detail})" if detail else need_label(need)
