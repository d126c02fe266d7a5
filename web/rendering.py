"""Pages from templates, with what every page needs."""

from starlette.requests import Request
from starlette.responses import HTMLResponse

from foundation.languages import translate
from web.edge import edge_of
from web.environment import make_environment


def page(request: Request, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
    """The page, never kept by a browser or a proxy."""
    edge = edge_of(request)
    place = {
        "name": edge.settings.place.title(),
        "hub_phone": edge.hub["phone"],
        "hub_hours": translate(edge.hub.get("hours", "")),
        "text_number": edge.settings.twilio_sms_from if edge.settings.sms_provider == "twilio" else "",
        "demonstration": edge.settings.demonstration,
        "hub": edge.hub,
    }
    values = {"csrf": edge.sittings.csrf(request), "opening": edge.sittings.opening, **context}
    html = make_environment().get_template(template).render(place=place, path=request.url.path, **values)
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})
