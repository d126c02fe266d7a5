"""Each record of an import judged alone: it can go in, or it is set aside with a reason its owner understands."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from directory.feeds.integrity import once, problems_of
from directory.feeds.records import Unreadable
from directory.model import ServiceBroken, read_service
from foundation.database import Written
from foundation.telling import Told

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
class Same:
    """A record that is as it was when it was last taken in."""

    id: str


@dataclass(frozen=True)
class Aside:
    """One that cannot, or not yet. `id` is empty when that is not known; `record` is escaped JSON."""

    id: str
    name: str
    reason: str
    record: str


Judged = Good | Same | Aside


def judge(record: object, seen: set[str], known: Mapping[str, str], today: date) -> Judged:
    """`seen` are the ids of this source so far, and gets this one; `known` are the digests of what was taken in."""
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
    digest = digest_of(record)
    if digest and known.get(id) == digest and not again:
        return Same(id)
    problems = faults_of(record, today)
    if problems:
        return _aside(record, " ".join(map(str, problems)))
    if again:
        return _aside(record, "Another record in this feed has the same id.")
    return Good(id, digest, Written(record))


def faults_of(document: dict[str, Any], today: date) -> list[Told]:
    """Why it cannot be a service, or should not be one as it is; a sentence each."""
    found: list[Told] = []
    try:
        read_service(document | {"description": ""})  # its words are for guessing needs, which nothing can break
    except ServiceBroken as error:
        found.append(error.told)
    return once([*found, *problems_of(document, today=today)])


def digest_of(document: dict[str, Any]) -> str:
    """What two records have in common when nothing in them changed; "" for one that cannot be kept."""
    counted = {key: value for key, value in document.items() if key not in NO_CHANGE}
    try:
        return hashlib.sha256(json.dumps(counted, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    except UnicodeEncodeError:
        return ""


def _aside(record: object, reason: str) -> Aside:
    told: dict[str, Any] = record if isinstance(record, dict) else {}
    name = str(told.get("name") or told.get("id") or NAMELESS)
    escaped = json.dumps(record, default=str)[:LONGEST_RECORD]  # it may hold what no database takes
    return Aside(_letters(str(told.get("id") or "")), _letters(name), _letters(reason), escaped)


def _letters(text: str) -> str:
    """Without what no database takes."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "�")[: LONGEST_NAME * 10]
