"""From one agency to the next, warmly: who comes next, and one line of what the person agreed that they may see."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from booking.progress import progress
from booking.progress.progress import LONGEST_LINE, Step, TellStep, progress_of
from booking.progress.states import StepNotPossible, next_leg
from casework import tables as t
from foundation.database import Database
from foundation.languages import marked


class NotAgreed(StepNotPossible):
    """The person has not agreed that the next agency sees anything: they are handed over without a note."""


def hand_over(
    database: Database, reference: str, number: int, *, line: str, now: datetime, tell: TellStep | None = None
) -> Step:
    """Leg `number` hands the person to the next agency.

    `line` is what the person agreed just now to pass on; without one the next agency is told in one line what it may
    see of the case. Raises NotAgreed for a line to an agency that may see nothing, and what
    `booking.progress.progress.hand_over` raises.
    """
    following = next_leg(progress_of(database, reference))
    agency = following.planned.agency if following is not None else ""
    with database.reading() as db:
        seen = _agreed(db, reference, agency)
    if line.strip() and seen is None:
        raise NotAgreed(marked("They have not agreed to pass anything on. Hand over without a note."))

    def told(db: sa.Connection, step: Step) -> None:
        if step.leg is None or step.leg.planned.agency != agency:
            raise StepNotPossible(marked("Somebody else comes next now. Please look again."))
        if tell is not None:
            tell(db, step)

    said = line if line.strip() else in_one_line(seen or [])
    return progress.hand_over(database, reference, number, line=said, now=now, tell=told)


def _agreed(db: sa.Connection, reference: str, agency: str) -> list[dict[str, Any]] | None:
    """What the person agreed that this agency sees, line by line; None when they did not, or took it back."""
    c = t.consent.c
    asked = (
        sa.select(c.view)
        .join(t.case_file, t.case_file.c.reference == c.case_reference)
        .where(t.case_file.c.visit_reference == reference, c.agency == agency, c.given, c.withdrawn_at.is_(None))
    )
    return db.scalar(asked)


def in_one_line(view: list[dict[str, Any]]) -> str:
    """A consented view as one line: the needs, then the rest, as many as go in; not how to reach them."""
    lines = [line for line in view if line["part"] != "contact"]
    order = sorted(lines, key=lambda line: not line["part"].startswith("need:"))
    said = ""
    for line in order:
        part = line["value"] if line["part"].startswith("need:") else f"{line['label']}: {line['value']}"
        longer = f"{said}; {part}" if said else part
        if len(longer) <= LONGEST_LINE:
            said = longer
    return said
