"""What was looked for in vain is counted: by day, need and council, and nothing of the person."""

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from casework.assessment import Assessment, HeardNeed
from casework.steps.planning import plan_for
from casework.work import Work
from cli.main import main
from directory.keeping.gaps import (
    NO_WORDS,
    NONE_FITS,
    NONE_HERE,
    Gap,
    GapRow,
    council_of,
    count_gaps,
    gap_of_search,
    gap_rows,
    gaps_of_needs,
)
from directory.keeping.tables import gap
from directory.model import read_service
from foundation.database import Database, metadata
from foundation.settings import ROOT, get_settings
from tests.conftest import rows
from tests.integration.directory_writing import keep
from tests.unit.directory_fixtures import made

PLACE = ROOT / "directory" / "places" / "cambridge"
CITY, SOUTH = "E07000008", "E07000012"
DAY = date(2026, 11, 22)


def count(database: Database, *gaps: Gap, times: int = 1, day: date = DAY) -> None:
    for _ in range(times):
        with database.writing() as db:
            count_gaps(db, gaps, day=day)


def report(database: Database, since: date = DAY, until: date = DAY) -> list[GapRow]:
    with database.reading() as db:
        return gap_rows(db, since=since, until=until)


def test_gaps_are_counted_by_day_and_told_by_period(database: Database) -> None:
    food = Gap("food", "", CITY, NONE_HERE)
    count(database, food, times=6)
    count(database, food, times=3, day=date(2026, 11, 23))
    assert sorted(row["count"] for row in rows(database, gap)) == [3, 6]
    assert report(database) == [GapRow(food, 6)]
    assert report(database, until=date(2026, 11, 23)) == [GapRow(food, 9)]
    assert report(database, since=date(2026, 11, 24), until=date(2026, 11, 30)) == []


def test_two_at_once_are_both_counted(database: Database) -> None:
    gaps = [Gap("food", "", CITY, NONE_HERE), Gap("legal", "", CITY, NONE_FITS)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda turn: count(database, *(gaps if turn % 2 else gaps[::-1])), range(40)))
    assert {row.gap: row.count for row in report(database)} == dict.fromkeys(gaps, 40)


def test_few_are_told_without_number_and_place(database: Database) -> None:
    count(database, Gap("domestic_abuse", "", CITY, NONE_FITS), times=4)
    assert report(database) == [GapRow(Gap("domestic_abuse", "", "", NONE_FITS), None)]
    count(database, Gap("domestic_abuse", "", SOUTH, NONE_FITS), times=1)
    assert report(database) == [GapRow(Gap("domestic_abuse", "", "", NONE_FITS), 5)]


def test_the_rest_joins_the_row_without_a_place(database: Database) -> None:
    nowhere = Gap("food", "", "", NONE_HERE)
    count(database, nowhere, times=5)
    count(database, Gap("food", "", CITY, NONE_HERE), times=2)
    assert report(database) == [GapRow(nowhere, 7)]


@pytest.mark.parametrize(
    ("postcode", "council"),
    [("CB4 3EH", CITY), ("cb43eh", CITY), ("none", ""), ("", ""), (None, ""), ("CB24 9NN", SOUTH), ("CB4", ""),
     ("PE1 1AA", "E06000031"), ("rubbish", "")],
)  # fmt: skip
def test_only_the_council_is_kept_and_only_when_it_is_sure(postcode: str | None, council: str) -> None:
    assert council_of(postcode) == council


def test_why_tells_whether_anybody_meets_the_need() -> None:
    services = [read_service(made("one", needs=[("food", None, 2)]))]
    found = gaps_of_needs(["food", "legal"], services, postcode="CB4 3EH")
    assert found == [Gap("food", "", CITY, NONE_FITS), Gap("legal", "", CITY, NONE_HERE)]


def test_a_search_keeps_the_need_that_it_means_and_never_its_words() -> None:
    assert gap_of_search(("energy",), elsewhere=True, postcode="CB4 3EH") == Gap("search", "energy", CITY, NONE_HERE)
    assert gap_of_search((), elsewhere=False, postcode=None) == Gap("search", "", "", NO_WORDS)
    assert gap_of_search(("my name is Sam",), elsewhere=False, postcode=None).detail == ""


# ---- in a conversation


@pytest.fixture
def work(database: Database) -> Work:
    keep(database, made("pantry", needs=[("food", None, 3)]))
    return Work(database, Path(PLACE), "resident", datetime(2026, 11, 22, 23, 30, tzinfo=UTC))


def told() -> Assessment:
    return Assessment(needs=[HeardNeed("food"), HeardNeed("legal")], circumstances={"postcode": "CB4 3EH"})


def test_a_plan_counts_what_it_cannot_cover_once(work: Work) -> None:
    assessment = told()
    plan_for(work, assessment)
    assert [one["need"] for one in (assessment.plan or {})["uncovered"]] == ["legal"]
    plan_for(work, assessment)
    kept = rows(work.database, gap)
    assert kept == [
        {"day": date(2026, 11, 22), "need": "legal", "detail": "", "area": CITY, "why": NONE_HERE, "count": 1}
    ]


def test_a_count_that_cannot_be_kept_does_not_cost_the_plan(work: Work, caplog: pytest.LogCaptureFixture) -> None:
    with work.database.writing() as db:
        db.execute(sa.text("DROP TABLE gap"))
    with caplog.at_level(logging.WARNING, logger="frontdoor.gaps"):
        assert plan_for(work, told())[0].kind == "plan"
    assert "not counted" in caplog.text


def test_the_command_lists_them_and_tells_no_small_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'gaps.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    get_settings.cache_clear()
    with closing(Database(url)) as kept:
        metadata.create_all(kept.engine)
        count(kept, Gap("food", "", CITY, NONE_HERE), times=7)
        count(kept, Gap("search", "energy", CITY, NO_WORDS), times=2)
        count(kept, Gap("legal", "", CITY, NONE_HERE), times=9, day=date(2026, 1, 1))
    said = CliRunner().invoke(main, ["directory", "gaps", "--since", "2026-11-01", "--until", "2026-11-30"])
    get_settings.cache_clear()
    assert said.exit_code == 0, said.output
    first, second, last = said.output.strip().splitlines()
    assert first.split() == ["7", "Food", CITY, "nobody", "offers", "it", "there"]
    assert second.split()[0] == "<5"
    assert CITY not in second
    assert "Gas" not in second
    assert last.startswith("2 kinds of gap")
