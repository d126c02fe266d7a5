"""`frontdoor match` as other programs call it: lines in, lines out, and a bad line harms no other."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import directory.keeping.tables  # noqa: F401  so that `metadata` has its tables
from cli.main import main
from directory.command import import_source
from foundation.database import Database, metadata
from foundation.settings import get_settings
from tests.unit.directory_fixtures import FOLDER

Match = Callable[[str], Result]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('match') / 'test.db'}"
    database = Database(url)
    metadata.create_all(database.engine)
    import_source(database, str(FOLDER), now=datetime(2026, 11, 22, tzinfo=UTC), echo=lambda line: None)
    database.close()
    return url


@pytest.fixture
def match(filled: str, tmp_path: Path) -> Iterator[Match]:
    env = {"DATABASE_URL": filled, "FRONTDOOR_VAR": str(tmp_path), "FRONTDOOR_SECRET_KEY": "k" * 32}
    get_settings.cache_clear()
    yield lambda lines: CliRunner(env=env).invoke(main, ["match"], input=lines)
    get_settings.cache_clear()


def line(**asked: Any) -> str:
    return json.dumps(asked) + "\n"


def test_a_line_has_the_shape_that_was_promised(match: Match) -> None:
    told = {"tenure": "private", "age_band": "35_54"}
    result = match(line(id="p1", needs=["rent_arrears", "housing"], circumstances=told, postcode="cb43eh"))
    assert result.exit_code == 0
    (answer,) = map(json.loads, result.stdout.splitlines())
    assert set(answer) == {"id", "matches", "next_question"}
    assert answer["id"] == "p1"
    assert answer["next_question"] == "sleeping_tonight"
    for found in answer["matches"]:
        assert set(found) == {"service_id", "service", "organisation", "need", "fit", "because", "ask"}
        assert found["fit"] in ("fits", "ask", "no")
        assert (found["fit"] == "ask") == bool(found["ask"])
        assert found["fit"] != "no" or found["because"], "a no gives its reason"
    fits = {found["service"]: found["fit"] for found in answer["matches"]}
    assert fits["Help with rent for council tenants"] == "no"
    assert fits["Housing advice"] == "fits"
    assert fits["Housing advice in Uttlesford"] == "no"


def test_the_postcode_may_be_a_circumstance_and_what_is_null_is_not_known(match: Match) -> None:
    beside = match(line(id="a", needs=["housing"], postcode="CB4 3EH", circumstances=None)).stdout
    inside = match(line(id="a", needs=["housing"], circumstances={"postcode": "CB4 3EH", "tenure": None})).stdout
    assert beside == inside
    assert json.loads(match(line(id="a", needs=["housing"])).stdout)["next_question"] == "postcode"


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("{not json\n", "Line 2"),
        ("[1, 2]\n", "not an object"),
        (line(id="x"), "Send"),
        (line(needs="food"), "Send"),
        (line(needs=["food"], circumstances=[]), "Send"),
        (line(needs=["food"], details=["a"]), "Send"),
        (line(needs=["gold"]), "no need called 'gold'"),
        (line(needs=[["food"]]), "no need called"),
        (line(needs=["food"], postcode="Cambridge"), "not a postcode"),
        (line(needs=["food"], postcode="CB4 3ZZ"), "cannot find CB4 3ZZ"),
    ],
)
def test_a_malformed_line_is_told_by_its_number_and_the_others_are_answered(match: Match, bad: str, says: str) -> None:
    good = line(id="good", needs=["food"], postcode="CB4 3EH")
    result = match(good + bad + "\n" + good)
    assert result.exit_code == 3
    assert [json.loads(answer)["id"] for answer in result.stdout.splitlines()] == ["good", "good"]
    assert result.stderr.startswith("Line 2: ")
    assert says in result.stderr


@pytest.mark.parametrize("value", ["38", "middle-aged", "", 7, ["a"], {"a": 1}])
def test_an_age_that_cannot_be_read_is_not_known(match: Match, value: Any) -> None:
    result = match(line(id="a", needs=["older_people_care"], circumstances={"age_band": value}, postcode="CB4 3EH"))
    assert result.exit_code == 0
    fits = {found["service"]: found["fit"] for found in json.loads(result.stdout)["matches"]}
    assert fits["Adult Early Help"] == "ask"


@pytest.mark.parametrize(("age", "fit"), [(38, "fits"), ("38", "fits"), (17, "no"), ("old", "ask"), (380, "ask")])
def test_an_exact_age_counts_where_it_can_be_read(match: Match, age: Any, fit: str) -> None:
    result = match(line(id="a", needs=["older_people_care"], circumstances={"age": age}, postcode="CB4 3EH"))
    fits = {found["service"]: found["fit"] for found in json.loads(result.stdout)["matches"]}
    assert fits["Adult Early Help"] == fit
