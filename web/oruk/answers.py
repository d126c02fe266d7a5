"""What leaves: JSON with a mark, so that whoever has it already is told so, and lists in pages."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response

from web.oruk.entries import as_json

KEPT = "public, max-age=60"  # so long may a copy live after a place became confidential


def answer(request: Request, body: bytes, *, modified: datetime) -> Response:
    """The body as JSON, or 304 for whoever has it already. `modified` is aware UTC."""
    mark = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'  # weak: compressed, it is other bytes
    headers = {
        "ETag": mark,
        "Last-Modified": format_datetime(modified.replace(microsecond=0), usegmt=True),
        "Cache-Control": KEPT,
    }
    if _has_it(request, mark):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _has_it(request: Request, mark: str) -> bool:
    """By the mark alone: two changes within one second have the same Last-Modified."""
    known = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    return "*" in known or mark.removeprefix("W/") in known


def page_of(bodies: Sequence[bytes], *, page: int, per_page: int, total: int) -> bytes:
    """One page in the standard's envelope. A page after the last is empty."""
    pages = -(-total // per_page)
    envelope = {
        "total_items": total,
        "total_pages": pages,
        "page_number": page,
        "size": len(bodies),
        "first_page": page == 1,
        "last_page": page >= pages,
        "empty": not bodies,
    }
    return as_json(envelope)[:-1] + b',"contents":[' + b",".join(bodies) + b"]}"
