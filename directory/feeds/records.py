"""What comes out of a source: a record, one that could not be read, or a remark about the whole of it."""

from dataclasses import dataclass

from foundation.errors import FrontDoorError


class SourceUnreadable(FrontDoorError):
    """The source cannot be read, or no further. The text says why; the records before it are good."""


@dataclass(frozen=True)
class Unreadable:
    """A record that could not be read at all, with the reason in plain words; its id where that much is known."""

    name: str
    reason: str
    id: str = ""


@dataclass(frozen=True)
class Remark:
    """A line for the data's owner that is about the source, not about one record.

    `whole` is false when it tells that some of the source was not read.
    """

    text: str
    whole: bool = True


@dataclass(frozen=True)
class Progress:
    """How far it is, where nothing else has come out for a while; nobody needs to keep it."""

    text: str


Read = object  # a parsed record (of any JSON shape), Unreadable, Remark or Progress
