"""`frontdoor openings` as it is typed."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.openings import openings
from foundation.clock import to_london, utc_now
from foundation.database import Database
from foundation.settings import get_settings
from tests.integration.finding_fixtures import put_adviser, put_hub, put_interpreter, put_room

type Ask = Callable[..., Result]


@pytest.fixture
def ask(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """A hub with two agencies on the coming Wednesday week, and the command."""
    wednesday = next_wednesday()
    put_hub(database)
    put_room(database, "room", "step_free")
    put_room(database, "hall", capacity=9)
    put_adviser(database, "ann", "council", (wednesday, 9, 17))
    put_adviser(database, "ben", "advice", (wednesday, 9, 17), by_phone=True)
    put_interpreter(database, "iga", (wednesday, 13, 17), languages=["pl"])
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("FRONTDOOR_SECRET_KEY", "x" * 40)
    get_settings.cache_clear()
    yield lambda *words: CliRunner().invoke(openings, ["--agencies", "council,advice", "--json", *words])
    get_settings.cache_clear()


def next_wednesday() -> Any:
    today = to_london(utc_now()).date()
    return today + timedelta(days=7 + (2 - today.weekday()) % 7)


def first(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)["openings"][0]
    return found


def test_what_a_person_asks_for_is_obeyed(ask: Ask) -> None:
    assert first(ask())["start"][11:16] == "09:00"
    assert first(ask("--not-before", "10:15"))["start"][11:16] == "10:15"
    assert first(ask("--min-gap", "30"))["waiting_minutes"] == 30
    assert [leg["agency"] for leg in first(ask("--in-order"))["legs"]] == ["council", "advice"]
    once = first(ask("--together"))["legs"]
    assert (once[0]["start"], once[0]["room"], once[1]["room"]) == (once[1]["start"], "Hall", "Hall")
    polish = first(ask("--interpreter", "pl"))
    assert polish["start"][11:16] == "13:00"
    assert all(leg["interpreter"] for leg in polish["legs"])
    rung = {leg["agency"]: (leg["by_phone"], leg["room"]) for leg in first(ask("--by-phone", "advice"))["legs"]}
    assert rung["advice"] == (True, "")
    assert not rung["council"][0]
    assert {leg["room"] for leg in first(ask("--room", "step_free"))["legs"]} == {"Room"}


def test_what_stood_in_the_way_is_said(ask: Ask) -> None:
    for words, kind, name in (
        (("--not-weekday", "wed"), "resident", "not_weekdays"),
        (("--not-day", next_wednesday().isoformat()), "resident", "not_days"),
        (("--interpreter", "so"), "interpreter", "so"),
        (("--room", "private"), "room", "private"),
    ):
        said = json.loads(ask(*words).output)
        assert said["openings"] == []
        assert (kind, name) in {(each["kind"], each["name"]) for each in said["blockers"]}
        assert all(each["text"].endswith(".") for each in said["blockers"])
    sooner = json.loads(ask("--why").output)
    assert sooner["openings"]
    assert sooner["blockers"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--not-before", "teatime"), "'teatime' is not a time"),
        (("--not-day", "soon"), "'soon' is not a date"),
        (("--by-phone", "butchers"), "'butchers' is to ring"),
        (("--hub", "nowhere"), "'nowhere' is no hub"),
        (("--together", "--in-order"), "only one of these"),
        (("--days", "400"), "you asked for 400"),
    ],
)
def test_what_cannot_be_asked_gets_a_sentence(ask: Ask, words: tuple[str, ...], says: str) -> None:
    result = ask(*words)
    assert result.exit_code == 1
    assert says in result.output
