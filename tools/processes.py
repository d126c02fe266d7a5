"""The processes of the Procfile: started, watched, started again when one dies, and all ended together.

Standard library only, Python 3.9 or later.
"""

from __future__ import annotations

import ctypes
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Callable
from urllib.parse import urlsplit

from progress import ROOT, Stop, end_group, say

START_SECONDS = 240
DEATHS_BEFORE_READY = 3
LONGEST_PAUSE = 30
CALM_SECONDS = 60  # after so long a life, the next death counts as a first one
LOG_BYTES = 10_000_000


class Process:
    """One line of the Procfile. `address` is asked over HTTP; it is ready when it answers 200."""

    def __init__(self, name: str, command: str, address: str, logs: Path) -> None:
        self.name = name
        self.command = command
        self.address = address
        self.log = logs / f"{name}.log"
        self.child: subprocess.Popen[bytes] | None = None
        self.ready = False
        self.deaths = 0
        self.born = 0.0
        self.start_at = 0.0

    def start(self, env: Mapping[str, str]) -> None:
        """Start it in a process group of its own, its words going to its log."""
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as out:
            self.child = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {self.command}"],
                cwd=ROOT,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
        self.born = time.monotonic()
        self.ready = False

    def died(self) -> bool:
        """Whether it ran and has ended by itself."""
        return self.child is not None and self.child.poll() is not None

    def last_words(self) -> str:
        """The last lines of its log, indented."""
        lines = self.log.read_text(errors="replace").strip().splitlines()[-12:] if self.log.exists() else []
        return "\n".join(f"    {line}" for line in lines)


def read_procfile(addresses: Mapping[str, str], logs: Path) -> list[Process]:
    """The processes of the Procfile, in its order."""
    logs.mkdir(parents=True, exist_ok=True)
    lines = [line.partition(":") for line in (ROOT / "Procfile").read_text().splitlines() if line[:1].isalpha()]
    return [Process(name, command.strip(), addresses[name], logs) for name, _, command in lines]


def run_until_told(processes: list[Process], env: Mapping[str, str], when_ready: Callable[[], None]) -> None:
    """Start them all, call `when_ready` once when every one answers, and watch them until interrupted.

    Raises Stop when one dies again and again before that, or when they are not ready in time. However this ends,
    nothing that it started is left.
    """
    begun = told = time.monotonic()
    announced = False
    try:
        for process in processes:
            process.start(env)
        while True:
            for process in processes:
                _look_after(process, env, announced)
            if not announced:
                if all(process.ready for process in processes):
                    announced = True
                    when_ready()
                elif time.monotonic() - begun > START_SECONDS:
                    slow = next(process for process in processes if not process.ready)
                    raise Stop(f"{slow.name} is not ready after {START_SECONDS} s. Its log: {slow.log}")
                elif time.monotonic() - told >= 10:
                    told = time.monotonic()
                    waiting = ", ".join(process.name for process in processes if not process.ready)
                    say(f"    waiting for {waiting} ... {told - begun:.0f} s so far")
            time.sleep(0.5)
    finally:
        _end_all(processes)


def _look_after(process: Process, env: Mapping[str, str], announced: bool) -> None:
    now = time.monotonic()
    if process.child is None:
        if now >= process.start_at:
            process.start(env)
    elif process.died():
        process.deaths = 1 if now - process.born > CALM_SECONDS else process.deaths + 1
        if not announced and process.deaths >= DEATHS_BEFORE_READY:
            raise Stop(f"{process.name} keeps ending as soon as it starts. From {process.log}:\n{process.last_words()}")
        pause = min(2 ** (process.deaths - 1), LONGEST_PAUSE)
        say(f"    {process.name} ended (exit {process.child.returncode}); starting it again in {pause} s. "
            f"Its log: {process.log}")  # fmt: skip
        end_group(process.child, 1)
        process.child, process.start_at, process.ready = None, now + pause, False
    elif not process.ready and answers(process.address):
        process.ready = True
        say(f"    {process.name}: {'ready' if not process.deaths else 'ready again'} ({now - process.born:.0f} s)")


def answers(address: str) -> bool:
    """Whether GET on this address of the loopback gives 200 within two seconds."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=2)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _end_all(processes: list[Process]) -> None:
    kept = {sign: signal.signal(sign, signal.SIG_IGN) for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    running = [process.child for process in processes if process.child is not None]
    for child in running:  # all are asked first, so that they end side by side
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)
    for child in running:
        end_group(child)
    for sign, handler in kept.items():
        signal.signal(sign, handler)


def _end_with_parent() -> None:
    if sys.platform == "linux":  # should this program be killed outright, its processes end too
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1 = PR_SET_PDEATHSIG
