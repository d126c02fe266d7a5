"""Each record of an import judged alone: it can go in, or it is set aside with a reason its owner understands."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from directory.feeds.integrity import problems_of
from directory.feeds.records import Unreadable
from directory.model import ServiceBroken, read_service

LONGEST_NAME, LONGEST_RECORD = 200, 100_000
# A feed that stamps each record at every reading has changed nothing by that.
NO_CHANGE = frozenset({"last_modified"})
NAMELESS = "A record without a name"


@dataclass(frozen=True)
class Good:
    """A record that can be a service."""

    id: str
    digest: str
    document: dict[str, Any]


@dataclass(frozen=True)
class Aside:
    """One that cannot, or not yet. `id` is empty when that is not known; `record` is escaped JSON."""

    id: str
    name: str
    reason: str
    record: str


def judge(record: object, seen: set[str], today: date) -> Good | Aside:
    """`seen` are the ids of this source so far, and gets this one."""
    if isinstance(record, Unreadable):
        if record.id:
            seen.add(record.id)
        return Aside(record.id, _letters(record.name), record.reason, "")
    if not isinstance(record, dict):
        return _aside(record, "This record is not an object.")
    id = str(record.get("id") or "")
    again = id in seen
    if id:
        seen.add(id)
    try:
        read_service(record)
    except ServiceBroken as error:
        return _aside(record, " ".join(dict.fromkeys([str(error), *problems_of(record, today=today)])))
    problems = problems_of(record, today=today)
    if problems:
        return _aside(record, " ".join(problems))
    if again:
        return _aside(record, "Another record in this feed has the same id.")
    return Good(id, digest_of(record), record)


def digest_of(document: dict[str, Any]) -> str:
    """What two records have in common when nothing in them changed."""
    counted = {key: value for key, value in document.items() if key not in NO_CHANGE}
    return hashlib.sha256(json.dumps(counted, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _aside(record: object, reason: str) -> Aside:
    told: dict[str, Any] = record if isinstance(record, dict) else {}
    name = str(told.get("name") or told.get("id") or NAMELESS)
    escaped = json.dumps(record, default=str)[:LONGEST_RECORD]  # it may hold what no database takes
    return Aside(_letters(str(told.get("id") or "")), _letters(name), _letters(reason), escaped)


def _letters(text: str) -> str:
    """Without what no database takes."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "�")[: LONGEST_NAME * 10]
