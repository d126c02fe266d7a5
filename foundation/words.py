"""Words for people, kept in YAML: one file a room, dotted keys, `{name}` places to fill."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from foundation.errors import FrontDoorError
from foundation.languages import translate


class WordsMissing(FrontDoorError):
    """A text for people that the code asks for is not in its file."""


@cache
def load_words(path: Path) -> dict[str, Any]:
    """The YAML mapping in `path`, read once."""
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    if not isinstance(loaded, dict):
        raise WordsMissing(f"{path.name} holds no texts.")
    return loaded


class Words:
    """The texts of one file: `words("plan.none")`, `words("hello", name="Sam")`. Read at once, not when first asked."""

    def __init__(self, path: Path) -> None:
        self.path, self._texts = path, load_words(path)

    def get(self, key: str) -> Any:
        """Whatever stands under the dotted `key`, its texts in the language spoken now. Raises WordsMissing."""
        found: Any = self._texts
        for part in key.split("."):
            if not isinstance(found, dict) or part not in found:
                raise WordsMissing(f"{self.path.name} has no text {key!r}.")
            found = found[part]
        return _translated(found)

    def __call__(self, key: str, **values: object) -> str:
        """The text under `key` with its places filled. Raises WordsMissing."""
        return str(self.get(key)).format(**values)

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        try:
            self.get(key)
        except WordsMissing:
            return False
        return True


def _translated(found: Any) -> Any:
    if isinstance(found, str):
        return translate(found)
    if isinstance(found, dict):
        return {key: _translated(value) for key, value in found.items()}
    return [_translated(value) for value in found] if isinstance(found, list) else found
