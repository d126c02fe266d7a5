"""Where services come from: a file, a folder, a zip or an address; which format it is, we see from what is in it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfileobj
from urllib.parse import urlsplit

import httpx

from directory.feeds.api import read_pages
from directory.feeds.bundles import Bundle, Folder, One, Zip
from directory.feeds.json_stream import records_in
from directory.feeds.letters import Letters
from directory.feeds.oruk1 import as_newer, is_older
from directory.feeds.outside import NotThere, answer, open_client, shown
from directory.feeds.records import Read, Remark, SourceUnreadable, Unreadable
from directory.feeds.tabular import SERVICES, read_tables, table_of
from directory.feeds.tidy import tidied

FILES = (".json", ".csv", ".tsv", ".zip", ".jsonl", ".ndjson")
TABLES = (".csv", ".tsv")
ABOUT_THE_FOLDER = "datapackage.json"


def source_name(source: str) -> str:
    """SOURCE as it is kept: the whole path, or the address without a password or key in it."""
    return shown(source) if _is_address(source) else str(Path(source).resolve())


def read_source(source: str) -> Iterator[Read]:
    """Every service record that SOURCE holds, in the shape of UK 3.0, with what could not be read and remarks.

    Raises SourceUnreadable when nothing can be read, or no further.
    """
    for read in _from_address(source) if _is_address(source) else _from_path(Path(source), source):
        yield _in_shape(read) if isinstance(read, dict) else read


def _is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def _in_shape(record: dict[str, object]) -> Read:
    """In the shape of 3.0 and tidy; what has no shape at all stays as it is, for the checks to name."""
    try:
        return tidied(as_newer(record) if is_older(record) else record)
    except RecursionError:
        name, id = str(record.get("name") or record.get("id")), str(record.get("id") or "")
        return Unreadable(name, "It is nested far too deeply to be a service.", id)
    except (AttributeError, TypeError, ValueError):
        return record


def _from_path(path: Path, source: str) -> Iterator[Read]:
    if path.is_dir():
        yield from _from_bundle(Folder(path), path.name, source)
    elif path.is_file():
        yield from _from_file(path, path.name)
    else:
        raise SourceUnreadable(f"There is nothing at {source}.")


def _from_bundle(bundle: Bundle, name: str, source: str) -> Iterator[Read]:
    names = bundle.names()
    documents = [one for one in names if one.endswith(".json") and not one.endswith(ABOUT_THE_FOLDER)]
    if any(one.endswith(TABLES) and table_of(one) == SERVICES for one in names):
        if documents:
            yield Remark(f"{name} holds services.csv and .json files. We read the tables.")
        yield from read_tables(bundle)
    elif documents:
        for one in documents:
            yield from _from_one(bundle, one)
    else:
        raise SourceUnreadable(f"There are no .json files and no services.csv in {source}.")


def _from_one(bundle: Bundle, name: str) -> Iterator[Read]:
    """The records of one file of several; a broken one leaves the others alone."""
    try:
        with bundle.open(name) as stream:
            letters = Letters(stream, name)
            yield from records_in(letters)
            yield from letters.remarks()
    except SourceUnreadable as error:
        yield Unreadable(name, str(error))


def _from_file(path: Path, name: str) -> Iterator[Read]:
    with path.open("rb") as stream:
        start = stream.read(4096)
        stream.seek(0)
        if start.startswith(b"PK\x03\x04"):
            yield from _from_bundle(Zip(path, name), name, name)
        elif start.startswith(b"\x1f\x8b"):
            raise SourceUnreadable(f"{name} is packed with gzip. Unpack it first.")
        elif _is_table(name, start):
            yield from read_tables(One(path, "services.csv"))
        else:
            letters = Letters(stream, name)
            yield from records_in(letters)
            yield from letters.remarks()


def _is_table(name: str, start: bytes) -> bool:
    if name.lower().endswith(FILES):
        return name.lower().endswith(TABLES)
    heading = start.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")[0]
    return heading[:1] not in (b"{", b"[", b"<", b"") and any(mark in heading for mark in (b",", b";", b"\t"))


def _from_address(address: str) -> Iterator[Read]:
    try:
        url = urlsplit(address)
        httpx.URL(address)
    except (ValueError, httpx.InvalidURL) as error:
        raise SourceUnreadable(f"{address} is not an address.") from error
    with open_client() as client:
        if url.path.lower().endswith(FILES):
            yield from _from_download(client, address)
            return
        path = url.path.rstrip("/")
        listing = url._replace(path=path if path.endswith("/services") else f"{path}/services", fragment="").geturl()
        pages = read_pages(client, listing)
        try:
            first = next(pages, None)
        except NotThere:
            if listing == address:
                raise
            yield from _from_download(client, address)
            return
        if first is not None:
            yield first
            yield from pages


def _from_download(client: httpx.Client, address: str) -> Iterator[Read]:
    """A file that lies at an address, brought here first: it is read several times, and its server does not wait."""
    name = urlsplit(address).path.rpartition("/")[2] or shown(address)
    with tempfile.NamedTemporaryFile(suffix=".feed") as kept:
        with answer(client, address) as body:
            copyfileobj(body, kept)
        kept.flush()
        yield from _from_file(Path(kept.name), name)
