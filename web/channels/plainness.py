"""WhatsApp shows `*bold*`, `_italic_`, `~struck~`, code and quotes. What people and directories write stays as written.

WhatsApp has no way to escape a sign, so one that could format is replaced by its twin that cannot. Links and e-mail
addresses stay exact. Source: WhatsApp Help Center, "How to format your messages".
"""

import re

_LINK = re.compile(r"\S*(?:https?://|www\.)\S+|[^@]+@[^@]+\.[^@]+|(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?")
_TWINS = str.maketrans({"*": "∗", "~": "∼", "`": "'"})
# An underscore inside a word never formats, and belongs to names of things.
_EDGE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_SIGNS = "*_~`"


def without_formatting(line: str) -> str:
    """One line in which nothing is shown in bold, italics, struck out, as code or as a quotation by accident."""
    words = "".join(_plain(word) for word in re.split(r"(\s+)", line))
    return re.sub(r"^(\s*)>", r"\1›", words)


def _plain(word: str) -> str:
    bare = word.lstrip(_SIGNS)
    if _LINK.fullmatch(bare):
        return _twins(word[: len(word) - len(bare)]) + bare
    return _twins(word)


def _twins(text: str) -> str:
    return _EDGE.sub("＿", text.translate(_TWINS))
