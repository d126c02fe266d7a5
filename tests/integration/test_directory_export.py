"""The directory out, and in again: nothing lost in a backup, nothing private in what is for others."""

import csv
import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.main import main
from directory.command import import_source
from directory.exporting import FolderNotEmpty, export_csv, export_json
from directory.feeds.csv_writing import datapackage, tables
from directory.feeds.writing import as_standard
from directory.keeping.tables import service
from directory.keeping.versions import Change, record_versions
from directory.publishing import public_document
from foundation.database import Database, metadata
from foundation.settings import get_settings
from tests.conftest import rows
from tests.unit.directory_fixtures import documents

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def silent(line: str) -> None:
    """Nobody listens."""


def keep(database: Database, *several: dict[str, Any], removed: bool = False) -> None:
    changes = [Change(document["id"], document, "imported", removed=removed) for document in several]
    with database.writing() as db:
        record_versions(db, changes, {}, now=NOW)


def another(document: dict[str, Any], number: int) -> dict[str, Any]:
    """The same service once more, with parts of its own; what services share stays shared."""
    parts = ("attributes", "phones", "languages", "schedules", "service_areas", "service_at_locations")
    ids = [document["id"], *(part["id"] for key in parts for part in document.get(key, []))]
    text = json.dumps(document)
    for at, id in enumerate(ids):
        text = text.replace(id, f"9d3c5c5e-{number:04}-4000-8000-{at:012}")
    made: dict[str, Any] = json.loads(text)
    return made


def everything() -> list[dict[str, Any]]:
    """The demonstration's services, one for staff alone, a refuge, and one full of what CSV and feeds get wrong."""
    shipped = list(documents().values())
    staff, refuge, odd = (another(shipped[-1], number) for number in (1, 2, 3))
    staff |= {"name": "Staff room"}
    staff["front_door"] |= {"internal": True}
    refuge |= {"name": "Refuge"}
    refuge["front_door"] |= {"confidential_address": True, "owner": {"name": "Zuleika", "email": "z@example.org"}}
    odd |= {
        "name": "=cmd|' /C calc'!A1",
        "description": 'One, "two";\nthree\ttabs and £5 ’til 6',
        "alert": "-- closed --",
        "wait_time": "'=two apostrophes'",
        "fees": "+44 1632 960001",
        "application_process": "@home 'or' -away",
        "minimum_age": 16.5,
        "cost_options": [{"id": "9d3c5c5e-0000-4000-8000-000000000004", "amount": -3, "option": "-3"}],
        "contacts": [
            {"id": "9d3c5c5e-0000-4000-8000-000000000005", "title": "Desk", "phones": [
                {"id": "9d3c5c5e-0000-4000-8000-000000000006", "number": "01632 960002", "languages": [
                    {"id": "9d3c5c5e-0000-4000-8000-000000000007", "name": "Polish", "code": "pl"}]}]}
        ],
    }  # fmt: skip
    return [*shipped, staff, refuge, odd]


def published(database: Database, *, organisations_once: bool = False) -> dict[str, Any]:
    """What is published, by id. Tables have one row for an organisation: as the first service, by name, has it."""
    kept = sorted(rows(database, service), key=lambda row: (row["name"], row["id"]))
    shown = [public_document(row["document"]) for row in kept if row["removed_at"] is None]
    written = [as_standard(document) for document in shown if document is not None]
    first: dict[str, Any] = {}
    for document in written if organisations_once else []:
        document["organization"] = first.setdefault(document["organization_id"], document["organization"])
    return {document["id"]: in_order(document) for document in written}


def in_order(value: Any) -> Any:
    """A document in which the order of lists does not matter, nor whether an empty one is there: as in tables."""
    if isinstance(value, dict):
        return {key: in_order(part) for key, part in value.items() if key == "front_door" or part != []}
    if isinstance(value, list):
        return sorted((in_order(part) for part in value), key=lambda part: json.dumps(part, sort_keys=True))
    return value


@pytest.fixture
def elsewhere(tmp_path: Path) -> Database:
    made = Database(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    metadata.create_all(made.engine)
    yield made
    made.close()


def test_a_backup_comes_back_as_it_was(database: Database, elsewhere: Database, tmp_path: Path) -> None:
    keep(database, *everything())
    assert export_json(database, tmp_path / "out", public=False, echo=silent) == len(everything())
    said: list[str] = []
    assert import_source(elsewhere, str(tmp_path / "out"), now=NOW, echo=said.append) == 0, said
    before, after = ({row["id"]: row["document"] for row in rows(where, service)} for where in (database, elsewhere))
    assert after == before


@pytest.mark.parametrize("as_csv", [False, True])
def test_what_is_published_comes_in_elsewhere_as_the_same(
    database: Database, elsewhere: Database, tmp_path: Path, as_csv: bool
) -> None:
    keep(database, *everything())
    out = tmp_path / "out"
    export_csv(database, out, echo=silent) if as_csv else export_json(database, out, public=True, echo=silent)
    said: list[str] = []
    assert import_source(elsewhere, str(out), now=NOW, echo=said.append) == 0, said
    assert published(elsewhere, organisations_once=as_csv) == published(database, organisations_once=as_csv)


@pytest.mark.parametrize("as_csv", [False, True])
def test_nothing_private_is_in_what_is_for_others(database: Database, tmp_path: Path, as_csv: bool) -> None:
    keep(database, *everything())
    gone = deepcopy(everything()[0]) | {"id": "9d3c5c5e-0000-4000-8000-000000000009", "name": "Long gone"}
    keep(database, gone, removed=True)
    refuge = next(document for document in everything() if document["name"] == "Refuge")
    address = refuge["service_at_locations"][0]["location"]["addresses"][0]["address_1"]
    out = tmp_path / "out"
    export_csv(database, out, echo=silent) if as_csv else export_json(database, out, public=True, echo=silent)
    text = "".join(file.read_text(encoding="utf-8") for file in out.iterdir())
    for private in ("Staff room", "Zuleika", "z@example.org", "Long gone"):
        assert private not in text
    shown = (out / "services.csv" if as_csv else out / f"{refuge['id']}.json").read_text(encoding="utf-8")
    assert "Refuge" in shown
    assert address not in shown


def test_no_cell_is_a_formula(database: Database, tmp_path: Path) -> None:
    keep(database, *everything())
    export_csv(database, tmp_path, echo=silent)
    seen = 0
    for name in tables():
        with (tmp_path / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for cell in row.values():
                    assert cell[:1] not in ("=", "+", "@", "\t", "\r")
                    assert cell[:1] != "-" or float(cell) < 0
                    seen += bool(cell)
    assert seen > 3000
    assert "'=cmd|" in (tmp_path / "services.csv").read_text(encoding="utf-8")


def test_every_key_leads_to_a_row(database: Database, tmp_path: Path) -> None:
    keep(database, *everything())
    export_csv(database, tmp_path, echo=silent)
    told = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert told == datapackage()
    read = {}
    for resource in told["resources"]:
        with (tmp_path / resource["path"]).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            assert reader.fieldnames == [field["name"] for field in resource["schema"]["fields"]]
            read[resource["name"]] = list(reader)
    for resource in told["resources"]:
        ids = [row["id"] for row in read[resource["name"]]]
        assert len(ids) == len(set(ids))
        for key in resource["schema"]["foreignKeys"]:
            there = {row["id"] for row in read[key["reference"]["resource"]]}
            assert {row[key["fields"]] for row in read[resource["name"]]} - {""} <= there
    assert len(read["services"]) == len(everything()) - 1
    assert {row["name"] for row in read["languages"] if row["phone_id"]} == {"Polish"}


def test_a_row_belongs_to_one_parent(database: Database, tmp_path: Path) -> None:
    odd = everything()[-1]
    odd["contacts"][0]["phones"][0] |= {"service_id": odd["id"], "organization_id": odd["organization"]["id"]}
    keep(database, odd)
    export_csv(database, tmp_path, echo=silent)
    with (tmp_path / "phones.csv").open(encoding="utf-8", newline="") as file:
        of_contacts = [row for row in csv.DictReader(file) if row["number"] == "01632 960002"]
    assert [(row["contact_id"] != "", row["service_id"], row["organization_id"]) for row in of_contacts] == [
        (True, "", "")
    ]


@pytest.mark.parametrize("name", ["old.json", "phones.csv"])
def test_an_export_goes_where_nothing_else_would_be_read_with_it(database: Database, tmp_path: Path, name: str) -> None:
    keep(database, *everything())
    (tmp_path / name).write_text("{}")
    with pytest.raises(FolderNotEmpty, match=name):
        export_json(database, tmp_path, public=True, echo=silent)
    assert [file.name for file in tmp_path.iterdir() if file.suffix == ".json"] == [
        n for n in [name] if n[-5:] == ".json"
    ]


def test_an_export_goes_over_an_earlier_one(database: Database, tmp_path: Path) -> None:
    keep(database, *everything())
    for _ in range(2):
        export_json(database, tmp_path / "json", public=True, echo=silent)
        export_csv(database, tmp_path / "csv", echo=silent)


def test_the_command(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(database, *everything())
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    get_settings.cache_clear()
    run = CliRunner().invoke
    said = run(main, ["directory", "export", str(tmp_path / "shared")])
    assert (said.exit_code, said.output.strip()) == (0, f"Wrote {len(everything()) - 1} services to {tmp_path}/shared.")
    said = run(main, ["directory", "export", str(tmp_path / "backup"), "--whole"])
    assert f"Wrote {len(everything())} services" in said.output
    assert "must not be shared" in said.output
    assert run(main, ["directory", "export", str(tmp_path / "t"), "--csv"]).exit_code == 0
    assert run(main, ["directory", "export", str(tmp_path / "u"), "--csv", "--whole"]).exit_code == 2
    refused = run(main, ["directory", "export", str(tmp_path / "t")])
    assert refused.exit_code == 1
    assert "Name an empty folder." in refused.output
    get_settings.cache_clear()
