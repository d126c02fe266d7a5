"""The whole real system, started as `make run` starts it, on ports and in a folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

ROOT = Path(__file__).parents[1]
START_SECONDS = 300


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class System:
    """A running Front Door: where it is, and the environment that it was started with."""

    def __init__(self, base: str, env: dict[str, str], ports: dict[str, int], var: Path) -> None:
        self.base, self.env, self.ports, self.var = base, env, ports, var


def is_ready(base: str) -> bool:
    try:
        return httpx.get(f"{base}/readyz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def wait_for(what: Any, seconds: float, *, every: float = 0.3) -> None:
    """Wait until `what()` is true; fail when `seconds` have passed."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(every)


def listening(port: int) -> list[psutil.Process]:
    """The processes that listen on a port of this machine."""
    found = [c.pid for c in psutil.net_connections("tcp") if c.status == "LISTEN" and c.laddr.port == port and c.pid]
    return [psutil.Process(pid) for pid in set(found)]


def running_already() -> System | None:
    """For work on the tests: FRONTDOOR_TEST_RUNNING=1 takes the system that the usual variables point to."""
    if not os.environ.get("FRONTDOOR_TEST_RUNNING"):
        return None
    ports = {name: int(os.environ[f"FRONTDOOR_{name}_PORT"]) for name in ("WEB", "BOT", "ACTIONS")}
    base = f"http://127.0.0.1:{ports['WEB']}"
    return System(base, dict(os.environ), ports, Path(os.environ["FRONTDOOR_VAR"]))


@contextmanager
def started(var: Path, more: Mapping[str, str], *, ports: Mapping[str, int] | None = None) -> Iterator[System]:
    """Start everything with these further settings; stop it at the end, and see that nothing is left."""
    ports = dict(ports or {name: free_port() for name in ("WEB", "BOT", "ACTIONS")})
    env = {
        **os.environ,
        **{f"FRONTDOOR_{name}_PORT": str(port) for name, port in ports.items()},
        "FRONTDOOR_VAR": str(var),
        "FRONTDOOR_DEMONSTRATION": "true",
        **more,
    }
    env.pop("DATABASE_URL", None)
    log = (var / "start.log").open("w")
    run = subprocess.Popen(
        [sys.executable, "tools/up.py", "run"], cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT
    )
    base = f"http://127.0.0.1:{ports['WEB']}"

    def up() -> bool:
        assert run.poll() is None, (var / "start.log").read_text()
        return is_ready(base)

    try:
        wait_for(up, START_SECONDS)
        yield System(base, env, ports, var)
    finally:
        run.send_signal(signal.SIGINT)
        try:
            run.wait(30)
        finally:
            run.kill()
            log.close()
    for port in ports.values():
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0, f"something still listens on {port}"
