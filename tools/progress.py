"""Steps that show how far they are, and are skipped when nothing that they read has changed.

Standard library only, Python 3.9 or later: this runs before anything else is installed.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Callable

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT / "var"  # what is brought and trained serves every system started from this tree
DONE = SHARED / "done"
LOGS = SHARED / "log"
QUIET_SECONDS = 20  # without a terminal, a long step says that it is alive this often


class Stop(Exception):
    """Setting up or running cannot go on. The text says why and what to do."""


def say(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)


def fingerprint(inputs: Iterable[Path], extra: str = "") -> str:
    """A hash of the names and the content of these files and folders; a missing one counts as empty."""
    digest = hashlib.sha256(extra.encode())
    for given in inputs:
        files = sorted(given.rglob("*")) if given.is_dir() else [given]
        for path in files:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


class Steps:
    """Numbered steps. `total` is how many there will be, for the `[2/8]` in front."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.number = 0

    def step(
        self,
        title: str,
        run: Callable[[Command], None],
        *,
        key: str,
        mark: str | None = None,
        needs: Sequence[Path] = (),
    ) -> None:
        """Run one step, unless `var/done/KEY` holds the same `mark` and every path of `needs` is there."""
        self.number += 1
        head = f"[{self.number}/{self.total}] {title}"
        done = DONE / key
        if mark and done.is_file() and done.read_text() == mark and all(path.exists() for path in needs):
            say(f"{head}: up to date")
            return
        begun = time.monotonic()
        done.unlink(missing_ok=True)
        run(Command(head, LOGS / f"setup-{key}.log"))
        missing = [str(path.relative_to(ROOT)) for path in needs if not path.exists()]
        if missing:
            raise Stop(f"{title}: finished, but {missing[0]} is not there. What it said: {LOGS / f'setup-{key}.log'}")
        if mark:
            DONE.mkdir(parents=True, exist_ok=True)
            done.write_text(mark)
        _replace_line(f"{head}: done in {time.monotonic() - begun:.0f} s")


class Command:
    """Runs the commands of one step, their words going to its log file."""

    def __init__(self, head: str, log: Path) -> None:
        self.head = head
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(b"")

    def run(self, words: Sequence[str | Path], env: Mapping[str, str] | None = None) -> None:
        """Run one command from the root of the tree. Raises Stop with its last words when it fails."""
        with self.log.open("ab") as out:
            out.write(f"$ {' '.join(map(str, words))}\n".encode())
            out.flush()
            try:
                process = subprocess.Popen(
                    [str(word) for word in words],
                    cwd=ROOT,
                    env={**os.environ, **(env or {})},
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except OSError as error:
                raise Stop(f"{words[0]} could not be started: {error.strerror}.") from error
        try:
            self._wait(process)
        except BaseException:
            end_group(process)
            raise
        if process.returncode:
            raise Stop(self._why(words, process.returncode))

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        begun = told = time.monotonic()
        while process.poll() is None:
            time.sleep(0.1)
            now = time.monotonic()
            if sys.stdout.isatty():
                if now - told >= 1:
                    told = now
                    _replace_line(f"{self.head} ... {now - begun:.0f} s", end="")
            elif now - told >= QUIET_SECONDS:
                told = now
                say(f"{self.head} ... {now - begun:.0f} s so far")

    def _why(self, words: Sequence[str | Path], code: int) -> str:
        tail = self.log.read_text(errors="replace").strip().splitlines()[-15:]
        text = "\n".join(tail)
        if "No space left on device" in text or "ENOSPC" in text:
            return "The disk is full. Free some gigabytes, then run the same command again: it goes on from here."
        lines = "\n".join(f"    {line}" for line in tail)
        network = ("Temporary failure in name resolution", "ENOTFOUND", "Failed to fetch", "error sending request")
        if any(word in text for word in network):
            reason = "A package could not be fetched. Check that this machine reaches its package registries, then run "
            return f"{reason}the same command again.\n{lines}"
        return f"{Path(words[0]).name} failed (exit {code}). Its last words, from {self.log}:\n{lines}"


def end_group(process: subprocess.Popen[bytes], seconds: float = 8) -> None:
    """Ask a process and all that it started to end; insist after so many seconds."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
        except (ProcessLookupError, PermissionError):
            break
        try:
            process.wait(seconds)
            if sign is signal.SIGTERM:
                continue  # the leader has gone; SIGKILL takes whoever it left behind
        except subprocess.TimeoutExpired:
            continue


def _replace_line(text: str, end: str = "\n") -> None:
    start = "\r\033[K" if sys.stdout.isatty() else ""
    print(f"{start}{text}", end=end, flush=True)
