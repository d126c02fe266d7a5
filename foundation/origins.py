"""Web origins in a setting: `https://www.example.gov.uk, https://intranet.example.gov.uk`."""

import re
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_settings import NoDecode

# Nothing that could say more than an origin in a header.
ORIGIN = re.compile(r"https?://[a-z0-9.\-]+(?::\d{1,5})?")


def read_origins(value: object) -> object:
    """The origins in a text with commas or spaces between. Raises ValueError, naming what is not one."""
    found = re.split(r"[\s,]+", value.strip()) if isinstance(value, str) else value
    if not isinstance(found, list | tuple):
        raise ValueError("write origins with commas between them")
    origins = tuple(str(origin) for origin in found if origin)
    wrong = [origin for origin in origins if not ORIGIN.fullmatch(origin)]
    if wrong:
        raise ValueError(f"{wrong[0]} is no origin; write it like https://www.example.gov.uk, without a path")
    return origins


Origins = Annotated[tuple[str, ...], NoDecode, BeforeValidator(read_origins)]
