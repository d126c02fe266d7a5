"""Is it alive, is it ready: for whoever starts and watches it."""

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from understanding import models_ready
from web.edge import Edge, edge_of


async def alive(_request: Request) -> Response:
    """200 while the edge runs."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    """200 when a resident can be served from first word to last; else 503 and what is missing."""
    edge = edge_of(request)
    parts = {
        "database": await edge.in_thread(_database_answers, edge),
        "understanding": models_ready(),
        "bot": await edge.rasa.ready(),
        "actions": await edge.rasa.actions_ready(),
    }
    return JSONResponse(parts, status_code=200 if all(parts.values()) else 503)


def _database_answers(edge: Edge) -> bool:
    try:
        with edge.database.reading() as db:
            return bool(db.execute(sa.text("select count(*) from service")).scalar_one())
    except SQLAlchemyError:
        return False


routes = [Route("/healthz", alive), Route("/readyz", ready)]
