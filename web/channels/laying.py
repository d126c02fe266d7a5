"""From a structured reply to its sheet, by kind."""

from collections.abc import Callable
from typing import Any

from foundation.errors import FrontDoorError
from web.channels import asking, showing
from web.channels.links import Links
from web.channels.sheets import Sheet


class NoSuchReply(FrontDoorError):
    """A kind of reply that no channel has learned to show."""


SHEETS: dict[str, Callable[[dict[str, Any], Links], Sheet]] = {
    "text": asking.text,
    "question": asking.question,
    "needs": asking.needs,
    "consent": asking.consent,
    "plan": showing.plan,
    "openings": showing.openings,
    "visit": showing.visit,
    "handoff": showing.handoff,
    "safety": showing.safety,
}


def lay_out(reply: dict[str, Any], links: Links) -> Sheet:
    """The sheet of one reply (as JSON). Raises NoSuchReply for a kind that is not in casework.replies.KINDS."""
    try:
        make = SHEETS[reply["kind"]]
    except KeyError as error:
        raise NoSuchReply(f"No channel can show a reply of kind {reply['kind']!r}.") from error
    return make(reply, links)
