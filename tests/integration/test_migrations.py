"""The migrations make exactly the tables that the code expects, on both databases, and can go back."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from booking.rotas.expanding import shifts_of
from booking.rotas.keeping import rules_of
from directory.keeping.tables import quarantine, service
from directory.keeping.versions import history, record_version
from foundation.clock import instant_of, to_london
from foundation.database import Database, metadata

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def alembic(url: str, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "-x", f"url={url}", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def empty(database: Database) -> Database:
    metadata.drop_all(database.engine)
    with database.engine.begin() as db:
        db.execute(sa.text("drop table if exists alembic_version"))
    return database


def test_migrations_make_what_the_code_expects_and_can_be_taken_back(empty: Database) -> None:
    url = empty.url.render_as_string(hide_password=False)
    alembic(url, "upgrade", "head")
    with empty.engine.connect() as db:
        context = MigrationContext.configure(db, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    alembic(url, "downgrade", "base")
    assert set(sa.inspect(empty.engine).get_table_names()) <= {"alembic_version"}
    with empty.engine.begin() as db:
        db.execute(sa.text("drop table if exists alembic_version"))


def test_the_second_migration_keeps_every_message_and_every_token(empty: Database) -> None:
    url = empty.url.render_as_string(hide_password=False)
    alembic(url, "upgrade", "0001")
    with empty.engine.begin() as db:
        db.execute(
            sa.text(
                "insert into conversation (id, token_hash, channel, state, turn, started_at, last_at) values "
                "('a', 'hash', 'website', 'asking', 1, '2026-11-22 09:00:00', '2026-11-22 09:05:00'), "
                "('b', 'gone', 'website', 'ended', 1, '2026-11-22 09:00:00', '2026-11-22 09:05:00')"
            )
        )
        db.execute(
            sa.text(
                "insert into message (conversation_id, text, status, replies, at) "
                "values ('a', 'behind with the rent', 'answered', '[]', '2026-11-22 09:00:00')"
            )
        )
    alembic(url, "upgrade", "head")
    with empty.engine.connect() as db:
        assert db.execute(sa.text("select text, kind from message")).all() == [("behind with the rent", "text")]
        assert db.execute(sa.text("select token_hash, conversation_id from sitting")).all() == [("hash", "a")]
    alembic(url, "downgrade", "0001")
    with empty.engine.connect() as db:
        assert db.execute(sa.text("select token_hash from conversation order by id")).scalars().all() == ["hash", ""]
        assert db.execute(sa.text("select text from message")).scalars().all() == ["behind with the rent"]
    alembic(url, "downgrade", "base")
    with empty.engine.begin() as db:
        db.execute(sa.text("drop table if exists alembic_version"))


def test_the_third_migration_gives_every_service_its_first_version_and_its_organisation(empty: Database) -> None:
    url = empty.url.render_as_string(hide_password=False)
    alembic(url, "upgrade", "0002")
    with empty.engine.begin() as db:
        db.execute(
            sa.text(
                "insert into service (id, name, organisation, status, source, digest, document, changed_at) values "
                "('a', 'Lunch', 'A church', 'active', 'feed', 'd', :document, '2026-11-22 09:00:00')"
            ),
            {"document": '{"id": "a", "name": "Lunch", "organization": {"id": "o1", "name": "A church"}}'},
        )
        db.execute(
            sa.text(
                "insert into quarantine (source, record, reason, at) "
                "values ('feed', '{}', 'It is broken.', '2026-11-22 09:00:00')"
            )
        )
    alembic(url, "upgrade", "head")
    with empty.writing() as db:
        (first,) = history(db, "a")
        assert (first.number, first.why, first.by, first.removed, first.at.hour) == (1, "imported", None, False, 9)
        row = db.execute(sa.select(service)).one()
        assert (row.version, row.organisation_id, row.change, row.removed_at) == (1, "o1", 0, None)
        assert row.feed_document == row.document == first.document
        assert db.execute(sa.select(quarantine.c.name, quarantine.c.run_id)).one() == ("", None)
        assert record_version(db, "a", {**row.document, "name": "Tea"}, by="jo", why="edited", now=NOW, expected=1) == 2
    alembic(url, "downgrade", "0002")
    with empty.engine.connect() as db:
        assert db.execute(sa.text("select id, name, digest from service")).all() == [("a", "Tea", "d")]
        assert db.execute(sa.text("select reason from quarantine")).all() == [("It is broken.",)]
    alembic(url, "downgrade", "base")
    with empty.engine.begin() as db:
        db.execute(sa.text("drop table if exists alembic_version"))


def test_the_fourth_migration_carries_a_rota_that_was_imported_over_into_rules(empty: Database) -> None:
    url = empty.url.render_as_string(hide_password=False)
    alembic(url, "upgrade", "0003")
    line = {
        "adviser": "cvs-a",
        "agency": "cvs",
        "label": "A",
        "start": "09:00",
        "end": "12:00",
        "first": "",
        "last": "",
    }
    away = {"kind": "leave", "start": "", "end": "", "first": "2026-12-01", "last": "2026-12-04"}
    lines = [
        {**line, "kind": "works", "weekdays": [1, 3]},
        {**line, "kind": "works", "weekdays": list(range(7)), "start": "13:00", "end": "14:00", "first": "2026-11-01"},
        {**line, **away, "weekdays": list(range(7))},
    ]
    with empty.engine.begin() as db:
        hub = "insert into hub (id, details, rota, rota_source) values ('h', '{\"id\": \"h\"}', :rota, 'imported')"
        db.execute(sa.text(hub), {"rota": json.dumps(lines)})
        db.execute(sa.text("insert into adviser (id, hub, agency, label) values ('cvs-a', 'h', 'cvs', 'A')"))
        db.execute(sa.text("insert into shift (adviser, first_cell, end_cell) values ('cvs-a', 1000, 1004)"))
    alembic(url, "upgrade", "head")
    with empty.reading() as db:
        found = rules_of(db, "h")
    days = [date(2026, 11, 23) + timedelta(days=number) for number in range(14)]
    hours = {"works": {("09:00", "12:00"), ("13:00", "14:00")}, "leave": {("", "")}}
    assert {kind: {(rule.start, rule.end) for rule in found if rule.kind == kind} for kind in hours} == hours
    assert {rule.source for rule in found} == {"imported"}
    shifts = [f"{to_london(instant_of(cells.start)):%a %d %H}" for cells in shifts_of(found, days)["cvs-a"]]
    assert shifts == [
        "Mon 23 13", "Tue 24 09", "Tue 24 13", "Wed 25 13", "Thu 26 09", "Thu 26 13", "Fri 27 13", "Mon 30 13",
    ]  # fmt: skip
    alembic(url, "downgrade", "0003")
    with empty.engine.connect() as db:
        back = db.execute(sa.text("select rota from hub")).scalar_one()
    kept = json.loads(back) if isinstance(back, str) else back
    weekdays = sorted((one["kind"], one["weekdays"], one["first"]) for one in kept)
    assert weekdays == [
        ("leave", [0, 1, 2, 3, 4, 5, 6], "2026-12-01"), ("works", [0, 1, 2, 3, 4], "2026-11-01"), ("works", [1, 3], ""),
    ]  # fmt: skip
    alembic(url, "downgrade", "base")
    with empty.engine.begin() as db:
        db.execute(sa.text("drop table if exists alembic_version"))


def test_the_fifth_migration_keeps_every_claim(empty: Database) -> None:
    url = empty.url.render_as_string(hide_password=False)
    alembic(url, "upgrade", "0004")
    claims = [("adviser:a", 7, "h1", "booked"), ("adviser:a", 8, "h1", "booked"), ("room:r", 7, "h1", "held")]
    with empty.engine.begin() as db:
        db.execute(
            sa.text(
                "insert into hold (id, resident, opening, state, until, wishes, asked)"
                " values ('h1', 'one', 'code', 'confirmed', :at, '{}', '[]')"
            ),
            {"at": NOW},
        )
        for resource, cell, hold, state in claims:
            db.execute(
                sa.text("insert into claim (resource, cell, hold, state) values (:resource, :cell, :hold, :state)"),
                {"resource": resource, "cell": cell, "hold": hold, "state": state},
            )
    for way in (("upgrade", "head"), ("downgrade", "0004"), ("upgrade", "head")):
        alembic(url, *way)
        with empty.engine.connect() as db:
            rows = db.execute(sa.text("select resource, cell, hold, state from claim order by resource, cell")).all()
        assert [tuple(row) for row in rows] == claims
    if empty.dialect == "sqlite":
        with empty.engine.connect() as db:
            made = db.execute(sa.text("select sql from sqlite_master where name = 'claim'")).scalar_one()
        assert "WITHOUT ROWID" in made
    with empty.engine.begin() as db, pytest.raises(sa.exc.IntegrityError):
        db.execute(sa.text("insert into claim (resource, cell, hold, state) values ('room:r', 7, 'h1', 'held')"))
    alembic(url, "downgrade", "base")
    with empty.engine.begin() as db:
        db.execute(sa.text("drop table if exists alembic_version"))
