"""`frontdoor directory propose`."""

import click

from cli.opened import the_database
from foundation.clock import utc_now


@click.command()
def propose() -> None:
    """Read the free text of feeds about whom services are for into rules, for their owners to confirm at the desk."""
    from directory.keeping.proposing import propose_rules

    done = propose_rules(the_database(), now=utc_now())
    click.echo(
        f"{done.wordings} services say in words alone whom they are for: {done.new} new proposals wait at the desk, "
        f"{done.known} waited or were settled before, {done.without_rules} say nothing that we ask about."
    )
