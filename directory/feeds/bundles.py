"""Several files that belong together: a folder, a zip of one, or a file alone. Zips are looked at before they open."""

import zipfile
import zlib
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Protocol

from directory.feeds.letters import MAX_BYTES
from directory.feeds.records import SourceUnreadable

MAX_FILES = 500
MOST_PACKED = 200  # times; text is packed to a tenth or so
SMALL = 50_000_000  # bytes that harm nobody, however they were packed


class Bundle(Protocol):
    """Files by name."""

    def names(self) -> list[str]:
        """Their names, in order."""

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """One of them, for reading."""


class Folder:
    """A folder's own files; `only` names those that count."""

    def __init__(self, path: Path, only: frozenset[str] | None = None) -> None:
        self._path, self._only = path, only

    def names(self) -> list[str]:
        """Their names, in order."""
        names = sorted(file.name for file in self._path.iterdir() if file.is_file())
        return [name for name in names if self._only is None or name in self._only]

    def open(self, name: str) -> IO[bytes]:
        """One of them. Raises SourceUnreadable."""
        try:
            return (self._path / name).open("rb")
        except OSError as error:
            raise SourceUnreadable(f"{name} cannot be opened: {error.strerror}.") from error


class One:
    """One file under a name that says what it is."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name

    def names(self) -> list[str]:
        """The name."""
        return [self._name]

    def open(self, name: str) -> IO[bytes]:
        """The file."""
        return self._path.open("rb")


class Zip:
    """The files in a zip. Raises SourceUnreadable for one that is broken, locked, or a bomb."""

    def __init__(self, path: Path, name: str) -> None:
        self._name = name
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise SourceUnreadable(f"{name} is not a whole zip file: {error}.") from error
        files = [info for info in self._zip.infolist() if not info.is_dir()]
        self._files = {info.filename: info for info in files if not _is_hidden(info.filename)}
        _refuse_bombs(files, name)

    def names(self) -> list[str]:
        """Their names, in order."""
        return sorted(self._files)

    def open(self, name: str) -> IO[bytes]:
        """One of them, unpacked as it is read. Raises SourceUnreadable."""
        try:
            return _Whole(self._zip.open(self._files[name]), f"{name} in {self._name}")  # type: ignore[return-value]
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            raise SourceUnreadable(f"{name} in {self._name} cannot be unpacked: {error}.") from error


class _Whole:
    """A file in a zip that says in our words where it is broken."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream, self._name = stream, name

    def read(self, size: int = -1) -> bytes:
        try:
            return self._stream.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise SourceUnreadable(f"{self._name} cannot be unpacked any further: {error}.") from error

    def __enter__(self) -> "_Whole":
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__")) for part in name.split("/"))


def _refuse_bombs(files: list[zipfile.ZipInfo], name: str) -> None:
    size, packed = sum(info.file_size for info in files), sum(info.compress_size for info in files)
    if len(files) > MAX_FILES:
        raise SourceUnreadable(f"{name} holds {len(files):,} files, which is no directory of services.")
    if size > MAX_BYTES or (size > SMALL and size > MOST_PACKED * packed):
        raise SourceUnreadable(
            f"{name} would unpack to {size // 1_000_000:,} MB, which is no directory of services. It was not opened."
        )
