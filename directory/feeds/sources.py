"""Where services come from: a file, a folder or an Open Referral UK API with pages."""

import ipaddress
import json
import socket
from collections.abc import Iterator
from json import JSONDecodeError
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from directory.model import Unreadable
from foundation.errors import FrontDoorError

MAX_PAGES = 2_000
MAX_BYTES = 200_000_000


class SourceUnreadable(FrontDoorError):
    """Nothing can be read from the source. The text says why."""


def read_source(source: str) -> Iterator[Any]:
    """Every service record that SOURCE holds, as parsed JSON. Raises SourceUnreadable."""
    if source.startswith(("http://", "https://")):
        return _from_api(source)
    path = Path(source)
    if path.is_dir():
        files = sorted(path.glob("*.json"))
        if not files:
            raise SourceUnreadable(f"There are no .json files in {path}.")
        return _from_files(files)
    if path.is_file():
        return iter(_from_file(path))
    raise SourceUnreadable(f"There is nothing at {source}.")


def _from_files(files: list[Path]) -> Iterator[Any]:
    """The records of each file; a broken file is one unreadable record, and the others are read."""
    for file in files:
        try:
            yield from _from_file(file)
        except SourceUnreadable as error:
            yield Unreadable(file.name, str(error))


def _from_file(file: Path) -> list[Any]:
    if file.stat().st_size > MAX_BYTES:
        raise SourceUnreadable(f"{file.name} is larger than 200 MB.")
    try:
        return records_in(json.loads(file.read_bytes()))
    except (JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SourceUnreadable(f"{file.name} is not whole JSON in UTF-8: {error}.") from error


def records_in(parsed: Any) -> list[Any]:
    """The services in a parsed file: one service, a list, or a page (3.0 `contents`, 1.0 `content`)."""
    if isinstance(parsed, dict):
        for key in ("contents", "content", "services"):
            if isinstance(parsed.get(key), list):
                return list(parsed[key])
        return [parsed]
    return parsed if isinstance(parsed, list) else [parsed]


def _from_api(address: str) -> Iterator[Any]:
    _refuse_private(address)
    base = address.rstrip("/")
    listing = base if base.endswith("/services") else f"{base}/services"
    with httpx.Client(timeout=30, follow_redirects=False) as client:
        yield from read_pages(client, listing)


def read_pages(client: httpx.Client, listing: str) -> Iterator[Any]:
    """Every service of the API whose list is at `listing`, page by page, each read whole. Raises SourceUnreadable."""
    seen: set[str] = set()
    for number in range(1, MAX_PAGES + 1):
        page = _get(client, listing, {"page": number, "per_page": 100})
        fresh = [r for r in records_in(page) if isinstance(r, dict) and str(r.get("id")) not in seen]
        for record in fresh:
            seen.add(str(record.get("id")))
            yield _whole(client, listing, record)
        if not fresh or not isinstance(page, dict) or page.get("last_page") or page.get("last"):
            return


def _whole(client: httpx.Client, listing: str, record: dict[str, Any]) -> Any:
    """The service as it is under its own address. One that does not answer leaves the others alone."""
    if not record.get("id"):
        return record
    try:
        return _get(client, f"{listing}/{quote(str(record['id']), safe='')}", {})
    except SourceUnreadable as error:
        return Unreadable(str(record.get("name") or record["id"]), str(error))


def _get(client: httpx.Client, address: str, query: dict[str, int]) -> Any:
    try:
        answer = client.get(address, params=query)
        answer.raise_for_status()
        return answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise SourceUnreadable(f"{address} does not answer with JSON: {error}.") from error


def _refuse_private(address: str) -> None:
    try:
        host = urlsplit(address).hostname or ""
    except ValueError as error:
        raise SourceUnreadable(f"{address} is not an address.") from error
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError) as error:
        raise SourceUnreadable(f"There is no address for {host}.") from error
    if any(not ipaddress.ip_address(ip).is_global for ip in found):
        raise SourceUnreadable("That address leads to a private network, so it is not read.")
