"""National and local numbers for emergencies, from one dated file."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from foundation.languages import translate

FILE = Path(__file__).with_name("helplines.yml")


@dataclass(frozen=True)
class Line:
    """A number to call, text or visit: `number` as people read it, `dial` as a link (`tel:`, `sms:`, `https:`)."""

    number: str
    dial: str
    label: str
    note: str

    def as_json(self) -> dict[str, Any]:
        """The line as a page shows it, in the language spoken now. A number alone is no text."""
        number = translate(self.number) if ", " in self.number else self.number
        return {"number": number, "dial": self.dial, "label": translate(self.label), "note": translate(self.note)}


@cache
def load_helplines() -> dict[str, Line]:
    """Every line by its id. A broken file is an error of ours (KeyError, YAMLError), found by the tests."""
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {
        name: Line(str(line["number"]), str(line["dial"]), line["label"], line.get("note", ""))
        for name, line in read["lines"].items()
    }
