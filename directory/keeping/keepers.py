"""Who may keep which service true: its own organisation's editors, and nobody else."""

from dataclasses import dataclass

from foundation.errors import FrontDoorError
from foundation.languages import marked


class NotYours(FrontDoorError):
    """Somebody asked for what is another organisation's, or for what the council's team alone may do."""


@dataclass(frozen=True)
class Keeper:
    """A person at the directory's desk.

    `organisation_id` is whose services they change (none: nobody's). A `manager` sees every list and settles what no
    organisation can settle alone, and changes no service.
    """

    username: str
    organisation_id: str | None = None
    manager: bool = False

    def keeps(self, organisation_id: str | None) -> bool:
        """Whether the services of this organisation are theirs to change."""
        return organisation_id is not None and organisation_id == self.organisation_id

    def sees(self, organisation_id: str | None) -> bool:
        """Whether what waits for this organisation is on their lists."""
        return self.manager or self.keeps(organisation_id)


def only_keeper(who: Keeper, organisation_id: str | None) -> None:
    """Raises NotYours unless they change this organisation's services."""
    if not who.keeps(organisation_id):
        raise NotYours(marked("Only an editor of the organisation that runs this service can change it."))


def only_manager(who: Keeper) -> None:
    """Raises NotYours unless they are of the council's team."""
    if not who.manager:
        raise NotYours(marked("Only the council’s directory team can do this."))


def only_seen(who: Keeper, organisation_id: str | None) -> None:
    """Raises NotYours unless it is on their lists."""
    if not who.sees(organisation_id):
        raise NotYours(marked("This is for the organisation that runs the service, or the council’s directory team."))
