"""`frontdoor directory maps`."""

import sys
from pathlib import Path

import click

from foundation.clock import to_london, utc_now


@click.group()
def maps() -> None:
    """Which circumstances raise which needs, and which types of service meet them (docs/maps.md)."""


@maps.command("check")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def maps_check(folder: Path | None) -> None:
    """Check the maps in FOLDER, or Front Door's own. Exit 3 when something is wrong."""
    from directory.maps.command import check_maps

    sys.exit(check_maps(folder, today=to_london(utc_now()).date(), echo=click.echo))


@maps.command("show")
@click.argument("need")
def maps_show(need: str) -> None:
    """Show what raises NEED and which types of service meet it: housing, or housing/eviction_notice."""
    from directory.maps.command import show_need
    from directory.maps.reading import current_maps

    show_need(need, maps=current_maps(), echo=click.echo)
