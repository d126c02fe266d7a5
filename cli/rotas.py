"""`frontdoor rota import FILE`, `frontdoor rota export FILE` and `frontdoor openings`."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from booking.changes.files import export_rota, import_file
from booking.errors import OpeningsNotPossible
from booking.finding.finding import find_openings
from booking.openings import LegRequest, OpeningsResult
from booking.rotas.files import Format
from booking.rotas.keeping import ROLL_DAYS
from booking.visits import store
from foundation.clock import to_london, utc_now
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.references import show_reference
from foundation.settings import get_settings


def openings_json(database: Database, agencies: str, *, from_day: str, days: int, now: datetime) -> dict[str, Any]:
    """Joint openings for `agencies` ("a,b,c") as JSON values; each takes the minutes that the hub gives it.

    Raises OpeningsNotPossible: a wrong or past date, no agency or too many, one the hub does not have, too many days.
    """
    names = [name.strip() for name in agencies.split(",") if name.strip()]
    with database.reading() as db:
        usual = store.the_hub(db).agencies
    legs = [
        LegRequest(agency=name, service_id="", minutes=int(usual.get(name, {}).get("minutes", 30)), after=number)
        for number, name in enumerate(names)
    ]
    result = find_openings(database, legs, resident=None, from_day=_day(from_day, now), days=days, now=now)
    return _as_json(result)


def _day(text: str, now: datetime) -> date:
    if not text:
        return to_london(now).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise OpeningsNotPossible(f"{text!r} is not a date such as 2026-11-26.") from error


def _as_json(result: OpeningsResult) -> dict[str, Any]:
    return {
        "openings": [
            {
                "id": opening.id,
                "start": to_london(opening.start).isoformat(),
                "finish": to_london(opening.finish).isoformat(),
                "waiting_minutes": opening.waiting_minutes,
                "legs": [
                    {
                        "agency": leg.agency,
                        "start": to_london(leg.start).isoformat(),
                        "finish": to_london(leg.finish).isoformat(),
                        "room": leg.room_label,
                    }
                    for leg in opening.legs
                ],
            }
            for opening in result.openings
        ],
        "blocked_by": result.blocked_by,
    }


@click.group()
def rota() -> None:
    """Who is at the hub, and when."""


@rota.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", default="command line", show_default=True, help="Who does it, for the log of changes.")
def rota_import(file: Path, by: str) -> None:
    """Put the rota in FILE (CSV or iCalendar) in place of the one there is.

    Visits that are booked stay booked: those that the new rota has no time for are named, so that they can be moved.
    """
    settings = get_settings()
    try:
        done = import_file(Database(settings.database_url), settings.place_folder, file, by=by, now=utc_now())
    except FrontDoorError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"The rota is in: {done.rules} lines for {done.people} people, {done.shifts} shifts in the next {ROLL_DAYS} days."
    )
    for leg in done.impact.visits:
        when = to_london(leg.start)
        click.echo(
            f"Visit {show_reference(leg.reference)}, leg {leg.number} ({leg.agency}) on {when:%A %d %B %Y at %H:%M}: "
            f"its {leg.why} is not there any more."
        )
    if done.impact.holds:
        click.echo(f"{len({leg.hold for leg in done.impact.holds})} times that people were choosing are let go.")


@rota.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(["csv", "ics"]), help="By the ending of FILE when left out.")
def rota_export(file: Path, form: str | None) -> None:
    """Write the rota as it stands to FILE (- is the screen): CSV, or iCalendar for other calendars."""
    chosen: Format = "ics" if (form or file.suffix.lstrip(".").lower()) == "ics" else "csv"
    try:
        text = export_rota(Database(get_settings().database_url), chosen)
    except FrontDoorError as error:
        raise click.ClickException(str(error)) from error
    with click.open_file(str(file), "wb") as out:  # as it is: both formats settle how their lines end
        out.write(text.encode())


@click.command()
@click.option("--agencies", required=True, help="Which agencies must see the person, such as jobcentre,city_housing.")
@click.option("--from", "from_day", default="", help="The first day, such as 2026-11-26; today when left out.")
@click.option("--days", default=28, show_default=True, help="How many days to look at, 90 at most.")
@click.option("--json", "_as_json_text", is_flag=True, help="JSON on one line.")
def openings(agencies: str, from_day: str, days: int, _as_json_text: bool) -> None:
    """Times at which all the agencies can see one person in one visit."""
    try:
        found = openings_json(
            Database(get_settings().database_url), agencies, from_day=from_day, days=days, now=utc_now()
        )
    except FrontDoorError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(found, indent=None if _as_json_text else 2))
