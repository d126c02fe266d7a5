"""What is said in a stretch of a wording: a group of people, a limit of age or place, how to get in, or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

Rule = dict[str, Any]


class Kind(Enum):
    """What a stretch of a wording does."""

    GROUP = "group"  # people of one kind, as a rule
    AGE = "age"
    PLACE = "place"
    AGE_NOUN = "age_noun"  # "young people": an age only where a number stands with it
    OPEN = "open"  # everyone
    NARROWS = "narrows"  # "women": nobody is asked about it
    OTHERS = "others"  # "friends of": the words after it are about somebody else
    STOP = "stop"  # "especially": no rule from here to the end of the sentence
    NEGATION = "negation"
    VOID = "void"  # "accompanied": the sentence says something else
    ACCESS = "access"
    FILLER = "filler"


@dataclass(frozen=True)
class Mention:
    """A stretch `start` to `end` of the tidied wording. `rule` with its `says`; `more`: the words say more than it."""

    start: int
    end: int
    kind: Kind
    name: str = ""
    rule: Rule | None = None
    more: bool = False

    @property
    def length(self) -> int:
        """Letters that it covers."""
        return self.end - self.start


def without_overlaps(found: Iterable[Mention]) -> list[Mention]:
    """The longest mentions that do not overlap, in the order of the wording."""
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda m: (-m.length, m.kind is Kind.FILLER, m.start)):
        if all(mention.end <= other.start or mention.start >= other.end for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda m: m.start)
