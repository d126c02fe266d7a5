"""`frontdoor directory maps`: check the maps after an edit, and show what they say of a need."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from directory.maps.model import Maps
from directory.maps.reading import HERE, MapsBroken, read_maps
from directory.maps.terms import need_of, need_term
from foundation.errors import FrontDoorError
from foundation.needs import NEEDS

Echo = Callable[[str], None]
OLD_AFTER_DAYS = 365


class NoSuchNeed(FrontDoorError):
    """The maps are asked about a need that there is not."""


def check_maps(folder: Path | None, *, today: date, echo: Echo) -> int:
    """Read the maps in `folder` (by default our own) as strictly as Front Door does. 0 when all is well, else 3."""
    try:
        maps = read_maps(folder or HERE)
    except MapsBroken as broken:
        for problem in broken.problems:
            echo(problem)
        echo(f"{len(broken.problems)} problems: the maps cannot be used.")
        return 3
    without = [need for need in NEEDS if not maps.service_types_of(need)]
    for need in without:
        echo(f"No type of service meets {need}.")
    if (today - maps.created).days > OLD_AFTER_DAYS:
        echo(f"The maps are from {maps.created}: more than a year old. Look through them, and set a new date.")
    echo(f"Version {maps.version}: {len(maps.terms)} terms, {len(maps.raised)} needs that are raised, "
         f"{len(maps.met)} needs that are met.")  # fmt: skip
    return 3 if without else 0


def show_need(written: str, *, maps: Maps, echo: Echo) -> None:
    """What raises a need and what types of service meet it, narrower ones included. Raises NoSuchNeed."""
    named = need_of(written if ":" in written else need_term(*written.split("/", maxsplit=1)))
    if named is None or named[0] not in NEEDS:
        raise NoSuchNeed(f"There is no need called {written!r}. There are: {', '.join(NEEDS)}.")
    for row in maps.raised:
        if row.need == named[0]:
            given = f", when {' and '.join(sorted(row.given))} was said" if row.given else ""
            echo(f"raised by {', '.join(sorted(row.circumstances))}{given}")
    for curie in sorted(maps.service_types_of(*named), key=lambda curie: maps.terms[curie].label):
        echo(f"met by {curie}  {maps.terms[curie].label}")
