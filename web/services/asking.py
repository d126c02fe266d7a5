"""What is asked of the search, read from an address and written into one again."""

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from directory.searching.reading import MOST_LETTERS
from foundation.needs import NEEDS

PAGE_SIZE = 10
LAST_PAGE = 1000  # a number that nobody turns to by hand


@dataclass(frozen=True)
class Question:
    """The search form as it was sent. `page` counts from 1."""

    text: str = ""
    need: str = ""
    postcode: str = ""
    open_now: bool = False
    page: int = 1

    @property
    def start(self) -> int:
        """How many answers stand on the pages before."""
        return (self.page - 1) * PAGE_SIZE

    def address(self, *, page: int = 1, without_filters: bool = False) -> str:
        """The address of the same search on another page, or of its words alone."""
        parts = {"text": self.text}
        if not without_filters:
            parts |= {"need": self.need, "postcode": self.postcode, "open": "1" if self.open_now else ""}
        if page > 1:
            parts["page"] = str(page)
        told = urlencode({key: value for key, value in parts.items() if value})
        return f"/services?{told}" if told else "/services"


def read_question(query: QueryParams) -> Question:
    """What the form sent. What it cannot have sent counts as left out."""
    need, page = query.get("need", ""), query.get("page", "")
    return Question(
        text=" ".join(query.get("text", "").split())[:MOST_LETTERS],
        need=need if need in NEEDS else "",
        postcode=query.get("postcode", "").strip()[:20],
        open_now=query.get("open") == "1",
        page=min(int(page), LAST_PAGE) if page.isascii() and page.isdigit() and int(page) > 0 else 1,
    )
