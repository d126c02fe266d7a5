"""`frontdoor rota feed ADVISER` and `frontdoor partner key AGENCY`: secrets that are shown once."""

import click

from cli.opened import the_database
from cli.rotas import rota
from foundation.clock import utc_now
from foundation.settings import get_settings


@rota.command("feed")
@click.argument("adviser")
def rota_feed(adviser: str) -> None:
    """Make the private address of ADVISER's calendar feed (an id of the rota). The one before stops working."""
    from booking.calendars.feeds import make_feed

    secret = make_feed(the_database(), adviser)
    click.echo(f"{get_settings().own_address}/calendar/{secret}.ics")


@click.group()
def partner() -> None:
    """Partners whose own systems read their legs."""


@partner.command("key")
@click.argument("agency")
def partner_key(agency: str) -> None:
    """Make AGENCY's key for /api/fhir, and show it once. The one before stops working."""
    from casework.partners import make_key

    click.echo(make_key(the_database(), agency, now=utc_now()))


@partner.command("stop")
@click.argument("agency")
def partner_stop(agency: str) -> None:
    """Take AGENCY's key back."""
    from casework.partners import take_key

    take_key(the_database(), agency)
    click.echo(f"{agency} reads nothing any more.")
