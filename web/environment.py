"""The Jinja environment of every page: our templates, GOV.UK's macros, our filters, our words."""

import hashlib
from functools import cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader, Undefined

from foundation.languages import spoken, translate, translate_count
from foundation.words import Words
from web import formatting

WEB = Path(__file__).parent
WORDS = Words(WEB / "words.yml")
BUILD = WEB / "assets" / "build"


def asset(name: str) -> str:
    """The address of a built file, with a mark that changes as the file does, so that it may be kept for ever."""
    path = BUILD / name
    mark = hashlib.sha256(path.read_bytes()).hexdigest()[:8] if path.is_file() else "not-built"
    return f"/assets/{name}?v={mark}"


@cache
def make_environment() -> Environment:
    """The environment, made once. `words("key", name=...)` in a template reads web/words.yml.

    GOV.UK's macros look at settings that are not there, so unknown names stay Jinja's plain `Undefined`.
    """
    ours = FileSystemLoader(WEB / "templates")
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    environment = Environment(
        loader=ChoiceLoader([ours, govuk]),
        autoescape=True,
        undefined=Undefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(translate, translate_count, newstyle=True)  # type: ignore[attr-defined]
    formatting.add_to(environment)
    environment.globals.update({"words": WORDS, "asset": cache(asset), "spoken": spoken})
    return environment
