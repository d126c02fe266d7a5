"""Rotas in files: which format, which letters, and how large; what is in them is for `sheets` and `calendars`."""

from datetime import date
from pathlib import Path
from typing import Literal

from booking.errors import RotaNotReadable
from booking.hub import Hub
from booking.rotas.calendars import read_calendar, write_calendar
from booking.rotas.checking import Known, check_rota
from booking.rotas.rules import Rotas
from booking.rotas.sheets import read_sheet, write_sheet
from foundation.languages import marked

Format = Literal["csv", "ics"]
MOST_BYTES = 4 * 1024 * 1024


def read_rota_file(file: Path, place: Hub, *, today: date) -> Rotas:
    """The rota in a file, checked: CSV, or iCalendar when it begins as one. Raises RotaNotReadable."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise RotaNotReadable("{file} cannot be read.", file=file.name) from error
    return read_rota_bytes(content, file.name, place, today=today)


def read_rota_bytes(content: bytes, name: str, place: Hub, *, today: date) -> Rotas:
    """The same for a file that came over the web. `name` is for messages. Raises RotaNotReadable."""
    if len(content) > MOST_BYTES:
        raise RotaNotReadable(
            "{file} is larger than {most} MB: that is no rota.", file=name, most=MOST_BYTES // 1024**2
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        told = marked("{file} is not written in UTF-8. Save it as “CSV UTF-8” and try again.")
        raise RotaNotReadable(told, file=name) from error
    if not text.strip():
        raise RotaNotReadable("{file} is empty.", file=name)
    is_calendar = text.lstrip()[:15].upper() == "BEGIN:VCALENDAR"
    rota = read_calendar(text, place.id) if is_calendar else read_sheet(text, place.id)
    check_rota(rota, Known.of(place), today=today)
    return rota


def write_rota(rota: Rotas, form: Format) -> str:
    """The text of a file with `rota` in it, which `read_rota_file` reads back."""
    return write_calendar(rota) if form == "ics" else write_sheet(rota)
