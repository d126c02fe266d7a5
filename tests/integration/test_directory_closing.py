"""A service closed by its keeper and opened again: for whom it is there meanwhile, and what a feed can do about it."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from directory.command import import_records
from directory.keeping.editing import NotRight, change_part, load_record, undo
from directory.keeping.keepers import Keeper, NotYours
from directory.keeping.listing import Asked, listed
from directory.keeping.searching import current_index
from directory.keeping.services import current_services
from directory.keeping.versions import history
from directory.searching import finding
from foundation.database import Database
from foundation.settings import Settings
from tests.unit.directory_fixtures import made
from web.app import make_app

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANNA = Keeper("anna", "org-a")
CLOSED = ("inactive", "defunct", "temporarily closed")


def feed(database: Database, **parts: Any) -> None:
    records = [made("a") | {"name": "Knitting", "description": "Wool.", **parts}, made("b")]
    import_records(database, records, source="/feeds/a.json", now=NOW, echo=lambda line: None)


@pytest.fixture
def kept(database: Database) -> Database:
    feed(database)
    return database


def status(database: Database) -> str:
    with database.reading() as db:
        return str(load_record(db, "a").document["status"])


def put(database: Database, status: str, *, who: Keeper = ANNA) -> int:
    with database.reading() as db:
        base = load_record(db, "a").version
    return change_part(database, who, "a", "status", {"status": status}, base=base, now=NOW)


def shown(database: Database, tmp_path: Path) -> dict[str, bool]:
    """Where people and programs meet it as open."""
    asked = finding.Asked(text="knitting", now=NOW, limit=5)
    settings = Settings(
        demonstration=True, var=tmp_path, database_url=database.url.render_as_string(hide_password=False)
    )
    app = make_app(settings)
    with closing(app.state.edge.database):
        client = TestClient(app)
        published = client.get("/oruk/v3/services").json()["contents"]
        page = client.get("/services/a")
    return {
        "matched": "a" in {one.id for one in current_services(database)},
        "searched": "a" in {one.service.id for one in finding.answer(current_index(database), asked).found},
        "published": ("Knitting", "active") in {(one["name"], one["status"]) for one in published},
        "its own page": page.status_code == 200 and "Closed for now" not in page.text,
        "to check": "a" in {one.id for one in desk(database, "check")},
    }


def desk(database: Database, which: Any) -> list[Any]:
    with database.reading() as db:
        return listed(db, ANNA, Asked(which=which, mine=True), now=NOW)[0]


@pytest.mark.parametrize("how", CLOSED)
def test_a_closed_service_is_shown_nowhere_as_open_until_it_is_opened(kept: Database, tmp_path: Path, how: str) -> None:
    assert set(shown(kept, tmp_path).values()) == {True}
    put(kept, how)
    assert set(shown(kept, tmp_path).values()) == {False}
    assert [one.id for one in desk(kept, "closed")] == ["a"]
    put(kept, "active")
    assert set(shown(kept, tmp_path).values()) == {True}


def test_its_history_says_who_closed_it_and_closing_is_undone(kept: Database) -> None:
    put(kept, "defunct")
    with kept.reading() as db:
        assert [(one.number, one.why, one.by) for one in history(db, "a")] == [
            (2, "edited", "anna"),
            (1, "imported", None),
        ]
    undo(kept, ANNA, "a", to=1, base=2, now=NOW)
    assert status(kept) == "active"


@pytest.mark.parametrize("who", [Keeper("ben", "org-b"), Keeper("team", manager=True)], ids=lambda who: who.username)
def test_nobody_else_closes_it(kept: Database, who: Keeper) -> None:
    with pytest.raises(NotYours):
        put(kept, "defunct", who=who)
    assert status(kept) == "active"


def test_only_what_the_standard_names_is_a_status(kept: Database) -> None:
    with pytest.raises(NotRight, match="status is 'shut'"):
        put(kept, "shut")


def test_a_feed_that_goes_on_as_before_does_not_open_it(kept: Database) -> None:
    put(kept, "temporarily closed")
    feed(kept, description="More wool.")
    assert status(kept) == "temporarily closed"


def test_who_writes_another_part_at_that_time_neither_opens_nor_disturbs(kept: Database) -> None:
    put(kept, "defunct")
    change_part(kept, ANNA, "a", "about", {"name": "Knitting club", "status": "active"}, base=1, now=NOW)
    assert status(kept) == "defunct"
