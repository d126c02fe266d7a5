"""What every record goes through, whatever its format: plain text, no empty values, and mistakes with one meaning.

Nothing is guessed here. A value is changed only where it can mean one thing; all else is for `integrity` to name.
"""

import re
from typing import Any

from directory.feeds.plain import plain

DEEPEST = 40  # a service is about six deep
OURS = "front_door"
_PLACEHOLDERS = frozenset({"n/a", "na", "none", "null", "nil", "tbc", "tba", "unknown", "-", "--", "not applicable"})
_LINKS = frozenset({"url", "uri", "website", "email", "logo", "schedule_link", "term_uri"})
_NO_SCHEME = re.compile(r"(?:www\.|(?:[a-z0-9-]+\.)+(?:uk|org|com|net|info|scot|wales)(?=[/?#]|$))\S*", re.IGNORECASE)
_GSS = re.compile(r"(?:.*[/:])?([EWSN]\d{8})/?")


def tidied(record: dict[str, Any]) -> dict[str, Any]:
    """A copy of `record` that is ready to be checked. Raises RecursionError for one that is nested too deeply."""
    tidy = {key: _ours(value) if key == OURS else _part(key, value, 1) for key, value in record.items()}
    kept = {key: value for key, value in tidy.items() if value is not None and value != ""}
    for area in kept.get("service_areas") or []:
        _name_the_council(area)
    return kept


def _part(key: str, value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(value, str):
        return _text(key, value)
    if isinstance(value, dict):
        return _object(value, depth)
    if isinstance(value, list):
        parts = [_part(key, one, depth + 1) for one in value]
        return [one for one in parts if not _is_no_phone(one)] if key == "phones" else parts
    return value


def _object(value: dict[str, Any], depth: int) -> dict[str, Any]:
    """Most of a record's values are short texts, so these take the shortest way."""
    kept: dict[str, Any] = {}
    for key, part in value.items():
        tidy = _text(key, part) if isinstance(part, str) else _part(key, part, depth + 1)
        if tidy is not None and tidy != "":
            kept[key] = tidy
    return kept


def _text(key: str, value: str) -> str:
    if key in _LINKS:
        return _link(value)
    return (plain(value) if "<" in value or "&" in value else value).strip()


def _is_no_phone(part: Any) -> bool:
    """Whether somebody wrote "n/a" for a number."""
    return isinstance(part, dict) and str(part.get("number", "")).casefold() in _PLACEHOLDERS


def _ours(value: Any, depth: int = 1) -> Any:
    """Our own block: its texts are made plain, and its empty values say something (`detail: null`)."""
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(value, dict):
        return {key: _ours(part, depth + 1) for key, part in value.items()}
    if isinstance(value, list):
        return [_ours(part, depth + 1) for part in value]
    return plain(value) if isinstance(value, str) else value


def _link(value: str) -> str:
    """An address with its scheme; a placeholder is nothing."""
    text = value.strip()
    if text.casefold() in _PLACEHOLDERS:
        return ""
    return f"http://{text}" if "@" not in text and _NO_SCHEME.fullmatch(text) else text


def _name_the_council(area: Any) -> None:
    """An area that names its council by an address of the statistics office, as feeds do, has it as its extent."""
    if isinstance(area, dict) and not area.get("extent"):
        found = _GSS.fullmatch(str(area.get("uri") or ""))
        if found:
            area["extent"] = found[1]
