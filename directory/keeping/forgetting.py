"""What was told about services, and asked of their owners, goes once it is settled and has been kept long enough."""

from datetime import datetime

import sqlalchemy as sa

from directory.keeping.reviews import GOOD_FOR
from directory.keeping.tables import evidence, review


def forget_settled(db: sa.Connection, *, before: datetime, now: datetime) -> None:
    """Delete evidence that was settled before then, and requests that were answered, or whose link was over, before.

    What nobody has settled stays. So does a request of the last 30 days: while it is there, nobody is asked again.
    """
    db.execute(evidence.delete().where(evidence.c.settled_at < before))
    over = sa.func.coalesce(review.c.answered_at, review.c.until) < before
    db.execute(review.delete().where(over, review.c.asked_at <= now - GOOD_FOR))
