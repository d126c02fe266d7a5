"""How we call a provider over HTTP, and what a broken call means: never reached, or perhaps taken."""

import re
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpx

from web.providers.base import TryLater, Unsure

CONNECT_SECONDS = 5.0
# None of these got as far as sending anything. Every other broken call may have been taken.
NEVER_REACHED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
LONGEST_WORDS = 300
_NUMBER = re.compile(r"\+?\d{7,}")


class Wire:
    """One provider's API. `base_url` has no slash at its end; `timeout` is seconds to wait for an answer."""

    def __init__(self, name: str, base_url: str, *, timeout: float, auth: httpx.Auth | None = None) -> None:
        self._name = name
        limits = httpx.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS))
        self._client = httpx.AsyncClient(base_url=base_url, timeout=limits, auth=auth, verify=_authorities())

    async def send(self, path: str, **request: Any) -> httpx.Response:
        """POST something that must happen once. Raises TryLater when it never left, Unsure when it may have arrived."""
        try:
            return await self._client.post(path, **request)
        except NEVER_REACHED as error:
            raise TryLater(f"{self._name} could not be reached.") from error
        except httpx.RequestError as error:
            raise Unsure(f"{self._name} did not answer.") from error

    async def look(self, path: str, **request: Any) -> dict[str, Any]:
        """GET something. Raises TryLater when it cannot be had now, for whatever reason."""
        try:
            response = await self._client.get(path, **request)
        except httpx.RequestError as error:
            raise TryLater(f"{self._name} could not be asked.") from error
        if not response.is_success:
            raise TryLater(f"{self._name} answered {response.status_code}.", seconds=retry_after(response.headers))
        return body_of(response)

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()


@cache
def _authorities() -> ssl.SSLContext:
    """Whose certificates we trust: read once a process, as that takes longer than a call."""
    return httpx.create_ssl_context()


def server_trouble(name: str, response: httpx.Response, *, words: str) -> TryLater | Unsure:
    """What a 5xx means. In the provider's own words it was not taken; from a gateway before it, nobody knows."""
    if response.status_code == 504 or not words:
        return Unsure(f"{name} answered {response.status_code} without a word of its own.")
    return TryLater(f"{name} answered {response.status_code}: {words}", seconds=retry_after(response.headers))


def body_of(response: httpx.Response) -> dict[str, Any]:
    """The JSON object that came back; empty when something else did."""
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def retry_after(
    headers: Mapping[str, str], *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> float | None:
    """Seconds that `Retry-After` asks for, as a number or a date (RFC 9110, section 10.2.3); None without one."""
    asked = headers.get("retry-after", "").strip()
    if asked.isdecimal():
        return float(asked)
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return None
    return max(0.0, (until - clock()).total_seconds()) if until.tzinfo else None


def in_short(words: object) -> str:
    """A provider's words as we keep them: short, and without the number that some of them repeat."""
    return _NUMBER.sub("[number]", str(words or ""))[:LONGEST_WORDS]
