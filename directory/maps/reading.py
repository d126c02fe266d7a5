"""Reads the maps and checks them strictly: everything that is wrong is told at once, file by file and line by line."""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from directory.maps.checks import problem_of_circumstance, problem_of_need, problem_of_parents, problem_of_term
from directory.maps.model import Maps, Met, Raised
from directory.maps.terms import FUNCTION, SERVICE_TYPE, Term, need_of
from foundation.errors import FrontDoorError

HERE = Path(__file__).parent
FILES = ("terms.csv", "circumstance_needs.yml", "need_service_types.csv", "need_words.yml")
PACKAGE = "datapackage.json"


class MapsBroken(FrontDoorError):
    """The maps cannot be used. `problems` says why, one sentence a problem."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("The maps cannot be used. " + " ".join(self.problems))


@cache
def current_maps() -> Maps:
    """The maps that come with Front Door, read once. Raises MapsBroken."""
    return read_maps(HERE)


def read_maps(folder: Path) -> Maps:
    """The maps in `folder`: a data package with four files. Raises MapsBroken, naming every problem."""
    reading = _Reading(folder)
    package = reading.package()
    terms = reading.terms()
    raised, met, words = reading.raised(terms), reading.met(terms), reading.words()
    if reading.problems:
        raise MapsBroken(reading.problems)
    return Maps(str(package["version"]), date.fromisoformat(str(package["created"])), terms, raised, met, words)


@dataclass
class _Reading:
    folder: Path
    problems: list[str] = field(default_factory=list)

    def package(self) -> dict[str, Any]:
        """The package's own description: version, date, licence, source and files."""
        loaded = self._load(PACKAGE, json.loads)
        found: dict[str, Any] = loaded if isinstance(loaded, dict) else {}
        self.problems += [
            f"{PACKAGE} has no {key}." for key in ("version", "licenses", "sources") if not found.get(key)
        ]
        try:
            date.fromisoformat(str(found.get("created")))
        except ValueError:
            self.problems.append(f"{PACKAGE}: created must be a date such as 2026-11-22.")
        named = {str(row.get("path")) for row in found.get("resources") or []}
        self.problems += [f"{PACKAGE} does not list {name}." for name in FILES if name not in named]
        return found

    def terms(self) -> dict[str, Term]:
        """Every term by its CURIE."""
        found: dict[str, Term] = {}
        for where, row in self._table("terms.csv", ("term", "label", "parent")):
            problem = problem_of_term(row["term"]) or (None if row["label"] else "there is no label")
            if problem or row["term"] in found:
                self.problems.append(f"{where}: {problem or 'the term ' + row['term'] + ' is there twice'}.")
                continue
            found[row["term"]] = Term(row["term"], row["label"], row["parent"] or None)
        self.problems += [f"terms.csv: {problem}." for problem in problem_of_parents(found)]
        return found

    def raised(self, terms: Mapping[str, Term]) -> tuple[Raised, ...]:
        """Circumstances to needs, in the order of the file."""
        name = "circumstance_needs.yml"
        found: list[Raised] = []
        for number, row in enumerate(self._rows(name), start=1):
            try:
                circumstances, given = [str(term) for term in row["from"]], [str(term) for term in row["given"]]
                to, because = str(row["to"]), str(row["because"])
            except (KeyError, TypeError):
                self.problems.append(f"{name}, row {number}: it needs from, given, to and because.")
                continue
            one = Raised(frozenset(circumstances), frozenset(map(_need, given)), _need(to), because)
            problems = [
                *(problem_of_circumstance(term, terms) for term in circumstances),
                *(problem_of_need(term) for term in [*given, to]),
                None if circumstances else "no circumstance is named",
                None if because.startswith("because ") else "the reason must begin with “because”",
                "the same row is there twice" if one in found else None,
            ]
            self.problems += [f"{name}, row {number}: {problem}." for problem in problems if problem]
            found.append(one)
        return tuple(found)

    def met(self, terms: Mapping[str, Term]) -> tuple[Met, ...]:
        """Needs to types of service."""
        name = "need_service_types.csv"
        seen: set[tuple[str, str]] = set()
        found: list[Met] = []
        for where, row in self._table(name, ("need", "service_type", "service_type_label", "strength")):
            kind, pair = row["service_type"], (row["need"], row["service_type"])
            known = terms.get(kind)
            problems = [
                problem_of_need(row["need"]),
                None if known else f"there is no term {kind} in terms.csv",
                None if kind.startswith((f"{SERVICE_TYPE}:", f"{FUNCTION}:")) else f"{kind} is no type of service",
                None if row["strength"] in ("1", "2", "3") else f"strength is {row['strength']!r}, not 1, 2 or 3",
                f"{row['need']} to {kind} is there twice" if pair in seen else None,
            ]
            if known and known.label != row["service_type_label"]:
                problems.append(f"{kind} is called {known.label!r} in terms.csv, not {row['service_type_label']!r}")
            seen.add(pair)
            wrong = [f"{where}: {problem}." for problem in problems if problem]
            self.problems += wrong
            if not wrong and (need := need_of(row["need"])):
                found.append(Met(*need, kind, int(row["strength"])))
        return tuple(found)

    def words(self) -> dict[str, tuple[str, ...]]:
        """Need code to the words that give it away."""
        name = "need_words.yml"
        loaded = self._load(name, yaml.safe_load)
        found: dict[str, tuple[str, ...]] = {}
        for need, words in (loaded if isinstance(loaded, dict) else {}).items():
            listed = [str(word) for word in words] if isinstance(words, list) else []
            problem = problem_of_need(f"frontdoor:need/{need}") or (None if listed else f"{need} has no words")
            twice = sorted({word for word in listed if listed.count(word) > 1})
            problem = problem or (f"{need} has twice {', '.join(twice)}" if twice else None)
            self.problems += [f"{name}: {problem}."] if problem else []
            found[str(need)] = tuple(listed)
        if not found:
            self.problems.append(f"{name} holds nothing.")
        return found

    def _table(self, name: str, columns: tuple[str, ...]) -> list[tuple[str, dict[str, str]]]:
        """The rows of a CSV file, each with where it stands; empty lines are passed over."""
        text = self._text(name)
        table = csv.DictReader(text.splitlines())
        if text and tuple(table.fieldnames or ()) != columns:
            self.problems.append(f"{name}: its columns must be {', '.join(columns)}.")
            return []
        rows = []
        for row in table:
            if None in row or None in row.values():
                self.problems.append(f"{name}, line {table.line_num}: it does not have {len(columns)} columns.")
            elif any(row.values()):
                rows.append((f"{name}, line {table.line_num}", {key: value.strip() for key, value in row.items()}))
        return rows

    def _rows(self, name: str) -> list[Any]:
        loaded = self._load(name, yaml.safe_load)
        if not isinstance(loaded, list) or not loaded:
            self.problems.append(f"{name} holds no rows.")
            return []
        return loaded

    def _load(self, name: str, parse: Any) -> Any:
        try:
            return parse(self._text(name))
        except (yaml.YAMLError, ValueError) as error:
            self.problems.append(f"{name} cannot be read: {' '.join(str(error).split())}.")
            return None

    def _text(self, name: str) -> str:
        try:
            return (self.folder / name).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{name} cannot be read: {error}.")
            return ""


def _need(term: str) -> str:
    named = need_of(term)
    return named[0] if named else term
