"""The history of services on real databases: every change is kept, seen, and made from what was last."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from directory.keeping.tables import directory_change, service
from directory.keeping.versions import ChangedMeanwhile, history, record_version
from foundation.database import Database
from tests.conftest import rows
from tests.unit.directory_fixtures import made

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def change(database: Database, document: dict[str, Any], *, minutes: int = 0, **more: Any) -> int:
    told: dict[str, Any] = {"by": "jo", "why": "edited", **more}
    with database.writing() as db:
        return record_version(db, document["id"], document, now=NOW + timedelta(minutes=minutes), **told)


def test_a_service_is_made_changed_removed_and_returns_and_all_of_it_is_kept(database: Database) -> None:
    first = made("a")
    assert change(database, first) == 1
    assert change(database, first | {"name": "Better", "assured_date": "2026-11-01T09:00:00Z"}, minutes=1) == 2
    assert change(database, first, minutes=2, by=None, why="removed", removed=True) == 3
    (row,) = rows(database, service)
    assert (row["version"], row["name"], row["removed_at"]) == (3, "A", NOW + timedelta(minutes=2))
    assert (row["source"], row["feed_document"]) == ("desk", None)
    assert change(database, first, minutes=3, why="returned") == 4
    (row,) = rows(database, service)
    assert (row["removed_at"], row["assured_date"]) == (None, None)
    with database.reading() as db:
        told = [(v.number, v.why, v.by, v.removed, v.document["name"], v.at) for v in history(db, "a")]
        assert history(db, "b") == []
    assert told == [
        (4, "returned", "jo", False, "A", NOW + timedelta(minutes=3)),
        (3, "removed", None, True, "A", NOW + timedelta(minutes=2)),
        (2, "edited", "jo", False, "Better", NOW + timedelta(minutes=1)),
        (1, "edited", "jo", False, "A", NOW),
    ]


def test_the_columns_follow_the_document(database: Database) -> None:
    change(database, made("a"))
    organisation = {"id": "o2", "name": "Other"}
    change(database, made("a") | {"organization": organisation, "status": "inactive", "assured_date": "2026-01-02"})
    (row,) = rows(database, service)
    told = [row[key] for key in ("organisation", "organisation_id", "status", "assured_date")]
    assert told == ["Other", "o2", "inactive", "2026-01-02"]


def test_a_change_that_was_made_from_an_older_state_is_refused(database: Database) -> None:
    change(database, made("a"))
    change(database, made("a") | {"name": "Mine"}, expected=1)
    with pytest.raises(ChangedMeanwhile):
        change(database, made("a") | {"name": "Yours"}, expected=1)
    assert [row["name"] for row in rows(database, service)] == ["Mine"]


def test_of_many_who_change_one_state_at_once_one_wins_and_each_change_is_counted(database: Database) -> None:
    change(database, made("a"))
    outcomes: list[str] = []

    def edit(number: int) -> None:
        try:
            change(database, made("a") | {"name": f"By {number}"}, expected=1)
            outcomes.append("won")
        except ChangedMeanwhile:
            outcomes.append("late")
        change(database, made(f"b{number}"))

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["late"] * 5 + ["won"]
    with database.reading() as db:
        assert db.execute(sa.select(directory_change.c.number)).scalar_one() == 8
        assert len(db.execute(sa.select(service.c.change).distinct()).all()) == 7
