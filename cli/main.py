"""`frontdoor`: every command, each with --help."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from cli.bench import NAMES
from cli.directories import directory
from cli.feeds import partner
from cli.opened import the_database
from cli.openings import openings
from cli.reports import report
from cli.rotas import rota
from foundation.clock import utc_now
from foundation.errors import FrontDoorError
from foundation.settings import get_settings

# As casework.staff.ROLES, which takes too long to load for a command that signs nobody in; a test compares the two.
STAFF_ROLES = ("named_contact", "adviser", "directory_editor", "directory_manager", "hub_manager")


class PlainErrors(click.Group):
    """Shows our own errors as one sentence, without a stack trace."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except FrontDoorError as error:
            raise click.ClickException(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(
                "The database does not answer, or has no tables yet. Start Front Door once with `make run`, "
                "or bring the tables up to date with `.venv/bin/alembic upgrade head`."
            ) from error


@click.group(cls=PlainErrors)
def main() -> None:
    """Front Door: one-stop triage for public services."""


@main.command()
@click.option("--base", default=None, help="Address of the running system; by default this machine's.")
def chat(base: str | None) -> None:
    """Have a conversation in the terminal, against the running system."""
    from cli.chat import converse

    converse(base or f"http://127.0.0.1:{get_settings().web_port}")


@main.command()
def understand() -> None:
    """Read {"id","text"} lines, write what is understood in each. Exit 3 when a line was malformed."""
    from understanding.command import run

    sys.exit(run(sys.stdin, sys.stdout, sys.stderr))


@main.command()
def match() -> None:
    """Read {"id","needs","circumstances","postcode"} lines, write the services that match.

    Besides, a line may have "details" (need: the finer detail that was said). Every service that meets one of the
    needs is written, with the reasons why it fits, why it does not, or what would settle it. Where more than 60
    services of the directory meet a need, it is the best 20 that fit or may fit, the best for carers, veterans and so
    on, and the nearest 5 that do not fit. Exit 3 when a line was malformed.
    """
    from directory.deciding.match_lines import match_line
    from directory.keeping.services import current_services
    from foundation.memory import settle

    services = current_services(the_database())
    settle()
    sys.exit(_lines(lambda asked: match_line(services, asked, now=utc_now())))


def _lines(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    status = 0
    for number, line in enumerate(_filled(sys.stdin), start=1):
        try:
            asked = json.loads(line)
            if not isinstance(asked, dict):
                raise ValueError("not an object")
            click.echo(json.dumps(answer(asked), ensure_ascii=False))
        except (ValueError, FrontDoorError) as error:
            click.echo(f"Line {number}: {error}", err=True)
            status = 3
    return status


def _filled(lines: Iterable[str]) -> Iterable[str]:
    return (line for line in lines if line.strip())


@main.group()
def staff() -> None:
    """People at the desk."""


@staff.command("add")
@click.argument("username")
@click.option("--name", required=True, help="The name that residents and colleagues see.")
@click.option("--role", type=click.Choice(STAFF_ROLES), required=True)
@click.option("--title", default="", help="What they are, in plain words.")
@click.option("--agency", default=None, help="An adviser's agency, such as city_housing.")
@click.option("--organisation", default=None, help="Whose services a directory editor keeps: its id in their records.")
@click.option("--deputy", default=None, help="The user name of a named contact's deputy.")
@click.option("--caseload", default=25, show_default=True, help="How many open cases a named contact can have.")
@click.password_option(help="At least 12 characters; asked for when it is not given.")
def staff_add(
    username: str,
    name: str,
    role: str,
    title: str,
    agency: str | None,
    organisation: str | None,
    deputy: str | None,
    caseload: int,
    password: str,
) -> None:
    """Make an account, or bring one up to date."""
    from casework.staff import Staff, add_staff

    person = Staff(username.strip().lower(), name, title, role, agency, caseload, deputy, organisation)
    add_staff(the_database(), person, password=password)
    click.echo(f"{person.username} can now sign in at /desk.")


@main.group()
def demo() -> None:
    """The demonstration."""


@demo.command("load")
def demo_load() -> None:
    """Load this place's services, hub, rota and invented staff. Safe to run at every start."""
    from cli.demonstration import load

    for line in load(the_database(), get_settings(), now=utc_now()):
        click.echo(line)


main.add_command(directory)
main.add_command(rota)
main.add_command(openings)
main.add_command(report)
main.add_command(partner)


@main.command()
def retain() -> None:
    """Delete what has outlived its retention period."""
    from casework.retention import retain as apply

    settings = get_settings()
    gone = apply(
        the_database(),
        now=utc_now(),
        keep_days=settings.keep_days,
        keep_case_days=settings.keep_case_days,
        tracker=settings.trackers,
    )
    click.echo(f"Deleted {gone.conversations} conversations and {gone.cases} cases.")


@main.command()
@click.argument("reference")
def erase(reference: str) -> None:
    """Delete everything that is kept about the person behind REFERENCE (a case or a visit)."""
    from casework.retention import erase as remove

    remove(the_database(), reference, tracker=get_settings().trackers, now=utc_now())
    click.echo("Everything about this person is deleted.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write a consistent copy of the embedded database to FILE while the system runs."""
    from cli.copies import back_up

    back_up(the_database(), file)
    click.echo(f"Backed up to {file}.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(file: Path) -> None:
    """Put the copy in FILE in place of the embedded database. Stop the system first."""
    from cli.copies import bring_back

    bring_back(the_database(), file)
    click.echo("Restored.")


@main.command()
@click.argument("figures", nargs=-1, type=click.Choice(NAMES))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def bench(figures: tuple[str, ...], as_json: bool) -> None:
    """Measure, each figure beside its reference in the same run."""
    from cli.bench import run

    run(figures, as_json=as_json, echo=click.echo)


if __name__ == "__main__":
    main()
