"""Which sites may show the widget: origins, and nothing that says more in a header."""

import pytest

from foundation.origins import read_origins


def test_origins_stand_with_commas_or_spaces_between() -> None:
    assert read_origins("https://a.example.gov.uk, http://localhost:8130\nhttps://b.example") == (
        "https://a.example.gov.uk",
        "http://localhost:8130",
        "https://b.example",
    )
    assert read_origins("  ") == ()


@pytest.mark.parametrize(
    "text", ["https://a.example/path", "a.example", "*", "'self'", "https://a.example; script-src *", "https://a b"]
)
def test_what_is_no_origin_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="is no origin"):
        read_origins(text)
