"""What can go wrong with a booking, named by the domain. Each text is a sentence for people."""

from foundation.errors import FrontDoorError
from foundation.telling import ToldError


class OpeningTaken(FrontDoorError):
    """Somebody else was first, or the rota no longer has that time. Nothing of it was kept."""

    def __init__(self, text: str = "Sorry, somebody else has just taken that time. Please choose another one.") -> None:
        super().__init__(text)


class OpeningNotReadable(FrontDoorError):
    """The text is not the code of an opening."""


class HoldNotFound(FrontDoorError):
    """There is no such hold, or it is somebody else's."""


class HoldExpired(FrontDoorError):
    """The hold ran out, or was let go, before it was confirmed."""


class VisitNotFound(FrontDoorError):
    """No visit has that reference."""


class VisitOver(FrontDoorError):
    """The visit was cancelled or has already begun: it cannot be changed any more."""


class OfferOver(FrontDoorError):
    """What was kept for somebody on the waiting list was taken, passed on or ran out."""


class VisitChanged(FrontDoorError):
    """The visit is not as it was when this was planned: look at it again. Nothing was changed."""


class OpeningsNotPossible(FrontDoorError):
    """The question for openings cannot be answered as it was asked."""


class RuleWrong(ToldError, ValueError):
    """A rule, or a part of one, cannot be. The text is the end of a sentence, without a full stop."""


class RotaNotReadable(ToldError):
    """A rota or hub file is wrong. The text says in which line and why; nothing of it was loaded."""


class RotaBusy(FrontDoorError):
    """The rota could not be changed just now, for others were choosing from it all the time. Nothing was changed."""
