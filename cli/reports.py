"""`frontdoor report` and `frontdoor report what-if`: what a hub manager is told, on the command line."""

import json
from pathlib import Path
from typing import Any

import click

from booking.reports.making import WEEKS, make_report
from booking.reports.runs import USUAL_HOURS, USUAL_SEEDS, Question, answer
from booking.reports.sheets import as_csv
from booking.reports.world import quarter_of, wall_of
from cli.opened import the_database
from foundation.clock import utc_now

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@click.group(invoke_without_command=True)
@click.option("--weeks", default=WEEKS, show_default=True, type=click.IntRange(1, 104), help="How far to look back.")
@click.option("--seed", default=0, show_default=True, help="Of the sample, where there are too many combinations.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on one line.")
@click.option("--csv", "folder", type=click.Path(file_okay=False, path_type=Path), help="One CSV file a section, here.")
@click.pass_context
def report(context: click.Context, weeks: int, seed: int, as_json: bool, folder: Path | None) -> None:
    """What a hub manager is told: the chance of a joint visit now, and how it was in the past weeks.

    Counts under 5 are not told: they could point at a person.
    """
    if context.invoked_subcommand:
        return
    made = make_report(the_database(), now=utc_now(), weeks=weeks, seed=seed)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for code, rows in made.sections.items():
            (folder / f"{code}.csv").write_text(as_csv(rows), encoding="utf-8", newline="")
        click.echo(f"{len(made.sections)} files are in {folder}.")
    elif as_json:
        click.echo(json.dumps(made.as_json(), ensure_ascii=False))
    else:
        click.echo(f"{made.hub}, {made.since} to {made.until}")
        for code, rows in made.sections.items():
            _echo(code, list(rows))


def _echo(code: str, rows: list[dict[str, Any]]) -> None:
    click.echo(f"\n{code.replace('_', ' ')}")
    if not rows:
        click.echo("  Nothing to count yet.")
        return
    cells = [list(rows[0]), *([_short(value) for value in row.values()] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    for line in cells:
        click.echo("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _short(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


@report.command("what-if")
@click.option("--hours", default=USUAL_HOURS, show_default=True, help="How many more common hours a week.")
@click.option("--weekday", type=click.Choice(WEEKDAYS), help="On which day; left out, the best is found.")
@click.option("--start", type=click.DateTime(["%H:%M"]), help="From when, such as 10:00.")
@click.option("--a-day", type=float, help="How many people ask on a working day; as in the past weeks if left out.")
@click.option("--full", type=float, help="How full the agencies' diaries are besides, 0 to under 1.")
@click.option("--seeds", default=USUAL_SEEDS, show_default=True, help="How many simulations of each rota.")
@click.option("--seed", default=0, show_default=True, help="Where the simulations begin: the same gives the same.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on one line.")
def what_if_command(as_json: bool, weekday: str | None, start: Any, **numbers: Any) -> None:
    """Simulate the hub with more common hours a week, when every agency is there and the time is kept.

    The same made-up people meet both rotas, day by day, with the real search; what is told is the difference.
    """
    question = Question(
        weekday=WEEKDAYS.index(weekday) if weekday else None,
        start=quarter_of(start.time()) if start else None,
        **numbers,
    )
    found = answer(the_database(), question, now=utc_now())
    if as_json:
        click.echo(json.dumps(found))
        return
    common, supposed = found["common"], found["supposed"]
    begins, ends = (f"{wall_of(common[name]):%H:%M}" for name in ("start", "end"))
    history = "as in the past weeks" if supposed["from_history"] else "assumed"
    click.echo(f"{WEEKDAYS[common['weekday']]} {begins} to {ends}: {found['added']:g} adviser hours a week more.")
    click.echo(f"{supposed['a_day']:g} people a day ({history}), diaries {supposed['full']:.0%} full besides.")
    _echo("chance of an offer", [_flat(one) for one in found["differences"]])


def _flat(one: dict[str, Any]) -> dict[str, Any]:
    more = one["more"]
    return {
        "agencies": one["agencies"], "within": one["within"], "now": one["before"]["value"],
        "then": one["after"]["value"], "more": more["value"], "from": more["low"], "to": more["high"],
    }  # fmt: skip
