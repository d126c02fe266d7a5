"""Reading from addresses that other people chose: never inside our own network, never without an end.

Every hop of a redirect is looked up and checked, and the connection goes to the very address that was checked: a name
that says something else a moment later (DNS rebinding) makes no difference. Where the environment names a proxy, the
proxy makes the connection and its own rules count; names that we can look up are checked all the same.
"""

import ipaddress
import socket
import time
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from threading import Lock
from typing import IO, Any

import httpx

from directory.feeds.letters import MAX_BYTES
from directory.feeds.records import SourceUnreadable

IN_MEMORY = 4_000_000
TIMEOUT_SECONDS, ANSWER_SECONDS = 30, 1800
HOPS = 5
AGAIN = (429, 502, 503, 504)
WAITS_SECONDS = (1.0, 4.0)
LONGEST_WAIT_SECONDS = 30.0
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Resolve = Callable[[str], list[str]]


class NotThere(SourceUnreadable):
    """The address answers that it has no such thing."""


def open_client(transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """A client for addresses from outside. Raises SourceUnreadable for those that lead inside."""
    headers = {"Accept-Encoding": "gzip", "Accept": "application/json, */*;q=0.5", "User-Agent": "FrontDoor"}
    return httpx.Client(
        transport=transport or Outside(), timeout=TIMEOUT_SECONDS, follow_redirects=True, max_redirects=HOPS,
        headers=headers,
    )  # fmt: skip


@contextmanager
def answer(client: httpx.Client, address: str, *, limit: int = MAX_BYTES) -> Iterator[IO[bytes]]:
    """What `address` answers, unpacked, on disk when it is large. Raises SourceUnreadable, NotThere."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as kept:
        for wait in (*WAITS_SECONDS, None):
            asked = _ask(client, address, kept, limit=limit)
            if asked is None:
                break
            if wait is None:
                raise SourceUnreadable(f"{shown(address)} is too busy to answer, or breaks off.")
            time.sleep(min(max(wait, asked), LONGEST_WAIT_SECONDS))
            kept.seek(0)
            kept.truncate()
        kept.seek(0)
        yield kept


def shown(address: str) -> str:
    """The address without a password or a key in it, for messages and for keeping."""
    url = httpx.URL(address)
    return str(url.copy_with(username=None, password=None, query=None, fragment=None))


def _ask(client: httpx.Client, address: str, into: IO[bytes] | Any, *, limit: int) -> float | None:
    """None when it is in; otherwise the seconds after which to ask again."""
    try:
        with client.stream("GET", address) as told:
            if told.status_code in AGAIN:
                return _seconds(told.headers.get("retry-after"))
            if told.status_code in (404, 405, 410):
                raise NotThere(f"There is nothing at {shown(address)} (it answers {told.status_code}).")
            if told.status_code != httpx.codes.OK:
                raise SourceUnreadable(f"{shown(address)} answers {told.status_code} and no data.")
            for piece in _pieces(told, shown(address), limit=limit):
                into.write(piece)
    except (httpx.ReadError, httpx.RemoteProtocolError):
        return 0.0
    except (httpx.HTTPError, httpx.InvalidURL, zlib.error) as error:
        raise SourceUnreadable(f"{shown(address)} does not answer: {_plainly(error)}.") from error
    return None


def _pieces(told: httpx.Response, name: str, *, limit: int) -> Iterator[bytes]:
    """The body piece by piece, unpacked a little at a time, so that no packed bomb ever lies in memory."""
    packed = told.headers.get("content-encoding", "identity").lower()
    if packed not in ("identity", "gzip", ""):
        raise SourceUnreadable(f"{name} sends its data packed as {packed!r}, which was not asked for.")
    unpacker = zlib.decompressobj(wbits=31) if packed == "gzip" else None
    taken, until = 0, time.monotonic() + ANSWER_SECONDS
    for raw in told.iter_raw(1 << 16):
        for piece in _unpacked(raw, unpacker) if unpacker else (raw,):
            taken += len(piece)
            if taken > limit:
                raise SourceUnreadable(f"{name} sends more than {limit // 1_000_000:,} MB, so we stopped there.")
            yield piece
        if time.monotonic() > until:
            raise SourceUnreadable(f"{name} took more than {ANSWER_SECONDS // 60} minutes to answer.")


def _unpacked(raw: bytes, unpacker: Any) -> Iterator[bytes]:
    rest = raw
    while rest and (piece := unpacker.decompress(rest, 1 << 18)):
        yield piece
        rest = unpacker.unconsumed_tail


def _seconds(told: str | None) -> float:
    return float(told) if told and told.isdecimal() else 0.0


def _plainly(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__


def look_up(host: str) -> list[str]:
    """The IP addresses of `host`. Raises SourceUnreadable when there are none."""
    try:
        return list(dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)))
    except (OSError, UnicodeError) as error:
        raise SourceUnreadable(f"There is no address for {host!r}.") from error


def is_outside(address: str) -> bool:
    """Whether an IP address is on the open internet, also when it is wrapped in another."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_outside(str(inner))
    return ip.is_global and not ip.is_multicast


class Outside(httpx.BaseTransport):
    """Connects to checked addresses alone. One line a host, so that a certificate is checked for its own name."""

    def __init__(
        self, *, resolve: Resolve = look_up, line: Callable[[], httpx.BaseTransport] = httpx.HTTPTransport
    ) -> None:
        self._resolve, self._line = resolve, line
        self._lines: dict[str, httpx.BaseTransport] = {}
        self._checked: dict[str, list[str]] = {}
        self._lock = Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it on. Raises SourceUnreadable for an address inside, httpx errors for the rest."""
        host = request.url.host
        proxy = _proxy_for(request.url)
        if proxy:
            self._refuse_if_known(host)
            return self._to(proxy, lambda: httpx.HTTPTransport(proxy=proxy)).handle_request(request)
        trouble: httpx.ConnectError | None = None
        for address in self._addresses(host):
            pinned = httpx.Request(
                request.method, request.url.copy_with(host=address), headers=request.headers, stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},
            )  # fmt: skip
            try:
                return self._to(host, self._line).handle_request(pinned)
            except httpx.ConnectError as error:
                trouble = error
        raise trouble or httpx.ConnectError(f"no address for {host}", request=request)

    def close(self) -> None:
        """Hang up."""
        for line in self._lines.values():
            line.close()

    def _to(self, name: str, make: Callable[[], httpx.BaseTransport]) -> httpx.BaseTransport:
        with self._lock:
            if name not in self._lines:
                self._lines[name] = make()
            return self._lines[name]

    def _addresses(self, host: str) -> list[str]:
        """Looked up once, checked, and kept for as long as this transport lives."""
        with self._lock:
            if host not in self._checked:
                found = self._resolve(host)
                if not all(is_outside(address) for address in found):
                    raise SourceUnreadable("That address leads to a private network, so it is not read.")
                self._checked[host] = found
            return self._checked[host]

    def _refuse_if_known(self, host: str) -> None:
        try:
            found = self._resolve(host)
        except SourceUnreadable:
            return  # behind a proxy, names outside are often known to the proxy alone
        if not all(is_outside(address) for address in found):
            raise SourceUnreadable("That address leads to a private network, so it is not read.")


def _proxy_for(url: httpx.URL) -> str | None:
    if urllib.request.proxy_bypass(url.host):
        return None
    proxies = urllib.request.getproxies()
    return proxies.get(url.scheme) or proxies.get("all")
