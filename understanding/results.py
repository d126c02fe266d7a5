"""What understanding a message gives: plain, frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from foundation.errors import FrontDoorError


class ModelsMissing(FrontDoorError):
    """The trained heads or the embedding model are not there."""


class PatternsBroken(FrontDoorError):
    """A file of patterns cannot be used."""


class ExamplesBroken(FrontDoorError):
    """A file of labelled examples cannot be used."""


@dataclass(frozen=True)
class Heard:
    """One need heard in a message. `score` is a probability; each of `because` is an exact part of the text."""

    need: str
    score: float
    because: tuple[str, ...]
    detail: str | None = None
    on_behalf: bool = False


@dataclass(frozen=True)
class Crisis:
    """A crisis heard. `role` is victim, witness or harms for violence_abuse, otherwise None."""

    kind: str
    score: float
    because: tuple[str, ...]
    role: str | None = None


@dataclass(frozen=True)
class Understanding:
    """All that one message says: a need that is listed is one that the assistant would act on."""

    needs: tuple[Heard, ...] = ()
    crisis: Crisis | None = None
    circumstances: Mapping[str, object] = field(default_factory=dict)
    out_of_scope: bool = False
    language: str = "en"

    def as_json(self) -> dict[str, Any]:
        """The shape that `frontdoor understand` prints, without `id`."""
        crisis = self.crisis and {
            "kind": self.crisis.kind,
            "score": round(self.crisis.score, 3),
            "because": list(self.crisis.because),
            "role": self.crisis.role,
        }
        return {
            "needs": [
                {
                    "need": heard.need,
                    "score": round(heard.score, 3),
                    "because": list(heard.because),
                    "detail": heard.detail,
                    "on_behalf": heard.on_behalf,
                }
                for heard in self.needs
            ],
            "crisis": crisis,
            "circumstances": dict(self.circumstances),
            "out_of_scope": self.out_of_scope,
            "language": self.language,
        }
