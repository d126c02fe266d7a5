"""The dialogue tests: Rasa's own check of its data, its rules played through, and a floor for each intent.

`make dialogue` runs it after the set-up. It ends with one line, `N passed, N failed`, and exit 1 when any failed.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

import machine
from progress import ROOT, SHARED, Command, Steps, Stop, say
from up import BOT, RASA_MODEL, environment

FLOOR = 0.7
OUT = SHARED / "dialogue"
RASA = [BOT, "tools/start_rasa.py"]
HELD_OUT = "tests/dialogue/nlu_test.yml"
STORIES = "tests/dialogue/test_stories.yml"


def validate(command: Command) -> None:
    """Intents, responses, actions, rules and forms fit together."""
    data = ["--data", "data/nlu", "data/rules", "--config", "bot/config.yml"]
    command.run([*RASA, "data", "validate", "--domain", "bot/domain", *data, "--fail-on-warnings"], environment())


def stories(command: Command) -> None:
    """Every step of every story is predicted as written."""
    words = ["test", "core", "--stories", STORIES, "--model", RASA_MODEL, "--out", OUT / "core", "--no-plot"]
    command.run([*RASA, *words, "--fail-on-prediction-errors"], {**environment(), "MPLBACKEND": "Agg"})


def intents(command: Command) -> None:
    """Each intent reaches the floor on sentences that it was not trained on."""
    words = ["test", "nlu", "--nlu", HELD_OUT, "--model", RASA_MODEL, "--out", OUT / "nlu", "--no-plot"]
    command.run([*RASA, *words, "--domain", "bot/domain"], {**environment(), "MPLBACKEND": "Agg"})
    low = below_floor(OUT / "nlu/intent_report.json")
    if low:
        wrong = OUT / "nlu/intent_errors.json"
        raise Stop(f"Below an F1 of {FLOOR}: {', '.join(low)}. The sentences that went wrong: {wrong}")


def below_floor(report: Path, floor: float = FLOOR) -> list[str]:
    """The intents of Rasa's report with an F1 (0 to 1) under the floor, each as `name 0.61`."""
    scores = {name: row["f1-score"] for name, row in json.loads(report.read_text()).items() if isinstance(row, dict)}
    known = {name: score for name, score in scores.items() if not name.endswith(" avg")}
    return [f"{name} {score:.2f}" for name, score in sorted(known.items()) if score < floor]


def main() -> int:
    """Run all three, whatever fails."""
    begun = time.monotonic()
    shutil.rmtree(OUT, ignore_errors=True)
    if not RASA_MODEL.exists() or machine.ask(BOT, "--version") is None:
        say(f"The assistant is not trained yet ({RASA_MODEL.relative_to(ROOT)}): run `make setup` first.")
        return 1
    steps, failed = Steps(3), 0
    for title, run in (("The assistant's data", validate), ("Its rules", stories), ("Its intents", intents)):
        try:
            steps.step(title, run, key=f"dialogue-{run.__name__}")
        except Stop as error:
            failed += 1
            say(f"\n{error}")
    say(f"Dialogue, in {time.monotonic() - begun:.0f} s:\n{3 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
