"""What the addresses and forms of the hub's desk ask for: days, numbers, short texts."""

from datetime import date

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request

from casework.hub_desk.errors import VisitUnknown
from foundation.clock import to_london, utc_now
from foundation.plain_text import clean
from foundation.references import NotAReference, read_reference
from web.typed import read_day

# Beyond these a day is a slip of the keyboard, and some would be no date at all once a week is added.
FIRST_YEAR, LAST_YEAR = 2000, 2200


def today() -> date:
    """The present day in London."""
    return to_london(utc_now()).date()


def day_asked(query: QueryParams) -> date:
    """`?day=2026-11-24`; today for anything else."""
    found = read_day(query.get("day", "")[:10])
    return found if found is not None and FIRST_YEAR <= found.year <= LAST_YEAR else today()


def text(form: FormData, name: str, *, longest: int = 200) -> str:
    """One line, without spaces at its ends."""
    return " ".join(clean(str(form.get(name) or "")).split())[:longest]


def number(form: FormData, name: str) -> int | None:
    """A whole number from 0 to 9999; None for anything else."""
    typed = text(form, name)
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else None


def reference_in(request: Request) -> str:
    """The reference in the page's address. Raises VisitUnknown."""
    return reference_of(request.path_params["reference"])


def reference_of(typed: str) -> str:
    """A reference as somebody typed it. Raises VisitUnknown."""
    try:
        return read_reference(typed)
    except NotAReference as error:
        raise VisitUnknown(str(error)) from error
