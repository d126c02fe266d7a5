"""From a clean clone to a working Front Door: `python3 tools/up.py run`, which is what `make run` calls.

    setup       both Python environments, the pages, the models
    test-setup  the same, and what the tests and checks need
    run         setup, database, demonstration, then bot, actions and web until Ctrl-C

Two systems can run from one tree: give the second its own FRONTDOOR_VAR (its state), FRONTDOOR_WEB_PORT,
FRONTDOOR_BOT_PORT and FRONTDOOR_ACTIONS_PORT. Standard library only, Python 3.9 or later.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import machine
import processes
from progress import ROOT, SHARED, Command, Steps, Stop, fingerprint, say

APP = ROOT / ".venv/bin/python"
BOT = ROOT / ".venv-bot/bin/python"
SOLVER = ROOT / ".venv-solver/bin/python"
REQUIREMENTS = ROOT / "requirements"
RASA_MODEL = SHARED / "models/rasa/front-door.tar.gz"
PORTS = {
    "web": ("FRONTDOOR_WEB_PORT", 8000, "/readyz", "the website"),
    "bot": ("FRONTDOOR_BOT_PORT", 5005, "/", "the assistant (Rasa)"),
    "actions": ("FRONTDOOR_ACTIONS_PORT", 5055, "/health", "the action server"),
}
QUIET_RASA = {
    "RASA_TELEMETRY_ENABLED": "false",
    "RASA_CACHE_DIRECTORY": str(SHARED / "rasa-cache"),
    "SANIC_HOST": "127.0.0.1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "PYTHONWARNINGS": "ignore",
}


def state() -> Path:
    """Where this system keeps its database, its trackers and its logs."""
    return Path(os.environ.get("FRONTDOOR_VAR") or SHARED).resolve()


def port_of(name: str) -> int:
    """The port of a process. Raises Stop when its variable holds no port."""
    variable, usual, _, _ = PORTS[name]
    text = os.environ.get(variable) or str(usual)
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Stop(f"{variable} is {text!r}; it must be a number from 1 to 65535.")
    return int(text)


def environment() -> dict[str, str]:
    """What every process is told. A variable that is set already keeps its value."""
    told = {
        **QUIET_RASA,
        "PYTHONUNBUFFERED": "1",
        "FRONTDOOR_DEMONSTRATION": "true",
        "FRONTDOOR_TRACKER_DB": str(state() / "trackers.db"),
        **os.environ,
        "FRONTDOOR_VAR": str(state()),
    }
    for name, (variable, *_) in PORTS.items():
        told[variable] = str(port_of(name))
    return told


# ---------------------------------------------------------------- setting up
def set_up(steps: Steps, *, tests: bool) -> None:
    """Bring and train all that is missing or out of date."""
    fresh = not (APP.exists() and BOT.exists())
    machine.check_disk(machine.FRESH_GIGABYTES if fresh else machine.RUNNING_GIGABYTES)
    steps.step("uv, which installs the rest", machine.bring_uv, key="uv")
    _environments(steps, tests=tests)
    _pages(steps)
    _models(steps)
    if tests:
        steps.step("Chromium for the browser tests", machine.bring_chromium, key="chromium")


def _environments(steps: Steps, *, tests: bool) -> None:
    def app(command: Command) -> None:
        _environment(command, APP, ["3.13", "3.12"], "the app", REQUIREMENTS / "app.txt")
        _install(command, APP, ["--no-deps", "--no-build-isolation", "-e", ROOT])

    def bot(command: Command) -> None:
        _environment(command, BOT, ["3.10"], "the assistant (Rasa runs on no newer one)", REQUIREMENTS / "bot.txt")

    def dev(command: Command) -> None:
        _install(command, APP, ["--require-hashes", "-r", REQUIREMENTS / "dev.txt"])

    def solver(command: Command) -> None:
        _environment(command, SOLVER, ["3.13", "3.12"], "the tests' solver", REQUIREMENTS / "solver.txt")

    mark = fingerprint([REQUIREMENTS / "app.txt", ROOT / "pyproject.toml"], str(ROOT))
    steps.step("The app's Python environment", app, key="app", mark=mark, needs=[APP, ROOT / ".venv/bin/frontdoor"])
    if tests:
        mark = fingerprint([REQUIREMENTS / "dev.txt"], str(ROOT))
        steps.step("What the tests and checks need", dev, key="dev", mark=mark, needs=[ROOT / ".venv/bin/pytest"])
        mark = fingerprint([REQUIREMENTS / "solver.txt"], str(ROOT))
        steps.step("The solver that checks the joint search", solver, key="solver", mark=mark, needs=[SOLVER])
    mark = fingerprint([REQUIREMENTS / "bot.txt"], str(ROOT))
    title = "The assistant's Python environment (2.5 GB)"
    steps.step(title, bot, key="bot", mark=mark, needs=[BOT, ROOT / ".venv-bot/bin/rasa"])


def _environment(command: Command, python: Path, wanted: list[str], purpose: str, requirements: Path) -> None:
    version = machine.ask(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])")
    if version not in wanted:
        if python == APP:
            (SHARED / "done/dev").unlink(missing_ok=True)
        shutil.rmtree(python.parent.parent, ignore_errors=True)
        found = machine.find_python(wanted, purpose)
        command.run([_uv(), "venv", "--quiet", "--python", found, python.parent.parent])
    _install(command, python, ["--require-hashes", "-r", requirements])


def _install(command: Command, python: Path, what: list[str | Path]) -> None:
    command.run([_uv(), "pip", "install", "--quiet", "--python", python, *what], {"UV_HTTP_TIMEOUT": "180"})


def _uv() -> Path:
    uv = machine.find_uv()
    if uv is None:
        raise Stop("uv was installed but cannot be found. Delete var/tools, then run the same command again.")
    return uv


def _pages(steps: Steps) -> None:
    def build(command: Command) -> None:
        npm, env = machine.find_npm(_uv(), command)
        command.run([*npm, "ci", "--no-audit", "--no-fund"], env)
        command.run([*npm, "run", "build"], env)

    sources = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / "web/assets/src"]
    built = [ROOT / "web/assets/build/front-door.css", ROOT / "node_modules/govuk-frontend"]
    steps.step("The pages' styles and script", build, key="pages", mark=fingerprint(sources), needs=built)


def _models(steps: Steps) -> None:
    def understanding(command: Command) -> None:
        command.run([APP, "-m", "understanding.train", "--if-needed"])

    def rasa(command: Command) -> None:
        words = ["train", "--domain", "bot/domain", "--data", "data/nlu", "data/rules", "--config", "bot/config.yml"]
        out = ["--out", str(RASA_MODEL.parent), "--fixed-model-name", "front-door"]
        command.run([BOT, "tools/start_rasa.py", *words, *out], environment())

    mark = fingerprint([ROOT / "understanding", ROOT / "data/understanding", REQUIREMENTS / "app.txt"])
    learned = [Path(os.environ.get("FRONTDOOR_MODELS") or SHARED / "models/understanding")]
    title = "What understands (needs, crisis, circumstances)"
    steps.step(title, understanding, key="understanding", mark=mark, needs=learned)
    sources = [ROOT / "bot", ROOT / "data/nlu", ROOT / "data/rules", REQUIREMENTS / "bot.txt"]
    steps.step("The assistant's model", rasa, key="rasa", mark=fingerprint(sources), needs=[RASA_MODEL])


# ---------------------------------------------------------------- running
def run() -> None:
    """Everything, until Ctrl-C."""
    begun = time.monotonic()
    with _alone(state() / "run.lock", wait=False):
        env = environment()
        for name, (variable, _, _, who) in PORTS.items():
            machine.check_port(port_of(name), who, variable)
        demonstration = env["FRONTDOOR_DEMONSTRATION"].lower() in ("true", "1", "yes")
        with _alone(SHARED / "setup.lock", wait=True):
            steps = Steps(8 if demonstration else 7)
            set_up(steps, tests=False)
            steps.step("The database", lambda c: c.run([ROOT / ".venv/bin/alembic", "upgrade", "head"], env), key="db")
            if demonstration:
                load = [ROOT / ".venv/bin/frontdoor", "demo", "load"]
                steps.step("The Cambridge demonstration", lambda c: c.run(load, env), key="demo")
        say("Starting the assistant, the action server and the website")
        addresses = {name: f"http://127.0.0.1:{port_of(name)}{path}" for name, (_, _, path, _) in PORTS.items()}
        started = processes.read_procfile(addresses, state() / "log")
        processes.run_until_told(started, env, lambda: _welcome(time.monotonic() - begun))


def _welcome(seconds: float) -> None:
    say(f"\nFront Door is open: http://127.0.0.1:{port_of('web')}/   (after {seconds:.0f} s; Ctrl-C closes it)\n")


@contextmanager
def _alone(lock: Path, *, wait: bool) -> Iterator[None]:
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if not wait:
                raise Stop(
                    f"Front Door is already running with its state in {lock.parent}. Use that one, stop it with "
                    "Ctrl-C, or give this one its own FRONTDOOR_VAR and ports."
                ) from error
            say("Another set-up is going on in this folder; waiting for it to finish")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def main(words: list[str]) -> int:
    """Run one command; 0 when it ended as it should, 1 with a sentence when not."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if sign is not signal.SIGHUP or signal.getsignal(sign) is not signal.SIG_IGN:  # `nohup` stays what it is
            signal.signal(sign, _interrupt)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # with it, Rasa compiles TensorFlow anew at every start: 25 s
    try:
        if words == ["run"]:
            run()
        elif words in (["setup"], ["test-setup"]):
            tests = words == ["test-setup"]
            with _alone(SHARED / "setup.lock", wait=True):
                set_up(Steps(9 if tests else 6), tests=tests)
        else:
            say(__doc__ or "")
            return 2
    except KeyboardInterrupt:
        say("\nFront Door is closed; nothing that it started is left.")
        return 0 if words == ["run"] else 130
    except Stop as error:
        say(f"\n{error}")
        return 1
    except OSError as error:
        if error.errno != 28:  # ENOSPC
            raise
        say("\nThe disk is full. Free some gigabytes, then run the same command again: it goes on from here.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
