import json

import pytest
from click.testing import CliRunner

from booking.errors import OpeningsNotPossible
from booking.rotas.loading import load_rota
from cli.openings import openings, openings_json
from cli.rotas import rota
from foundation.database import Database
from foundation.settings import get_settings
from tests.integration.booking_fixtures import NOW, PLACE


def test_openings_as_json(database: Database) -> None:
    load_rota(database, PLACE, now=NOW)
    found = openings_json(database, "citizens_advice, jobcentre", from_day="2026-11-24", days=7, now=NOW)
    json.dumps(found)
    assert found["blocked_by"] is None
    assert len(found["openings"]) == 3
    first = found["openings"][0]
    assert {leg["agency"] for leg in first["legs"]} == {"citizens_advice", "jobcentre"}
    assert first["start"].startswith("2026-11-24T")
    assert first["start"].endswith("+00:00")


@pytest.mark.parametrize(
    ("agencies", "day", "days", "says"),
    [
        ("", "2026-11-24", 7, "asked for 0"),
        (",".join(["cvs"] * 30), "2026-11-24", 7, "asked for 30"),
        ("cvs,butchers", "2026-11-24", 7, "'butchers' is no agency"),
        ("cvs", "2026-11-22", 7, "in the past"),
        ("cvs", "soon", 7, "not a date"),
        ("cvs", "2026-11-24", 91, "asked for 91"),
    ],
)
def test_wrong_questions_get_plain_sentences(database: Database, agencies: str, day: str, days: int, says: str) -> None:
    load_rota(database, PLACE, now=NOW)
    with pytest.raises(OpeningsNotPossible, match=says):
        openings_json(database, agencies, from_day=day, days=days, now=NOW)


def test_the_commands_say_what_they_did(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("FRONTDOOR_SECRET_KEY", "x" * 40)
    get_settings.cache_clear()
    try:
        imported = CliRunner().invoke(rota, ["import", str(PLACE / "rota.csv")])
        assert imported.exit_code == 0, imported.output
        assert "shifts" in imported.output
        found = CliRunner().invoke(openings, ["--agencies", "jobcentre,cvs", "--json"])
        assert found.exit_code == 0, found.output
        assert json.loads(found.output)["openings"]
        wrong = CliRunner().invoke(openings, ["--agencies", "butchers"])
        assert wrong.exit_code == 1
        assert "no agency of this hub" in wrong.output
    finally:
        get_settings.cache_clear()
