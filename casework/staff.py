"""People at a desk: local accounts, their roles, and who can take another case."""

from dataclasses import dataclass

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from casework import tables as t
from foundation.database import Database
from foundation.errors import FrontDoorError

ROLES = ("named_contact", "adviser", "directory_editor", "directory_manager", "hub_manager")
MIN_PASSWORD = 12
_hasher = PasswordHasher()
# Checked when there is no such account, so that a wrong name takes as long as a wrong password.
_NOBODY = _hasher.hash("nobody signs in with this")


class StaffError(FrontDoorError):
    """An account cannot be made as asked. The text says why."""


class SignInRefused(FrontDoorError):
    """The name or the password is not right; which of them is not said."""


@dataclass(frozen=True)
class Staff:
    """One person at a desk. An adviser sees the legs of their `agency`; a named contact sees their cases.

    A directory editor keeps the services of their organisation true; a directory manager sees every list about them.
    A hub manager keeps the rota and runs the day at the hub.
    """

    username: str
    name: str
    title: str
    role: str
    agency: str | None = None
    caseload_limit: int = 25
    deputy: str | None = None
    organisation_id: str | None = None


def _from(row: sa.Row[tuple[object, ...]]) -> Staff:
    return Staff(**{name: getattr(row, name) for name in Staff.__dataclass_fields__})


def add_staff(database: Database, person: Staff, *, password: str | None) -> None:
    """Make an account, or bring an existing one up to date (its password stays when `password` is None).

    Raises StaffError for an unknown role, an adviser without an agency, a directory editor without an organisation or
    a short password.
    """
    _check_role(person)
    if password is not None and len(password) < MIN_PASSWORD:
        raise StaffError(f"The password is too short. Use at least {MIN_PASSWORD} characters.")
    values = {
        "name": person.name,
        "title": person.title,
        "role": person.role,
        "agency": person.agency,
        "caseload_limit": person.caseload_limit,
        "deputy": person.deputy,
        "organisation_id": person.organisation_id,
        "active": True,
    }
    if password is not None:
        values["password_hash"] = _hasher.hash(password)
    with database.writing() as db:
        changed = db.execute(t.staff.update().where(t.staff.c.username == person.username).values(**values))
        if changed.rowcount == 0:
            db.execute(t.staff.insert().values(username=person.username, **values))


def _check_role(person: Staff) -> None:
    if person.role not in ROLES:
        raise StaffError(f"{person.role} is not a role. Use one of: {', '.join(ROLES)}.")
    if person.role == "adviser" and not person.agency:
        raise StaffError("An adviser needs an agency.")
    if person.role == "directory_editor" and not person.organisation_id:
        raise StaffError("A directory editor needs the id of their organisation, as its services have it.")


def sign_in(database: Database, username: str, password: str) -> Staff:
    """The person, if name and password are theirs. Raises SignInRefused."""
    query = sa.select(t.staff).where(t.staff.c.username == username.strip().lower(), t.staff.c.active)
    with database.reading() as db:
        row = db.execute(query).one_or_none()
    stored = row.password_hash if row is not None and row.password_hash else _NOBODY
    try:
        _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError) as error:
        raise SignInRefused("That name or password is not right.") from error
    if row is None or not row.password_hash:
        raise SignInRefused("That name or password is not right.")
    return _from(row)


def load_staff(database: Database, username: str) -> Staff | None:
    """An active person by user name."""
    with database.reading() as db:
        row = db.execute(sa.select(t.staff).where(t.staff.c.username == username, t.staff.c.active)).one_or_none()
    return None if row is None else _from(row)


def staff_names(database: Database) -> dict[str, str]:
    """What everybody who has or had an account is called, by user name."""
    with database.reading() as db:
        return {row.username: row.name for row in db.execute(sa.select(t.staff.c.username, t.staff.c.name))}


def choose_named_contact(db: sa.Connection) -> Staff | None:
    """The named contact with most room left in their caseload; when all are full, the one least over it.

    None only where the place has no named contact at all.
    """
    open_cases = (
        sa.select(sa.func.count())
        .where(t.case_file.c.named_contact == t.staff.c.username, t.case_file.c.state == "open")
        .scalar_subquery()
    )
    query = (
        sa.select(t.staff)
        .where(t.staff.c.role == "named_contact", t.staff.c.active)
        .order_by((t.staff.c.caseload_limit - open_cases).desc(), t.staff.c.username)
        .limit(1)
    )
    row = db.execute(query).one_or_none()
    return None if row is None else _from(row)
