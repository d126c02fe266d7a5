"""Every text for people into the message catalogues: `make words`.

Texts stand in templates (`_()`, `{% trans %}`), in Python (`translate`, `marked`, errors that pages show) and in our
YAML files. They go to locale/frontdoor.pot and from there to each locale/LANGUAGE/LC_MESSAGES/frontdoor.po, where what
is no longer said is dropped and what is new is empty. Prints what is missing or wrong; fails when anything is.

There are no dates and no line numbers in the files, so that a difference is a difference in words.
"""

import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
TEMPLATE = LOCALE / "frontdoor.pot"
ENGLISH = "en"
PACKAGES = ("foundation", "understanding", "directory", "booking", "casework", "actions", "web")
KEYWORDS: dict[str, Any] = dict.fromkeys(("_", "gettext", "translate", "marked"))
KEYWORDS |= {"ngettext": (1, 2), "translate_count": (1, 2)}
# Errors of which a page shows the text.
KEYWORDS |= dict.fromkeys(
    ("OpeningTaken", "OpeningNotReadable", "HoldNotFound", "HoldExpired", "VisitOver", "VisitLocked", "NotAReference",
     "ConversationNotFound", "CaseNotFound", "SignInRefused", "VisitChanged", "VisitUnknown", "NotAtThisHub",
     "NotOffered", "RotaBusy", "RotaNotReadable", "RuleWrong", "ServiceBroken", "Told")
)  # fmt: skip
# In `words.yml` every leaf is a text; in these files only what stands under these keys.
OTHER_YAML = {
    "casework/safety.yml": {"carry_on", "find_person", "wrong", "person_heading", "person_text", "text", "heading"},
    "directory/circumstances.yml": {"short", "text", "hint", "why", "choices", "values"},
    "directory/helplines.yml": {"number", "label", "note"},
    "directory/maps/circumstance_needs.yml": {"because"},
    "bot/domain/responses.yml": {"text"},
}
HEADER = "# {language} words of Front Door. `make words` brings this up to date; docs/languages.md says how."


# ---------------------------------------------------------------- what is said
def all_texts() -> Catalog:
    """Every text for people, each with the files that say it."""
    catalogue = Catalog(project="Front Door", fuzzy=False)
    for path in sorted((ROOT / "web" / "templates").rglob("*.html")):
        _add(catalogue, path, "jinja2", {"extensions": "jinja2.ext.i18n", "silent": "false"})
    for path in sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        _add(catalogue, path, "python", {})
    for path, keys in sorted(_yaml_files().items()):
        for text in _leaves(yaml.safe_load(path.read_text(encoding="utf-8")), keys):
            catalogue.add(text, locations=[(_name(path), 0)])
    return catalogue


def _add(catalogue: Catalog, path: Path, method: str, options: dict[str, str]) -> None:
    source = io.BytesIO(path.read_bytes())
    for _, message, comments, context in extract(method, source, keywords=KEYWORDS, options=options):
        if message:
            catalogue.add(message, locations=[(_name(path), 0)], auto_comments=comments, context=context)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _yaml_files() -> dict[Path, set[str] | None]:
    """The YAML files with texts, each with the keys under which they stand; None: everywhere."""
    found: dict[Path, set[str] | None] = {
        path: None for package in PACKAGES for path in (ROOT / package).rglob("words.yml")
    }
    return found | {ROOT / name: keys for name, keys in OTHER_YAML.items()}


def _leaves(node: Any, keys: set[str] | None) -> Iterator[str]:
    """The texts under `keys`, at any depth. A number to dial is a text only where words stand in it."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "number" and keys and ", " not in str(value):
                continue
            yield from _leaves(value, None if keys and key in keys else keys)
    elif isinstance(node, list):
        for value in node:
            yield from _leaves(value, keys)
    elif isinstance(node, str) and node and keys is None:
        yield node


# ---------------------------------------------------------------- what is wrong
def problems(texts: Catalog, words: Catalog) -> list[str]:
    """What `words`, one language's catalogue, lacks of `texts`, or says with other places, numbers or tags."""
    found = []
    for message in texts:
        if not message.id:
            continue
        said = words.get(message.id if isinstance(message.id, str) else message.id[0])
        forms = _forms(said) if said else []
        if not forms or not all(forms) or (said and said.fuzzy):
            found.append(f"missing: {_english(message)[0]!r}")
            continue
        found += [f"differs ({why}): {form!r}" for form in forms if (why := difference(_english(message)[-1], form))]
    return found


def difference(english: str, said: str) -> str | None:
    """What does not stand alike in both: places to fill, figures (a time of day is one, however written), HTML."""
    for name, parts in (("places", _places), ("figures", _figures), ("HTML", _tags)):
        if Counter(parts(english)) != Counter(parts(said)):
            return f"{name}: {sorted(parts(english))} in English, {sorted(parts(said))} here"
    return None


def _english(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def _forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def _places(text: str) -> list[str]:
    return re.findall(r"%\(\w+\)s|\{\w+\}", text)


def _figures(text: str) -> list[str]:
    def hours(match: re.Match[str]) -> str:
        return f"{int(match[1]) % 12 + (12 if match[3] == 'pm' else 0)}:{match[2] or '00'}"

    plain = re.sub(r"\b(\d{1,2})(?::(\d\d))?(am|pm)\b", hours, text.replace("12 noon", "12:00"))
    return re.findall(r"\d+(?::\d\d)?", plain)


def _tags(text: str) -> list[str]:
    return [*re.findall(r"<(/?\w+)", text), *re.findall(r'(?:href|class)="([^"]*)"', text)]


# ---------------------------------------------------------------- the files
def read(language: str) -> Catalog:
    """One language's catalogue; an empty one where there is none yet."""
    path = _path(language)
    if not path.is_file():
        return Catalog(locale=language, project="Front Door", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "frontdoor.po"


def languages() -> list[str]:
    """The languages that have a folder under locale/."""
    return sorted(folder.name for folder in LOCALE.iterdir() if folder.is_dir())


def write(path: Path, catalogue: Catalog) -> None:
    """The catalogue as a file that changes only when words do."""
    catalogue.header_comment = HEADER.format(language=catalogue.locale.english_name if catalogue.locale else "All the")
    out = io.BytesIO()
    write_po(out, catalogue, width=110, include_lineno=False, ignore_obsolete=True)
    kept = [
        line
        for line in out.getvalue().decode().splitlines()
        if not re.match(
            r'"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By|Project-Id|Report-Msgid)',
            line,
        )
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(kept).rstrip("\n") + "\n", encoding="utf-8")


def main() -> int:
    """Bring every file up to date and print what is missing."""
    texts = all_texts()
    wrong = 0
    for language in languages():
        words = read(language)
        words.update(texts, no_fuzzy_matching=True)
        write(_path(language), words)
        found = problems(texts, words)
        wrong += len(found)
        print(f"{language}: {len(texts)} texts, {len(found)} missing or wrong", *found, sep="\n  ")
    write(TEMPLATE, texts)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
