"""A stock Rasa assistant beside ours: trained into var/bench/, started on free ports, and stopped whatever happens."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import httpx

from cli.benchmarks.figure import NotMeasurable
from foundation.settings import ROOT

HERE = Path(__file__).with_name("stock_assistant")
RASA = ROOT / ".venv-bot" / "bin" / "rasa"
STARTS_WITHIN, TRAINS_WITHIN = 90.0, 150.0
Say = Callable[[str], None]


def _folder() -> Path:
    folder = Path(os.environ.get("FRONTDOOR_VAR") or ROOT / "var").resolve() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def stock_assistant() -> Iterator[Callable[[], Say]]:
    """A function that opens a new conversation with the stock assistant. Raises NotMeasurable when it will not run."""
    if not RASA.exists():
        raise NotMeasurable("There is no stock assistant to compare with: Rasa is not installed. Try `make setup`.")
    rasa_port, actions_port = _free_port(), _free_port()
    env = {
        **os.environ, "RASA_TELEMETRY_ENABLED": "false", "SANIC_HOST": "127.0.0.1", "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "PYTHONWARNINGS": "ignore", "STOCK_ACTIONS_PORT": str(actions_port),
        "RASA_CACHE_DIRECTORY": str(_folder() / "cache"),
    }  # fmt: skip
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # with it, Rasa compiles TensorFlow anew at every start
    model = _train(env)
    actions = [sys.executable, "-m", "rasa_sdk", "--actions", "stock_actions", "--port", str(actions_port)]
    rasa = [str(RASA), "run", "-i", "127.0.0.1", "--port", str(rasa_port), "--model", str(model)]
    rasa += ["--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    with (
        _running(actions, env, f"http://127.0.0.1:{actions_port}/health"),
        _running(rasa, env, f"http://127.0.0.1:{rasa_port}/"),
        httpx.Client(base_url=f"http://127.0.0.1:{rasa_port}", timeout=30) as client,
    ):
        yield lambda: _conversation(client)


def _conversation(client: httpx.Client) -> Say:
    sender = uuid4().hex

    def say(text: str) -> None:
        answer = client.post("/webhooks/rest/webhook", json={"sender": sender, "message": text})
        if not answer.is_success or not answer.json():
            raise NotMeasurable("A turn is not measured: the stock assistant does not answer.")

    return say


def _train(env: dict[str, str]) -> Path:
    model = _folder() / "stock.tar.gz"
    sources = [HERE / name for name in ("config.yml", "domain.yml", "nlu.yml", "rules.yml")]
    if not model.exists() or model.stat().st_mtime < max(source.stat().st_mtime for source in sources):
        words = [
            str(RASA),
            "train",
            "--config",
            "config.yml",
            "--domain",
            "domain.yml",
            "--data",
            "nlu.yml",
            "rules.yml",
        ]
        words += ["--out", str(model.parent), "--fixed-model-name", "stock"]
        with (_folder() / "train.log").open("wb") as log:
            done = subprocess.run(
                words, cwd=HERE, env=env, stdout=log, stderr=subprocess.STDOUT, timeout=TRAINS_WITHIN, check=False
            )
        if done.returncode or not model.exists():
            raise NotMeasurable(f"The stock assistant could not be trained; {log.name} says why.")
    return model


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(words: list[str], env: dict[str, str], address: str) -> Iterator[None]:
    """A process in a group of its own, from when it answers until the whole group is gone."""
    log = _folder() / f"{Path(words[0]).name}.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            words, cwd=HERE, env=env, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _wait(process, address, log)
        yield
    finally:
        _stop(process)


def _wait(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        with suppress(httpx.HTTPError):
            if httpx.get(address, timeout=2).is_success:
                return
        time.sleep(0.3)
    raise NotMeasurable(f"The stock assistant did not start; {log} says why.")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
