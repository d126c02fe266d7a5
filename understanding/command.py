"""`frontdoor understand`: JSON lines in, JSON lines out."""

import json
from collections.abc import Iterable
from typing import Any, TextIO

from understanding.reading import understand

GOOD, SOME_BAD = 0, 3


def run(lines: Iterable[str], out: TextIO, problems: TextIO) -> int:
    """Understand each line of `{"id","text"}`. Malformed lines are reported on `problems` and as `{"error"}` on `out`.

    Returns 0, or 3 when a line could not be read. Raises ModelsMissing.
    """
    code = GOOD
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        answer = answer_to(line, number)
        if "error" in answer:
            code = SOME_BAD
            problems.write(answer["error"] + "\n")
        out.write(json.dumps(answer, ensure_ascii=False) + "\n")
        out.flush()
    return code


def answer_to(line: str, number: int) -> dict[str, Any]:
    """The object that answers one line; `{"id", "line", "error"}` for a malformed one."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {"id": None, "line": number, "error": f"Line {number} is not JSON."}
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        known = row.get("id") if isinstance(row, dict) else None
        return {"id": known, "line": number, "error": f"Line {number} has no text."}
    return {"id": row.get("id"), **understand(row["text"]).as_json()}
