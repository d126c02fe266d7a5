"""Every address of the directory's public pages."""

from starlette.routing import Route

from web.services import finding, showing, telling

routes = [
    Route("/services", finding.find),
    Route("/services/suggest", finding.suggest),
    Route("/services/{id}", showing.show),
    Route("/services/{id}/wrong", telling.tell, methods=["POST"]),
]
