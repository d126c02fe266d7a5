"""Somebody with a phone, in a test."""

from dataclasses import dataclass
from typing import Any, Protocol

import httpx

Message = dict[str, Any]
PATIENCE = 30.0  # seconds that a test waits for our edge


class Carrier(Protocol):
    """What a resident needs of a fake."""

    def outbox(self, address: str) -> list[Message]: ...
    def texts(self, address: str) -> list[str]: ...
    def wait_for_replies(self, address: str, count: int, *, seconds: float = PATIENCE) -> list[Message]: ...
    def arrives(self, address: str, kind: str, *, forged: bool = False, **what: Any) -> Any: ...
    def send_call(self, call: Any, *, times: int = 1) -> httpx.Response | None: ...


@dataclass
class Resident:
    """Somebody with a phone, whose messages reach our edge and whom ours reach. Each call answers with its response."""

    fake: Carrier
    address: str

    def says(self, text: str, *, times: int = 1, forged: bool = False) -> httpx.Response | None:
        """Write a text."""
        return self._write("text", text=text, times=times, forged=forged)

    def taps(self, choice: str, *, times: int = 1, forged: bool = False) -> httpx.Response | None:
        """Tap a button or row of the last message that had any, by its id or its label."""
        return self._write("choice", choice=choice, times=times, forged=forged)

    def shares(self, latitude: float, longitude: float, *, times: int = 1) -> httpx.Response | None:
        """Share a location."""
        return self._write("location", place=(latitude, longitude), times=times)

    def sends(self, kind: str, *, caption: str = "", times: int = 1) -> httpx.Response | None:
        """Send a `voice`, `image`, `video`, `document`, `sticker`, `reaction`, `contact` or `empty` message."""
        return self._write(kind, text=caption, times=times)

    @property
    def replies(self) -> list[Message]:
        """What has reached this phone, oldest first."""
        return self.fake.outbox(self.address)

    @property
    def heard(self) -> list[str]:
        """The words of it."""
        return self.fake.texts(self.address)

    def wait_for_replies(self, count: int, *, seconds: float = PATIENCE) -> list[str]:
        """Wait until at least so many have reached this phone; the words of all of them."""
        return [str(message["text"]) for message in self.fake.wait_for_replies(self.address, count, seconds=seconds)]

    def _write(self, kind: str, *, times: int = 1, forged: bool = False, **what: Any) -> httpx.Response | None:
        return self.fake.send_call(self.fake.arrives(self.address, kind, forged=forged, **what), times=times)
