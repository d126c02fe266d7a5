"""Openings as data for a page, an API or a text."""

from collections.abc import Sequence
from typing import Any

from booking.openings import Opening
from casework.work import words
from directory.labels import agency_label


def describe(opening: Opening, *, soonest: bool = False) -> dict[str, Any]:
    """An opening as data for a page: times ISO 8601, agencies by the name that people use."""
    return {
        "id": opening.id,
        "start": opening.start.isoformat(),
        "finish": opening.finish.isoformat(),
        "waiting_minutes": opening.waiting_minutes,
        "tag": words("openings.soonest") if soonest else None,
        "rest": [],  # agencies that ring instead, where this is not all of them
        "legs": [
            {
                "start": leg.start.isoformat(),
                "finish": leg.finish.isoformat(),
                "agency": leg.agency,
                "label": leg_label(leg.agency, by_phone=leg.by_phone),
                "by_phone": leg.by_phone,
                "minutes": int((leg.finish - leg.start).total_seconds() // 60),
            }
            for leg in opening.legs
        ],
    }


def leg_label(agency: str, *, by_phone: bool) -> str:
    """The agency as people call it, and that it is a call where it is one."""
    label = agency_label(agency)
    return words("openings.by_phone", agency=label) if by_phone else label


def agencies_named(agencies: Sequence[str]) -> str:
    """`Jobcentre and Citizens Advice`."""
    return words("suiting.and").join(agency_label(agency) for agency in agencies)
