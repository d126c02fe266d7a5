"""What can go wrong at the hub manager's desk. Each text is a sentence for people."""

from foundation.errors import FrontDoorError


class NoHub(FrontDoorError):
    """No hub and no rota was ever loaded."""


class VisitUnknown(FrontDoorError):
    """No visit has that reference."""


class NotAtThisHub(FrontDoorError):
    """There is no such person, room, rule or disruption at this hub."""


class NotOffered(FrontDoorError):
    """That opening is not one of those for this visit."""
