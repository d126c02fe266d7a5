"""What a tap, a typed number or a typed label stands for."""

from typing import Any

from casework.work import words
from foundation.languages import ENGLISH, spoken

ANY_TIME = {
    "talk_to_person": "talk_to_person",
    "find_person": "talk_to_person",
    "go_back": "go_back",
    "start_again": "start_again",
    "skip": "skip",
}
# What short words are typed for, by the choice they stand for. English ones are Rasa's to understand.
TYPED = {"yes": "yes", "confirm": "yes", "no": "no", "skip": "skip", "not_sure": "not_sure"}
NUMBERED = ("needs", "plan", "openings", "consent", "safety")


def ids_of(current: dict[str, Any] | None) -> list[str]:
    """The ids of what can be chosen now."""
    return [choice["id"] for choice in current["choices"]] if current else []


def nothing_to_skip(choice: str, current: dict[str, Any] | None) -> bool:
    """Whether a skip comes where there is no question to skip."""
    return choice == "skip" and "skip" not in ids_of(current)


def meant_choice(text: str, current: dict[str, Any] | None) -> str | None:
    """The choice that a typed number or label stands for, where numbers cannot be the answer themselves."""
    if current is None or not current["choices"]:
        return None
    typed = text.strip().rstrip(".").casefold()
    for choice in current["choices"]:
        if choice["label"].casefold() == typed:
            return str(choice["id"])
    for id in ids_of(current) if spoken() != ENGLISH else ():
        if id in TYPED and typed in words(f"typed.{TYPED[id]}").split(", "):
            return id
    numbered = current["kind"] in NUMBERED or current["data"].get("kind") in ("choice", "confirm")
    if numbered and typed.isdigit() and 1 <= int(typed) <= len(current["choices"]):
        return str(current["choices"][int(typed) - 1]["id"])
    return None
