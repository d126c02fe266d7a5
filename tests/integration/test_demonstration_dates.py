"""The demonstration's services are as fresh in any year as they are meant to be, and a restart changes nothing."""

from datetime import date, datetime, timedelta
from pathlib import Path

from cli.demonstration import AS_OF, load_services
from directory.freshness import freshness
from directory.keeping.services import current_services
from directory.keeping.tables import service_version
from foundation.clock import LONDON
from foundation.database import Database
from foundation.settings import ROOT
from tests.conftest import rows

FOLDER = ROOT / "directory" / "places" / "cambridge" / "services"


def loaded(database: Database, day: date) -> tuple[dict[str, str], list[str]]:
    """The tier of each service on that day, and what was said."""
    said: list[str] = []
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=LONDON)
    assert load_services(database, Path(FOLDER), now=noon, echo=said.append) == 0
    return {one.id: freshness(one.assured, day) for one in current_services(database)}, said


def test_the_tiers_are_the_same_on_every_day_of_a_step_and_years_away(database: Database) -> None:
    meant, said = loaded(database, AS_OF)
    assert set(meant.values()) == {"fresh", "check", "stale"}
    assert len(said) == 1  # on that day nothing is moved, so nothing is said of it
    far = AS_OF + timedelta(days=3 * 365)
    for days in (*range(14), 700):
        tiers, said = loaded(database, far + timedelta(days=days))
        assert tiers == meant, days
        assert "the dates on which its services were checked are moved on by" in said[-1]


def test_a_restart_within_two_weeks_makes_no_new_versions(database: Database) -> None:
    loaded(database, AS_OF + timedelta(days=28))
    before = rows(database, service_version)
    for days in (29, 35, 41):
        loaded(database, AS_OF + timedelta(days=days))
    assert rows(database, service_version) == before
    loaded(database, AS_OF + timedelta(days=42))
    assert len(rows(database, service_version)) > len(before)
