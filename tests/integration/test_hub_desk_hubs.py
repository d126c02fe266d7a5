"""Several hubs at the desk: a manager chooses one in the address, and what they do is done at that one."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from booking.rotas import keeping
from booking.tables import adviser, disruption, room
from booking.tables import hub as hubs
from foundation.database import Database
from tests.conftest import rows
from tests.integration.hub_fixtures import HOME, Browser, a_hub, at_the_desk, booked, day_of, shown
from tests.integration.test_hub_desk_changes import RULE, post, yes

NORTH = f"{HOME}/at/north_hub"


@pytest.fixture
def hub(database: Database) -> Database:
    """The demonstration's hub, and another one with a room and somebody."""
    a_hub(database)
    with database.writing() as db:
        details = db.scalar(sa.select(hubs.c.details))
        assert details is not None
        there = {**details, "id": "north_hub", "name": "North hub"}
        db.execute(sa.insert(hubs).values(id="north_hub", details=there))
        db.execute(sa.insert(room).values(id="north_room", hub="north_hub", label="North room", features=[]))
        somebody = {"agency": "cvs", "label": "Nora of the north", "skills": [], "languages": []}
        db.execute(sa.insert(adviser).values(id="cvs-north", hub="north_hub", **somebody))
    return database


@pytest.fixture
def sign_in(hub: Database, tmp_path: Path) -> Iterator[Browser]:
    with at_the_desk(hub, tmp_path) as browser:
        yield browser


def test_each_page_is_of_the_hub_in_the_address_and_so_are_its_links(sign_in: Browser, hub: Database) -> None:
    made, grace = booked(hub), sign_in("grace")
    for path in ("", "/week", "/broken", "/waiting", "/rota", "/rota/new", "/rota/import", "/rota/history", "/people",
                 "/people/new", "/people/cvs-north", "/rooms", "/rooms/new", "/rooms/north_room", "/reports",
                 f"?day={day_of(made.start)}"):  # fmt: skip
        answer = grace.get(NORTH + path)
        assert answer.status_code == 200, path
        links = set(re.findall(r'(?:href|action|data-live|data-page)="(/desk/hub[^"]*)"', answer.text))
        assert {each for each in links if not each.startswith(NORTH)} == {HOME}, f"{path}: but for the other hub's link"
        assert made.reference[:3] not in shown(answer.text), path
    assert "Nora of the north" in shown(grace.get(f"{NORTH}/people").text)
    assert "Nora of the north" not in shown(grace.get(f"{HOME}/people").text)
    first = grace.get(HOME).text
    assert re.search(rf'href="{HOME}" aria-current="true">Fitzroy Street Hub<', first)
    assert f'href="{NORTH}">North hub<' in first
    assert re.search(rf'href="{NORTH}" aria-current="true">North hub<', grace.get(NORTH).text)


def test_one_hub_needs_no_list_and_one_that_is_not_there_is_said(sign_in: Browser, hub: Database) -> None:
    grace = sign_in("grace")
    assert grace.get(f"{HOME}/at/nowhere/rota").status_code == 404
    assert sign_in("priya").get(f"{NORTH}/rota").status_code == 403
    with hub.writing() as db:
        for table in (adviser, room):
            db.execute(sa.delete(table).where(table.c.hub == "north_hub"))
        db.execute(sa.delete(hubs).where(hubs.c.id == "north_hub"))
    assert "North hub" not in grace.get(HOME).text
    assert 'aria-label="Hubs"' not in grace.get(HOME).text


def test_a_change_of_the_rota_is_made_at_that_hub(sign_in: Browser, hub: Database) -> None:
    grace = sign_in("grace")
    form = {**RULE, "whom": "adviser:cvs-north", "first": "2026-12-01", "last": "2026-12-01"}
    look = post(grace, f"{NORTH}/rota/new", **form, do="look")
    assert look.status_code == 200, shown(look.text)
    assert f'action="{NORTH}/rota/new"' in look.text
    done = yes(grace, look, f"{NORTH}/rota/new")
    assert done.headers["location"] == f"{NORTH}/rota?saved=yes"
    with hub.reading() as db:
        assert [rule.whom for rule in keeping.rules_of(db, "north_hub")] == ["adviser:cvs-north"]
    elsewhere = post(grace, f"{HOME}/rota/new", **form, do="look")
    assert elsewhere.status_code == 400, "somebody of another hub is nobody here"


@pytest.mark.parametrize("kind", ["people", "rooms"])
def test_nobody_and_no_room_is_taken_from_another_hub_by_its_short_name(
    sign_in: Browser, hub: Database, kind: str
) -> None:
    grace, before = sign_in("grace"), (rows(hub, adviser), rows(hub, room))
    form = {
        "people": {"id": "jobcentre-a", "label": "Mine", "agency": "cvs", "in_person": "yes", "active": "yes"},
        "rooms": {"id": "room_1", "label": "Mine", "capacity": "3", "open": "yes"},
    }[kind]
    for do in ("look", "make"):
        refused = post(grace, f"{NORTH}/{kind}/new", **form, do=do)
        assert refused.status_code == 400
        assert f"“{form['id']}” is the short name of somebody or a room at another hub." in shown(refused.text)
    assert (rows(hub, adviser), rows(hub, room)) == before


def test_what_breaks_is_reported_at_that_hub(sign_in: Browser, hub: Database) -> None:
    made, grace = booked(hub), sign_in("grace")
    day = day_of(made.start).isoformat()
    look = post(grace, f"{NORTH}/broken", whom="hub", first=day, last=day, do="look")
    assert "No visit is hit" in shown(look.text), "it is the other hub that closes"
    done = yes(grace, look, f"{NORTH}/broken")
    assert done.headers["location"].startswith(f"{NORTH}/broken/")
    assert [row["hub"] for row in rows(hub, disruption)] == ["north_hub"]
    assert grace.get(done.headers["location"]).status_code == 200
    assert grace.get(done.headers["location"].replace(NORTH, HOME)).status_code == 404
