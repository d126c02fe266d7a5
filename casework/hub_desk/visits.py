"""What a hub manager sees and does of one visit. Of its case they see only what happened to the visit itself."""

from typing import Any

import sqlalchemy as sa

from casework import tables as t
from foundation.database import Database

# What is about the visit. Notes, letters and calls are between the person and their named contact.
ABOUT_VISITS = ("visit", "arrived", "hub", "disruption", "progress")


def history_of(database: Database, reference: str) -> list[dict[str, Any]]:
    """What has happened to a visit (`at`, `who`, `text`), the newest first."""
    event, case = t.case_event.c, t.case_file.c
    query = (
        sa.select(event.at, event.who, event.text)
        .join(t.case_file, case.reference == event.case_reference)
        .where((case.visit_reference == reference) & event.kind.in_(ABOUT_VISITS))
        .order_by(event.id.desc())
    )
    with database.reading() as db:
        return [dict(row) for row in db.execute(query).mappings()]
