"""Where each page of the hub's desk is."""

from starlette.routing import Route

from web.hub_desk import board, rota, steps, visits, waiting, week
from web.hub_desk.guard import HOME, managed

routes = [
    Route(HOME, managed(board.day)),
    Route(f"{HOME}/week", managed(week.page)),
    Route(f"{HOME}/find", managed(visits.find)),
    Route(f"{HOME}/visits/{{reference}}", managed(visits.visit)),
    Route(f"{HOME}/visits/{{reference}}", managed(visits.cancelled), methods=["POST"]),
    Route(f"{HOME}/visits/{{reference}}/change", managed(visits.change)),
    Route(f"{HOME}/visits/{{reference}}/change", managed(visits.changed), methods=["POST"]),
    Route(f"{HOME}/visits/{{reference}}/steps", managed(steps.step), methods=["POST"]),
    Route(f"{HOME}/waiting", managed(waiting.waiting)),
    Route(f"{HOME}/waiting", managed(waiting.off), methods=["POST"]),
    Route(f"{HOME}/rota", managed(rota.rota)),
    Route(f"{HOME}/rota/export.{{form}}", managed(rota.export)),
]
