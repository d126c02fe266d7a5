"""Where assessments are kept, one a conversation."""

from datetime import datetime

import sqlalchemy as sa

from casework import tables as t
from casework.assessment import Assessment
from foundation.database import Database


def load_assessment(database: Database, conversation_id: str) -> Assessment:
    """The conversation's assessment, or a new empty one."""
    query = sa.select(t.assessment.c.document).where(t.assessment.c.conversation_id == conversation_id)
    with database.reading() as db:
        document = db.execute(query).scalar_one_or_none()
    return Assessment() if document is None else Assessment.from_json(document)


def save_assessment(database: Database, conversation_id: str, assessment: Assessment, *, now: datetime) -> None:
    """Keep the assessment as it now is."""
    values = {"document": assessment.as_json(), "last_at": now}
    with database.writing() as db:
        changed = db.execute(
            t.assessment.update().where(t.assessment.c.conversation_id == conversation_id).values(**values)
        )
        if changed.rowcount == 0:
            db.execute(t.assessment.insert().values(conversation_id=conversation_id, **values))
