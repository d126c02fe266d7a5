"""What pyproject.toml says about who may import whom holds, and the pinned requirements name no address."""

import re
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parent.parent.parent


def test_imports_go_one_way() -> None:
    result = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert result == EXIT_STATUS_SUCCESS


@pytest.mark.parametrize("pinned", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.stem)
def test_requirements_are_pinned_with_hashes_and_name_no_address(pinned: Path) -> None:
    text = pinned.read_text()
    packages = re.findall(r"^[a-z0-9][^\n]*?==[^\n]*\\\n(    --hash=sha256:[0-9a-f]{64}[^\n]*\n)+", text, re.MULTILINE)
    lines = [line for line in text.splitlines() if re.match(r"[a-z0-9]", line)]
    assert len(packages) == len(lines) > 0
    assert "://" not in text
    assert "index-url" not in text


def test_rasa_and_its_sdk_are_the_pair_that_was_tried() -> None:
    assert re.search(r"^rasa==3\.6\.21 ", (ROOT / "requirements/bot.txt").read_text(), re.MULTILINE)
    assert re.search(r"^rasa-sdk==3\.21\.1 ", (ROOT / "requirements/app.txt").read_text(), re.MULTILINE)
