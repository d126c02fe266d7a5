"""Text of a feed as plain text: HTML is taken out, its paragraphs, lists and links stay readable."""

import html
import re

import nh3

_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|&(?:[a-zA-Z]{2,31}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:\S+", re.IGNORECASE)
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "dl", "pre"}
_LINES = {"br", "div", "tr", "dt", "dd", "section", "article", "header", "footer", "address", "hr"}
_CLEANER = nh3.Cleaner(
    tags=_PARAGRAPHS | _LINES | {"li", "td", "th", "a"}, attributes={"a": {"href"}}, link_rel=None,
    url_schemes={"http", "https", "mailto", "tel"}, strip_comments=True,
)  # fmt: skip
_LINK = re.compile(r'<a(?: href="([^"]*)")?>(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"</?([a-z0-9]+)[^>]*>")
ROUNDS = 4  # some feeds hold HTML that was escaped twice


def plain(text: str) -> str:
    """`text` without any markup. A text that has none, or that is an address, comes back as it is."""
    for _ in range(ROUNDS):
        if not _MARKUP.search(text) or (_ADDRESS.fullmatch(text) and "<" not in text):
            break
        text = _without_tags(text)
    return text


def _without_tags(text: str) -> str:
    # What is left are a few tags that are written in one way only, so that patterns can tell them.
    safe = _CLEANER.clean(" ".join(text.split()) if _has_blocks(text) else text.replace("\n", "<br>"))
    broken = _TAG.sub(_break, _LINK.sub(_link, safe))
    told = html.unescape(broken).replace("\xa0", " ")
    lines = [" ".join(line.split()) for line in told.split("\n")]
    joined = "\n".join(lines)
    return (re.sub(r"\n{3,}", "\n\n", joined) if "\n\n\n" in joined else joined).strip()


def _has_blocks(text: str) -> bool:
    """Whether its lines are made by tags; otherwise its own line ends count."""
    return any(tag.group(1).lower() in _PARAGRAPHS | _LINES for tag in re.finditer(r"<([a-zA-Z0-9]+)", text))


def _link(found: re.Match[str]) -> str:
    address, words = found.group(1) or "", found.group(2)
    plainly = address.removeprefix("mailto:").removeprefix("tel:")
    return words if not plainly or plainly in words else f"{words} ({plainly})"


def _break(tag: re.Match[str]) -> str:
    name, closes = tag.group(1), tag.group(0).startswith("</")
    if name == "li":
        return "" if closes else "\n- "
    if name in ("td", "th"):
        return " "
    return "\n\n" if name in _PARAGRAPHS else "\n"
