"""I'm here, at the kiosk's own pages: the square opens the visit, the case is told once, the screen says the rest."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from booking.progress import progress
from booking.progress.progress import progress_of
from booking.tables import leg, visit
from casework import visits
from casework.assessment import Assessment
from casework.cases import open_case
from casework.routing import Route
from foundation.clock import to_london, utc_now
from foundation.database import Database
from foundation.settings import Settings
from tests.integration.booking_world import book, build, three
from tests.integration.hub_fixtures import shown
from tests.integration.test_on_the_day import lines
from web.app import make_app
from web.kiosk.codes import arrival_code


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    url = database.url.render_as_string(hide_password=False)
    return Settings(demonstration=True, var=tmp_path / "var", database_url=url)


@pytest.fixture
def kiosk(settings: Settings) -> Iterator[TestClient]:
    app = make_app(settings)
    yield TestClient(app)
    app.state.edge.database.close()


@pytest.fixture
def reference(database: Database) -> str:
    """A visit of today, about to begin, whatever the hour: moved there in the tables."""
    made = book(build(database), three(), "c1")
    route = Route("visit", "joint_visit", urgent=False)
    open_case(database, "c1", Assessment(), route=route, visit_reference=made, now=utc_now())
    move_to(database, made, minutes=0)
    return made


def move_to(database: Database, reference: str, *, minutes: int = 0, days: int = 0) -> None:
    """Let the visit begin so many minutes from now, and its legs with it."""
    with database.writing() as db:
        start = db.scalar(sa.select(visit.c.start).where(visit.c.reference == reference))
        assert start is not None
        away = utc_now() + timedelta(minutes=minutes, days=days) - start
        for table, key in ((visit, visit.c.reference), (leg, leg.c.visit)):
            for row in db.execute(sa.select(table).where(key == reference)).all():
                mine = sa.and_(*(column == row._mapping[column.name] for column in table.primary_key))
                db.execute(sa.update(table).where(mine).values(start=row.start + away, finish=row.finish + away))


def scan(kiosk: TestClient, settings: Settings, reference: str) -> str:
    """Hold the square under the reader; what the screen says."""
    page = kiosk.get("/kiosk/visit").text
    mark = re.search(r'name="mark" value="([^"]+)"', page)
    form = {"mark": mark[1] if mark else "", "reference": arrival_code(settings, reference)}
    answer = kiosk.post("/kiosk/visit", data=form)
    assert answer.url.path == "/kiosk/arrived"
    return shown(answer.text)


def is_near_midnight() -> bool:
    """Whether half an hour from now, or before, is another day."""
    now = utc_now()
    return len({to_london(now + timedelta(minutes=each)).date() for each in (-45, 0, 120)}) > 1


today_only = pytest.mark.skipif(is_near_midnight(), reason="the visit of today would lie on two days")


@today_only
def test_in_time_and_again(kiosk: TestClient, settings: Settings, reference: str, database: Database) -> None:
    for _ in range(2):
        said = scan(kiosk, settings, reference)
        assert "Please take a seat" in said
        assert "knows that you are here" in said
    assert lines(database, visits.ARRIVED) == ["Arrived at the hub"]


@today_only
@pytest.mark.parametrize(("minutes", "says"), [(45, "You are early"), (-20, "It is good that you came")])
def test_early_and_late(
    kiosk: TestClient, settings: Settings, reference: str, database: Database, *, minutes: int, says: str
) -> None:
    move_to(database, reference, minutes=minutes)
    assert says in scan(kiosk, settings, reference)


@today_only
def test_what_comes_next_while_it_goes_on(
    kiosk: TestClient, settings: Settings, reference: str, database: Database
) -> None:
    progress.begin_leg(database, reference, 1, now=utc_now())
    said = scan(kiosk, settings, reference)
    first, second, _ = progress_of(database, reference)
    assert f"in {first.planned.room_label}." in said
    assert "Next:" in said
    assert second.planned.room_label in said


@pytest.mark.parametrize(("days", "says"), [(2, "Your visit is on"), (-2, "This visit is over")])
def test_another_day_tells_nobody(
    kiosk: TestClient, settings: Settings, reference: str, database: Database, *, days: int, says: str
) -> None:
    move_to(database, reference, days=days)
    assert says in scan(kiosk, settings, reference)
    assert lines(database, visits.ARRIVED) == []


def test_a_cancelled_visit(kiosk: TestClient, settings: Settings, reference: str, database: Database) -> None:
    with database.writing() as db:
        db.execute(sa.update(visit).values(state="cancelled"))
    assert "Your visit is cancelled" in scan(kiosk, settings, reference)
    assert lines(database, visits.ARRIVED) == []
