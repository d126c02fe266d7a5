"""A service written at the desk: of its editor's own organisation, right, kept once, and no feed's to take away."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from directory.command import import_records
from directory.keeping.adding import AddedBefore, NoOrganisation, add_service, organisation_of
from directory.keeping.editing import NotRight, change_part, load_record
from directory.keeping.judging import faults_of
from directory.keeping.keepers import Keeper, NotYours
from directory.keeping.services import current_services
from directory.keeping.tables import service
from directory.keeping.versions import history, record_version
from foundation.database import Database
from tests.conftest import rows
from tests.unit.directory_fixtures import made

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANNA = Keeper("anna", "org-a")
MARK = "0123456789abcdef" * 2
FEED = "/feeds/a.json"
LUNCH: dict[str, Any] = {
    "name": "Lunch club",
    "description": "A warm lunch.",
    "phones": [{"id": "p", "number": "01223 457000", "type": "voice"}],
    "service_areas": [{"id": "s", "name": "Cambridge", "extent": "E07000008"}],
    "front_door.needs": [{"need": "food", "detail": None, "strength": 3}],
}


def quiet(line: str) -> None:
    pass


def feed(database: Database, *records: dict[str, Any], now: datetime = NOW) -> int:
    return import_records(database, list(records), source=FEED, now=now, echo=quiet, let_go=True)


@pytest.fixture
def kept(database: Database) -> Database:
    """Services of two organisations, from one feed; one organisation has changed its name since."""
    old = made("z", agency="a") | {"organization": made("a")["organization"]}
    feed(database, made("a"), made("b"), old, now=NOW - timedelta(days=1))
    new = {"organization": {"id": "org-a", "name": "Oak House", "website": "https://oak.org"}}
    feed(database, made("a") | new, made("b"), old)
    return database


def add(database: Database, *, who: Keeper = ANNA, mark: str = MARK, **changes: Any) -> str:
    return add_service(database, who, mark, LUNCH | changes, now=NOW)


def test_it_is_a_whole_record_of_their_own_organisation_with_who_and_when(kept: Database) -> None:
    made_id = add(kept)
    assert UUID(made_id).version
    with kept.reading() as db:
        record, (first,) = load_record(db, made_id), history(db, made_id)
    assert record.document == {
        "id": made_id,
        "status": "active",
        "assured_date": "2026-11-22",
        "organization_id": "org-a",
        "organization": {"id": "org-a", "name": "Oak House", "website": "https://oak.org"},
        **{key: value for key, value in LUNCH.items() if not key.startswith("front_door.")},
        "front_door": {"needs": LUNCH["front_door.needs"], "agency": "a"},
    }
    assert (first.number, first.by, first.why, first.at) == (1, "anna", "added", NOW)
    assert record.source == "desk"
    assert faults_of(record.document, NOW.date()) == []
    assert made_id in {one.id for one in current_services(kept)}
    assert change_part(kept, ANNA, made_id, "about", {"name": "Lunch"}, base=1, now=NOW) == 2


def test_no_import_takes_it_away(kept: Database) -> None:
    made_id = add(kept)
    feed(kept, made("c") | {"organization": {"id": "org-a", "name": "Oak House"}})
    gone = {row["id"] for row in rows(kept, service) if row["removed_at"]}
    assert gone == {"a", "b", "z"}
    assert made_id in {one.id for one in current_services(kept)}


def test_where_an_organisation_has_several_agencies_none_is_guessed(kept: Database) -> None:
    with kept.writing() as db:
        other = made("d", agency="other") | {"organization": {"id": "org-a", "name": "Oak House"}}
        record_version(db, "d", other, by=None, why="imported", now=NOW)
    made_id = add(kept)
    with kept.reading() as db:
        assert "agency" not in load_record(db, made_id).document["front_door"]


def test_only_what_is_asked_for_is_taken(kept: Database) -> None:
    more = {"id": "a", "status": "defunct", "organization": {"id": "org-b"}, "front_door.internal": True}
    made_id = add(kept, **more)
    with kept.reading() as db:
        document = load_record(db, made_id).document
    assert (document["id"], document["status"], document["organization"]["id"]) == (made_id, "active", "org-a")
    assert "internal" not in document["front_door"]


def test_what_an_import_would_set_aside_is_not_kept(kept: Database) -> None:
    for wrong, told in (
        ({"name": " "}, "no name"),
        ({"front_door.needs": [{"need": "gold"}]}, "no need called 'gold'"),
        ({"url": "lunch"}, "web address 'lunch'"),
    ):
        with pytest.raises(NotRight, match=told):
            add(kept, **wrong)
    assert len(rows(kept, service)) == 3


@pytest.mark.parametrize("who", [Keeper("team", manager=True), Keeper("priya")], ids=lambda who: who.username)
def test_who_edits_for_no_organisation_adds_nothing(kept: Database, who: Keeper) -> None:
    with pytest.raises(NotYours):
        add(kept, who=who)
    with pytest.raises(NotYours), kept.reading() as db:
        organisation_of(db, who)


def test_an_organisation_without_a_record_is_told(kept: Database) -> None:
    with pytest.raises(NoOrganisation):
        add(kept, who=Keeper("new", "org-new"))


def test_the_same_form_makes_one_service_and_another_word_is_told(kept: Database) -> None:
    first = add(kept)
    again = {"phones": [{**LUNCH["phones"][0], "id": "another"}]}  # the form makes ids anew each time it is read
    assert add(kept, **again) == first
    with pytest.raises(AddedBefore) as told:
        add(kept, name="Supper club")
    assert told.value.service_id == first
    assert len(rows(kept, service)) == 4
    change_part(kept, ANNA, first, "about", {"name": "Renamed"}, base=1, now=NOW)
    assert add(kept) == first, "what became of it later is no matter"
    assert add(kept, mark="f" * 32) != first
    ben = add(kept, who=Keeper("ben", "org-b"))
    assert ben != first, "somebody else's form is another form"
    with pytest.raises(ValueError, match="mark"):
        add(kept, mark="a")


def at_once(database: Database, times: int, work: Callable[[Database], str]) -> list[str]:
    start = Barrier(times)

    def one(_: int) -> str:
        own = Database(database.url.render_as_string(hide_password=False))
        try:
            start.wait()
            return work(own)
        finally:
            own.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


@pytest.mark.race
def test_one_form_sent_by_four_hands_at_once_makes_one_service(kept: Database) -> None:
    assert len(set(at_once(kept, 4, add))) == 1
    assert len(rows(kept, service)) == 4
