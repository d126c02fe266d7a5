"""The desk and a feed, one after the other: nothing by hand is lost, and nobody is asked twice."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from directory.command import import_source
from directory.keeping import conflicts, editing, quarantined
from directory.keeping.keepers import Keeper
from directory.keeping.versions import history
from foundation.database import Database
from tests.unit.directory_fixtures import made

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANNA, TEAM = Keeper("anna", "org-a"), Keeper("team", manager=True)


class Feed:
    """A file that is read again and again, an hour later each time."""

    def __init__(self, database: Database, path: Path) -> None:
        self.database, self.path, self.now = database, path, NOW

    def brings(self, **parts: Any) -> None:
        document = made("a") | {"description": "From the feed.", "assured_date": "2026-01-01"} | parts
        self.path.write_text(json.dumps([document]))
        self.now += timedelta(hours=1)
        import_source(self.database, str(self.path), now=self.now, echo=lambda line: None)

    def record(self) -> editing.Record:
        with self.database.reading() as db:
            return editing.load_record(db, "a")

    def waits(self) -> list[tuple[str, Any, Any]]:
        with self.database.reading() as db:
            return [(one.path, one.ours, one.theirs) for one in conflicts.open_conflicts(db, ANNA)]

    def written(self, part: str, **changes: Any) -> None:
        base = self.record().version
        editing.change_part(self.database, ANNA, "a", part, changes, base=base, now=self.now)


@pytest.fixture
def feed(database: Database, tmp_path: Path) -> Feed:
    feed = Feed(database, tmp_path / "feed.json")
    feed.brings()
    return feed


def test_what_was_written_by_hand_outlives_the_next_import(feed: Feed) -> None:
    feed.written("about", description="By hand.")
    feed.brings(name="Another name")
    assert (feed.record().document["description"], feed.record().name) == ("By hand.", "Another name")
    assert feed.waits() == []


@pytest.mark.parametrize(("take", "counts"), [("ours", "By hand."), ("theirs", "The feed's second.")])
def test_what_both_changed_waits_at_the_desk_and_is_settled_once(feed: Feed, take: Any, counts: str) -> None:
    feed.written("about", description="By hand.")
    feed.brings(description="The feed's second.")
    assert feed.waits() == [("description", "By hand.", "The feed's second.")]
    assert feed.record().document["description"] == "By hand."
    conflicts.settle_conflict(feed.database, ANNA, 1, take=take, now=feed.now)
    feed.brings(description="The feed's second.")
    assert feed.waits() == []
    assert feed.record().document["description"] == counts


def test_a_check_at_the_desk_is_not_undone_by_an_older_date(feed: Feed) -> None:
    editing.assure(feed.database, ANNA, "a", base=1, now=NOW)
    feed.brings(name="Another name")
    assert feed.record().document["assured_date"] == "2026-11-22"
    feed.brings(assured_date="2026-11-21")
    assert feed.record().document["assured_date"] == "2026-11-22"
    assert feed.waits() == []


def test_a_state_from_before_an_import_is_brought_back(feed: Feed) -> None:
    feed.brings(name="Worse")
    editing.undo(feed.database, ANNA, "a", to=1, base=2, now=feed.now)
    feed.brings(name="Worse")
    assert feed.record().name == "A", "the feed says nothing new, so the hand's word stays"
    with feed.database.reading() as db:
        assert [one.why for one in history(db, "a")] == ["undone", "imported", "imported"]


def test_a_record_that_was_put_right_by_hand_follows_its_feed_again(feed: Feed) -> None:
    bad = made("c") | {"description": "Broken.", "status": "open"}
    feed.path.write_text(json.dumps([made("a"), bad]))
    import_source(feed.database, str(feed.path), now=feed.now, echo=lambda line: None)
    with feed.database.reading() as db:
        (aside,) = quarantined.set_aside(db, TEAM)
    assert json.loads(aside.record)["status"] == "open"
    mended = json.dumps(bad | {"status": "active"})
    quarantined.take_corrected(feed.database, TEAM, aside.id, mended, now=feed.now)
    feed.path.write_text(json.dumps([made("a"), bad | {"status": "active", "description": "Right in the feed too."}]))
    import_source(feed.database, str(feed.path), now=feed.now + timedelta(hours=1), echo=lambda line: None)
    with feed.database.reading() as db:
        assert editing.load_record(db, "c").document["description"] == "Right in the feed too."
        assert quarantined.set_aside(db, TEAM) == []
