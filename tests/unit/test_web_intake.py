"""What comes in together is stored together, in order; a bad one turns nobody else away."""

import asyncio
import threading
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import OperationalError

from web.intake import Intake


class Store:
    """Remembers its batches; holds the first one back until it is let go; fails on the item "bad"."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, items: Sequence[str]) -> None:
        self.begun.set()
        assert self.go_on.wait(10)
        if "bad" in items:
            raise OperationalError("insert", {}, ValueError("no"))
        self.batches.append(list(items))


async def _all(store: Store, *calls: list[str]) -> list[BaseException | None]:
    """Make the first call, and the others while it is being stored."""
    intake = Intake(store)
    first = asyncio.create_task(intake.put(calls[0]))
    await asyncio.to_thread(store.begun.wait, 10)
    others = [asyncio.create_task(intake.put(call)) for call in calls[1:]]
    await asyncio.sleep(0)  # each has handed its items over
    store.go_on.set()
    return await asyncio.gather(first, *others, return_exceptions=True)


def test_what_comes_while_the_database_is_busy_is_one_transaction_in_order() -> None:
    store = Store()
    answers = asyncio.run(_all(store, ["a"], ["b", "c"], ["d"]))
    assert store.batches == [["a"], ["b", "c", "d"]]
    assert answers == [None, None, None]


def test_one_bad_call_turns_away_nobody_else() -> None:
    store = Store()
    answers = asyncio.run(_all(store, ["a"], ["b"], ["bad"], ["d"]))
    assert store.batches == [["a"], ["b"], ["d"]]
    assert isinstance(answers[2], OperationalError)
    assert [answers[0], answers[1], answers[3]] == [None, None, None]


@pytest.mark.parametrize("first", ["a", "bad"])
def test_a_caller_that_hangs_up_leaves_the_others_served(first: str) -> None:
    store = Store()

    async def hang_up() -> None:
        intake = Intake(store)
        gone = asyncio.create_task(intake.put([first]))
        await asyncio.to_thread(store.begun.wait, 10)
        other = asyncio.create_task(intake.put(["b"]))
        await asyncio.sleep(0)
        gone.cancel()
        store.go_on.set()
        await asyncio.wait_for(other, 10)

    asyncio.run(hang_up())
    assert store.batches[-1] == ["b"]
