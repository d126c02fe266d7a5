"""Every address of the kiosk. None of them leads out of it."""

from starlette.routing import Route

from web.kiosk import arrival, conversation, moving, offline, people, sitting_pages

routes = [
    Route("/kiosk", sitting_pages.first),
    Route("/kiosk/start", sitting_pages.start, methods=["POST"]),
    Route("/kiosk/look", sitting_pages.look, methods=["POST"]),
    Route("/kiosk/here", sitting_pages.here, methods=["POST"]),
    Route("/kiosk/still", sitting_pages.still),
    Route("/kiosk/finish", sitting_pages.finish, methods=["GET", "POST"]),
    Route("/kiosk/now", conversation.show),
    Route("/kiosk/send", conversation.send, methods=["POST"]),
    Route("/kiosk/person", people.person),
    Route("/kiosk/person", people.ask, methods=["POST"]),
    Route("/kiosk/language/{language}", people.language),
    Route("/kiosk/visit", arrival.find),
    Route("/kiosk/visit", arrival.claim, methods=["POST"]),
    Route("/kiosk/arrived", arrival.arrived),
    Route("/kiosk/phone", moving.phone, methods=["GET", "POST"]),
    Route("/kiosk/carry-on", moving.carry_on, methods=["GET", "POST"]),
    Route("/kiosk/offline", offline.page),
    Route("/kiosk/worker.js", offline.worker),
    Route("/kiosk/{elsewhere:path}", sitting_pages.elsewhere),
]
