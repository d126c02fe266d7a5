"""Legs as FHIR R4 (4.0.1) for partners of the NHS: one Appointment a leg, which share the identifier of their visit.

https://hl7.org/fhir/R4/appointment.html. No Patient resource and no number of theirs: the person is a name where they
agreed to it, and otherwise nobody. A hold is not told of, so nothing is ever `proposed` or `pending` here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from booking.calendars.legs import BookedLeg
from foundation.clock import to_london
from foundation.references import show_reference

VERSION = "4.0.1"
# Of a leg whose visit stands; `planned` becomes `arrived` once the person is at the hub.
STATUS = {"planned": "booked", "begun": "arrived", "done": "fulfilled", "missed": "noshow"}

type Resource = dict[str, Any]


def status_of(leg: BookedLeg) -> str:
    """The leg's status in FHIR's words."""
    if leg.cancelled:
        return "cancelled"
    here = leg.state == "planned" and leg.arrived_at is not None
    return "arrived" if here else STATUS[leg.state]


def leg_id(leg: BookedLeg) -> str:
    """The Appointment's id, stable for a visit and an agency: letters, digits and hyphens alone."""
    return f"{leg.reference}-{leg.agency.replace('_', '-')}"


def appointment(leg: BookedLeg, *, base: str, name: str) -> Resource:
    """One leg. `base` is our public address; `name` a first name that this agency may know, or ""."""
    return {
        "resourceType": "Appointment",
        "id": leg_id(leg),
        "meta": {"versionId": str(leg.version), "lastUpdated": _instant(leg.changed_at)},
        "identifier": [{"use": "usual", "system": visit_system(base), "value": leg.reference}],
        "status": status_of(leg),
        "description": f"Visit {show_reference(leg.reference)}",
        "start": _instant(leg.start),
        "end": _instant(leg.finish),
        "minutesDuration": int((leg.finish - leg.start).total_seconds() // 60),
        "created": _instant(leg.booked_at),
        "participant": _participants(leg, base=base, name=name),
    }


def visit_system(base: str) -> str:
    """The system of the identifier that all the legs of one visit share."""
    return f"{base}/visit"


def _participants(leg: BookedLeg, *, base: str, name: str) -> list[Resource]:
    place = "By phone" if leg.by_phone else ", ".join(filter(None, [leg.room_label, leg.hub.name]))
    adviser = {"system": f"{base}/adviser", "value": leg.adviser}
    actors: list[Resource] = [
        {"type": "Patient", "display": name or "Visitor"},
        {"type": "Practitioner", "identifier": adviser, "display": leg.adviser_label or leg.adviser},
        {"type": "Location", "display": place},
    ]
    return [{"actor": actor, "required": "required", "status": "accepted"} for actor in actors]


def searchset(found: Sequence[Resource], *, total: int, base: str, asked: str, more: str = "") -> Resource:
    """A Bundle with a page of what a search found, `total` in all.

    `asked` is the query as it was understood, `more` that of the next page.
    """
    here = f"{base}/api/fhir/Appointment"
    links = {"self": asked, "next": more} if more else {"self": asked}
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": total,
        "link": [{"relation": name, "url": f"{here}?{query}" if query else here} for name, query in links.items()],
        **(
            {
                "entry": [
                    {"fullUrl": f"{here}/{one['id']}", "resource": one, "search": {"mode": "match"}} for one in found
                ]
            }
            if found  # an empty list is no FHIR
            else {}
        ),
    }


def outcome(code: str, text: str) -> Resource:
    """What went wrong, as an OperationOutcome. `code` is of the value set issue-type."""
    issue = {"severity": "error", "code": code, "details": {"text": text}}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def capability(*, base: str, dated: str) -> Resource:
    """What this server can do: read an Appointment, and search by the visit's identifier and by date."""
    search: Sequence[Mapping[str, str]] = (
        {"name": "identifier", "type": "token", "documentation": "A visit's reference: all its legs of this agency"},
        {"name": "date", "type": "date", "documentation": "The day on which a leg begins: eq, ge, gt, le, lt"},
    )
    told = "A bearer key that the hub makes for each agency. An agency sees its own legs alone."
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": dated,
        "kind": "instance",
        "software": {"name": "Front Door"},
        "implementation": {"description": "Joined-up visits", "url": f"{base}/api/fhir"},
        "fhirVersion": VERSION,
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": told},
                "resource": [
                    {
                        "type": "Appointment",
                        "versioning": "no-version",
                        "interaction": [{"code": "read"}, {"code": "search-type"}],
                        "searchParam": [dict(each) for each in search],
                    }
                ],
            }
        ],
    }


def _instant(moment: datetime) -> str:
    """An `instant` with the offset of London on that day."""
    return to_london(moment).replace(microsecond=0).isoformat()
