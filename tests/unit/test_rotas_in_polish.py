"""What is wrong with a rota file, said in Polish at a Polish desk, with what fills its places."""

import ast
from pathlib import Path

import pytest

from booking.errors import RotaNotReadable, RuleWrong
from booking.rotas.files import read_rota_bytes
from booking.rotas.recurring import read_rrule
from foundation.languages import ENGLISH, catalogue, speaking
from foundation.telling import Told, ToldError, in_words
from tests.unit.rota_examples import HEAD, TODAY, hub
from tests.unit.test_rotas_files import MORE, event

ROOT = Path(__file__).resolve().parents[2]
READING = ("sheets", "calendars", "checking", "recurring", "rules", "files")


@pytest.mark.parametrize(
    ("content", "english", "polish"),
    [
        (
            f"{HEAD}\na,cvs,A,works,Mon,12:00,09:00,,\n".encode(),
            "Line 2 of the rota is wrong: start (12:00) must be before end (09:00).",
            "Wiersz 2 grafiku – błąd: start (12:00) musi być przed end (09:00).",
        ),
        (
            f"{MORE}a,cvs,A,works,,09:00,12:00,,,FREQ=SECONDLY,,,,,,,\n".encode(),
            "Line 2 of the rota is wrong: FREQ=SECONDLY repeats within a day: a shift repeats by days, and has a start "
            "and an end.",
            "Wiersz 2 grafiku – błąd: FREQ=SECONDLY powtarza się w ciągu dnia: zmiana powtarza się co dni i ma "
            "początek i koniec.",
        ),
        (
            f"{HEAD}\na,cvs,A,works,Tue,09:00,12:00,,\na,cvs,A,works,Tue,11:45,14:00,,\n".encode(),
            "Line 2 and line 3 overlap for a on 2026-11-24. Change one of them: nobody can be there twice.",
            "Wiersz 2 i wiersz 3 nakładają się (a, 2026-11-24). Zmień jedno z nich: nikt nie może być w dwóch "
            "miejscach naraz.",
        ),
        (
            f'{HEAD}\na,cvs,"A,works,Mon,09:00,12:00,,\n'.encode(),
            "Line 1 of the rota cannot be read: unexpected end of data.",
            "Nie da się odczytać wiersza 1 grafiku: plik kończy się za wcześnie, pewnie brakuje cudzysłowu.",
        ),
        (
            event(("UID:1", "UID:1\r\nSTATUS:CANCELLED")),
            "Event 1 (Ann works) is wrong: we cannot read an event that is CANCELLED: take it out.",
            "Wydarzenie 1 (Ann works) – błąd: nie umiemy odczytać odwołanego wydarzenia (CANCELLED): trzeba to usunąć.",
        ),
        (
            event(("SUMMARY:Ann works", "COMMENT:x"), ("CATEGORIES:works", "COMMENT:x")),
            "Event 1 (without a name) is wrong: it needs one category: works, leave, extra, session, closed.",
            "Wydarzenie 1 (bez nazwy) – błąd: potrzebna jest jedna kategoria: works, leave, extra, session, closed.",
        ),
        (b"", "r.csv is empty.", "Plik r.csv jest pusty."),
    ],
)
def test_a_wrong_file_is_told_in_the_language_that_is_spoken(content: bytes, english: str, polish: str) -> None:
    with pytest.raises(RotaNotReadable) as wrong:
        read_rota_bytes(content, "r.csv", hub(), today=TODAY)
    assert str(wrong.value) == in_words(wrong.value) == english
    with speaking("pl"):
        assert in_words(wrong.value) == polish
        assert str(wrong.value) == english, "the log and the command line stay English"


def test_braces_of_somebody_s_file_are_no_places() -> None:
    for text in ("{rule}", "{0}", "{", "}{"):
        with pytest.raises(RuleWrong) as wrong:
            read_rrule(text, first=None)
        with speaking("pl"):
            assert text.upper() in in_words(wrong.value)
        assert str(Told(text)) == Told(text).said() == text, "without places nothing is filled"


def test_an_error_without_places_is_said_like_any_other() -> None:
    with speaking("pl"):
        assert in_words(ToldError("The calendar has no events.")) == "W kalendarzu nie ma wydarzeń."
        assert Told("line {line}", {"line": 3}).at_the_start().said() == "Wiersz 3"


def test_every_text_about_a_rota_has_polish_words() -> None:
    """What is raised is read out of the code, so that one with an f-string, which no catalogue has, is found too."""
    said = dict(_raised())
    assert len(said) > 50
    known = catalogue("pl")
    for text, where in said.items():
        assert text is not None, f"{where}: not one plain text"
        assert known.gettext(text) != text, where
    assert catalogue(ENGLISH).gettext("line {line}") == "line {line}"


def _raised() -> list[tuple[str | None, str]]:
    found: list[tuple[str | None, str]] = []
    for name in READING:
        path = ROOT / "booking" / "rotas" / f"{name}.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            where = f"{path.name}:{node.lineno}"
            assert node.func.id != "ValueError", f"{where}: RuleWrong is said in other languages, ValueError is not"
            if node.func.id in ("RotaNotReadable", "RuleWrong", "marked"):
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    found.append((str(first.value), where))
                elif not isinstance(first, ast.Name):
                    found.append((None, where))
    return found
