"""`frontdoor openings`: joint times, as a resident would ask for them."""

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import click

from booking.errors import OpeningsNotPossible
from booking.finding.finding import find_openings
from booking.finding.ground import read_hub
from booking.openings import LegRequest, Opening, OpeningsResult
from booking.wishes import Wishes
from foundation.clock import to_london, utc_now
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.settings import get_settings

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
USUAL_MINUTES = 30


def openings_json(
    database: Database,
    agencies: str,
    *,
    from_day: str,
    days: int,
    now: datetime,
    wishes: Wishes | None = None,
    hub: str | None = None,
    why_not_sooner: bool = False,
) -> dict[str, Any]:
    """Joint openings for `agencies` ("a,b,c") as JSON values; each takes the minutes that the hub gives it.

    Raises OpeningsNotPossible: a wrong or past date, no agency or too many, one the hub does not have, too many days,
    wishes that contradict each other.
    """
    names = split_names(agencies)
    with database.reading() as db:
        usual = read_hub(db, hub).agencies
    legs = [
        LegRequest(
            agency=name, service_id="", minutes=int(usual.get(name, {}).get("minutes", USUAL_MINUTES)), after=number
        )
        for number, name in enumerate(names)
    ]  # fmt: skip
    found = find_openings(
        database, legs, resident=None, from_day=read_day(from_day) if from_day else to_london(now).date(), days=days,
        now=now, wishes=wishes or Wishes(), hub=hub, why_not_sooner=why_not_sooner,
    )  # fmt: skip
    return _as_json(found)


def split_names(text: str) -> list[str]:
    """The names in "a,b,c"."""
    return [name.strip() for name in text.split(",") if name.strip()]


def read_day(text: str) -> date:
    """A day such as 2026-11-26. Raises OpeningsNotPossible."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise OpeningsNotPossible(f"{text!r} is not a date such as 2026-11-26.") from error


def read_time(text: str) -> time | None:
    """A wall time such as 09:30, or none for no text. Raises OpeningsNotPossible."""
    try:
        return time.fromisoformat(text) if text else None
    except ValueError as error:
        raise OpeningsNotPossible(f"{text!r} is not a time such as 09:30.") from error


def _as_json(result: OpeningsResult) -> dict[str, Any]:
    return {
        "openings": [_opening(opening) for opening in result.openings],
        "blocked_by": result.blocked_by,
        "blockers": [{"kind": each.kind, "name": each.name, "text": each.text} for each in result.blockers],
    }


def _opening(opening: Opening) -> dict[str, Any]:
    return {
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
                "by_phone": leg.by_phone,
                "interpreter": bool(leg.interpreter),
            }
            for leg in opening.legs
        ],
    }


def _wishes(asked: dict[str, Any], agencies: Sequence[str]) -> Wishes:
    by_phone = split_names(",".join(asked["by_phone"]))
    if unknown := sorted(set(by_phone) - set(agencies)):
        raise OpeningsNotPossible(f"{unknown[0]!r} is to ring the person, but is not among the agencies.")
    return Wishes(
        not_weekdays=frozenset(WEEKDAYS.index(name) for name in asked["not_weekday"]),
        not_days=frozenset(map(read_day, asked["not_day"])),
        not_before=read_time(asked["not_before"]),
        not_after=read_time(asked["not_after"]),
        by_phone=frozenset(by_phone),
        interpreter=asked["interpreter"],
        room_features=frozenset(asked["room"]),
        together=asked["together"],
        in_order=asked["in_order"],
        min_gap=asked["min_gap"],
        max_gap=asked["max_gap"],
        max_waiting=asked["max_waiting"],
        prefer=frozenset(asked["prefer"]),
    )


@click.command()
@click.option("--agencies", required=True, help="Which agencies must see the person, such as jobcentre,city_housing.")
@click.option("--from", "from_day", default="", help="The first day, such as 2026-11-26; today when left out.")
@click.option("--days", default=28, show_default=True, help="How many days to look at, 90 at most.")
@click.option("--hub", default=None, help="Another hub than the first one, by its id.")
@click.option("--not-weekday", multiple=True, type=click.Choice(WEEKDAYS, case_sensitive=False), help="Not then.")
@click.option("--not-day", multiple=True, help="Not on this day, such as 2026-11-26.")
@click.option("--not-before", default="", help="Begin no earlier in the day, such as 09:30.")
@click.option("--not-after", default="", help="Be done by then, such as 15:00.")
@click.option("--by-phone", multiple=True, help="Agencies that ring the person, such as cvs,jobcentre.")
@click.option("--interpreter", default="", help="A language that somebody must speak in every leg, such as pl.")
@click.option("--room", multiple=True, help="What the rooms must have, such as step_free or private.")
@click.option("--together", is_flag=True, help="All the agencies at once, in one room.")
@click.option("--in-order", is_flag=True, help="In the order in which the agencies are named.")
@click.option("--min-gap", default=0, show_default=True, help="Minutes between one agency and the next, at least.")
@click.option("--max-gap", default=None, type=int, help="The same, at most.")
@click.option("--max-waiting", default=120, show_default=True, help="Minutes between agencies in all, at most.")
@click.option("--prefer", multiple=True, help="An adviser who is taken where times are equal, by id.")
@click.option("--why", is_flag=True, help="Say also why there is nothing sooner.")
@click.option("--json", "one_line", is_flag=True, help="JSON on one line.")
def openings(
    *, agencies: str, from_day: str, days: int, hub: str | None, why: bool, one_line: bool, **asked: Any
) -> None:
    """Times at which all the agencies can see one person in one visit, or what stands in the way."""
    try:
        found = openings_json(
            Database(get_settings().database_url), agencies, from_day=from_day, days=days, now=utc_now(),
            wishes=_wishes(asked, split_names(agencies)), hub=hub, why_not_sooner=why,
        )  # fmt: skip
    except FrontDoorError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(found, indent=None if one_line else 2, ensure_ascii=False))
