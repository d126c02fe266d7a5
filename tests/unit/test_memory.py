"""What is loaded for good is not walked through again."""

import gc
from collections.abc import Iterator

import pytest

from foundation.memory import settle


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


def walked(thing: object) -> bool:
    return any(one is thing for one in gc.get_objects())


def test_what_is_there_is_left_alone_and_what_comes_later_is_not() -> None:
    loaded: list[object] = [[]]
    assert walked(loaded)
    settle()
    later: list[object] = [[]]
    assert not walked(loaded)
    assert walked(later)
