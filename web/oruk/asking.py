"""The parameters that lists take, in the standard's words, with what to send where one is wrong."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError

from web.oruk.entries import DAYS, minutes
from web.oruk.filters import Asked, CannotAsk

MOST_ON_A_PAGE, USUAL_ON_A_PAGE = 100, 50
LONGEST = 200
NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEND = {
    "page": "Send page as a whole number, 1 or more.",
    "per_page": f"Send per_page as a whole number from 1 to {MOST_ON_A_PAGE}.",
    "minimum_age": "Send minimum_age as a number of years from 0 to 150.",
    "maximum_age": "Send maximum_age as a number of years from 0 to 150.",
    "start_time": "Send start_time as a time such as 09:30.",
    "end_time": "Send end_time as a time such as 17:00.",
    "day": f"Send day as one of {', '.join(DAYS)}.",
    "modified_after": "Send modified_after as an instant such as 2026-11-22T09:00:00Z.",
    "proximity": "Send proximity as a number of metres from 0 to 2000000.",
}


# What the OpenAPI document says; we read more than that, such as `Monday`, `9:30` and a day without a time.
_TIME: dict[str, Any] = {"pattern": r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"}
Text = str | None
Age = float | None


async def paging(
    page: Annotated[int, Query(ge=1, le=1_000_000, description="The number of the page, from 1.")] = 1,
    per_page: Annotated[int, Query(ge=1, le=MOST_ON_A_PAGE, description="How many on a page.")] = USUAL_ON_A_PAGE,
) -> tuple[int, int]:
    """The page that is asked for, and how many are on one."""
    return page, per_page


async def filters(
    search: Annotated[Text, Query(max_length=LONGEST, description="Words that all have to be in its text.")] = None,
    taxonomy_term_id: Annotated[Text, Query(description="Services with this term, or a narrower one.")] = None,
    taxonomy_id: Annotated[Text, Query(description="Services with any term of this taxonomy.")] = None,
    minimum_age: Annotated[Age, Query(ge=0, le=150, description="Its minimum age is this or higher.")] = None,
    maximum_age: Annotated[Age, Query(ge=0, le=150, description="Its maximum age is this or lower.")] = None,
    start_time: Annotated[
        Text, Query(description="It opens at this time or later, such as 09:30.", json_schema_extra=_TIME)
    ] = None,
    end_time: Annotated[
        Text, Query(description="It closes at this time or earlier, such as 17:00.", json_schema_extra=_TIME)
    ] = None,
    day: Annotated[Text, Query(description="It is open on this day.", json_schema_extra={"enum": list(DAYS)})] = None,
    modified_after: Annotated[
        Text,
        Query(
            description="It changed here at this instant or later. Those that are gone come as defunct.",
            json_schema_extra={"format": "date-time"},
        ),
    ] = None,
) -> Asked:
    """What /services is asked for. Raises CannotAsk."""
    return Asked(
        search=search,
        taxonomy_term_id=taxonomy_term_id,
        taxonomy_id=taxonomy_id,
        minimum_age=minimum_age,
        maximum_age=maximum_age,
        start_time=_clock("start_time", start_time),
        end_time=_clock("end_time", end_time),
        day=_day(day),
        modified_after=_instant(modified_after),
    )


Paging = Annotated[tuple[int, int], Depends(paging)]
Filters = Annotated[Asked, Depends(filters)]
Postcode = Annotated[Text, Query(max_length=20, description="It serves people at this postcode.")]
Metres = Annotated[
    float | None, Query(ge=0, le=2_000_000, description="It is this near to the postcode, in metres; nearest first.")
]


def _clock(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    at = minutes(text)
    if at is None:
        raise CannotAsk(SEND[name])
    return at


def _day(text: str | None) -> str | None:
    if text is None:
        return None
    told = text.strip()
    if told.upper() in DAYS:
        return told.upper()
    if told.casefold() in NAMES:
        return DAYS[NAMES.index(told.casefold())]
    raise CannotAsk(SEND["day"])


def _instant(text: str | None) -> datetime | None:
    """An instant, or the beginning of a day; UTC without a zone. A plus may have become a space on the way."""
    if text is None:
        return None
    try:
        told = text.strip().replace(" ", "T" if len(text.strip()) == 19 else "+")
        at = datetime.combine(date.fromisoformat(told), time()) if len(told) == 10 else datetime.fromisoformat(told)
    except ValueError as error:
        raise CannotAsk(SEND["modified_after"]) from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def what_to_send(error: RequestValidationError) -> str:
    """The sentences for parameters that FastAPI refused."""
    problems: Sequence[Any] = error.errors()
    names = dict.fromkeys(str(problem["loc"][-1]) for problem in problems)
    return " ".join(SEND.get(name, f"Send {name} as a shorter text.") for name in names)
