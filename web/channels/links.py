"""The private links that a message may carry. The edge makes them; a renderer only knows where they belong."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Links:
    """`conversation` carries on on the web, `visit` is the page of the booked visit; None: say it without a link."""

    conversation: str | None = None
    visit: str | None = None
