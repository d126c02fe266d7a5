"""The stock assistant's one custom action: it says one sentence."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher


class ActionAnswer(Action):  # type: ignore[misc]
    """Answers whatever was said."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say one sentence."""
        dispatcher.utter_message(text="Thank you for telling us.")
        return []
