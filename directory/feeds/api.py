"""An Open Referral UK API: its list page by page, then each service whole, as list items may lack parts."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import batched
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx

from directory.feeds.json_stream import MAX_RECORD, records_in
from directory.feeds.letters import Letters
from directory.feeds.outside import NotThere, answer, shown
from directory.feeds.records import Read, Remark, SourceUnreadable, Unreadable

MAX_PAGES = 5_000
PER_PAGE = 100
AT_ONCE = 4  # polite to a small council's server, and four times as quick
END, LOOP = "end", "loop"
_LAST = ("last_page", "last")
_PAGES, _ITEMS = ("total_pages", "totalPages"), ("total_items", "totalElements")


def read_pages(client: httpx.Client, listing: str) -> Iterator[Read]:
    """Every service of the API whose list is at `listing`. Raises SourceUnreadable where it stops answering."""
    pages = _Pages(client, listing)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(1, MAX_PAGES + 1):
            try:
                yield from pages.read(number, pool)
                ended = pages.ended(number)
            except NotThere:  # past the last page, some answer that there is none
                if number == 1:
                    raise
                ended = END
            if ended:
                yield from _last_words(pages.facts, ended, number=number, read=len(pages.seen))
                return
    yield Remark(f"{shown(listing)} has more than {MAX_PAGES:,} pages. We stopped there.", whole=False)


class _Pages:
    """The pages of one list, and what has been seen in them."""

    def __init__(self, client: httpx.Client, listing: str) -> None:
        self._client, self._listing = client, listing
        self.seen: set[str] = set()
        self.facts: dict[str, Any] = {}
        self._items = self._fresh = 0

    def read(self, number: int, pool: ThreadPoolExecutor) -> Iterator[Read]:
        """What is new on one page, each service whole."""
        before, self._items = len(self.seen), 0
        with answer(self._client, _address(self._listing, page=number, per_page=PER_PAGE)) as body:
            self.facts = {}
            letters = Letters(body, f"Page {number} of {shown(self._listing)}")
            for batch in batched(records_in(letters, self.facts), 4 * AT_ONCE):
                self._items += len(batch)
                fresh = [record for record in batch if self._is_new(record)]
                yield from pool.map(lambda record: _whole(self._client, self._listing, record), fresh)
            yield from letters.remarks()
        self._fresh = len(self.seen) - before

    def ended(self, number: int) -> str:
        """Why this was the last page; "" when another follows."""
        pages = _first(self.facts, _PAGES)
        if not self.facts or not self._items or any(self.facts.get(key) is True for key in _LAST):
            return END  # a list without pages, an empty page, or it says so
        if isinstance(pages, int) and number >= pages:
            return END
        return "" if self._fresh else LOOP

    def _is_new(self, record: Any) -> bool:
        key = record.get("id") if isinstance(record, dict) else None
        name = str(key) if key else json.dumps(record, sort_keys=True)
        if name in self.seen:
            return False
        self.seen.add(name)
        return True


def _last_words(facts: dict[str, Any], ended: str, *, number: int, read: int) -> Iterator[Remark]:
    """What its owner should know about the end, when it was none."""
    total = _first(facts, _ITEMS)
    complete = isinstance(total, int) and read >= total
    if ended == LOOP:
        text = f"The pages repeat: page {number:,} has only what earlier pages had. We stopped there."
        yield Remark(text if complete else f"{text} It may not be all.", whole=complete)
    elif isinstance(total, int) and not complete:
        yield Remark(f"The feed says that it has {total:,} services, and gave {read:,}.", whole=False)


def _first(facts: dict[str, Any], keys: tuple[str, ...]) -> Any:
    return next((facts[key] for key in keys if key in facts), None)


def _whole(client: httpx.Client, listing: str, record: Any) -> Read:
    """The service as it is under its own address. One that does not answer leaves the others alone."""
    if not isinstance(record, dict) or not record.get("id"):
        return record
    id = str(record["id"])
    try:
        with answer(client, _address(listing, part=id), limit=MAX_RECORD) as body:
            (read,) = records_in(Letters(body, f"{shown(listing)}/{id}"))
    except SourceUnreadable as error:
        return Unreadable(str(record.get("name") or id), str(error), id)
    except ValueError:
        return Unreadable(str(record.get("name") or id), f"{shown(listing)}/{id} is not one service.", id)
    if not isinstance(read, dict) or str(read.get("id")) != id:
        return Unreadable(str(record.get("name") or id), f"{shown(listing)}/{id} answers with something else.", id)
    return read


def _address(listing: str, *, part: str = "", **query: int) -> str:
    """The list's address with a page, or with the id of one service; a key in its query goes along."""
    url = urlsplit(listing)
    asked = "&".join(text for text in (url.query, urlencode(query)) if text)
    path = url.path.rstrip("/") + (f"/{quote(part, safe='')}" if part else "")
    return url._replace(path=path, query=asked, fragment="").geturl()
