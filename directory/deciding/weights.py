"""The weights by which services and questions are put in order: a table that the partnership may change."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("weights.yml")
URGENT = 2.0


@cache
def _table() -> dict[str, Any]:
    """The whole file. A broken one is an error of ours, found by the tests."""
    table: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return table


@cache
def weight(name: str) -> float:
    """Points of a match's score."""
    return float(_table()["score"][name]["weight"])


@cache
def change_weight(name: str) -> float:
    """How much of a changed plan something is, beside a need that is met elsewhere, which is 1."""
    return float(_table()["change"][name]["weight"])


@cache
def urgency(need: str) -> float:
    """How urgent a need is, 1 and up."""
    return float(_table()["urgency"]["needs"].get(need, 1.0))


def is_urgent(need: str) -> bool:
    """Whether somebody with this need should be seen today rather than next week."""
    return urgency(need) >= URGENT


@cache
def capacity_days() -> int:
    """For how many days a word about a service's room is believed."""
    return int(_table()["capacity_days"])
