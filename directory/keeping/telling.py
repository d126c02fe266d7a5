"""What an import says to the person who runs it: how far it is, what was set aside, what came of it."""

from collections.abc import Callable, Iterator

from directory.keeping.imports import Outcome

EVERY_SECONDS = 5.0
MOST_ASIDE = 50  # lines; the desk lists them all
Clock = Callable[[], float]


class Teller:
    """Passes lines on, but never a flood of them."""

    def __init__(self, echo: Callable[[str], None], clock: Clock) -> None:
        self._echo, self._clock = echo, clock
        self._told_at = clock()
        self._aside = 0

    @property
    def untold(self) -> int:
        """How many records were set aside without a line of their own."""
        return max(0, self._aside - MOST_ASIDE)

    def tell(self, line: str) -> None:
        """A line for the data's owner."""
        self._aside += line.startswith("Set aside: ")
        if not self.untold or not line.startswith("Set aside: "):
            self._echo(line)

    def progress(self, outcome: Outcome) -> None:
        """After a batch: a line every few seconds."""
        self.tick(f"{outcome.read:,} services read so far, {outcome.set_aside:,} of them set aside.")

    def tick(self, line: str) -> None:
        """How far it is: one such line every few seconds."""
        now = self._clock()
        if now - self._told_at >= EVERY_SECONDS:
            self._told_at = now
            self._echo(line)


def summary(outcome: Outcome, *, untold: int) -> Iterator[str]:
    """What came of it, a line each."""
    if untold:
        yield f"{untold:,} more records were set aside. The desk lists them all."
    if not outcome.readable:
        yield "Nothing could be read, so nothing was changed."
        return
    yield f"{outcome.changed:,} services are new or changed, {outcome.unchanged:,} are as they were."
    if outcome.clashes:
        yield f"{outcome.clashes:,} parts were changed here and in the feed. Ours stay until the desk settles them."
    if outcome.removed:
        yield f"{outcome.removed:,} services are no longer in the feed, so they are no longer offered. They are kept."
    if outcome.kept_back:
        yield (
            f"The feed no longer has {outcome.kept_back:,} of its services. That is so many that none was taken away. "
            "If it is right, import it again with --let-go."
        )
    if not outcome.whole:
        yield "It was not read to its end, or not all of it, so nothing was taken away."
