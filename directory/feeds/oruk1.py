"""A service of Open Referral UK 1.0 in the shape of 3.0. What 3.0 has no name for stays under its old one.

Sources: the 1.0 schemas and OpenAPI of the Local Government Association, and the 3.0 application profile.
"""

from typing import Any

# Names that only 1.0 uses. A record with none of them is the same in both.
MARKS = frozenset({
    "eligibilitys", "regular_schedules", "holiday_schedules", "service_taxonomys", "fundings", "reviews",
    "deliverable_type", "attending_type", "attending_access", "link_taxonomies",
})  # fmt: skip
PLACE_MARKS = frozenset({"physical_addresses", "accessibility_for_disabilities"})
DAYS = {
    "monday": "MO", "tuesday": "TU", "wednesday": "WE", "thursday": "TH", "friday": "FR", "saturday": "SA",
    "sunday": "SU",
}  # fmt: skip
ACCESS = {"referral": "referral_only", "appointment": "appointment", "drop-in": "drop_in"}


def is_older(record: dict[str, Any]) -> bool:
    """Whether it uses a name that only 1.0 has."""
    if MARKS & record.keys():
        return True
    organisation = record.get("organization")
    if isinstance(organisation, dict) and "url" in organisation and "website" not in organisation:
        return True
    at = record.get("service_at_locations")
    places = [one.get("location") for one in at if isinstance(one, dict)] if isinstance(at, list) else []
    return any(isinstance(place, dict) and PLACE_MARKS & place.keys() for place in places)


def as_newer(record: dict[str, Any]) -> dict[str, Any]:
    """The 3.0 form of a 1.0 record. Raises TypeError, AttributeError or ValueError where its parts are of no shape."""
    new = dict(record)
    new["status"] = new.get("status") or "active"  # 1.0 does not ask for one
    new["organization"] = _organisation(new.get("organization"))
    _eligibility(new)
    _schedules(new)
    _moved(new, "fundings", "funding")
    new["languages"] = [_renamed(one, "language", "name") for one in _list(new, "languages")]
    new["service_areas"] = [_area(one) for one in _list(new, "service_areas")]
    new["service_at_locations"] = [_at_place(one) for one in _list(new, "service_at_locations")]
    new["cost_options"] = [_with_terms(one, "cost_option") for one in _list(new, "cost_options")]
    _contacts(new)
    _attributes(new)
    _access(new)
    return {key: value for key, value in new.items() if value != []}


def _list(holder: dict[str, Any], key: str) -> list[dict[str, Any]]:
    several = holder.get(key) or []
    if not isinstance(several, list):
        raise TypeError(f"{key} is not a list")
    return [dict(one) for one in several]


def _moved(holder: dict[str, Any], old: str, new: str) -> None:
    several = _list(holder, old)
    holder.pop(old, None)
    if several:
        holder[new] = [*(holder.get(new) or []), *several]


def _renamed(part: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    if part.get(old) and not part.get(new):
        part[new] = part.pop(old)
    return part


def _organisation(told: Any) -> Any:
    return _with_terms(_renamed(dict(told), "url", "website"), "organization") if isinstance(told, dict) else told


def _eligibility(new: dict[str, Any]) -> None:
    """Ages and words of whom it is for. Several kinds of people: the widest ages, and the rows stay to be read."""
    rows = _list(new, "eligibilitys")
    if not rows:
        new.pop("eligibilitys", None)
        return
    for key, widest in (("minimum_age", min), ("maximum_age", max)):
        ages = [float(row[key]) for row in rows if row.get(key) is not None]
        if len(ages) == len(rows):
            new.setdefault(key, widest(ages))
    words = [str(row["eligibility"]) for row in rows if row.get("eligibility")]
    if words:
        new.setdefault("eligibility_description", "; ".join(dict.fromkeys(words)))
    terms = [term for row in rows for term in _terms(row, "eligibility")]
    if terms:
        new["attributes"] = [*(new.get("attributes") or []), *terms]
    new["eligibilitys"] = rows if len(rows) > 1 else []


def _schedules(holder: dict[str, Any]) -> None:
    """Weekly hours. `holiday_schedules` keep their name: 3.0 has none for days with other hours or none."""
    weekly = [_weekly(one) for one in _list(holder, "regular_schedules")]
    holder.pop("regular_schedules", None)
    if weekly:
        holder["schedules"] = [*(holder.get("schedules") or []), *weekly]


def _weekly(schedule: dict[str, Any]) -> dict[str, Any]:
    day = DAYS.get(str(schedule.get("weekday") or "").strip().casefold())
    if day and not schedule.get("byday"):
        schedule["byday"] = day
        schedule.pop("weekday")
    if schedule.get("byday") and not schedule.get("freq"):
        schedule["freq"] = "WEEKLY"
    return schedule


def _area(area: dict[str, Any]) -> dict[str, Any]:
    if area.get("service_area") and not area.get("name"):
        area["name"] = area["service_area"]
    return _with_terms(area, "service_area")


def _at_place(at: dict[str, Any]) -> dict[str, Any]:
    _schedules(at)
    if isinstance(at.get("location"), dict):
        at["location"] = _place(dict(at["location"]))
    return at


def _place(place: dict[str, Any]) -> dict[str, Any]:
    place.setdefault("location_type", "physical")
    _moved(place, "physical_addresses", "addresses")
    for address in place.get("addresses") or []:
        address.setdefault("address_type", "physical")
    _moved(place, "accessibility_for_disabilities", "accessibility")
    return _with_terms(place, "location")


def _contacts(new: dict[str, Any]) -> None:
    """The phones of its contacts are what people ring: they become the service's, with the contact they belong to."""
    contacts = _list(new, "contacts")
    phones = list(new.get("phones") or [])
    for contact in contacts:
        who = ", ".join(str(contact[key]) for key in ("name", "title") if contact.get(key))
        for phone in contact.pop("phones", None) or []:
            told = {**phone, "contact_id": contact.get("id")}
            if who:
                told.setdefault("description", who)
            if told.get("language"):
                told["languages"] = [{"name": told.pop("language")}]
            phones.append(told)
    new["contacts"], new["phones"] = contacts, phones


def _attributes(new: dict[str, Any]) -> None:
    rows = _list(new, "service_taxonomys")
    new.pop("service_taxonomys", None)
    terms = [_term(row, "service", new.get("id")) for row in rows if row.get("taxonomy")]
    if terms:
        new["attributes"] = [*(new.get("attributes") or []), *terms]
    _with_terms(new, "service")


def _with_terms(part: dict[str, Any], entity: str) -> dict[str, Any]:
    terms = _terms(part, entity)
    if terms:
        part["attributes"] = [*(part.get("attributes") or []), *terms]
    return part


def _terms(part: dict[str, Any], entity: str) -> list[dict[str, Any]]:
    found = [_term(row, entity, part.get("id")) for row in _list(part, "link_taxonomies") if row.get("taxonomy")]
    found += [_term({"taxonomy": one}, entity, part.get("id")) for one in _list(part, "taxonomys")]
    for key in ("link_taxonomies", "taxonomys"):
        part.pop(key, None)
    return found


def _term(row: dict[str, Any], entity: str, link_id: Any) -> dict[str, Any]:
    term = dict(row["taxonomy"])
    code = term.get("id")
    if term.get("vocabulary") and not term.get("taxonomy"):
        term["taxonomy"] = term.pop("vocabulary")
    term.setdefault("code", code)
    term.setdefault("description", term.get("name"))
    id = row.get("id") or f"{link_id}-{code}"
    kept = {"id": id, "link_id": link_id, "link_entity": entity, "taxonomy_term_id": code, "taxonomy_term": term}
    if entity != "service":
        kept["link_type"] = entity
    return kept


def _access(new: dict[str, Any]) -> None:
    """How people get in, where 1.0 says it in one of its words."""
    access = ACCESS.get(str(new.get("attending_access") or "").strip().casefold())
    ours = new.get("front_door") or {}
    if access and isinstance(ours, dict) and "access" not in ours:
        new["front_door"] = {**ours, "access": access}
