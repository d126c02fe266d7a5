"""How common each answer is, before anything is known: rough shares from public statistics, with their sources."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("priors.yml")
# An answer that the file leaves out, or that almost nobody gives, is still possible.
LEAST = 0.002


@cache
def _rows() -> dict[str, dict[str, Any]]:
    """Circumstance -> its row. A broken file is an error of ours, found by the tests."""
    rows: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return rows


def shares_of(code: str, needs: Iterable[str] = ()) -> dict[str, float]:
    """Answer -> share, together 1, of people with one of `needs` (the first that the file tells apart) or of all.

    Empty when the file says nothing of `code`.
    """
    row = _rows().get(code)
    if row is None:
        return {}
    given = row.get("given", {})
    return _whole(code, next((need for need in needs if need in given), ""))


@cache
def _whole(code: str, need: str) -> dict[str, float]:
    row = _rows()[code]
    told = row["given"][need] if need else row["shares"]
    shares = {str(answer): max(LEAST, float(share)) for answer, share in told.items()}
    together = sum(shares.values())
    return {answer: share / together for answer, share in shares.items()}
