"""`frontdoor staff add` knows the roles that the desk knows."""

from pathlib import Path

import pytest
from click.testing import CliRunner

import casework.tables  # noqa: F401
import directory.keeping.tables  # noqa: F401
from casework.staff import ROLES, load_staff
from cli.main import STAFF_ROLES, main
from foundation.database import Database, metadata
from foundation.settings import get_settings


def test_the_command_names_the_roles_of_the_desk() -> None:
    assert STAFF_ROLES == ROLES


def test_an_editor_needs_an_organisation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    get_settings.cache_clear()
    database = Database(url)
    metadata.create_all(database.engine)
    try:
        add = [
            "staff",
            "add",
            "farah",
            "--name",
            "Farah",
            "--role",
            "directory_editor",
            "--password",
            "a long password",
        ]
        refused = CliRunner().invoke(main, add)
        assert refused.exit_code == 1
        assert "needs the id of their organisation" in refused.output
        assert load_staff(database, "farah") is None
        done = CliRunner().invoke(main, [*add, "--organisation", "org-a"])
        assert done.exit_code == 0, done.output
        farah = load_staff(database, "farah")
        assert farah is not None
        assert (farah.role, farah.organisation_id) == ("directory_editor", "org-a")
    finally:
        database.close()
        get_settings.cache_clear()
