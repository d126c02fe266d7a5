"""Where each page of the hub's desk is."""

from starlette.routing import Route

from web.hub_desk import board, broken, importing, people, reports, rooms, rota, rules, steps, visits, waiting, week
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
    Route(f"{HOME}/broken", managed(broken.page)),
    Route(f"{HOME}/broken", managed(broken.report), methods=["POST"]),
    Route(f"{HOME}/broken/{{id}}", managed(broken.one)),
    Route(f"{HOME}/waiting", managed(waiting.waiting)),
    Route(f"{HOME}/waiting", managed(waiting.off), methods=["POST"]),
    Route(f"{HOME}/rota", managed(rota.rota)),
    Route(f"{HOME}/rota/export.{{form}}", managed(rota.export)),
    Route(f"{HOME}/rota/history", managed(rota.history)),
    Route(f"{HOME}/rota/import", managed(importing.ask)),
    Route(f"{HOME}/rota/import", managed(importing.take), methods=["POST"]),
    Route(f"{HOME}/rota/new", managed(rules.new)),
    Route(f"{HOME}/rota/new", managed(rules.added), methods=["POST"]),
    Route(f"{HOME}/rota/rules/{{id}}", managed(rules.rule)),
    Route(f"{HOME}/rota/rules/{{id}}", managed(rules.changed), methods=["POST"]),
    Route(f"{HOME}/people", managed(people.people)),
    Route(f"{HOME}/people/new", managed(people.new)),
    Route(f"{HOME}/people/new", managed(people.added), methods=["POST"]),
    Route(f"{HOME}/people/{{id}}", managed(people.person)),
    Route(f"{HOME}/people/{{id}}", managed(people.changed), methods=["POST"]),
    Route(f"{HOME}/rooms", managed(rooms.rooms)),
    Route(f"{HOME}/rooms/new", managed(rooms.new)),
    Route(f"{HOME}/rooms/new", managed(rooms.added), methods=["POST"]),
    Route(f"{HOME}/rooms/{{id}}", managed(rooms.room)),
    Route(f"{HOME}/rooms/{{id}}", managed(rooms.changed), methods=["POST"]),
    Route(f"{HOME}/reports", managed(reports.reports)),
    Route(f"{HOME}/reports", managed(reports.simulate), methods=["POST"]),
    Route(f"{HOME}/reports/{{section}}.csv", managed(reports.sheet)),
]
