"""`frontdoor directory`: services in and out, checks, what is stale, maps, proposed rules, gaps."""

import sys
from pathlib import Path

import click

from cli.gaps import gaps
from cli.maps import maps
from cli.opened import the_database
from cli.proposals import propose
from foundation.clock import utc_now


@click.group()
def directory() -> None:
    """The service directory."""


@directory.command("import")
@click.argument("source")
@click.option("--let-go", is_flag=True, help="Remove what SOURCE no longer has even if that is most of its services.")
def directory_import(source: str, *, let_go: bool) -> None:
    """Import SOURCE: a file, a folder, a zip or an address, in Open Referral UK 3.0, 1.0, or HSDS tables (CSV).

    Exit 3 when some were set aside or SOURCE ended in the middle, 1 when nothing could be read. docs/directory.md says
    what each line means.
    """
    from directory.command import import_source

    sys.exit(import_source(the_database(), source, now=utc_now(), echo=click.echo, let_go=let_go))


@directory.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--public/--whole", default=True, show_default=True, help="What anybody may see, or a backup of all.")
@click.option("--csv", "as_csv", is_flag=True, help="HSDS tables in place of JSON; always what anybody may see.")
def directory_export(folder: Path, public: bool, as_csv: bool) -> None:
    """Write the services to FOLDER as Open Referral UK 3.0: a JSON file each, or tables."""
    from directory.exporting import export_csv, export_json

    if as_csv and not public:
        raise click.UsageError("Tables hold only what anybody may see. Leave out --csv for a backup.")
    if as_csv:
        export_csv(the_database(), folder, echo=click.echo)
    else:
        export_json(the_database(), folder, public=public, echo=click.echo)


@directory.command("check")
def directory_check() -> None:
    """Look for services that break a rule of the format or contradict themselves."""
    from directory.command import check_all

    sys.exit(check_all(the_database(), now=utc_now(), echo=click.echo))


@directory.command("stale")
def directory_stale() -> None:
    """List services that nobody has checked for 90 days or more."""
    from directory.command import list_stale

    sys.exit(list_stale(the_database(), now=utc_now(), echo=click.echo))


directory.add_command(maps)
directory.add_command(propose)
directory.add_command(gaps)
