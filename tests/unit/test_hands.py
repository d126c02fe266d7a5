"""Hands: what is slow holds up nothing else, what breaks stops nothing, and no more is in hand than was said."""

import asyncio
from collections.abc import Sequence

import pytest

from web.hands import Hands


async def done_by(things: list[str], *, most: int, breaks: Sequence[str] = ()) -> tuple[list[str], int]:
    """What hands did with `things`, in the order it was finished, and how much was in hand at one moment at most."""
    waiting, finished = list(things), list[str]()
    at_work = highest = 0
    all_done = asyncio.Event()

    async def take(limit: int) -> list[str]:
        taken, waiting[:] = waiting[:limit], waiting[limit:]
        return taken

    async def do(thing: str) -> None:
        nonlocal at_work, highest
        at_work += 1
        highest = max(highest, at_work)
        for _ in range(3):
            await asyncio.sleep(0)  # the others get their turn
        at_work -= 1
        finished.append(thing)
        if len(finished) == len(things):
            all_done.set()
        if thing in breaks:
            raise ValueError(thing)

    running = asyncio.create_task(Hands(take, do, most=most).run())
    await asyncio.wait_for(all_done.wait(), 10)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return finished, highest


@pytest.mark.parametrize("most", [1, 3])
def test_no_more_is_in_hand_than_was_said(most: int) -> None:
    things = [f"thing {number}" for number in range(10)]
    finished, highest = asyncio.run(done_by(things, most=most))
    assert sorted(finished) == sorted(things)
    assert highest == most


def test_what_breaks_stops_nothing() -> None:
    finished, _ = asyncio.run(done_by(["a", "b", "c"], most=1, breaks=["a", "b"]))
    assert finished == ["a", "b", "c"]
