"""`frontdoor directory gaps`: what people looked for in vain."""

from datetime import datetime, timedelta

import click

from cli.opened import the_database
from directory.keeping.gaps import FEWEST_TOLD, NO_WORDS, NONE_FITS, NONE_HERE, SEARCH, Gap, gap_rows
from directory.labels import need_label
from foundation.clock import to_london, utc_now

WHY = {
    NONE_HERE: "nobody offers it there",
    NONE_FITS: "what there is was for other people or places",
    NO_WORDS: "no service has these words",
}
DAYS = 28


@click.command()
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), default=None, help="The first day; 28 days ago if left out."
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), default=None, help="The last day; today if left out.")
def gaps(since: datetime | None, until: datetime | None) -> None:
    """List the needs and searches that found nothing, the most frequent first. Small numbers are not told."""
    last = until.date() if until else to_london(utc_now()).date()
    first = since.date() if since else last - timedelta(days=DAYS)
    database = the_database()
    with database.reading() as db:
        rows = gap_rows(db, since=first, until=last)
    for row in rows:
        count = str(row.count) if row.count is not None else f"<{FEWEST_TOLD}"
        click.echo(f"{count:>6}  {_what(row.gap):<40}  {row.gap.area or 'area not told':<13}  {WHY[row.gap.why]}")
    click.echo(f"{len(rows)} kinds of gap from {first} to {last}.")
    database.close()


def _what(gap: Gap) -> str:
    if gap.need != SEARCH:
        return need_label(gap.need)
    return f"A search for “{need_label(gap.detail)}”" if gap.detail else "A search"
