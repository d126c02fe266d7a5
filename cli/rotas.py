"""`frontdoor rota import FILE` and `frontdoor rota export FILE`."""

from pathlib import Path

import click

from booking.changes.files import export_rota, import_file
from booking.rotas.files import Format
from booking.rotas.keeping import ROLL_DAYS
from foundation.clock import to_london, utc_now
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.references import show_reference
from foundation.settings import get_settings


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
    click.echo(f"The rota is in: {done.rules} lines for {done.people} people.")
    click.echo(f"They make {done.shifts} shifts in the next {ROLL_DAYS} days.")
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
