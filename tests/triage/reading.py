"""The benchmark's rows, and the services of the demonstration that they name by file."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from directory.model import Service, read_service

HERE = Path(__file__).parent
SERVICES = HERE.parents[1] / "directory" / "places" / "cambridge" / "services"
KINDS, SPLITS = ("needs", "words"), ("dev", "locked")


@dataclass(frozen=True)
class Row:
    """One person, and what a fair answer shows them.

    `needs`: what a reader hears by definitions of the needs; a row with `words` is answered from the words alone.
    `must_include`: services by file name; of a group of several, one is enough.
    """

    id: str
    kind: str
    split: str
    words: str | None
    needs: tuple[str, ...]
    details: dict[str, str | None]
    postcode: str | None
    circumstances: dict[str, Any]
    must_include: tuple[frozenset[str], ...]
    must_not_include: frozenset[str]
    why: str

    @property
    def told(self) -> dict[str, Any]:
        """What the person has answered, as matching takes it."""
        return self.circumstances | ({"postcode": self.postcode} if self.postcode else {})


@cache
def rows() -> tuple[Row, ...]:
    """Every row, in the order of the files."""
    return tuple(row for kind in KINDS for split in SPLITS for row in _read(kind, split))


@cache
def services() -> dict[str, Service]:
    """Every service of the demonstration, by the name of its file."""
    files = sorted(SERVICES.glob("*.json"))
    return {file.stem: read_service(json.loads(file.read_text(encoding="utf-8"))) for file in files}


@cache
def stems() -> dict[str, str]:
    """The name of a service's file, by the service's id."""
    return {service.id: stem for stem, service in services().items()}


def _read(kind: str, split: str) -> Iterator[Row]:
    for line in (HERE / "rows" / f"{kind}-{split}.jsonl").read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        yield Row(
            id=raw["id"],
            kind=kind,
            split=split,
            words=raw.get("words"),
            needs=tuple(raw["needs"]),
            details=raw.get("details", {}),
            postcode=raw["postcode"],
            circumstances=raw["circumstances"],
            must_include=tuple(frozenset([m] if isinstance(m, str) else m) for m in raw["must_include"]),
            must_not_include=frozenset(raw["must_not_include"]),
            why=raw["why"],
        )
