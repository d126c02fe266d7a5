"""What a service is for: a need that it meets, and how surely we know."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Meets:
    """A need that a service meets: `strength` 1 (also helps) to 3 (what it is for); a `detail` it is best at.

    `guessed`: nobody said so; it was read out of the words of its name and description.
    """

    need: str
    detail: str | None
    strength: int
    guessed: bool = False
