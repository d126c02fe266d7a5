"""The one way to Rasa: its REST channel, over loopback."""

from typing import Any

import httpx

from foundation.errors import FrontDoorError
from foundation.languages import translate


class BotNotAnswering(FrontDoorError):
    """Rasa or its action server is down, slow or silent. The message is kept and tried again."""


class BotAway(BotNotAnswering):
    """Rasa cannot be reached or takes too long: that is never the message's fault."""


class BotSilent(BotNotAnswering):
    """Rasa took the message and had nothing to say: an action failed, or it had carried this one out before."""


class Rasa:
    """Sends one turn and returns what Rasa had to say."""

    def __init__(self, base_url: str, actions_url: str, *, timeout_seconds: float) -> None:
        self._client = httpx.AsyncClient(base_url=base_url, timeout=timeout_seconds)
        self._actions_health = f"{actions_url}/health"

    async def say(self, sender: str, message: str, metadata: dict[str, Any]) -> list[dict[str, Any]]:
        """The structured replies to `message` (a text, or `/intent{...}` made by the edge alone).

        Raises BotNotAnswering when nothing usable comes back, and of these BotSilent when nothing was said.
        """
        body = {"sender": sender, "message": message, "metadata": metadata}
        try:
            answer = await self._client.post("/webhooks/rest/webhook", json=body)
            answer.raise_for_status()
            said = answer.json()
        except httpx.TransportError as error:
            raise BotAway("Our helper is away, or slow.") from error
        except (httpx.HTTPError, ValueError) as error:
            raise BotNotAnswering("Our helper is not answering.") from error
        replies = [_structured(part) for part in said if part.get("custom") or part.get("text")]
        if not replies:
            raise BotSilent("Our helper had nothing to say.")
        return replies

    async def ready(self) -> bool:
        """Whether Rasa answers at all."""
        return await self._answers("/")

    async def actions_ready(self) -> bool:
        """Whether its action server does."""
        return await self._answers(self._actions_health)

    async def _answers(self, address: str) -> bool:
        try:
            return (await self._client.get(address, timeout=2)).is_success
        except httpx.HTTPError:
            return False

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()


def _structured(part: dict[str, Any]) -> dict[str, Any]:
    custom = part.get("custom")
    if isinstance(custom, dict):
        return custom
    english = str(part["text"])
    return {"kind": "text", "text": translate(english), "ask": None, "choices": [], "data": {}}
