"""What the API shows, ready in memory, and brought up to date when a service changes.

A list of 10,000 services is answered from here without touching their documents; one service whole is read from the
database. `directory_change` counts every change in order, so that only what changed since is read again.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from typing import Any

import sqlalchemy as sa

from directory.keeping.tables import directory_change, service
from directory.publishing import public_document
from foundation.database import Database
from web.oruk.entries import At, Entry, as_json, entry_of, whole_of

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_ROWS = sa.select(service.c.id, service.c.document, service.c.removed_at, service.c.changed_at, service.c.change)


@dataclass(frozen=True)
class Listed:
    """Something that a list shows: its short form, the services of an organisation, the taxonomy of a term."""

    id: str
    name: str
    listed: bytes
    entries: tuple[Entry, ...] = ()
    within: str = ""


@dataclass(frozen=True)
class Snapshot:
    """All that is public after change `number`. Everything is in the order in which pages show it."""

    number: int = -1
    modified: datetime = NEVER
    by_key: dict[str, Entry | None] = field(default_factory=dict)
    services: tuple[Entry, ...] = ()
    gone: tuple[Entry, ...] = ()
    by_id: dict[str, Entry] = field(default_factory=dict)
    places: dict[str, tuple[Entry, At]] = field(default_factory=dict)
    everywhere: tuple[tuple[Entry, At], ...] = ()
    organizations: dict[str, Listed] = field(default_factory=dict)
    taxonomies: dict[str, Listed] = field(default_factory=dict)
    terms: dict[str, Listed] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)

    @cached_property
    def by_stem(self) -> dict[str, list[Entry]]:
        """The services that have a word, by the word without its ending; made when somebody first searches."""
        found: dict[str, list[Entry]] = {}
        for entry in self.services:
            for stem in entry.stems:
                found.setdefault(stem, []).append(entry)
        return found


class Catalogue:
    """The public services of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._now = Snapshot()
        self._turn = Lock()

    def current(self) -> Snapshot:
        """What is public now. While one request brings it up to date, the others get what was there before."""
        with self._database.reading() as db:
            number = db.execute(sa.select(directory_change.c.number)).scalar_one_or_none() or 0
        if number == self._now.number:
            return self._now
        if not self._turn.acquire(blocking=self._now.number < 0):
            return self._now
        try:
            if self._now.number < number:
                self._now = self._after(self._now, number)
        finally:
            self._turn.release()
        return self._now

    def whole(self, entry: Entry) -> dict[str, Any] | None:
        """The service with everything in it, read now; None when it has become private or gone meanwhile."""
        with self._database.reading() as db:
            row = db.execute(_ROWS.where(service.c.id == entry.key)).one_or_none()
        public = public_document(row.document) if row is not None and row.removed_at is None else None
        return whole_of(public, key=entry.key, modified=row.changed_at) if row is not None and public else None

    def _after(self, before: Snapshot, number: int) -> Snapshot:
        by_key, modified = dict(before.by_key), before.modified
        with self._database.reading() as db:
            for row in db.execute(_ROWS.where(service.c.change > before.number)).yield_per(500):
                by_key[row.id] = entry_of(
                    row.document, key=row.id, modified=row.changed_at, gone=row.removed_at is not None
                )
                number, modified = max(number, row.change), max(modified, row.changed_at)
        return arranged(by_key, number, modified)


def arranged(by_key: dict[str, Entry | None], number: int, modified: datetime) -> Snapshot:
    """The snapshot of these services, by their keys; None for one that is private."""
    entries = [entry for entry in by_key.values() if entry is not None]
    entries.sort(key=lambda entry: (entry.name.casefold(), entry.id))
    shown = tuple(entry for entry in entries if not entry.gone)
    written = {term: text for entry in shown for term, text in entry.terms}
    everywhere = tuple((entry, at) for entry in shown for at in entry.places)
    terms = {term: json.loads(text) for term, text in written.items()}
    return Snapshot(
        number=number,
        modified=modified,
        by_key=by_key,
        services=shown,
        gone=tuple(entry for entry in entries if entry.gone),
        by_id={entry.id: entry for entry in reversed(entries)},
        places={at.id: (entry, at) for entry, at in everywhere},
        everywhere=everywhere,
        organizations=_organizations(shown),
        taxonomies=_by_name(_taxonomies(terms.values())),
        terms=_by_name(
            Listed(key, term["name"], written[key], within=term.get("taxonomy_id", "")) for key, term in terms.items()
        ),
        parents={key: term["parent_id"] for key, term in terms.items() if "parent_id" in term},
    )


def _organizations(shown: Iterable[Entry]) -> dict[str, Listed]:
    """Each organisation as the record that changed last describes it."""
    services: dict[str, list[Entry]] = {}
    for entry in shown:
        if entry.organization:
            services.setdefault(entry.organization[0], []).append(entry)
    newest = {key: max(several, key=lambda entry: entry.modified).organization for key, several in services.items()}
    return _by_name(
        Listed(told[0], told[1], told[2], tuple(services[key])) for key, told in newest.items() if told is not None
    )


def _taxonomies(terms: Iterable[dict[str, Any]]) -> Iterable[Listed]:
    named = {term["taxonomy_id"]: str(term.get("taxonomy") or "") for term in terms if "taxonomy_id" in term}
    for key, name in named.items():
        about = f"The terms of {name or 'this list'} that services here are given."
        yield Listed(key, name, as_json({"id": key, "name": name, "description": about}))


def _by_name(several: Iterable[Listed]) -> dict[str, Listed]:
    return {one.id: one for one in sorted(several, key=lambda one: (one.name.casefold(), one.id))}
