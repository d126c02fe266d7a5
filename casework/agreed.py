"""What an agency may know of the people whom it sees: what they agreed to, and here no more than a first name."""

from collections.abc import Iterable

import sqlalchemy as sa

from casework import tables as t


def first_names(db: sa.Connection, references: Iterable[str], agency: str) -> dict[str, str]:
    """The first name of each visit's person, by the visit's reference, where they let `agency` see who they are."""
    c, f = t.consent.c, t.case_file.c
    query = (
        sa.select(f.visit_reference, f.contact, c.parts)
        .join(t.consent, c.case_reference == f.reference)
        .where(f.visit_reference.in_(set(references)), c.agency == agency, c.given, c.withdrawn_at.is_(None))
    )
    agreed = [row for row in db.execute(query) if "contact" in row.parts]
    names = {str(row.visit_reference): str(row.contact.get("name", "")).split() for row in agreed}
    return {reference: parts[0] for reference, parts in names.items() if parts}
