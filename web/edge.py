"""What every page and API of the edge works with."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from starlette.requests import Request

from casework.letters import Carry
from casework.ways import Ways
from foundation.database import Database
from foundation.settings import Settings
from web.post import Post
from web.providers.base import Channel, Provider
from web.rasa import Rasa
from web.sittings import Sittings
from web.streams import Streams
from web.turns import Turns


@dataclass(frozen=True)
class Edge:
    """One process's edge."""

    settings: Settings
    database: Database
    rasa: Rasa
    turns: Turns
    sittings: Sittings
    hub: dict[str, Any]
    providers: Mapping[Channel, Provider]
    post: Post
    carry: Carry

    @cached_property
    def ways(self) -> Ways:
        """Who carries messages here, as casework asks for it."""
        return Ways.of(self.settings)

    @cached_property
    def streams(self) -> Streams:
        """The pages that listen for letters."""
        return Streams(self.database)

    @cached_property
    def freed(self) -> asyncio.Event:
        """Set when time was given back that somebody may be waiting for."""
        return asyncio.Event()

    async def in_thread[**P, R](self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run blocking work (the database) without holding up other conversations."""
        return await asyncio.to_thread(work, *args, **kwargs)


def edge_of(request: Request) -> Edge:
    """The edge that serves this request."""
    edge = request.app.state.edge
    assert isinstance(edge, Edge)
    return edge
