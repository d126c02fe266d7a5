"""Where each page of the hub's desk is."""

from starlette.routing import Route

from web.hub_desk import (
    board,
    broken,
    importing,
    live,
    people,
    reports,
    rooms,
    rota,
    rules,
    steps,
    visits,
    waiting,
    week,
)
from web.hub_desk.guard import ANOTHER, HOME, Answer, managed

PAGES: list[tuple[str, Answer, str]] = [
    ("", managed(board.day), "GET"),
    ("/events", managed(live.events), "GET"),
    ("/week", managed(week.page), "GET"),
    ("/find", managed(visits.find), "GET"),
    ("/visits/{reference}", managed(visits.visit), "GET"),
    ("/visits/{reference}", managed(visits.cancelled), "POST"),
    ("/visits/{reference}/change", managed(visits.change), "GET"),
    ("/visits/{reference}/change", managed(visits.changed), "POST"),
    ("/visits/{reference}/steps", managed(steps.step), "POST"),
    ("/broken", managed(broken.page), "GET"),
    ("/broken", managed(broken.report), "POST"),
    ("/broken/rota", managed(broken.reseat), "POST"),
    ("/broken/{id}", managed(broken.one), "GET"),
    ("/waiting", managed(waiting.waiting), "GET"),
    ("/waiting", managed(waiting.off), "POST"),
    ("/rota", managed(rota.rota), "GET"),
    ("/rota/export.{form}", managed(rota.export), "GET"),
    ("/rota/history", managed(rota.history), "GET"),
    ("/rota/import", managed(importing.ask), "GET"),
    ("/rota/import", managed(importing.take), "POST"),
    ("/rota/new", managed(rules.new), "GET"),
    ("/rota/new", managed(rules.added), "POST"),
    ("/rota/rules/{id}", managed(rules.rule), "GET"),
    ("/rota/rules/{id}", managed(rules.changed), "POST"),
    ("/people", managed(people.people), "GET"),
    ("/people/new", managed(people.new), "GET"),
    ("/people/new", managed(people.added), "POST"),
    ("/people/{id}", managed(people.person), "GET"),
    ("/people/{id}", managed(people.changed), "POST"),
    ("/rooms", managed(rooms.rooms), "GET"),
    ("/rooms/new", managed(rooms.new), "GET"),
    ("/rooms/new", managed(rooms.added), "POST"),
    ("/rooms/{id}", managed(rooms.room), "GET"),
    ("/rooms/{id}", managed(rooms.changed), "POST"),
    ("/reports", managed(reports.reports), "GET"),
    ("/reports", managed(reports.simulate), "POST"),
    ("/reports/{section}.csv", managed(reports.sheet), "GET"),
]

# Each page of the first hub, and the same of another one, which stands in the address.
routes = [Route(home + path, page, methods=[method]) for home in (HOME, ANOTHER) for path, page, method in PAGES]
