"""The daily retention of the directory's own rows: what is settled goes in its time, and what waits stays."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from casework.retention import retain
from directory.keeping import evidence, reviews
from directory.keeping.keepers import Keeper
from directory.keeping.tables import evidence as told
from directory.keeping.tables import review
from directory.keeping.versions import record_version
from foundation.database import Database
from tests.conftest import rows
from tests.unit.directory_fixtures import made

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TEAM = Keeper("team", manager=True)
DAY = timedelta(days=1)


@pytest.fixture
def kept(database: Database) -> Database:
    with database.writing() as db:
        record_version(db, "a", made("a"), by=None, why="imported", now=NOW)
    return database


def clean(database: Database, tmp_path: Path, *, now: datetime, keep_days: int = 30) -> None:
    retain(database, now=now, keep_days=keep_days, keep_case_days=365, tracker=tmp_path / "none.db")


def ask(database: Database) -> str:
    with database.writing() as db:
        return reviews.ask(db, "a", now=NOW)


def test_what_was_told_goes_a_while_after_it_was_settled_and_stays_until_then(kept: Database, tmp_path: Path) -> None:
    with kept.writing() as db:
        for part in ("phone", "hours"):
            evidence.record_evidence(db, "a", kind="said_wrong", part=part, now=NOW)
    evidence.settle_evidence(kept, TEAM, [1], now=NOW + 5 * DAY)
    clean(kept, tmp_path, now=NOW + 35 * DAY)
    assert [row["part"] for row in rows(kept, told)] == ["phone", "hours"]
    clean(kept, tmp_path, now=NOW + 36 * DAY)
    assert [row["part"] for row in rows(kept, told)] == ["hours"]
    clean(kept, tmp_path, now=NOW + 3650 * DAY)
    assert [row["part"] for row in rows(kept, told)] == ["hours"], "nobody has looked into it yet"


def test_an_answered_request_goes_a_while_after_its_answer(kept: Database, tmp_path: Path) -> None:
    reviews.still_right(kept, ask(kept), base=1, now=NOW + 5 * DAY)
    clean(kept, tmp_path, now=NOW + 35 * DAY)
    assert len(rows(kept, review)) == 1
    clean(kept, tmp_path, now=NOW + 36 * DAY)
    assert rows(kept, review) == []


def test_a_request_that_nobody_answered_goes_a_while_after_its_link_is_over(kept: Database, tmp_path: Path) -> None:
    secret = ask(kept)
    clean(kept, tmp_path, now=NOW + 29 * DAY, keep_days=1)
    with kept.reading() as db:
        assert reviews.reviewed(db, secret, now=NOW + 29 * DAY).id == "a"
    clean(kept, tmp_path, now=NOW + 60 * DAY)
    assert len(rows(kept, review)) == 1
    clean(kept, tmp_path, now=NOW + 61 * DAY)
    assert rows(kept, review) == []


def test_nobody_is_asked_twice_in_thirty_days_because_the_first_request_went(kept: Database, tmp_path: Path) -> None:
    reviews.something_wrong(kept, ask(kept), part="phone", now=NOW)
    clean(kept, tmp_path, now=NOW + 29 * DAY, keep_days=1)
    with kept.reading() as db:
        assert reviews.due(db, now=NOW + 29 * DAY) == []
        assert [one.service_id for one in reviews.due(db, now=NOW + 30 * DAY)] == ["a"]
    clean(kept, tmp_path, now=NOW + 30 * DAY, keep_days=1)
    assert rows(kept, review) == []
