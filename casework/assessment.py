"""What is known of one resident's situation, so far: what they said, need by need, and what they answered."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from directory.geography.postcodes import is_known

SKIPPED = "skip"


@dataclass
class HeardNeed:
    """A need that was heard, guessed or picked from the list."""

    need: str
    because: list[str] = field(default_factory=list)
    guess: str | None = None
    detail: str | None = None
    on_behalf: bool = False


@dataclass
class Assessment:
    """The one assessment of a conversation. `stage` names the step that comes next."""

    stage: str = "listening"
    said: list[str] = field(default_factory=list)
    needs: list[HeardNeed] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    circumstances: dict[str, Any] = field(default_factory=dict)
    asking: str | None = None
    asked: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    misunderstood: int = 0
    crises: list[dict[str, Any]] = field(default_factory=list)
    wants_person: bool = False
    language: str = "en"
    plan: dict[str, Any] | None = None
    route: dict[str, str] | None = None
    openings: list[dict[str, Any]] = field(default_factory=list)
    seen_openings: list[str] = field(default_factory=list)
    opening: dict[str, Any] | None = None
    hold_id: str | None = None
    wants: dict[str, Any] = field(default_factory=dict)  # casework.wanting.Wants
    search: dict[str, Any] = field(default_factory=dict)  # number and end of the last search, see booking.waiting
    instead: list[dict[str, Any]] = field(default_factory=list)  # what there is when nothing fits, by its choice
    waiting: bool = False  # they chose the waiting list
    contact: dict[str, str] = field(default_factory=dict)
    consents: list[dict[str, Any]] = field(default_factory=list)
    case_reference: str | None = None
    visit_reference: str | None = None
    # What each action did for the last message, so that a retry repeats nothing:
    # {"message": id, "actions": {name: [replies, events]}}.
    done: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Self:
        """The assessment from its stored document."""
        loaded = cls(**document)
        loaded.needs = [HeardNeed(**need) for need in document["needs"]]
        return loaded

    def as_json(self) -> dict[str, Any]:
        """The document to store."""
        return asdict(self)

    def codes(self) -> list[str]:
        """The codes of the needs, in the order they were heard."""
        return [need.need for need in self.needs]

    def details(self) -> dict[str, str | None]:
        """The finer detail heard under each need."""
        return {need.need: need.detail for need in self.needs}

    def answered(self) -> dict[str, Any]:
        """The circumstances that are really known: without those that were skipped."""
        return {code: value for code, value in self.circumstances.items() if value != SKIPPED}

    def is_between_steps(self) -> bool:
        """Whether what comes next needs no word from the resident: a turn that ends here broke off."""
        return self.stage in ("planning", "agreeing") or (self.stage == "consent" and self.asking is None)

    def at_risk_crises(self) -> list[str]:
        """Kinds of crisis answered in this conversation that the resident did not wave off."""
        return [crisis["kind"] for crisis in self.crises if not crisis.get("waved_off")]


def hear(assessment: Assessment, text: str, heard: dict[str, Any]) -> list[str]:
    """Take in what one message told (`heard` as `Understanding.as_json()`). Returns the need codes that are new.

    What the resident took away stays away unless they say it again in their own words; an answer that they gave to
    a question is not overwritten by what a later sentence seems to imply.
    """
    if text.strip() and text.strip() not in assessment.said:
        assessment.said.append(text.strip())
    known = {need.need: need for need in assessment.needs}
    new = []
    for item in heard["needs"]:
        code = item["need"]
        if code in known:
            known[code].because = _longest([*known[code].because, *item["because"]])
            known[code].detail = known[code].detail or item.get("detail")
            known[code].guess = None
            continue
        assessment.needs.append(
            HeardNeed(code, _longest(item["because"]), None, item.get("detail"), bool(item.get("on_behalf")))
        )
        new.append(code)
        if code in assessment.removed:
            assessment.removed.remove(code)
    for code, value in heard["circumstances"].items():
        if code not in assessment.asked and (code != "postcode" or is_known(str(value))):
            assessment.circumstances[code] = value
    assessment.language = heard.get("language") or assessment.language
    return new


def _longest(quotes: list[str]) -> list[str]:
    """The quotes without those that stand inside another one."""
    several = list(dict.fromkeys(quotes))
    return [quote for quote in several if not any(quote != other and quote in other for other in several)]


def add_need(assessment: Assessment, code: str, *, guess: str | None = None) -> bool:
    """Add a need that was picked or guessed. False when it is there already or was taken away before."""
    if code in assessment.codes() or (guess is not None and code in assessment.removed):
        return False
    assessment.needs.append(HeardNeed(code, guess=guess))
    return True


def remove_need(assessment: Assessment, code: str) -> bool:
    """Take a need away, remembering that it was. False when it was not there."""
    before = len(assessment.needs)
    assessment.needs = [need for need in assessment.needs if need.need != code]
    if len(assessment.needs) == before:
        return False
    assessment.removed.append(code)
    return True


def replies_of(assessment: Assessment, message_id: int | None) -> list[dict[str, Any]]:
    """All that the actions said to this message, in order; nothing when the last message was another one."""
    if message_id is None or assessment.done.get("message") != message_id:
        return []
    return [reply for replies, _ in assessment.done["actions"].values() for reply in replies]
