"""The hub's reports: the chance of a joint visit, how it was, and what more common hours would bring."""

import asyncio
import os
import sys
from datetime import datetime
from typing import Any

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from booking.reports.making import WEEKS, make_report
from booking.reports.runs import USUAL_HOURS, Question, Run, broken_off, last_run, start
from booking.reports.sheets import as_csv
from booking.reports.what_if import NotSimulated, candidate_starts
from foundation.clock import utc_now
from foundation.database import Database
from foundation.languages import translate
from foundation.settings import ROOT
from web.edge import Edge, edge_of
from web.hub_desk import report_words
from web.hub_desk.asked import text
from web.hub_desk.guard import Manager, show
from web.hub_desk.report_plots import plot_of_what_if, plots_of, within
from web.hub_desk.report_tables import rows_of, rows_of_what_if

REPORTS = "/reports"
PERIODS = (4, WEEKS, 52)  # weeks
HOURS = (1, 2, 3, 4)


async def reports(
    request: Request, _manager: Manager, *, status: int = 200, error: str | None = None, typed: Any = None
) -> Response:
    """GET /desk/hub/reports?weeks="""
    edge, now, weeks = edge_of(request), utc_now(), _weeks(request)
    report = await edge.in_thread(make_report, edge.database, now=now, weeks=weeks)
    run = await edge.in_thread(last_run, edge.database, now=now)
    return show(
        request,
        "reports.html",
        status=status,
        report=report,
        sections=report.sections,
        rows={**rows_of(report), "what_if": rows_of_what_if(run.result if run else None)},
        plots=plots_of(report),
        run=run,
        what_if_plot=plot_of_what_if(run.result) if run and run.result else None,
        weeks=weeks,
        periods=PERIODS,
        say=report_words,
        weights=next((row["weights"] for row in report.sections["chances"]), ""),
        within=within,
        hours=HOURS,
        starts=candidate_starts(),
        typed=typed or {},
        error=error,
        error_for="a-day",
    )


def _weeks(request: Request) -> int:
    told = request.query_params.get("weeks", "")
    return next((one for one in PERIODS if str(one) == told), WEEKS)


async def sheet(request: Request, _manager: Manager) -> Response:
    """GET /desk/hub/reports/SECTION.csv?weeks="""
    edge, code = edge_of(request), request.path_params["section"]
    report = await edge.in_thread(make_report, edge.database, now=utc_now(), weeks=_weeks(request))
    if code not in report.sections:
        raise HTTPException(404)
    headers = {"Content-Disposition": f'attachment; filename="{code}.csv"', "Cache-Control": "no-store"}
    return PlainTextResponse(as_csv(report.sections[code]), media_type="text/csv", headers=headers)


async def simulate(request: Request, manager: Manager) -> Response:
    """POST /desk/hub/reports: start a simulation, unless one is running."""
    edge, now, form = edge_of(request), utc_now(), await request.form()
    typed = {name: text(form, name, longest=10) for name in ("hours", "weekday", "start", "a_day", "full")}
    try:
        question = _question(typed)
        run, new = await edge.in_thread(start, edge.database, question, by=manager.username, now=now)
    except NotSimulated as refused:
        return await reports(request, manager, status=400, error=translate(str(refused)), typed=typed)
    task = BackgroundTask(_work_out, edge, run) if new else None
    return RedirectResponse(f"{manager.home}{REPORTS}#what-if", status_code=303, background=task)


def _question(typed: dict[str, str]) -> Question:
    """Raises NotSimulated."""
    told = {name: _number(typed[name]) for name in typed}
    weekday, begins, full = told["weekday"], told["start"], told["full"]
    return Question(
        hours=USUAL_HOURS if told["hours"] is None else told["hours"],
        weekday=None if weekday is None else int(weekday),
        start=None if begins is None else int(begins),
        a_day=told["a_day"],
        full=None if full is None else full / 100,
    ).checked()


def _number(typed: str) -> float | None:
    """A number from 0 up; None for nothing. Raises NotSimulated for anything else."""
    if not typed:
        return None
    if not (typed.isascii() and typed.replace(".", "", 1).isdigit()):
        raise NotSimulated(translate("{typed} is not a number.").format(typed=typed))
    return float(typed)


async def _work_out(edge: Edge, run: Run) -> None:
    """In a process of its own, so that no conversation waits for it. Whatever happens, the run ends."""
    here = {**os.environ, "DATABASE_URL": edge.settings.database_url}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "booking.reports", run.id, cwd=ROOT, env=here, stdin=asyncio.subprocess.DEVNULL
    )
    try:
        await process.wait()
    except asyncio.CancelledError:  # the edge stops, and so does what it began
        process.terminate()
        await process.wait()
        raise
    finally:
        await edge.in_thread(_ended, edge.database, run.id, utc_now())


def _ended(database: Database, number: str, now: datetime) -> None:
    """A run that has its result stays as it is."""
    broken_off(database, number, now=now)
